#include "labs/scenario/validate_sockets.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/scenario/plan.hh"
#include "labs/scenario/suggestion.hh"

namespace wirelab::scenario {
namespace {

struct ImaginedSocket {
  SocketUse use;
  std::string name;  // empty: none
  bool bound = false;
  bool listening = false;
  bool connected = false;
  bool decoded = false;  // a recv_message may have read beyond its message
  bool open = true;
};

class Play {
 public:
  Play(const Actor& actor, bool framing_is_known, Problems& problems)
      : actor_(actor), framing_is_known_(framing_is_known), problems_(problems) {}

  void run(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      // A step that says how it fails is a lesson, not a mistake.
      silent_ = expects_failure(step);
      std::visit([&](const auto& action) { make(step, action); }, step.action);
    }
  }

  SocketUses take_uses() { return std::move(uses_); }

 private:
  // ---- complaints

  void complain(const Step& step, std::string rule, std::string message, std::string mend) {
    if (!silent_) problems_.error(step.at, std::move(rule), std::move(message), std::move(mend));
  }

  // Under the socket's name where the step spells one.
  void complain_of_name(const Step& step, std::string rule, std::string message, std::string mend) {
    const Position at = step.using_at.line != 0 ? step.using_at : step.at;
    if (!silent_) problems_.error(at, std::move(rule), std::move(message), std::move(mend));
  }

  std::string first_step_mend() const { return "write `- socket: stream` (or `dgram`) before it"; }

  // ---- sockets

  ImaginedSocket* current() {
    while (!stack_.empty() && !sockets_[stack_.back()].open) stack_.pop_back();
    return stack_.empty() ? nullptr : &sockets_[stack_.back()];
  }

  ImaginedSocket* find_open(std::string_view name) {
    const auto found = std::find_if(sockets_.rbegin(), sockets_.rend(), [name](const ImaginedSocket& socket) {
      return socket.open && socket.name == name;
    });
    return found == sockets_.rend() ? nullptr : &*found;
  }

  ImaginedSocket* named(const Step& step, const std::string& name) {
    if (ImaginedSocket* socket = find_open(name)) return socket;
    std::vector<std::string> known;
    for (const ImaginedSocket& socket : sockets_) known.push_back(socket.name);
    if (std::ranges::find(known, name) != known.end()) {
      complain_of_name(step, "closed-socket", fmt::format("{} is closed already", in_ticks(name)), "");
      return nullptr;
    }
    const std::string meant = closest(name, known);
    complain_of_name(step, "unknown-socket", fmt::format("`{}` has no socket {}", actor_.name, in_ticks(name)),
                     meant.empty() ? "`as: name` on `socket` or `accept` names one; `listen` makes the `listener`"
                                   : did_you_mean(meant));
    return nullptr;
  }

  // The socket a step is about, noted for the checks of order; nullptr after a complaint.
  ImaginedSocket* socket_of(const Step& step) {
    ImaginedSocket* socket = step.using_socket.empty() ? current() : named(step, step.using_socket);
    if (socket == nullptr && step.using_socket.empty() && !std::exchange(lack_reported_, !silent_)) {
      const bool had_one = !sockets_.empty();
      complain(step, had_one ? "closed-socket" : "no-socket",
               had_one
                   ? fmt::format("`{}` has closed all its sockets before this `{}`", actor_.name, word_of(step.action))
                   : fmt::format("`{}` needs a socket, and `{}` has none yet", word_of(step.action), actor_.name),
               first_step_mend());
    }
    if (socket != nullptr) uses_[&step] = socket->use;
    return socket;
  }

  void open(const Step& step, SocketType type, bool accepted) {
    ImaginedSocket socket;
    socket.use = {static_cast<int>(sockets_.size()) + 1, type, "", accepted};
    socket.connected = accepted;
    socket.name = step.as;
    uses_[&step] = socket.use;
    stack_.push_back(sockets_.size());
    sockets_.push_back(std::move(socket));
  }

  // ---- a complaint each about what a socket cannot do

  bool must_be(const Step& step, const ImaginedSocket& socket, SocketType type, std::string_view instead) {
    if (socket.use.type == type) return true;
    const std::string_view word = word_of(step.action);
    complain(step, "wrong-socket-type",
             fmt::format("`{}` on a {} socket", word, type == SocketType::stream ? "datagram" : "stream"),
             std::string(instead));
    return false;
  }

  bool must_be_connected(const Step& step, ImaginedSocket& socket) {
    if (socket.connected) return true;
    // Every later step on it would be the same mistake.
    socket.connected = !silent_;
    const std::string_view word = word_of(step.action);
    if (socket.use.type == SocketType::dgram) {
      complain(step, "no-connection", fmt::format("`{}` on a datagram socket that is connected to nobody", word),
               "write `sendto: {to: …, data: …}`, or `connect` first");
    } else if (socket.listening) {
      complain(step, "no-connection", fmt::format("`{}` on the listener, which is no connection", word),
               "`accept` a connection first");
    } else {
      complain(step, "no-connection", fmt::format("`{}` before there is a connection", word),
               "`connect` first; or `bind`, `listen` and `accept`");
    }
    return false;
  }

  void must_have_framing(const Step& step) {
    if (actor_.framing || !framing_is_known_) return;
    complain(step, "no-framing",
             fmt::format("`{}` needs a framing, and `{}` has none", word_of(step.action), actor_.name),
             "write one at the top: `framing: {kind: delimiter, delimiter: \"\\n\"}`");
  }

  void must_have_received(const Step& step, const Data& data) {
    if (received_ || !std::holds_alternative<ReceivedLast>(data.what)) return;
    complain(step, "nothing-received", fmt::format("`{}` has received nothing before this step", actor_.name),
             "put a `recv` before it");
  }

  // ---- the calls

  void make(const Step& step, const Socket& action) {
    if (!silent_) open(step, action.type, false);
  }

  void make(const Step& step, const Bind&) {
    if (ImaginedSocket* socket = socket_of(step)) socket->bound = socket->bound || !silent_;
  }

  void make(const Step& step, const Listen&) {
    ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr ||
        !must_be(step, *socket, SocketType::stream, "datagrams need no `listen`: go on with `recvfrom`"))
      return;
    if (socket->connected) {
      complain(step, "listen-on-connection", "`listen` on a socket that is connected", "listen on a socket of its own");
    } else if (!silent_) {
      socket->listening = true;
      if (socket->name.empty() && find_open("listener") == nullptr) socket->name = "listener";
    }
  }

  // `accept` is about the listener, whichever socket is current.
  ImaginedSocket* listener_of(const Step& step) {
    if (!step.using_socket.empty()) return named(step, step.using_socket);
    const auto found = std::find_if(sockets_.rbegin(), sockets_.rend(),
                                    [](const ImaginedSocket& socket) { return socket.open && socket.listening; });
    return found != sockets_.rend() ? &*found : socket_of(step);
  }

  void make(const Step& step, const Accept&) {
    const ImaginedSocket* listener = listener_of(step);
    if (listener == nullptr ||
        !must_be(step, *listener, SocketType::stream, "datagrams need no `accept`: go on with `recvfrom`"))
      return;
    if (!listener->listening) {
      complain(step, "no-listener", "`accept` without a `listen`", "write `- listen: 5` before it");
    }
    if (!silent_) open(step, SocketType::stream, true);
  }

  void make(const Step& step, const Connect& action) {
    ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr) return;
    if (socket->listening) {
      complain(step, "connect-on-listener", "`connect` on a socket that listens", "connect with a socket of its own");
      return;
    }
    socket->use.peer = action.to;
    uses_[&step] = socket->use;
    if (!silent_) socket->connected = true;
  }

  void send_on(const Step& step, const Data& data) {
    must_have_received(step, data);
    if (ImaginedSocket* socket = socket_of(step)) must_be_connected(step, *socket);
  }
  void make(const Step& step, const Send& action) { send_on(step, action.data); }
  void make(const Step& step, const SendMessage& action) {
    must_have_framing(step);
    must_be_a_record(step, action.data);
    must_not_be_http(step, "an HTTP message is written by hand", "write `- send: \"GET / HTTP/1.1\\r\\n…\"`");
    send_on(step, action.data);
  }

  void must_be_a_record(const Step& step, const Data& data) {
    if (!actor_.framing || !std::holds_alternative<RecordFraming>(actor_.framing->kind)) return;
    if (std::holds_alternative<RecordData>(data.what)) return;
    complain(step, "record-expected", "with a record framing, a message is a record",
             "write `send_message: {record: {…}}`");
  }

  void must_not_be_http(const Step& step, std::string message, std::string hint) {
    if (!actor_.framing || !std::holds_alternative<HttpFraming>(actor_.framing->kind)) return;
    complain(step, "http-by-hand", std::move(message), std::move(hint));
  }

  void receive_on(const Step& step, bool plain) {
    ImaginedSocket* socket = socket_of(step);
    received_ = received_ || !silent_;
    if (socket == nullptr) return;
    const bool may_receive = socket->use.type == SocketType::dgram || must_be_connected(step, *socket);
    if (may_receive && plain && socket->decoded) {
      complain(step, "recv-after-recv-message", fmt::format("a plain `{}` after `recv_message`", word_of(step.action)),
               "`recv_message` may have read further bytes already: go on with `recv_message`");
    }
    if (!plain) socket->decoded = true;
  }
  void make(const Step& step, const Receive&) { receive_on(step, true); }
  void make(const Step& step, const ReceiveFile&) {
    must_not_be_http(step, "an HTTP message is more than the file in it", "write `- recv_message`");
    receive_on(step, !actor_.framing && framing_is_known_);
  }
  void make(const Step& step, const ReceiveMessage&) {
    must_have_framing(step);
    receive_on(step, false);
  }

  void make(const Step& step, const SendTo& action) {
    must_have_received(step, action.data);
    const ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr || !must_be(step, *socket, SocketType::dgram, "a stream knows where it goes: write `send`"))
      return;
    if (!action.to && !knows_a_sender_) {
      complain(step, "no-sender", "`sendto` without `to` answers the last sender, and nobody has sent yet",
               "write `sendto: {to: …, data: …}`, or put a `recvfrom` before it");
    }
  }

  void make(const Step& step, const ReceiveFrom&) {
    const ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr || !must_be(step, *socket, SocketType::dgram, "a stream has one sender: write `recv`"))
      return;
    received_ = received_ || !silent_;
    knows_a_sender_ = knows_a_sender_ || !silent_;
  }

  void make(const Step& step, const Shutdown&) {
    if (ImaginedSocket* socket = socket_of(step)) must_be_connected(step, *socket);
  }

  void close(ImaginedSocket* socket) {
    if (socket != nullptr && !silent_) socket->open = false;
  }
  void make(const Step& step, const Close& action) {
    if (!action.socket) return close(socket_of(step));
    ImaginedSocket* socket = named(step, *action.socket);
    if (socket != nullptr) uses_[&step] = socket->use;
    close(socket);
  }
  void make(const Step& step, const Abort&) { close(socket_of(step)); }

  void make(const Step& step, const SetSocketOption&) { socket_of(step); }
  void make(const Step& step, const GetSocketOption&) { socket_of(step); }
  void make(const Step& step, const Sleep&) { look_at(step); }
  void make(const Step& step, const Note&) { look_at(step); }
  void look_at(const Step& step) {
    if (step.when || !step.using_socket.empty()) socket_of(step);
  }

  // Twice over: the second round meets what the first left behind. Loops in loops in loops only once, or each level
  // would double the work.
  void make(const Step& step, const Repeat& action) {
    if (action.until && !receives_anything(action.steps)) {
      problems_.error(step.at, "endless-repeat",
                      "nothing inside this `repeat` receives, so its `until` never comes true",
                      "put a `recv` or `recv_message` into it, or write `times`");
    }
    constexpr int replayed_levels = 2;
    const bool twice = action.times != 1 && loops_around_ < replayed_levels;
    ++loops_around_;
    run(action.steps);
    if (twice) run(action.steps);
    --loops_around_;
  }
  void make(const Step&, const Retry& action) { run(action.steps); }

  static bool receives_anything(const std::vector<Step>& steps) {
    return std::ranges::any_of(steps, [](const Step& step) {
      if (const auto* repeat = std::get_if<Repeat>(&step.action)) return receives_anything(repeat->steps);
      if (const auto* retry = std::get_if<Retry>(&step.action)) return receives_anything(retry->steps);
      return std::holds_alternative<Receive>(step.action) || std::holds_alternative<ReceiveFrom>(step.action) ||
             std::holds_alternative<ReceiveMessage>(step.action);
    });
  }

  const Actor& actor_;
  bool framing_is_known_;
  Problems& problems_;
  std::vector<ImaginedSocket> sockets_;
  std::vector<std::size_t> stack_;
  SocketUses uses_;
  bool received_ = false;
  bool knows_a_sender_ = false;
  bool silent_ = false;
  bool lack_reported_ = false;
  int loops_around_ = 0;
};

}  // namespace

SocketUses validate_sockets(const Actor& actor, bool framing_is_known, Problems& problems) {
  Play play(actor, framing_is_known, problems);
  play.run(actor.steps);
  return play.take_uses();
}

}  // namespace wirelab::scenario
