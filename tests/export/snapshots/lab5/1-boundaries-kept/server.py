# The server of "A datagram is a message" (1-boundaries-kept.yaml, line 11),
# as a program of its own.
#
#   python3 server.py [HOST [PORT]]        127.0.0.1, 8888 if left out
#
# Start it whenever you like.

def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    address = (host, port)

    step(12)  # socket: dgram
    datagrams = call(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)

    step(13)  # bind: 8888
    call(datagrams.bind, address)

    step(14)  # recvfrom: 1024
    # Wirelab waits until 3 datagrams are there. A program cannot count them, and need not: each
    # receive takes one.
    data, sender = call(datagrams.recvfrom, 1024)
    show(data)
    expect(data == b"Hello")

    step(17)  # recvfrom: 1024
    data, sender = call(datagrams.recvfrom, 1024)
    show(data)
    expect(data == b"World")

    step(19)  # recvfrom: 1024
    data, sender = call(datagrams.recvfrom, 1024)
    show(data)
    expect(data == b"Again")

    step(21)  # sendto: "Receive your message"      # to whoever wrote last
    call(datagrams.sendto, b"Receive your message", sender)

    step(22)  # close
    call(datagrams.close)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"server: {error}")
    sys.exit(1 if unmet else 0)
