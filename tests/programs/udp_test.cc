// The UDP server and client as real processes, against Python's socket module, nc, and peers that behave badly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/socket.hh"
#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

using core::Address;
using core::DatagramSocket;
using core::Family;
using testing::HasSubstr;
using testing::Not;

const std::string answer = "Receive your message";

/// Another UDP socket of this machine.
class Peer {
 public:
  Peer() : socket_(DatagramSocket::create(Family::ipv4)) { socket_.bind(Address::loopback(Family::ipv4, 0)); }

  Address address() const { return socket_.local_address(); }
  std::string port() const { return std::to_string(address().port()); }
  void send(std::string_view text, const Address& to) { socket_.send_to(std::as_bytes(std::span(text)), to); }
  std::string receive() {
    std::string text(2048, '\0');
    const core::ReceivedDatagram datagram = socket_.receive_from(std::as_writable_bytes(std::span(text)));
    from_ = datagram.from;
    text.resize(datagram.copied);
    return text;
  }
  /// Of the datagram that was received last.
  const Address& sender() const { return from_; }
  void answer_with(std::string_view text) { send(text, from_); }

 private:
  DatagramSocket socket_;
  Address from_ = Address::any(Family::ipv4, 0);
};

/// Our server at a port of its own.
class Server : public Process {
 public:
  explicit Server(const std::vector<std::string>& options = {}) : Process(wirelab(arguments(options))) {
    EXPECT_TRUE(shows(". Ctrl-C ends this.\n")) << output();
  }
  std::string port() const {
    const std::string place = "Waiting for a datagram at 127.0.0.1:";
    return std::to_string(std::stoi(output().substr(output().find(place) + place.size())));
  }
  Address address() const { return Address::loopback(Family::ipv4, static_cast<std::uint16_t>(std::stoi(port()))); }

 private:
  static std::vector<std::string> arguments(const std::vector<std::string>& options) {
    std::vector<std::string> all = {"udp-server", "127.0.0.1", "0"};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  }
};

TEST(UdpServer, AnswersAPythonClient) {
  SKIP_WITHOUT("python3", "python3");
  Server server;
  Process client(tutorial({"udp-client", server.port()}));
  client.type("Hello\n你好\n");
  client.end_input();
  EXPECT_EQ(client.wait(), 0);
  EXPECT_EQ(client.output(), "answer: " + answer + "\nanswer: " + answer + "\n");
  EXPECT_TRUE(server.shows("Fed back 20 bytes to 127.0.0.1:", 2)) << server.output();
  EXPECT_THAT(server.output(), HasSubstr("Received 5 bytes from 127.0.0.1:"));
  EXPECT_THAT(server.output(), HasSubstr(": 你好\n"));
}

TEST(UdpServer, AnswersNc) {
  SKIP_WITHOUT("nc", "netcat-openbsd");
  Server server;
  Process client({"nc", "-u", "127.0.0.1", server.port()});
  client.type("Hello\n");
  EXPECT_TRUE(client.shows(answer)) << client.output();
  EXPECT_TRUE(server.shows(": Hello\\n\n")) << server.output();
}

TEST(UdpClient, TalksWithAPythonServer) {
  SKIP_WITHOUT("python3", "python3");
  Process server(tutorial({"udp-server"}));
  ASSERT_TRUE(server.shows("waits"));
  const std::string port = std::to_string(std::stoi(server.output().substr(5)));
  Process client(wirelab({"udp-client", "--wait", "600", "127.0.0.1", port}));
  client.type("Hello\n你好\n");
  EXPECT_TRUE(client.shows(": " + answer, 2)) << client.output();
  client.type("q\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_TRUE(server.shows("received: Hello\nreceived: 你好\n")) << server.output();
}

TEST(UdpClient, TalksWithNc) {
  SKIP_WITHOUT("nc", "netcat-openbsd");
  Process server({"nc", "-u", "-l", "-v", "-n", "127.0.0.1", "0"});
  ASSERT_TRUE(server.shows("Bound on 127.0.0.1 ")) << server.output();
  ASSERT_TRUE(server.shows("\n"));
  const std::string port = std::to_string(std::stoi(server.output().substr(19)));
  Process client(wirelab({"udp-client", "--wait", "600", "127.0.0.1", port}));
  client.type("Hello\n");
  ASSERT_TRUE(server.shows("Hello")) << server.output();
  server.type("good day\n");
  EXPECT_TRUE(client.shows(": good day\\n\n")) << client.output();
  client.end_input();
  EXPECT_EQ(client.wait(), 0);
}

TEST(UdpClient, GoesOnWithoutAnAnswerAndShowsTheOneThatComesLate) {
  Peer server;
  Process client(wirelab({"udp-client", "--explain", "--wait", "0", "127.0.0.1", server.port()}));
  client.type("first\n");
  ASSERT_TRUE(client.shows("No answer so far")) << client.output();
  EXPECT_EQ(server.receive(), "first");
  server.answer_with("late");
  client.type("second\n");
  EXPECT_TRUE(client.shows("This came too late for the message before:\n")) << client.output();
  EXPECT_THAT(client.output(), HasSubstr("client's recvfrom had found no datagram when its timeout was over."));
  client.end_input();
  EXPECT_EQ(client.wait(), 0);
}

TEST(UdpClient, HearsNobodyButItsServer) {
  Peer server;
  Peer stranger;
  Process client(wirelab({"udp-client", "--wait", "600", "127.0.0.1", server.port()}));
  client.type("Hello\n");
  EXPECT_EQ(server.receive(), "Hello");
  stranger.send("stranger", server.sender());
  server.answer_with("friend");
  EXPECT_TRUE(client.shows(": friend\n")) << client.output();
  EXPECT_THAT(client.output(), Not(HasSubstr("stranger")));
}

TEST(UdpClient, SaysWhatToDoAboutARefusal) {
  std::string port;
  {
    Peer nobody_any_more;
    port = nobody_any_more.port();
  }
  Process client(wirelab({"udp-client", "--wait", "600", "--explain", "127.0.0.1", port}));
  client.type("Hello\n");
  EXPECT_EQ(client.wait(), 1);
  EXPECT_THAT(client.output(), HasSubstr("recvfrom: Connection refused (ECONNREFUSED)\n"));
  EXPECT_THAT(client.output(), HasSubstr(" udp-server 127.0.0.1 " + port + "\n"));
  EXPECT_THAT(client.output(), HasSubstr("had found\n    nobody at its port"));
}

TEST(UdpServer, SaysWhatToDoAboutAnAddressInUse) {
  Server first;
  Process second(wirelab({"udp-server", "127.0.0.1", first.port()}));
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.output(), HasSubstr("bind: Address already in use (EADDRINUSE)\n"));
  EXPECT_THAT(second.output(), HasSubstr("  ss -lunp 'sport = :" + first.port() + "'\n"));
  EXPECT_THAT(second.output(), Not(HasSubstr("TIME-WAIT"))) << "UDP has no connections";
  Process explained(wirelab({"udp-server", "--explain", "127.0.0.1", first.port()}));
  EXPECT_EQ(explained.wait(), 1);
  EXPECT_THAT(explained.output(), HasSubstr("failed with EADDRINUSE"));
  EXPECT_THAT(explained.output(), Not(HasSubstr("TIME-WAIT")));
}

TEST(UdpPrograms, EndWith0WhenTheyAreInterrupted) {
  Server server;
  Peer silent;
  Process client(wirelab({"udp-client", "--wait", "600", "127.0.0.1", silent.port()}));
  client.type("Hello\n");
  ASSERT_TRUE(client.shows("Sent 5 bytes."));
  for (Process* program : {static_cast<Process*>(&server), &client}) {
    program->signal(SIGINT);
    EXPECT_EQ(program->wait(), 0);
    EXPECT_THAT(program->output(), HasSubstr("Interrupted: every socket is closed.\n"));
  }
}

TEST(UdpServer, IsInterruptedWhileAPeerSendsForEver) {
  Server server;
  std::jthread peer([to = server.address()](const std::stop_token& stop) {
    for (Peer flood; !stop.stop_requested();) flood.send("Hello", to);
  });
  ASSERT_TRUE(server.shows("Received", 100));
  server.signal(SIGINT);
  EXPECT_EQ(server.wait(), 0);
}

TEST(UdpServer, ShowsEveryDatagramHarmlesslyAndSaysWhatIsCutOff) {
  Server server;
  Peer peer;
  peer.send("\x1b[31m\xe4\xbd", server.address());
  EXPECT_EQ(peer.receive(), answer);
  peer.send("", server.address());
  EXPECT_EQ(peer.receive(), answer);
  peer.send(std::string(3000, 'x'), server.address());
  EXPECT_EQ(peer.receive(), answer);
  EXPECT_TRUE(server.shows("Fed back", 3));
  EXPECT_THAT(server.output(),
              HasSubstr("Received 7 bytes from " + peer.address().to_string() + R"(: \x1b[31m\xe4\xbd)"));
  EXPECT_THAT(server.output(), HasSubstr("Received 0 bytes from "));
  EXPECT_THAT(server.output(),
              HasSubstr("Received 1024 of 3000 bytes from " + peer.address().to_string() + ", the rest is gone: xxx"));
  EXPECT_THAT(server.output(), Not(HasSubstr("\x1b")));
}

TEST(UdpServer, ExplainsWhatItsOwnSideShows) {
  Server server({"--explain"});
  Peer peer;
  for (const std::string& text : {std::string("Hello"), std::string("Hello"), std::string(), std::string(3000, 'x')}) {
    peer.send(text, server.address());
    EXPECT_EQ(peer.receive(), answer);
  }
  server.signal(SIGINT);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_THAT(server.output(), HasSubstr("├ recvfrom(1024) = 5 \"Hello\" from client\n"));
  EXPECT_THAT(server.output(), HasSubstr("server read 2 datagrams (5+5 bytes), one with each call."));
  EXPECT_THAT(server.output(), HasSubstr("Whether the datagram arrives at client"));
  EXPECT_THAT(server.output(), HasSubstr("a datagram of 0 bytes from client"));
  EXPECT_THAT(server.output(), HasSubstr("A datagram of 3000 bytes from client was read by server into room for 1024"));
  EXPECT_THAT(server.output(), Not(HasSubstr("more than once"))) << "two that look alike are two";
}

}  // namespace
}  // namespace wirelab::programs::test
