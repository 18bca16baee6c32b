# The client of "A delimiter after every message" (1-delimiter.yaml, line 22),
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

    step(26)  # send_message: "Hello"
    call(connection.sendall, frame(b"Hello"))

    step(27)  # send_message: "World"
    call(connection.sendall, frame(b"World"))

    step(28)  # send_message: "Again"
    call(connection.sendall, frame(b"Again"))

    wait_until("server.recv_message#2 blocked")
    step(29)  # close
    call(connection.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"client: {error}")
