// The server of the tutorial: it answers whatever comes with one sentence, and says what it does.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hh"
#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::string_view answer = "Receive your message!";
constexpr std::size_t most_at_once = 1024;  // bytes of a recv
constexpr int backlog = 5;

constexpr std::size_t most_clients = 256;  // at once

/// One client after the other is the same as many at once, with room for one.
class TcpServer {
 public:
  TcpServer(Program& program, std::size_t room) : program_(program), room_(room), listener_(program, backlog) {}

  /// Until it is interrupted.
  [[noreturn]] void serve() {
    say_what_is_waited_for();
    while (true) {
      core::Poller poller;
      if (clients_.size() < room_) poller.watch(listener_.fd(), POLLIN);
      for (const Client& client : clients_)
        poller.watch(client.connection.fd(), client.unsent.empty() ? POLLIN : POLLOUT);
      for (const pollfd& ready : program_.interruption.wait(poller)) {
        if (ready.fd == listener_.fd()) {
          welcome();
        } else {
          serve(ready.fd);
        }
      }
    }
  }

 private:
  struct Client {
    TcpConnection connection;
    std::string name;
    Incoming incoming;
    std::string_view unsent = {};  ///< of the answer. Until it is gone nothing more is read, however much comes.
  };

  void say_what_is_waited_for() {
    program_.terminal.say("program.waits-for-client"_text, {{"address", listener_.address().to_string()}});
  }

  void welcome() {
    auto accepted = listener_.try_accept(clients_.size(), room_);
    if (!accepted) return;
    clients_.push_back(
        {std::move(accepted->connection), accepted->peer.to_string(), Incoming(program_, accepted->peer)});
    program_.terminal.say("program.client-connected"_text, {{"client", clients_.back().name}});
  }

  void serve(int fd) {
    const auto client = std::ranges::find(clients_, fd, [](const Client& each) { return each.connection.fd(); });
    if (goes_on(*client)) return;
    clients_.erase(client);
    if (clients_.size() + 1 == room_) say_what_is_waited_for();
  }

  /// Does what can be done now. False if that was the last.
  bool goes_on(Client& client) {
    try {
      return client.unsent.empty() ? receive(client) : feed_back(client);
    } catch (const core::SystemError& error) {
      program_.terminal.say("program.gone"_text, {{"client", client.name}, {"error", error.what()}});
      return false;
    }
  }

  bool receive(Client& client) {
    const auto bytes = client.connection.try_receive(most_at_once);
    if (!bytes) return true;
    if (!client.incoming.say(*bytes)) return false;
    client.unsent = answer;
    return feed_back(client);
  }

  bool feed_back(Client& client) {
    client.unsent.remove_prefix(client.connection.try_send(client.unsent));
    if (client.unsent.empty()) {
      program_.terminal.say("program.fed-back"_text,
                            {{"bytes", std::ssize(answer)}, {"receiver", client.name}, {"text", std::string(answer)}});
    }
    return true;
  }

  Program& program_;
  std::size_t room_;
  TcpListener listener_;
  std::list<Client> clients_;
};

}  // namespace

int tcp_server(const TcpServerOptions& options) {
  const Description description{"tcp-server", "tcp-client", Role::server, core::Transport::stream};
  return perform(description, options,
                 [&](Program& program) { TcpServer(program, options.concurrent ? most_clients : 1).serve(); });
}

}  // namespace wirelab::programs
