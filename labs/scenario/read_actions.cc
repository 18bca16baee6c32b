#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "core/address.hh"
#include "core/socket_option.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/step_rules.hh"

namespace wirelab::scenario {
namespace {

constexpr std::int64_t highest_port = 65535;

std::optional<int> read_port(Reader& reader, const Node& node, const Phrase& what) {
  const auto port = reader.whole_number(node, what, {1, highest_port});
  return port ? std::optional(static_cast<int>(*port)) : std::nullopt;
}

constexpr std::array socket_types = {Choice<SocketType>{"stream", SocketType::stream},
                                     Choice<SocketType>{"dgram", SocketType::dgram}};

void read_socket(Reader& reader, const Node& value, Step& step) {
  Socket socket;
  if (const auto type = reader.choice<SocketType>(value, phrase("what.socket"_text), socket_types)) socket.type = *type;
  step.action = socket;
}

constexpr std::array bind_addresses = {Choice<BindAddress>{"own", BindAddress::own},
                                       Choice<BindAddress>{"any", BindAddress::any}};

void read_bind_port(Reader& reader, const Node&, const Node& value, Bind& bind) {
  bind.port = read_port(reader, value, phrase("what.port"_text)).value_or(0);
}
void read_bind_address(Reader& reader, const Node&, const Node& value, Bind& bind) {
  if (const auto address = reader.choice<BindAddress>(value, "`address`", bind_addresses)) bind.address = *address;
}
constexpr std::array bind_keys = {Key<Bind>{"port", read_bind_port, true}, Key<Bind>{"address", read_bind_address}};

void read_bind(Reader& reader, const Node& value, Step& step) {
  Bind bind;
  if (value.kind == Node::Kind::map) {
    reader.keys<Bind>(value, bind_keys, bind, "`bind`", "{port: 8888, address: own}");
  } else {
    bind.port = read_port(reader, value, phrase("what.port"_text)).value_or(0);
  }
  step.action = bind;
}

void read_listen(Reader& reader, const Node& value, Step& step) {
  step.action =
      Listen{static_cast<int>(reader.whole_number(value, phrase("what.backlog"_text), {0, 65535}).value_or(0))};
}

void read_accept(Reader&, const Node&, Step& step) { step.action = Accept{}; }
void read_abort(Reader&, const Node&, Step& step) { step.action = Abort{}; }

std::optional<std::string> read_actor_name(Reader& reader, const Node& node, const Phrase& what) {
  std::optional<std::string> name = reader.word(node, what);
  if (!name || !reader.actor_exists(node, *name)) return std::nullopt;
  return name;
}

void read_connect_to(Reader& reader, const Node&, const Node& value, Connect& connect) {
  connect.to = read_actor_name(reader, value, "`to`").value_or("");
}
void read_connect_port(Reader& reader, const Node&, const Node& value, Connect& connect) {
  connect.port = read_port(reader, value, phrase("what.port"_text));
}
constexpr std::array connect_keys = {Key<Connect>{"to", read_connect_to, true},
                                     Key<Connect>{"port", read_connect_port}};

void read_connect(Reader& reader, const Node& value, Step& step) {
  Connect connect;
  if (value.kind == Node::Kind::map) {
    reader.keys<Connect>(value, connect_keys, connect, "`connect`", "{to: server, port: 8888}");
  } else {
    connect.to = read_actor_name(reader, value, "`connect`").value_or("");
  }
  step.action = std::move(connect);
}

// Counts what a step sends against the ceilings, rounds and copies multiplied out.
void charge_sending(Reader& reader, const Node& node, std::int64_t size) {
  const std::int64_t before = reader.sent_by_all;
  reader.sent_by_all = saturated_sum(before, saturated_product(size, reader.multiplier));
  if (before > ceilings::sent_bytes || reader.sent_by_all <= ceilings::sent_bytes) return;
  reader.error(node, {"ceiling-bytes"_text, {{"most", ceilings::sent_bytes}}});
}

Data read_sent_data(Reader& reader, const Node& value, const Phrase& what) {
  std::optional<ReadData> read = read_data(reader, value, what);
  if (!read) return Data{Literal{}, value.at};
  charge_sending(reader, value, read->size);
  return std::move(read->data);
}

void read_send(Reader& reader, const Node& value, Step& step) {
  step.action = Send{read_sent_data(reader, value, phrase("what.sent"_text, {{"action", "`send`"}}))};
}
void read_send_message(Reader& reader, const Node& value, Step& step) {
  step.action = SendMessage{read_sent_data(reader, value, phrase("what.sent"_text, {{"action", "`send_message`"}}))};
}

/// 239.0.0.0/8, which is for private use (RFC 2365): what is there means nothing to anybody else.
std::optional<std::string> read_group(Reader& reader, const Node& node) {
  const std::optional<std::string> text = reader.text(node, phrase("what.group"_text));
  if (!text) return std::nullopt;
  const std::optional<core::Address> group = core::Address::group(*text);
  if (group && group->host().starts_with("239.")) return text;
  reader.error(node, {"bad-group"_text, {{"text", scenario::quoted(*text)}}});
  return std::nullopt;
}

void read_sendto_to(Reader& reader, const Node&, const Node& value, SendTo& send) {
  const bool is_address = value.text.find_first_not_of("0123456789.") == std::string::npos;
  if (is_address && value.text.ends_with(".255") && !core::Address::group(value.text)) {
    reader.error(value, {"bad-group.broadcast"_text, {{"text", scenario::quoted(value.text)}}});
    return;
  }
  if (value.is_text() || is_group(value.text)) {
    send.to = read_group(reader, value);
    return;
  }
  const std::optional<std::string> name = reader.word(value, "`to`");
  if (name && (*name == "everyone" || reader.actor_exists(value, *name))) send.to = *name;
}
void read_sendto_port(Reader& reader, const Node&, const Node& value, SendTo& send) {
  send.port = read_port(reader, value, phrase("what.port"_text));
}
void read_sendto_data(Reader& reader, const Node&, const Node& value, SendTo& send) {
  send.data = read_sent_data(reader, value, "`data`");
}
constexpr std::array sendto_keys = {Key<SendTo>{"to", read_sendto_to}, Key<SendTo>{"port", read_sendto_port},
                                    Key<SendTo>{"data", read_sendto_data, true}};

void read_sendto(Reader& reader, const Node& value, Step& step) {
  SendTo send;
  const bool is_answer = value.kind != Node::Kind::map || spells_data(value);
  if (is_answer) {
    send.data = read_sent_data(reader, value, phrase("what.sent"_text, {{"action", "`sendto`"}}));
  } else {
    reader.keys<SendTo>(value, sendto_keys, send, "`sendto`", "{to: server, data: \"Hello\"}");
    const Node* to = value.find("to");
    if (to == nullptr && reader.whole()) {
      reader.error(value, {"missing-key.to"_text});
    }
    if (send.to && is_for_several(*send.to) && value.find("port") == nullptr) {
      reader.error(value, is_group(*send.to)
                              ? words::Message{"missing-key.group-port"_text, {{"group", *send.to}}}
                              : words::Message{"missing-key.broadcast-port"_text});
    }
  }
  step.action = std::move(send);
}

constexpr Limits64 receive_limits = {0, ceilings::received};

std::optional<Receive> read_until(Reader& reader, const Node& node) {
  if (node.is_word() && node.text == "eof") return Receive{Receive::UntilEof{}};
  if (node.is_word()) {
    reader.error(node, {"unquoted-text.until"_text, {{"word", in_ticks(node.text)}}});
    return std::nullopt;
  }
  std::optional<std::string> bytes = read_bytes(reader, node, "`until`");
  if (!bytes) return std::nullopt;
  if (bytes->empty()) {
    reader.error(node, {"empty-text.until"_text});
    return std::nullopt;
  }
  return Receive{Receive::UntilBytes{std::move(*bytes)}};
}

void read_exactly_key(Reader& reader, const Node&, const Node& value, Receive& receive) {
  if (const auto bytes = reader.whole_number(value, "`exactly`", {1, ceilings::received})) {
    receive.how = Receive::Exactly{static_cast<std::size_t>(*bytes)};
  }
}
void read_until_key(Reader& reader, const Node&, const Node& value, Receive& receive) {
  if (auto until = read_until(reader, value)) receive = std::move(*until);
}
constexpr std::array recv_keys = {Key<Receive>{"exactly", read_exactly_key}, Key<Receive>{"until", read_until_key}};

void read_recv(Reader& reader, const Node& value, Step& step) {
  Receive receive{Receive::AtMost{0}};
  if (value.kind == Node::Kind::map) {
    reader.keys<Receive>(value, recv_keys, receive, "`recv`", "{exactly: 15}");
    if (value.entries.size() != 1) {
      reader.error(value, {"one-of-these.recv"_text});
    }
  } else if (const auto bytes = reader.whole_number(value, "`recv`", receive_limits)) {
    receive.how = Receive::AtMost{static_cast<std::size_t>(*bytes)};
  }
  step.action = std::move(receive);
}

void read_recvfrom(Reader& reader, const Node& value, Step& step) {
  step.action =
      ReceiveFrom{static_cast<std::size_t>(reader.whole_number(value, "`recvfrom`", receive_limits).value_or(0))};
}

void read_recv_message(Reader& reader, const Node& value, Step& step) {
  ReceiveMessage receive;
  if (value.is_word() && value.text == "eof") {
    receive.until_eof = true;
  } else if (value.kind != Node::Kind::nothing) {
    receive.count = static_cast<int>(reader.whole_number(value, "`recv_message`", {1, ceilings::rounds}).value_or(1));
  }
  step.action = receive;
}

void read_file_name(Reader& reader, const Node&, const Node& value, ReceiveFile& receive) {
  receive.name = read_received_name(reader, value).value_or("");
}
void read_file_size(Reader& reader, const Node& key, const Node& value, ReceiveFile& receive) {
  if (reader.framing != nullptr) {
    reader.error(key, {"size-and-framing"_text});
  } else if (value.kind == Node::Kind::map) {
    if (reads_received_last(reader, value, "`size`")) receive.size = Received{};
  } else if (const auto size = reader.whole_number(value, "`size`", {0, ceilings::file_beside})) {
    receive.size = *size;
  }
}
void read_file_append(Reader& reader, const Node&, const Node& value, ReceiveFile& receive) {
  receive.append = reader.yes_no(value, "`append`").value_or(false);
}
constexpr std::array recv_file_keys = {Key<ReceiveFile>{"name", read_file_name, true},
                                       Key<ReceiveFile>{"size", read_file_size},
                                       Key<ReceiveFile>{"append", read_file_append}};

void read_recv_file(Reader& reader, const Node& value, Step& step) {
  ReceiveFile receive;
  if (value.kind == Node::Kind::map) {
    reader.keys<ReceiveFile>(value, recv_file_keys, receive, "`recv_file`", "{name: \"copy.bin\", size: 2500}");
  } else {
    read_file_name(reader, value, value, receive);
  }
  step.action = std::move(receive);
}

constexpr std::array shutdown_sides = {Choice<ShutdownSide>{"write", ShutdownSide::write},
                                       Choice<ShutdownSide>{"read", ShutdownSide::read},
                                       Choice<ShutdownSide>{"both", ShutdownSide::both}};

void read_shutdown(Reader& reader, const Node& value, Step& step) {
  Shutdown shutdown;
  if (const auto side = reader.choice<ShutdownSide>(value, "`shutdown`", shutdown_sides)) shutdown.side = *side;
  step.action = shutdown;
}

void read_close(Reader& reader, const Node& value, Step& step) {
  Close close;
  if (value.kind != Node::Kind::nothing) {
    close.socket = reader.name(value, phrase("what.socket"_text));
    step.using_at = value.at;
  }
  step.action = std::move(close);
}

/// Options whose value is a group and no number: they can be set, and not asked for.
constexpr std::array<std::string_view, 2> memberships = {"IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP"};

/// Options of Linux that a student may know, and that no scenario can set: their values are no numbers, or they are
/// about what a lesson has none of. That there is no such option would not be true.
constexpr std::array<std::string_view, 27> not_offered = {"IPV6_ADD_MEMBERSHIP",
                                                          "IPV6_DROP_MEMBERSHIP",
                                                          "IPV6_JOIN_GROUP",
                                                          "IPV6_LEAVE_GROUP",
                                                          "IPV6_MULTICAST_ALL",
                                                          "IPV6_MULTICAST_IF",
                                                          "IPV6_PKTINFO",
                                                          "IPV6_RECVPKTINFO",
                                                          "IP_ADD_SOURCE_MEMBERSHIP",
                                                          "IP_BLOCK_SOURCE",
                                                          "IP_DROP_SOURCE_MEMBERSHIP",
                                                          "IP_MULTICAST_ALL",
                                                          "IP_MULTICAST_IF",
                                                          "IP_OPTIONS",
                                                          "IP_PKTINFO",
                                                          "IP_UNBLOCK_SOURCE",
                                                          "MCAST_JOIN_GROUP",
                                                          "MCAST_LEAVE_GROUP",
                                                          "SO_BINDTODEVICE",
                                                          "SO_MARK",
                                                          "SO_PRIORITY",
                                                          "SO_RCVTIMEO",
                                                          "SO_SNDLOWAT",
                                                          "SO_SNDTIMEO",
                                                          "SO_TIMESTAMP",
                                                          "TCP_CONGESTION",
                                                          "TCP_INFO"};

bool is_membership(const Node& name) {
  return name.is_word() && std::ranges::find(memberships, name.text) != memberships.end();
}

/// `besides`: what may stand there too, and is read elsewhere.
const core::SocketOption* read_option_name(Reader& reader, const Node& node,
                                           std::span<const std::string_view> besides = {}) {
  const std::optional<std::string> name = reader.word(node, phrase("what.socket-option"_text));
  if (!name) return nullptr;
  const core::SocketOption* option = core::find_socket_option(*name);
  if (option != nullptr) return option;
  if (std::ranges::find(not_offered, *name) != not_offered.end()) {
    reader.error(node, {"unknown-socket-option.not-offered"_text, {{"name", in_ticks(*name)}}});
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const core::SocketOption& known : core::socket_options()) names.push_back(known.name);
  names.insert(names.end(), besides.begin(), besides.end());
  Remark mend = *name == "SO_LINGER" ? remark("write.abort"_text) : did_you_mean(closest(*name, names));
  reader.error(node, {"unknown-socket-option"_text, {{"name", in_ticks(*name)}, {"mend", std::move(mend)}}});
  return nullptr;
}

void read_setsockopt(Reader& reader, const Node& value, Step& step) {
  SetSocketOption set;
  if (reader.is_map(value, "`setsockopt`", "{TCP_NODELAY: 1}")) {
    if (value.entries.empty()) reader.error(value, {"missing-key.option"_text});
    for (const Entry& entry : value.entries) {
      if (is_membership(entry.key)) {
        if (reader.is_unanswered(entry.value)) continue;
        auto group = read_group(reader, entry.value);
        if (group) set.options.emplace_back(entry.key.text, std::move(*group));
        continue;
      }
      const core::SocketOption* option = read_option_name(reader, entry.key, memberships);
      // What an option that does not exist would take, nobody knows.
      if (option == nullptr || reader.is_unanswered(entry.value)) continue;
      constexpr Limits64 integers = {std::numeric_limits<int>::min(), std::numeric_limits<int>::max()};
      const auto number = reader.whole_number(entry.value, in_ticks(entry.key.text), integers);
      if (number) set.options.emplace_back(option->name, static_cast<int>(*number));
    }
  }
  step.action = std::move(set);
}

void read_getsockopt(Reader& reader, const Node& value, Step& step) {
  if (is_membership(value)) {
    reader.error(value, {"unknown-socket-option.write-only"_text, {{"name", in_ticks(value.text)}}});
    return;
  }
  const core::SocketOption* option = read_option_name(reader, value);
  step.action = GetSocketOption{option ? std::string(option->name) : ""};
}

void read_sleep(Reader& reader, const Node& value, Step& step) {
  const Duration duration = reader.duration(value, "`sleep`", Duration(0), ceilings::sleep).value_or(Duration(0));
  const Duration before = reader.spending.slept;
  // Copies sleep side by side; only the rounds of one add up.
  const std::int64_t rounds = reader.multiplier / reader.copies;
  reader.spending.slept = Duration(saturated_sum(before.count(), saturated_product(duration.count(), rounds)));
  if (before <= ceilings::sleeps_of_an_actor && reader.spending.slept > ceilings::sleeps_of_an_actor) {
    reader.error(value, {"ceiling-sleep"_text, {{"most", duration_text(ceilings::sleeps_of_an_actor)}}});
  }
  step.action = Sleep{duration};
}

void read_note(Reader& reader, const Node& value, Step& step) {
  step.action = Note{reader.text(value, phrase("what.note"_text)).value_or("")};
}

// ---- loops

std::vector<Step> read_rounds(Reader& reader, const Node& value, std::int64_t rounds) {
  const std::int64_t outside = reader.multiplier;
  reader.multiplier = saturated_product(outside, std::max<std::int64_t>(rounds, 1));
  std::vector<Step> steps = read_steps(reader, value, "`steps`");
  reader.multiplier = outside;
  return steps;
}

void read_times(Reader& reader, const Node&, const Node& value, Repeat& repeat) {
  const auto times = reader.whole_number(value, "`times`", {1, ceilings::rounds});
  repeat.times = static_cast<int>(times.value_or(1));
}
void read_repeat_until(Reader& reader, const Node&, const Node& value, Repeat& repeat) {
  repeat.until = read_bytes(reader, value, "`until`").value_or("");
}
void read_repeat_steps(Reader& reader, const Node&, const Node& value, Repeat& repeat) {
  ++reader.repeats_around;
  repeat.steps = read_rounds(reader, value, repeat.times.value_or(1));
  --reader.repeats_around;
}
constexpr std::array repeat_keys = {Key<Repeat>{"times", read_times}, Key<Repeat>{"until", read_repeat_until},
                                    Key<Repeat>{"steps", read_repeat_steps, true}};

void read_repeat(Reader& reader, const Node& value, Step& step) {
  Repeat repeat;
  reader.keys<Repeat>(value, repeat_keys, repeat, "`repeat`", "{times: 10, steps: […]}");
  const bool has_times = value.find("times") != nullptr;
  const bool has_until = value.find("until") != nullptr;
  if (value.kind == Node::Kind::map && has_times == has_until && reader.whole()) {
    reader.error(value, {"one-of-these.repeat"_text});
  }
  step.action = std::move(repeat);
}

void read_retry_times(Reader& reader, const Node&, const Node& value, Retry& retry) {
  retry.times = static_cast<int>(reader.whole_number(value, "`times`", {1, ceilings::retries}).value_or(1));
}
void read_retry_steps(Reader& reader, const Node&, const Node& value, Retry& retry) {
  retry.steps = read_rounds(reader, value, retry.times);
}
constexpr std::array retry_keys = {Key<Retry>{"times", read_retry_times, true},
                                   Key<Retry>{"steps", read_retry_steps, true}};

void read_retry(Reader& reader, const Node& value, Step& step) {
  Retry retry;
  reader.keys<Retry>(value, retry_keys, retry, "`retry`", "{times: 5, steps: […]}");
  step.action = std::move(retry);
}

// What goes with the actions of a kind.
constexpr unsigned sends = takes_using | takes_timeout | when_unacked | expect_bytes | expect_fails;
constexpr unsigned receives = takes_using | takes_timeout | when_readable | expect_data | expect_bytes | expect_fails;
constexpr unsigned ends = takes_using | any_when | expect_fails;

constexpr std::array action_rules = {
    ActionRule{"socket", takes_as | expect_fails, true, "socket: stream", read_socket},
    ActionRule{"bind", takes_using | expect_fails, true, "bind: 8888", read_bind},
    ActionRule{"listen", takes_using | expect_fails, true, "listen: 5", read_listen},
    ActionRule{"accept", takes_using | takes_as | takes_timeout | when_queued | expect_fails, false, "accept",
               read_accept},
    ActionRule{"connect", takes_using | takes_timeout | expect_fails, true, "connect: server", read_connect},
    ActionRule{"send", sends, true, "send: \"Hello\"", read_send},
    ActionRule{"recv", receives | expect_eof, true, "recv: 1024", read_recv},
    ActionRule{"sendto", sends, true, "sendto: {to: server, data: \"Hello\"}", read_sendto},
    ActionRule{"recvfrom", receives, true, "recvfrom: 1024", read_recvfrom},
    ActionRule{"send_message", sends, true, "send_message: \"Hello\"", read_send_message},
    ActionRule{"recv_message", receives | expect_eof | expect_messages, false, "recv_message: 3", read_recv_message},
    ActionRule{"recv_file", receives, true, "recv_file: \"copy.bin\"", read_recv_file},
    ActionRule{"shutdown", ends, true, "shutdown: write", read_shutdown},
    ActionRule{"close", ends, false, "close", read_close},
    ActionRule{"abort", ends, false, "abort", read_abort},
    ActionRule{"setsockopt", takes_using | any_when | expect_fails, true, "setsockopt: {TCP_NODELAY: 1}",
               read_setsockopt},
    ActionRule{"getsockopt", takes_using | any_when | expect_fails, true, "getsockopt: SO_RCVBUF", read_getsockopt},
    ActionRule{"sleep", takes_using | any_when, true, "sleep: 20ms", read_sleep},
    ActionRule{"repeat", nothing_else, true, "repeat: {times: 10, steps: […]}", read_repeat},
    ActionRule{"retry", nothing_else, true, "retry: {times: 5, steps: […]}", read_retry},
    ActionRule{"note", takes_using | any_when, true, "note: \"…\"", read_note}};

}  // namespace

const ActionRule* find_action(std::string_view word) {
  const auto found = std::ranges::find(action_rules, word, &ActionRule::word);
  return found == action_rules.end() ? nullptr : &*found;
}

std::vector<std::string_view> action_words() {
  std::vector<std::string_view> words;
  for (const ActionRule& rule : action_rules) words.push_back(rule.word);
  return words;
}

std::vector<std::string_view> actions_that_suit(unsigned kinds) {
  std::vector<std::string_view> words;
  for (const ActionRule& rule : action_rules) {
    if ((rule.suits & kinds) != 0) words.push_back(rule.word);
  }
  return words;
}

std::vector<std::string_view> argument_words() {
  std::vector<std::string_view> words = {"eof", "everyone"};
  const auto add = [&words](const auto& table) {
    for (const auto& row : table) words.push_back(row.word);
  };
  add(socket_types);
  add(bind_addresses);
  add(bind_keys);
  add(connect_keys);
  add(sendto_keys);
  add(recv_keys);
  add(recv_file_keys);
  add(shutdown_sides);
  add(repeat_keys);
  add(retry_keys);
  return words;
}

}  // namespace wirelab::scenario
