// The TCP server and client as real processes, against Python's socket module, nc, and peers that behave badly.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "core/error.hh"
#include "core/poller.hh"
#include "core/socket.hh"
#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

using core::Address;
using core::Family;
using core::StreamSocket;
using testing::HasSubstr;
using testing::Not;

const std::string answer = "Receive your message!";

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string receive(StreamSocket& socket) {
  std::string text(1024, '\0');
  text.resize(socket.receive(std::as_writable_bytes(std::span(text))));
  return text;
}

/// A client of our server, call by call.
class Peer {
 public:
  explicit Peer(int port) : socket_(StreamSocket::create(Family::ipv4)) {
    socket_.connect(Address::loopback(Family::ipv4, static_cast<std::uint16_t>(port)));
  }
  StreamSocket& socket() { return socket_; }
  /// As the server names it.
  std::string name() const { return socket_.local_address().to_string(); }
  void send(std::string_view text) { socket_.send_all(bytes_of(text)); }
  std::string ask(std::string_view text) {
    send(text);
    return receive(socket_);
  }

 private:
  StreamSocket socket_;
};

/// Our server at a port of its own.
class Server : public Process {
 public:
  explicit Server(std::vector<std::string> arguments = {"127.0.0.1", "0"})
      : Process(wirelab([&] {
          arguments.insert(arguments.begin(), "tcp-server");
          return arguments;
        }())) {
    EXPECT_TRUE(shows(". Ctrl-C ends this.\n")) << output();
  }
  int port() const {
    const std::string place = "Waiting for a client at 127.0.0.1:";
    return std::stoi(output().substr(output().find(place) + place.size()));
  }
  std::string port_text() const { return std::to_string(port()); }
  int interrupted() {
    signal(SIGINT);
    return wait();
  }
};

// ------------------------------------------------------------------------------------------------- the exchange

TEST(TcpServer, AnswersAPythonClient) {
  SKIP_WITHOUT("python3", "python3");
  Server server;
  Process client(tutorial({"tcp-client", server.port_text()}));
  client.type("Hello\n");
  ASSERT_TRUE(client.shows("answer: " + answer)) << client.output();
  client.type("你好\n");
  ASSERT_TRUE(client.shows("answer: " + answer, 2)) << client.output();
  client.end_input();
  EXPECT_EQ(client.wait(), 0) << client.output();
  EXPECT_TRUE(server.shows("has closed: recv returned 0 bytes.")) << server.output();
  EXPECT_TRUE(server.shows("Waiting for a client at 127.0.0.1:" + server.port_text(), 2)) << server.output();
  EXPECT_THAT(server.output(), HasSubstr(" has connected.\n"));
  EXPECT_THAT(server.output(), HasSubstr(": Hello\n"));
  EXPECT_THAT(server.output(), HasSubstr("Received 6 bytes from 127.0.0.1:"));
  EXPECT_THAT(server.output(), HasSubstr(": 你好\n"));
  EXPECT_THAT(server.output(), HasSubstr("Fed back 21 bytes to 127.0.0.1:"));
}

TEST(TcpServer, AnswersNc) {
  SKIP_WITHOUT("nc", "netcat-openbsd");
  Server server;
  Process client({"nc", "-N", "127.0.0.1", server.port_text()});
  client.type("Hello\n");
  ASSERT_TRUE(client.shows(answer)) << client.output();
  client.end_input();
  EXPECT_EQ(client.wait(), 0);
  EXPECT_TRUE(server.shows(": Hello\\n\n")) << server.output();
}

TEST(TcpClient, TalksWithAPythonServer) {
  SKIP_WITHOUT("python3", "python3");
  Process server(tutorial({"tcp-server"}));
  ASSERT_TRUE(server.shows("waits"));
  Process client(wirelab({"tcp-client", "localhost", server.output().substr(5, server.output().find(' ', 5) - 5)}));
  for (const char* line : {"Hello\n", "你好\n"}) client.type(line);
  ASSERT_TRUE(client.shows(": " + answer, 2)) << client.output();
  EXPECT_THAT(client.output(), HasSubstr("Sent 5 bytes."));
  client.type("q\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_TRUE(server.shows("closed"));
  EXPECT_THAT(server.output(), HasSubstr("received: Hello\nreceived: 你好\n"));
}

TEST(TcpClient, TalksWithNc) {
  SKIP_WITHOUT("nc", "netcat-openbsd");
  Process server({"nc", "-l", "-v", "-n", "127.0.0.1", "0"});
  ASSERT_TRUE(server.shows("Listening on 127.0.0.1 ")) << server.output();
  ASSERT_TRUE(server.shows("\n"));
  Process client(wirelab({"tcp-client", "127.0.0.1", std::to_string(std::stoi(server.output().substr(23)))}));
  client.type("Hello\n");
  ASSERT_TRUE(server.shows("Hello")) << server.output();
  server.type("good day\n");
  EXPECT_TRUE(client.shows(": good day\\n\n")) << client.output();
  client.type("\n");
  EXPECT_EQ(client.wait(), 0) << client.output();
}

TEST(TcpClient, EndsAtAnEmptyLineAtQAndAtTheEndOfItsInput) {
  for (const char* input : {"\n", "q\n", "Hello\nq\n", "Hello\n"}) {
    Server server;
    Process client(wirelab({"tcp-client", "127.0.0.1", server.port_text()}));
    client.type(input);
    client.end_input();
    EXPECT_EQ(client.wait(), 0) << client.output();
    EXPECT_EQ(client.output().find(answer) != std::string::npos, input[0] == 'H') << client.output();
  }
}

TEST(TcpClient, TalksOverIpv6) {
  Process server(wirelab({"tcp-server", "::1", "0"}));
  if (!server.shows("Waiting for a client at [::1]:")) GTEST_SKIP() << "no IPv6 here: " << server.output();
  ASSERT_TRUE(server.shows("\n"));
  Process client(wirelab({"tcp-client", "::1", std::to_string(std::stoi(server.output().substr(30)))}));
  client.type("Hello\nq\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr(": " + answer));
}

TEST(TcpClient, DoesNotSendALineThatIsTooLong) {
  Server server;
  Process client(wirelab({"tcp-client", "127.0.0.1", server.port_text()}));
  const std::string part(30'000, 'x');
  for (int i = 0; i < 3; ++i) {
    client.type(part);
  }
  client.type("\nHello\nq\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr("longer than 65536 bytes. It was not sent."));
  EXPECT_THAT(client.output(), HasSubstr("Sent 5 bytes."));
}

// ------------------------------------------------------------------------------------------------- one, or many

TEST(TcpServer, TakesOneClientAfterTheOther) {
  Server server;
  Peer first(server.port());
  Peer second(server.port());
  second.send("second");
  EXPECT_EQ(first.ask("first"), answer);
  EXPECT_EQ(first.ask("again"), answer);
  EXPECT_THAT(server.output(), Not(HasSubstr(second.name())));
  first.socket().close();
  EXPECT_EQ(receive(second.socket()), answer);
  EXPECT_TRUE(server.shows(second.name() + ": second")) << server.output();
}

TEST(TcpServer, WaitsForNobodyIfItIsConcurrent) {
  Server server({"--concurrent", "127.0.0.1", "0"});
  Peer silent(server.port());
  ASSERT_TRUE(server.shows(silent.name() + " has connected."));
  Peer first(server.port());
  Peer second(server.port());
  EXPECT_EQ(second.ask("second"), answer);
  EXPECT_EQ(first.ask("first"), answer);
  EXPECT_EQ(second.ask("again"), answer);
  EXPECT_EQ(silent.ask("at last"), answer);
}

TEST(TcpServer, LetsClientsWaitForWhomItHasNoDescriptor) {
  // It has five open itself: three to the terminal, one for Ctrl-C, one that listens.
  Process server({"sh", "-c", "ulimit -n 7 && exec \"$@\"", "sh", WIRELAB_PROGRAM, "tcp-server", "--concurrent",
                  "127.0.0.1", "0"});
  ASSERT_TRUE(server.shows(". Ctrl-C ends this.\n")) << server.output();
  const int port = std::stoi(server.output().substr(server.output().find(':') + 1));
  Peer first(port);
  Peer second(port);
  EXPECT_EQ(first.ask("first"), answer);
  EXPECT_EQ(second.ask("second"), answer);
  Peer third(port);
  third.send("third");
  ASSERT_TRUE(server.shows("(EMFILE). Whoever comes now waits until one of 2 is done.")) << server.output();
  EXPECT_EQ(second.ask("again"), answer);
  first.socket().close();
  EXPECT_EQ(receive(third.socket()), answer);
}

// ----------------------------------------------------------------------------------------------------- Ctrl-C

TEST(TcpServer, EndsWith0WhenItIsInterrupted) {
  Server waiting;
  EXPECT_EQ(waiting.interrupted(), 0);
  EXPECT_THAT(waiting.output(), HasSubstr("Interrupted: every socket is closed.\n"));
  Server serving;
  Peer peer(serving.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  EXPECT_EQ(serving.interrupted(), 0);
  EXPECT_EQ(receive(peer.socket()), "") << "its end of the connection is closed";
}

/// Sends, and receives nothing, until nothing goes any more. What the server prints is read, or that would hold it up.
void fill(StreamSocket& socket, Process& server) {
  const std::string much(64 * 1024, 'x');
  socket.set_blocking(false);
  core::Poller poller;
  poller.watch(socket.fd(), POLLOUT);
  poller.watch(server.output_descriptor(), POLLIN);
  while (true) {
    const auto ready = poller.wait(core::Deadline::after(std::chrono::milliseconds(200)));
    if (ready.empty()) return;
    for (const pollfd& each : ready) {
      if (each.fd == socket.fd()) {
        socket.send(bytes_of(much));
      } else {
        server.read_on();
      }
    }
  }
}

TEST(TcpServer, IsInterruptedEvenByAPeerThatNeverReads) {
  Server server;
  StreamSocket peer = StreamSocket::create(Family::ipv4);
  // Small buffers on both sides: the kernel makes room for so many segments, whatever their size.
  peer.set_option("SO_RCVBUF", 1);
  peer.set_option("TCP_MAXSEG", 88);
  peer.connect(Address::loopback(Family::ipv4, static_cast<std::uint16_t>(server.port())));
  fill(peer, server);
  EXPECT_EQ(server.interrupted(), 0);
}

TEST(TcpClient, IsInterruptedWhereverItWaits) {
  Server server;
  Process at_its_prompt(wirelab({"tcp-client", "127.0.0.1", server.port_text()}));
  ASSERT_TRUE(at_its_prompt.shows("Message"));
  at_its_prompt.signal(SIGINT);
  EXPECT_EQ(at_its_prompt.wait(), 0);

  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  const std::string port = std::to_string(socket.local_address().port());
  const core::Listener silent(std::move(socket), 5);
  Process without_an_answer(wirelab({"tcp-client", "127.0.0.1", port}));
  without_an_answer.type("Hello\n");
  ASSERT_TRUE(without_an_answer.shows("Sent 5 bytes."));
  without_an_answer.signal(SIGINT);
  EXPECT_EQ(without_an_answer.wait(), 0);
}

/// Whether a socket of this machine is in that state (TCP_SYN_SENT is 02) with that port on the other side: proc(5).
bool is_in_state(const std::string& state, int port) {
  const std::string other = fmt::format("0100007F:{:04X} {} ", port, state);
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    if (line.find(other) != std::string::npos) return true;
  }
  return false;
}

TEST(TcpClient, IsInterruptedWhileItConnects) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  const int port = socket.local_address().port();
  const core::Listener full(std::move(socket), 0);
  Peer in_the_queue(port);
  Process client(wirelab({"tcp-client", "127.0.0.1", std::to_string(port)}));
  const core::Deadline deadline = core::Deadline::after(std::chrono::seconds(60));
  while (!is_in_state("02", port) && !deadline.expired()) {
  }
  client.signal(SIGINT);
  EXPECT_EQ(client.wait(), 0) << client.output();
  EXPECT_THAT(client.output(), HasSubstr("Interrupted"));
}

// --------------------------------------------------------------------------------------------- advice on errors

TEST(TcpServer, SaysWhatToDoAboutAnAddressInUse) {
  Server first;
  Process second(wirelab({"tcp-server", "127.0.0.1", first.port_text()}));
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.output(), HasSubstr("bind: Address already in use (EADDRINUSE)\n"));
  EXPECT_THAT(second.output(), HasSubstr("  ss -ltnp 'sport = :" + first.port_text() + "'\n"));
  EXPECT_THAT(second.output(), HasSubstr("SO_REUSEADDR"));
  EXPECT_THAT(second.output(), HasSubstr(" tcp-server 127.0.0.1 " + std::to_string(first.port() + 1) + "\n"));
}

TEST(TcpServer, CanBeStartedAgainAtOnce) {
  Server first;
  Peer peer(first.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  EXPECT_EQ(first.interrupted(), 0);
  peer.socket().close();
  Server second({"127.0.0.1", first.port_text()});
  EXPECT_EQ(second.interrupted(), 0);
}

TEST(TcpClient, SaysWhatToDoAboutARefusal) {
  StreamSocket held = StreamSocket::create(Family::ipv4);
  held.bind(Address::loopback(Family::ipv4, 0));
  const std::string port = std::to_string(held.local_address().port());
  Process client(wirelab({"tcp-client", "127.0.0.1", port}));
  EXPECT_EQ(client.wait(), 1);
  EXPECT_THAT(client.output(), HasSubstr("connect: Connection refused (ECONNREFUSED)\n"));
  EXPECT_THAT(client.output(), HasSubstr("Start the server first, in another terminal:\n  "));
  EXPECT_THAT(client.output(), HasSubstr(" tcp-server 127.0.0.1 " + port + "\n"));
}

// ------------------------------------------------------------------------------------------------- bad company

TEST(TcpServer, GoesOnAfterAReset) {
  Server server;
  Peer rude(server.port());
  EXPECT_EQ(rude.ask("Hello"), answer);
  const std::string name = rude.name();
  rude.socket().abort();
  EXPECT_TRUE(server.shows(name + " is gone: recv: Connection reset by peer (ECONNRESET).")) << server.output();
  EXPECT_EQ(Peer(server.port()).ask("Hello"), answer);
}

TEST(TcpServer, ShowsACharacterThatCameInTwoParts) {
  Server server;
  Peer peer(server.port());
  EXPECT_EQ(peer.ask("a\xe4\xbd"), answer);
  EXPECT_EQ(peer.ask("\xa0z"), answer);
  EXPECT_TRUE(server.shows(": a…\n")) << server.output();
  EXPECT_TRUE(server.shows(": 你z\n")) << server.output();
  EXPECT_EQ(peer.ask("\xe4\xbd"), answer);
  peer.socket().close();
  EXPECT_TRUE(server.shows("left a character unfinished: \\xe4\\xbd\n")) << server.output();
}

TEST(TcpServer, LetsNoControlCharacterOntoTheTerminal) {
  Server server;
  EXPECT_EQ(Peer(server.port()).ask("\x1b]0;title\x07\x1b[31m\r\xff\xe2\x80\xae"), answer);
  EXPECT_TRUE(server.shows(R"(: \x1b]0;title\x07\x1b[31m\r\xff\u202e)")) << server.output();
  EXPECT_THAT(server.output(), Not(HasSubstr("\x1b")));
}

TEST(TcpClient, LetsNoControlCharacterOntoTheTerminalAndSaysThatTheServerHasClosed) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  const std::string port = std::to_string(socket.local_address().port());
  core::Listener listener(std::move(socket), 5);
  Process client(wirelab({"tcp-client", "127.0.0.1", port}));
  StreamSocket server = listener.accept().socket;
  client.type("Hello\n");
  EXPECT_EQ(receive(server), "Hello");
  server.send_all(bytes_of("\x1b[2J"));
  ASSERT_TRUE(client.shows(": \\x1b[2J\n")) << client.output();
  server.close();
  client.type("Hello\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr(" has closed: recv returned 0 bytes.\n"));
  EXPECT_THAT(client.output(), Not(HasSubstr("\x1b")));
}

/// A server that is no program of ours.
core::Listener own_listener() {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  return core::Listener(std::move(socket), 5);
}

TEST(TcpClient, SendsWhatIsTypedAlthoughTheServerSendsForEver) {
  core::Listener listener = own_listener();
  Process client(wirelab({"tcp-client", "127.0.0.1", std::to_string(listener.local_address().port())}));
  StreamSocket server = listener.accept().socket;
  std::jthread flood([&server] {
    const std::string much(64 * 1024, 'x');
    try {
      while (true) server.send_all(bytes_of(much));
    } catch (const core::SystemError&) {  // the client has ended
    }
  });
  client.type("Hello\n");
  EXPECT_TRUE(client.shows("Sent 5 bytes."));
  EXPECT_EQ(receive(server), "Hello");
  client.signal(SIGKILL);
}

// The lowest number that is free would be that of the socket.
TEST(TcpClient, SaysNothingToTheServerThatIsMeantForAClosedTerminal) {
  core::Listener listener = own_listener();
  Process client({"sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh", WIRELAB_PROGRAM, "tcp-client", "127.0.0.1",
                  std::to_string(listener.local_address().port())});
  StreamSocket server = listener.accept().socket;
  EXPECT_EQ(receive(server), "");
  EXPECT_EQ(client.wait(), 0);
}

TEST(TcpServer, IsInterruptedWhileNobodyReadsWhatItPrints) {
  Server server;
  Peer peer(server.port());
  const std::string line(1000, 'x');
  // Until its pipe is full, and it answers no more.
  do {
    peer.send(line);
  } while (core::wait(peer.socket().fd(), POLLIN, core::Deadline::after(std::chrono::seconds(1))) &&
           !receive(peer.socket()).empty());
  server.signal(SIGINT);
  siginfo_t ended{};
  const core::Deadline deadline = core::Deadline::after(std::chrono::seconds(60));
  while (ended.si_pid == 0 && !deadline.expired()) {
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(server.id()), &ended, WEXITED | WNOHANG | WNOWAIT), 0);
  }
  EXPECT_EQ(ended.si_pid, server.id());
  EXPECT_EQ(server.wait(), 0);
}

TEST(TcpServer, NeedsNoMoreMemoryForAPeerThatSendsForEver) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps what was freed";
#endif
  const auto kibibytes_of = [](const Process& process) {
    std::ifstream status("/proc/" + std::to_string(process.id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return 0L;
  };
  Server server;
  Peer peer(server.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  const long before = kibibytes_of(server);
  const std::string part(1024, 'x');
  for (int i = 1; i <= 4096; ++i) {
    ASSERT_EQ(peer.ask(part), answer);
    // Before it has to wait for its terminal.
    if (i % 32 == 0) {
      ASSERT_TRUE(server.shows("Fed back", i));
    }
  }
  EXPECT_LT(kibibytes_of(server) - before, 1024);
}

// ---------------------------------------------------------------------------------------------------- --explain

TEST(TcpServer, ExplainsWhatItsOwnSideShows) {
  Server server({"--explain", "127.0.0.1", "0"});
  Peer peer(server.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  EXPECT_EQ(peer.ask("World"), answer);
  peer.socket().shutdown(StreamSocket::Side::write);
  EXPECT_EQ(receive(peer.socket()), "");
  Peer next(server.port());
  EXPECT_EQ(next.ask("Hello"), answer);
  EXPECT_EQ(server.interrupted(), 0);
  const std::string& told = server.output();
  for (const char* call :
       {"├ socket(SOCK_STREAM)\n", "├ bind(127.0.0.1, 0)\n", "├ listen(5)\n", "├ accept() = client\n",
        "├ recv(1024) = 5 \"Hello\"\n", "├ send(\"Receive your message!\") = 21\n", "├ recv(1024) = 0 end of file\n",
        "├ close()\n", "├ close(listener)\n"}) {
    EXPECT_THAT(told, HasSubstr(call));
  }
  for (const char* once : {"found a finished connection", "Of how many sends of client",
                           "the kernel has taken the bytes", "sends no more"}) {
    EXPECT_NE(told.find(once), std::string::npos) << once << told;
    EXPECT_EQ(told.find(once), told.rfind(once)) << once << told;
  }
  // It cannot know how the peer ended its stream.
  EXPECT_THAT(told, Not(HasSubstr("client had")));
}

TEST(TcpServer, ExplainsWhatClosingDoesToBytesThatNobodyRead) {
  Server server({"--explain", "127.0.0.1", "0"});
  Peer peer(server.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  // It finds both at once: bytes to read, and that it is to end.
  server.signal(SIGSTOP);
  peer.send("unread");
  server.signal(SIGINT);
  server.signal(SIGCONT);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_THAT(server.output(), HasSubstr("server's socket was closed with 6 bytes of client unread"));
  EXPECT_THROW(receive(peer.socket()), core::SystemError);
}

TEST(TcpServer, DoesNotSayThatItSendsAResetToOneThatHasResetBefore) {
  Server server({"--explain", "127.0.0.1", "0"});
  Peer peer(server.port());
  EXPECT_EQ(peer.ask("Hello"), answer);
  server.signal(SIGSTOP);
  peer.send("unread");
  peer.socket().abort();
  server.signal(SIGINT);
  server.signal(SIGCONT);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_THAT(server.output(), HasSubstr("├ close()"));
  EXPECT_THAT(server.output(), Not(HasSubstr("was closed with")));
}

TEST(TcpClient, ExplainsARefusalWithoutKnowingTheServer) {
  StreamSocket held = StreamSocket::create(Family::ipv4);
  held.bind(Address::loopback(Family::ipv4, 0));
  Process client(wirelab({"tcp-client", "--explain", "127.0.0.1", std::to_string(held.local_address().port())}));
  EXPECT_EQ(client.wait(), 1);
  EXPECT_THAT(client.output(), HasSubstr("client's connect failed with ECONNREFUSED.\n"));
  EXPECT_THAT(client.output(), Not(HasSubstr("at line")));
}

}  // namespace
}  // namespace wirelab::programs::test
