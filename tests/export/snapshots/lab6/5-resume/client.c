// The client of "Going on where it broke off" (5-resume.yaml, line 33), as a
// program of its own.
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

    step(34);  // socket: stream
    connection = CALL(socket(AF_INET, SOCK_STREAM, 0));
    connection_inbox.length = 0;

    step(35);  // connect: server
    CALL(connect(connection, (struct sockaddr *)&server_address, sizeof server_address));

    wait_until("server.accept");
    step(37);  // send: {size_of: "poem.txt"}
    must("send_all", send_all(connection, "450", 3));

    step(39);  // send: "\n"
    must("send_all", send_all(connection, "\n", 1));

    wait_until("server.send#2");
    step(40);  // recv: {until: "\n"}
    length = must("receive_until", receive_until(connection, &connection_inbox, "\n", 1));
    show_stream();

    wait_until("server.recv_file blocked");
    step(42);  // send: {file: "poem.txt", from: {received: last}, size: 200}
    must("find_part", find_part(load("client-d9c6ae7f.data", 450), 450, 200));
    must("send_all", send_all(connection, part, part_size));

    step(44);  // abort
    // With a linger time of 0, close() discards what is unsent and resets the connection.
    CALL(setsockopt(connection, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger)));
    CALL(close(connection));

    step(45);  // socket: stream
    connection = CALL(socket(AF_INET, SOCK_STREAM, 0));
    connection_inbox.length = 0;

    wait_until("server.accept#2 blocked");
    step(46);  // connect: server
    CALL(connect(connection, (struct sockaddr *)&server_address, sizeof server_address));

    wait_until("server.accept#2");
    step(48);  // send: {size_of: "poem.txt"}
    must("send_all", send_all(connection, "450", 3));

    step(50);  // send: "\n"
    must("send_all", send_all(connection, "\n", 1));

    wait_until("server.send#4");
    step(51);  // recv: {until: "\n"}
    length = must("receive_until", receive_until(connection, &connection_inbox, "\n", 1));
    show_stream();

    step(53);  // send: {file: "poem.txt", from: {received: last}}
    must("find_part", find_part(load("client-d9c6ae7f.data", 450), 450, 450));
    must("send_all", send_all(connection, part, part_size));

    step(54);  // send: {sha256_of: "poem.txt"}
    must("send_all", send_all(connection, "d9c6ae7f172c7a194dbd2df48a45589749447f71d0f0d2c411fec6d3391a9d0f", 64));

    step(55);  // recv: {until: "\n"}
    length = must("receive_until", receive_until(connection, &connection_inbox, "\n", 1));
    show_stream();
    expect(is_received("the same\n", 9));

    step(57);  // recv: 1024
    length = CALL(recv(connection, buffer, 1024, 0));
    show_stream();
    expect(at_end && length == 0);

    step(59);  // close
    CALL(close(connection));

    // What is still open the kernel closes now.
    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
