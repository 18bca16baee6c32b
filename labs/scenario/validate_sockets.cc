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
  bool read_ahead = false;  // a recv until some bytes may have read beyond them
  bool open = true;
};

class Play {
 public:
  Play(const Actor& actor, Family family, bool framing_is_known, Problems& problems)
      : actor_(actor), family_(family), framing_is_known_(framing_is_known), problems_(problems) {}

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

  void complain(const Step& step, words::Message what) {
    if (!silent_) problems_.error(step.at, std::move(what));
  }

  // Under the socket's name where the step spells one.
  void complain_of_name(const Step& step, words::Message what) {
    const Position at = step.using_at.line != 0 ? step.using_at : step.at;
    if (!silent_) problems_.error(at, std::move(what));
  }

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
      complain_of_name(step, {"closed-socket"_text, {{"name", in_ticks(name)}}});
      return nullptr;
    }
    const std::string meant = closest(name, known);
    Remark mend = meant.empty() ? remark("sockets-get-names"_text) : did_you_mean(meant);
    complain_of_name(
        step, {"unknown-socket"_text, {{"actor", actor_.name}, {"name", in_ticks(name)}, {"mend", std::move(mend)}}});
    return nullptr;
  }

  // The socket a step is about, noted for the checks of order; nullptr after a complaint.
  ImaginedSocket* socket_of(const Step& step) {
    ImaginedSocket* socket = step.using_socket.empty() ? current() : named(step, step.using_socket);
    if (socket == nullptr && step.using_socket.empty() && !std::exchange(lack_reported_, !silent_)) {
      complain(step, {sockets_.empty() ? "no-socket"_text : "closed-socket.all"_text,
                      {{"actor", actor_.name}, {"word", std::string(word_of(step.action))}}});
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

  bool must_be(const Step& step, const ImaginedSocket& socket, SocketType type, words::TextId instead) {
    if (socket.use.type == type) return true;
    complain(step, {type == SocketType::stream ? "wrong-socket-type.datagram"_text : "wrong-socket-type.stream"_text,
                    {{"word", std::string(word_of(step.action))}, {"mend", remark(instead)}}});
    return false;
  }

  bool must_be_connected(const Step& step, ImaginedSocket& socket) {
    if (socket.connected) return true;
    // Every later step on it would be the same mistake.
    socket.connected = !silent_;
    const std::string_view word = word_of(step.action);
    if (socket.use.type == SocketType::dgram) {
      complain(step, {"no-connection.datagram"_text, {{"word", std::string(word)}}});
    } else if (socket.listening) {
      complain(step, {"no-connection.listener"_text, {{"word", std::string(word)}}});
    } else {
      complain(step, {"no-connection"_text, {{"word", std::string(word)}}});
    }
    return false;
  }

  void must_have_framing(const Step& step) {
    if (actor_.framing || !framing_is_known_) return;
    complain(step, {"no-framing"_text, {{"word", std::string(word_of(step.action))}, {"actor", actor_.name}}});
  }

  void must_have_received(const Step& step, const Data& data) {
    struct Asks {
      std::optional<Received> operator()(const Received& received) const { return received; }
      std::optional<Received> operator()(const SizeOf& size) const { return size.what; }
      std::optional<Received> operator()(const Sha256Of& sum) const { return sum.what; }
      std::optional<Received> operator()(const FileFrom&) const { return Received{}; }
      std::optional<Received> operator()(const Literal&) const { return std::nullopt; }
      std::optional<Received> operator()(const RecordData&) const { return std::nullopt; }
    };
    if (const auto asked = std::visit(Asks{}, data.what)) must_have_received(step, *asked);
  }
  void must_have_received(const Step& step, const Received& asked) {
    if (asked.file.empty()) {
      if (received_) return;
      complain(step, {"nothing-received"_text, {{"actor", actor_.name}}});
    } else if (!receives_file(actor_.steps, asked.file)) {
      complain(step, {"unknown-file"_text, {{"actor", actor_.name}, {"file", in_ticks(asked.file)}}});
    }
  }
  static bool receives_file(const std::vector<Step>& steps, const std::string& name) {
    return std::ranges::any_of(steps, [&](const Step& step) {
      if (const auto* repeat = std::get_if<Repeat>(&step.action)) return receives_file(repeat->steps, name);
      if (const auto* retry = std::get_if<Retry>(&step.action)) return receives_file(retry->steps, name);
      const auto* receive = std::get_if<ReceiveFile>(&step.action);
      return receive != nullptr && receive->name == name;
    });
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
    if (socket == nullptr || !must_be(step, *socket, SocketType::stream, "instead.no-listen"_text)) return;
    if (socket->connected) {
      complain(step, {"listen-on-connection"_text});
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
    if (listener == nullptr || !must_be(step, *listener, SocketType::stream, "instead.no-accept"_text)) return;
    if (!listener->listening) {
      complain(step, {"no-listener"_text});
    }
    if (!silent_) open(step, SocketType::stream, true);
  }

  void make(const Step& step, const Connect& action) {
    ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr) return;
    if (socket->listening) {
      complain(step, {"connect-on-listener"_text});
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
    must_not_be_http(step, "http-by-hand"_text);
    send_on(step, action.data);
  }

  void must_be_a_record(const Step& step, const Data& data) {
    if (!actor_.framing || !std::holds_alternative<RecordFraming>(actor_.framing->kind)) return;
    if (std::holds_alternative<RecordData>(data.what)) return;
    complain(step, {"record-expected"_text});
  }

  void must_not_be_http(const Step& step, words::TextId what) {
    if (!actor_.framing || !std::holds_alternative<HttpFraming>(actor_.framing->kind)) return;
    complain(step, {what});
  }

  void receive_on(const Step& step, bool plain) {
    ImaginedSocket* socket = socket_of(step);
    received_ = received_ || !silent_;
    if (socket == nullptr) return;
    const bool may_receive = socket->use.type == SocketType::dgram || must_be_connected(step, *socket);
    if (may_receive && plain && socket->decoded) {
      complain(step, {"recv-after-recv-message"_text, {{"word", std::string(word_of(step.action))}}});
    }
    if (!plain) socket->decoded = true;
  }
  void make(const Step& step, const Receive& action) {
    receive_on(step, true);
    ImaginedSocket* socket = step.using_socket.empty() ? current() : find_open(step.using_socket);
    if (socket == nullptr || socket->use.type != SocketType::stream) return;
    if (!std::holds_alternative<Receive::AtMost>(action.how)) {
      socket->read_ahead = std::holds_alternative<Receive::UntilBytes>(action.how);
    } else if (socket->read_ahead && !expects_end(step) && !silent_) {
      problems_.warning(step.at, {"recv-after-until"_text});
      socket->read_ahead = false;
    }
  }
  static bool expects_end(const Step& step) {
    return step.expect && std::holds_alternative<ExpectEof>(step.expect->what);
  }
  void make(const Step& step, const ReceiveFile& action) {
    must_not_be_http(step, "http-by-hand.more-than-a-file"_text);
    if (action.size && std::holds_alternative<Received>(*action.size)) must_have_received(step, Received{});
    receive_on(step, !actor_.framing && framing_is_known_);
  }
  void make(const Step& step, const ReceiveMessage&) {
    must_have_framing(step);
    receive_on(step, false);
  }

  void make(const Step& step, const SendTo& action) {
    must_have_received(step, action.data);
    const ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr || !must_be(step, *socket, SocketType::dgram, "instead.send"_text)) return;
    if (action.to && is_group(*action.to)) must_have_groups(step);
    if (!action.to && !knows_a_sender_) {
      complain(step, {"no-sender"_text});
    }
  }

  void make(const Step& step, const ReceiveFrom&) {
    const ImaginedSocket* socket = socket_of(step);
    if (socket == nullptr || !must_be(step, *socket, SocketType::dgram, "instead.recv"_text)) return;
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

  void must_have_groups(const Step& step) {
    if (family_ == Family::ipv4) return;
    complain(step, {"group-of-ipv4"_text});
  }

  void make(const Step& step, const SetSocketOption& action) {
    const ImaginedSocket* socket = socket_of(step);
    const bool is_membership = std::ranges::any_of(
        action.options, [](const auto& one) { return std::holds_alternative<std::string>(one.second); });
    if (socket == nullptr || !is_membership) return;
    if (must_be(step, *socket, SocketType::dgram, "instead.no-group"_text)) {
      must_have_groups(step);
    }
  }
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
      problems_.error(step.at, {"endless-repeat"_text});
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
             std::holds_alternative<ReceiveMessage>(step.action) || std::holds_alternative<ReceiveFile>(step.action);
    });
  }

  const Actor& actor_;
  Family family_;
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

SocketUses validate_sockets(const Actor& actor, Family family, bool framing_is_known, Problems& problems) {
  Play play(actor, family, framing_is_known, problems);
  play.run(actor.steps);
  return play.take_uses();
}

}  // namespace wirelab::scenario
