"""The four programs as a reader of a tutorial types them in Python.

tutorial.py tcp-server | udp-server           prints its port, then what it receives
tutorial.py tcp-client | udp-client PORT      sends each line of its input, prints each answer
"""

import socket
import sys


def tcp_server():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        print("port", listener.getsockname()[1], "waits")
        while True:
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(1024):
                    print("received:", data.decode())
                    connection.sendall(b"Receive your message!")
            print("closed")


def tcp_client(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
        connection.connect(("127.0.0.1", port))
        for line in sys.stdin:
            connection.sendall(line.rstrip("\n").encode())
            print("answer:", connection.recv(1024).decode())


def udp_server():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        print("port", server.getsockname()[1], "waits")
        while True:
            data, sender = server.recvfrom(1024)
            print("received:", data.decode())
            server.sendto(b"Receive your message", sender)


def udp_client(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for line in sys.stdin:
            client.sendto(line.rstrip("\n").encode(), ("127.0.0.1", port))
            print("answer:", client.recvfrom(1024)[0].decode())


name, *ports = sys.argv[1:]
globals()[name.replace("-", "_")](*map(int, ports))
