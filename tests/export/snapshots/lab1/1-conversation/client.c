// The client of "A conversation, call by call" (1-conversation.yaml, line 22),
// as a program of its own.
//
//   cc -std=c17 -Wall -Wextra -Wpedantic -o client client.c
//   ./client [HOST [PORT]]        127.0.0.1, 8888 if left out
//
// Start it when: server.accept blocked.
//
// `blocked` means that the other program is asleep in that call: what it shows
// ends there, without a result.
//
// A program cannot know what happens in another one. Where the scenario waits
// for that, this program asks you to press Enter when it has happened; with
// </dev/null it does not wait.

#define _DEFAULT_SOURCE  // POSIX, and the options of sockets beside it
int main(int argc, char **argv) {
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    const char *port = argc > 2 ? argv[2] : "8888";
    struct sockaddr_in server_address = address_of(host, port);
    int connection = -1;

    step(23);  // socket: stream
    connection = CALL(socket(AF_INET, SOCK_STREAM, 0));

    step(24);  // connect: server
    CALL(connect(connection, (struct sockaddr *)&server_address, sizeof server_address));

    wait_until("server.recv blocked");
    step(26);  // send: "Hello, server"
    must("send_all", send_all(connection, "Hello, server", 13));

    step(28);  // recv: 1024
    length = CALL(recv(connection, buffer, 1024, 0));
    show_stream();
    expect(is_received("Receive your message!", 21));

    wait_until("server.recv#2 blocked");
    step(30);  // close
    CALL(close(connection));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
