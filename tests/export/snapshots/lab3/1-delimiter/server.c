// The server of "A delimiter after every message" (1-delimiter.yaml, line 12),
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
    int listener = -1;
    int connection = -1;

    step(13);  // socket: stream
    listener = CALL(socket(AF_INET, SOCK_STREAM, 0));

    step(14);  // bind: 8888
    CALL(bind(listener, (struct sockaddr *)&address, sizeof address));

    step(15);  // listen: 5
    CALL(listen(listener, 5));

    step(16);  // accept
    connection = CALL(accept(listener, NULL, NULL));
    connection_inbox.length = 0;

    step(17);  // recv_message: 3
    must("wait_readable", wait_readable(connection, 18));
    must("receive_message", receive_message(connection, &connection_inbox));
    expect(!at_end && is_received("Hello", 5));
    must("receive_message", receive_message(connection, &connection_inbox));
    expect(!at_end && is_received("World", 5));
    must("receive_message", receive_message(connection, &connection_inbox));
    expect(!at_end && is_received("Again", 5));

    step(20);  // recv_message: eof
    do {
        must("receive_message", receive_message(connection, &connection_inbox));
    } while (!at_end);

    step(21);  // close
    CALL(close(connection));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
