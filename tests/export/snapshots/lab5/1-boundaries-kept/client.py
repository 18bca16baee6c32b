# The client of "A datagram is a message" (1-boundaries-kept.yaml, line 23),
# as a program of its own.
#
#   python3 client.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it when: server.bind.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    server_address = (host, port)

    step(24)  # socket: dgram
    datagrams = call(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)

    step(25)  # sendto: {to: server, data: "Hello"}
    call(datagrams.sendto, b"Hello", server_address)

    step(27)  # sendto: {to: server, data: "World"}
    call(datagrams.sendto, b"World", server_address)

    step(28)  # sendto: {to: server, data: "Again"}
    call(datagrams.sendto, b"Again", server_address)

    step(29)  # recvfrom: 1024
    data, _ = call(datagrams.recvfrom, 1024)
    show(data)
    expect(data == b"Receive your message")

    step(31)  # close
    call(datagrams.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"client: {error}")
    sys.exit(1 if unmet else 0)
