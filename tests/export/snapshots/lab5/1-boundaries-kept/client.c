// The client of "A datagram is a message" (1-boundaries-kept.yaml, line 23),
// as a program of its own.
//
//   cc -std=c17 -Wall -Wextra -Wpedantic -o client client.c
//   ./client [HOST [PORT]]        127.0.0.1, 8888 if left out
//
// Start it when: server.bind.

#define _DEFAULT_SOURCE  // POSIX, and the options of sockets beside it
int main(int argc, char **argv) {
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    const char *port = argc > 2 ? argv[2] : "8888";
    struct sockaddr_in server_address = address_of(host, port);
    int datagrams = -1;

    step(24);  // socket: dgram
    datagrams = CALL(socket(AF_INET, SOCK_DGRAM, 0));

    step(25);  // sendto: {to: server, data: "Hello"}
    CALL(sendto(datagrams, "Hello", 5, 0, (struct sockaddr *)&server_address, sizeof server_address));

    step(27);  // sendto: {to: server, data: "World"}
    CALL(sendto(datagrams, "World", 5, 0, (struct sockaddr *)&server_address, sizeof server_address));

    step(28);  // sendto: {to: server, data: "Again"}
    CALL(sendto(datagrams, "Again", 5, 0, (struct sockaddr *)&server_address, sizeof server_address));

    step(29);  // recvfrom: 1024
    length = CALL(recvfrom(datagrams, buffer, 1024, 0, NULL, NULL));
    show();
    expect(is_received("Receive your message", 20));

    step(31);  // close
    CALL(close(datagrams));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
