# The client of "Going on where it broke off" (5-resume.yaml, line 33), as a
# program of its own.
#
#   python3 client.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it when: server.accept blocked.
#
# `blocked` means that the other program is asleep in that call: what it shows
# ends there, without a result.
#
# A program cannot know what happens in another one. Where the scenario waits
# for that, this program asks you to press Enter when it has happened; with
# </dev/null it does not wait.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    server_address = (host, port)
    data = b""  # what came last

    step(34)  # socket: stream
    connection = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)
    connection_inbox = bytearray()

    step(35)  # connect: server
    call(connection.connect, server_address)

    wait_until("server.accept")
    step(37)  # send: {size_of: "poem.txt"}
    call(connection.sendall, b"450")

    step(39)  # send: "\n"
    call(connection.sendall, b"\n")

    wait_until("server.send#2")
    step(40)  # recv: {until: "\n"}
    data = receive_until(connection, connection_inbox, b"\n")
    show_stream(data)

    wait_until("server.recv_file blocked")
    step(42)  # send: {file: "poem.txt", from: {received: last}, size: 200}
    call(connection.sendall, part_of(load("client-d9c6ae7f.data"), received_number(data), 200))

    step(44)  # abort
    # With a linger time of 0, close() discards what is unsent and resets the connection.
    call(connection.setsockopt, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call(connection.close)

    step(45)  # socket: stream
    connection = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)
    connection_inbox = bytearray()

    wait_until("server.accept#2 blocked")
    step(46)  # connect: server
    call(connection.connect, server_address)

    wait_until("server.accept#2")
    step(48)  # send: {size_of: "poem.txt"}
    call(connection.sendall, b"450")

    step(50)  # send: "\n"
    call(connection.sendall, b"\n")

    wait_until("server.send#4")
    step(51)  # recv: {until: "\n"}
    data = receive_until(connection, connection_inbox, b"\n")
    show_stream(data)

    step(53)  # send: {file: "poem.txt", from: {received: last}}
    call(connection.sendall, part_of(load("client-d9c6ae7f.data"), received_number(data), 450))

    step(54)  # send: {sha256_of: "poem.txt"}
    call(connection.sendall, b"d9c6ae7f172c7a194dbd2df48a45589749447f71d0f0d2c411fec6d3391a9d0f")

    step(55)  # recv: {until: "\n"}
    data = receive_until(connection, connection_inbox, b"\n")
    show_stream(data)
    expect(data == b"the same\n")

    step(57)  # recv: 1024
    data = call(connection.recv, 1024)
    show_stream(data)
    expect(data == b"")

    step(59)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"client: {error}")
    sys.exit(1 if unmet else 0)
