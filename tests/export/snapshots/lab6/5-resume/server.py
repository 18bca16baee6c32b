# The server of "Going on where it broke off" (5-resume.yaml, line 11), as a
# program of its own.
#
#   python3 server.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it whenever you like.
#
# A program cannot know what happens in another one. Where the scenario waits
# for that, this program asks you to press Enter when it has happened; with
# </dev/null it does not wait.
#
# It goes on with what it finds in copy.txt. The scenario begins without one:
# remove it before you start it again.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    address = (host, port)
    data = b""  # what came last

    step(12)  # socket: stream
    listener = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)

    step(13)  # bind: 8888
    call(listener.bind, address)

    step(14)  # listen: 5
    call(listener.listen, 5)

    step(15)  # accept
    connection, _ = call(listener.accept)
    connection_inbox = bytearray()

    wait_until("client.send#2")
    step(16)  # recv: {until: "\n"}
    data = receive_until(connection, connection_inbox, b"\n")
    show_stream(data)

    step(18)  # send: {size_of: {received: "copy.txt"}}
    call(connection.sendall, b"%d" % len(load_received("copy.txt")))

    step(19)  # send: "\n"
    call(connection.sendall, b"\n")

    step(20)  # recv_file
    with failure(errno.ECONNRESET):
        with open("copy.txt", "ab") as file:
            data = receive_file_of_size(connection, connection_inbox, file, received_number(data))

    step(22)  # close
    call(connection.close)

    step(23)  # accept
    connection, _ = call(listener.accept)
    connection_inbox = bytearray()

    wait_until("client.send#5")
    step(24)  # recv: {until: "\n"}
    data = receive_until(connection, connection_inbox, b"\n")
    show_stream(data)

    step(26)  # send: {size_of: {received: "copy.txt"}}
    call(connection.sendall, b"%d" % len(load_received("copy.txt")))

    step(27)  # send: "\n"
    call(connection.sendall, b"\n")

    step(28)  # recv_file
    with open("copy.txt", "ab") as file:
        data = receive_file_of_size(connection, connection_inbox, file, received_number(data))

    step(29)  # recv: {exactly: 64}
    data = receive_exactly(connection, take(connection_inbox, 64), 64)
    show_stream(data)
    expect(data == hashlib.sha256(load_received("copy.txt")).hexdigest().encode())

    step(31)  # send: "the same\n"
    call(connection.sendall, b"the same\n")

    step(32)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"server: {error}")
    sys.exit(1 if unmet else 0)
