// The server of "A conversation, call by call" (1-conversation.yaml, line 11),
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

    step(12);  // socket: stream
    listener = CALL(socket(AF_INET, SOCK_STREAM, 0));

    step(13);  // bind: 8888
    CALL(bind(listener, (struct sockaddr *)&address, sizeof address));

    step(14);  // listen: 5
    CALL(listen(listener, 5));

    step(15);  // accept
    connection = CALL(accept(listener, NULL, NULL));

    step(16);  // recv: 1024
    length = CALL(recv(connection, buffer, 1024, 0));
    show_stream();
    expect(is_received("Hello, server", 13));

    step(18);  // send: "Receive your message!"
    must("send_all", send_all(connection, "Receive your message!", 21));

    step(19);  // recv: 1024
    length = CALL(recv(connection, buffer, 1024, 0));
    show_stream();
    expect(at_end && length == 0);

    step(21);  // close
    CALL(close(connection));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
