# The client of "A conversation, call by call" (1-conversation.yaml, line 22),
# as a program of its own.
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

    step(23)  # socket: stream
    connection = call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)

    step(24)  # connect: server
    call(connection.connect, server_address)

    wait_until("server.recv blocked")
    step(26)  # send: "Hello, server"
    call(connection.sendall, b"Hello, server")

    step(28)  # recv: 1024
    data = call(connection.recv, 1024)
    show_stream(data)
    expect(data == b"Receive your message!")

    wait_until("server.recv#2 blocked")
    step(30)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"client: {error}")
    sys.exit(1 if unmet else 0)
