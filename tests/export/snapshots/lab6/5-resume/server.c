// The server of "Going on where it broke off" (5-resume.yaml, line 11), as a
// program of its own.
//
//   cc -std=c17 -Wall -Wextra -Wpedantic -o server server.c
//   ./server [HOST [PORT]]        127.0.0.1, 8888 if left out
//
// Start it whenever you like.
//
// A program cannot know what happens in another one. Where the scenario waits
// for that, this program asks you to press Enter when it has happened; with
// </dev/null it does not wait.
//
// It goes on with what it finds in copy.txt. The scenario begins without one:
// remove it before you start it again.

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
    connection_inbox.length = 0;

    wait_until("client.send#2");
    step(16);  // recv: {until: "\n"}
    length = must("receive_until", receive_until(connection, &connection_inbox, "\n", 1));
    show_stream();

    step(18);  // send: {size_of: {received: "copy.txt"}}
    data_size = (size_t)snprintf(data, sizeof data, "%ld", size_of_file("copy.txt"));
    must("send_all", send_all(connection, data, data_size));

    step(19);  // send: "\n"
    must("send_all", send_all(connection, "\n", 1));

    step(20);  // recv_file
    expect_failure(ECONNRESET,
                   receive_file_of_size(connection, &connection_inbox, "copy.txt", "ab", received_number()));

    step(22);  // close
    CALL(close(connection));

    step(23);  // accept
    connection = CALL(accept(listener, NULL, NULL));
    connection_inbox.length = 0;

    wait_until("client.send#5");
    step(24);  // recv: {until: "\n"}
    length = must("receive_until", receive_until(connection, &connection_inbox, "\n", 1));
    show_stream();

    step(26);  // send: {size_of: {received: "copy.txt"}}
    data_size = (size_t)snprintf(data, sizeof data, "%ld", size_of_file("copy.txt"));
    must("send_all", send_all(connection, data, data_size));

    step(27);  // send: "\n"
    must("send_all", send_all(connection, "\n", 1));

    step(28);  // recv_file
    length = must("receive_file_of_size",
                  receive_file_of_size(connection, &connection_inbox, "copy.txt", "ab", received_number()));

    step(29);  // recv: {exactly: 64}
    length = must("receive_exactly", receive_exactly(connection, take(&connection_inbox, 64), 64));
    show_stream();
    load_received("copy.txt");
    expect(is_received(sha256_of(data, data_size), 64));

    step(31);  // send: "the same\n"
    must("send_all", send_all(connection, "the same\n", 9));

    step(32);  // close
    CALL(close(connection));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
