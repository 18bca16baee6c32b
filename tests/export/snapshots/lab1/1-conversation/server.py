# The server of "A conversation, call by call" (1-conversation.yaml, line 11),
# as a program of its own.
#
#   python3 server.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it whenever you like.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    address = (host, port)

    step(12)  # socket: stream
    listener = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)

    step(13)  # bind: 8888
    call(listener.bind, address)

    step(14)  # listen: 5
    call(listener.listen, 5)

    step(15)  # accept
    connection, _ = call(listener.accept)

    step(16)  # recv: 1024
    data = call(connection.recv, 1024)
    show_stream(data)
    expect(data == b"Hello, server")

    step(18)  # send: "Receive your message!"
    call(connection.sendall, b"Receive your message!")

    step(19)  # recv: 1024
    data = call(connection.recv, 1024)
    show_stream(data)
    expect(data == b"")

    step(21)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"server: {error}")
    sys.exit(1 if unmet else 0)
