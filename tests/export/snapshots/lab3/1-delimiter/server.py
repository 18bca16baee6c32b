# The server of "A delimiter after every message" (1-delimiter.yaml, line 12),
# as a program of its own.
#
#   python3 server.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it whenever you like.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    address = (host, port)

    step(13)  # socket: stream
    listener = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)

    step(14)  # bind: 8888
    call(listener.bind, address)

    step(15)  # listen: 5
    call(listener.listen, 5)

    step(16)  # accept
    connection, _ = call(listener.accept)
    connection_inbox = bytearray()

    step(17)  # recv_message: 3
    wait_readable(connection, 18)
    message = receive_message(connection, connection_inbox)
    expect(message == b"Hello")
    message = receive_message(connection, connection_inbox)
    expect(message == b"World")
    message = receive_message(connection, connection_inbox)
    expect(message == b"Again")

    step(20)  # recv_message: eof
    while True:
        message = receive_message(connection, connection_inbox)
        if message is None:
            break

    step(21)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"server: {error}")
    sys.exit(1 if unmet else 0)
