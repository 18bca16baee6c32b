// The server of "A datagram is a message" (1-boundaries-kept.yaml, line 11),
// as a program of its own.
//
//   cc -std=c17 -Wall -Wextra -Wpedantic -o server server.c
//   ./server [HOST [PORT]]        127.0.0.1, 8888 if left out
//
// Start it whenever you like.

#define _DEFAULT_SOURCE  // POSIX, and the options of sockets beside it
int main(int argc, char **argv) {
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    const char *port = argc > 2 ? argv[2] : "8888";
    struct sockaddr_in address = address_of(host, port);
    int datagrams = -1;
    struct sockaddr_in sender;  // of the last datagram
    socklen_t sender_size = sizeof sender;

    step(12);  // socket: dgram
    datagrams = CALL(socket(AF_INET, SOCK_DGRAM, 0));

    step(13);  // bind: 8888
    CALL(bind(datagrams, (struct sockaddr *)&address, sizeof address));

    step(14);  // recvfrom: 1024
    // Wirelab waits until 3 datagrams are there. A program cannot count them, and need not: each
    // receive takes one.
    length = CALL(recvfrom(datagrams, buffer, 1024, 0, (struct sockaddr *)&sender, &sender_size));
    show();
    expect(is_received("Hello", 5));

    step(17);  // recvfrom: 1024
    length = CALL(recvfrom(datagrams, buffer, 1024, 0, (struct sockaddr *)&sender, &sender_size));
    show();
    expect(is_received("World", 5));

    step(19);  // recvfrom: 1024
    length = CALL(recvfrom(datagrams, buffer, 1024, 0, (struct sockaddr *)&sender, &sender_size));
    show();
    expect(is_received("Again", 5));

    step(21);  // sendto: "Receive your message"      # to whoever wrote last
    CALL(sendto(datagrams, "Receive your message", 20, 0, (struct sockaddr *)&sender, sizeof sender));

    step(22);  // close
    CALL(close(datagrams));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
