#include "labs/scenario/read_steps.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/error.hh"
#include "core/socket_option.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/read_data.hh"

namespace wirelab::scenario {
namespace {

using std::chrono::milliseconds;

// --------------------------------------------------------------------------------- what suits a step

enum Suits : unsigned {
  nothing_else = 0,
  takes_using = 1U << 0,
  takes_as = 1U << 1,
  takes_timeout = 1U << 2,
  when_readable = 1U << 3,
  when_unacked = 1U << 4,
  when_queued = 1U << 5,
  expect_eof = 1U << 6,
  expect_data = 1U << 7,
  expect_bytes = 1U << 8,
  expect_messages = 1U << 9,
  expect_fails = 1U << 10,
};
constexpr unsigned any_when = when_readable | when_unacked | when_queued;
constexpr unsigned any_expect = expect_eof | expect_data | expect_bytes | expect_messages | expect_fails;
constexpr unsigned sends = takes_using | takes_timeout | when_unacked | expect_bytes | expect_fails;
constexpr unsigned receives = takes_using | takes_timeout | when_readable | expect_data | expect_bytes | expect_fails;
constexpr unsigned ends = takes_using | any_when | expect_fails;

struct ActionRule {
  std::string_view word;
  unsigned suits;
  bool needs_argument;
  std::string_view example;
  void (*read)(Reader&, const Node& value, Step&);
};

// ------------------------------------------------------------------------------------------- actions

constexpr std::int64_t highest_port = 65535;

std::optional<int> read_port(Reader& reader, const Node& node, std::string_view what) {
  const auto port = reader.whole_number(node, what, {1, highest_port});
  return port ? std::optional(static_cast<int>(*port)) : std::nullopt;
}

constexpr std::array socket_types = {Choice<SocketType>{"stream", SocketType::stream},
                                     Choice<SocketType>{"dgram", SocketType::dgram}};

void read_socket(Reader& reader, const Node& value, Step& step) {
  Socket socket;
  if (const auto type = reader.choice<SocketType>(value, "a socket", socket_types)) socket.type = *type;
  step.action = socket;
}

constexpr std::array bind_addresses = {Choice<BindAddress>{"own", BindAddress::own},
                                       Choice<BindAddress>{"any", BindAddress::any}};

void read_bind_port(Reader& reader, const Node&, const Node& value, Bind& bind) {
  bind.port = read_port(reader, value, "a port").value_or(0);
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
    bind.port = read_port(reader, value, "a port").value_or(0);
  }
  step.action = bind;
}

void read_listen(Reader& reader, const Node& value, Step& step) {
  step.action = Listen{static_cast<int>(reader.whole_number(value, "a backlog", {0, 65535}).value_or(0))};
}

void read_accept(Reader&, const Node&, Step& step) { step.action = Accept{}; }
void read_abort(Reader&, const Node&, Step& step) { step.action = Abort{}; }

std::optional<std::string> read_actor_name(Reader& reader, const Node& node, std::string_view what) {
  std::optional<std::string> name = reader.word(node, what);
  if (!name || !reader.actor_exists(node, *name)) return std::nullopt;
  return name;
}

void read_connect_to(Reader& reader, const Node&, const Node& value, Connect& connect) {
  connect.to = read_actor_name(reader, value, "`to`").value_or("");
}
void read_connect_port(Reader& reader, const Node&, const Node& value, Connect& connect) {
  connect.port = read_port(reader, value, "a port");
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
  reader.error(node, "ceiling-bytes",
               fmt::format("with this step the scenario sends more than {} bytes, rounds and copies multiplied out",
                           ceilings::sent_bytes));
}

Data read_sent_data(Reader& reader, const Node& value, std::string_view what) {
  std::optional<ReadData> read = read_data(reader, value, what);
  if (!read) return Data{Literal{}, value.at};
  charge_sending(reader, value, read->size);
  return std::move(read->data);
}

void read_send(Reader& reader, const Node& value, Step& step) {
  step.action = Send{read_sent_data(reader, value, "what `send` sends")};
}
void read_send_message(Reader& reader, const Node& value, Step& step) {
  step.action = SendMessage{read_sent_data(reader, value, "what `send_message` sends")};
}

void read_sendto_to(Reader& reader, const Node&, const Node& value, SendTo& send) {
  const std::optional<std::string> name = reader.word(value, "`to`");
  if (name && (*name == "everyone" || reader.actor_exists(value, *name))) send.to = *name;
}
void read_sendto_port(Reader& reader, const Node&, const Node& value, SendTo& send) {
  send.port = read_port(reader, value, "a port");
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
    send.data = read_sent_data(reader, value, "what `sendto` sends");
  } else {
    reader.keys<SendTo>(value, sendto_keys, send, "`sendto`", "{to: server, data: \"Hello\"}");
    const Node* to = value.find("to");
    if (to == nullptr && reader.whole()) {
      reader.error(value, "missing-key", "`sendto` with braces needs `to`",
                   "write `{to: server, data: \"Hello\"}`; to answer the last sender write the data alone");
    }
    if (to != nullptr && to->text == "everyone" && !send.port && value.find("port") == nullptr) {
      reader.error(value, "missing-key", "a broadcast needs `port`: everyone has no last bound port",
                   "write `{to: everyone, port: 9000, data: \"…\"}`");
    }
  }
  step.action = std::move(send);
}

constexpr Limits64 receive_limits = {0, ceilings::received};

std::optional<Receive> read_until(Reader& reader, const Node& node) {
  if (node.is_word() && node.text == "eof") return Receive{Receive::UntilEof{}};
  if (node.is_word()) {
    reader.error(node, "unquoted-text", fmt::format("{} is neither `eof` nor a text in quotes", in_ticks(node.text)),
                 "write `eof`, or put the text in quotes");
    return std::nullopt;
  }
  std::optional<std::string> bytes = read_bytes(reader, node, "`until`");
  if (!bytes) return std::nullopt;
  if (bytes->empty()) {
    reader.error(node, "empty-text", "an empty text is found at once", "write `until: eof`, or the bytes to wait for");
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
      reader.error(value, "one-of-these", "`recv` takes one of `exactly` and `until`",
                   "write `{exactly: 15}`, or `{until: eof}`");
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

void read_recv_file(Reader& reader, const Node& value, Step& step) {
  const std::string name = reader.text(value, "the name of a file").value_or("");
  const std::string fault = name.empty() ? "" : companion_name_fault(name);
  const bool is_plain = name.find('/') == std::string::npos && name != "." && name != "..";
  if (!fault.empty() || !is_plain) {
    reader.error(value, "bad-file", fmt::format("{} is no plain file name", in_ticks(name)),
                 "the file is written into the run's own scratch folder: write a name without `/`");
  }
  step.action = ReceiveFile{name};
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
  if (value.kind != Node::Kind::nothing) close.socket = reader.name(value, "a socket");
  step.action = std::move(close);
}

const core::SocketOption* read_option_name(Reader& reader, const Node& node) {
  const std::optional<std::string> name = reader.word(node, "a socket option");
  if (!name) return nullptr;
  const core::SocketOption* option = core::find_socket_option(*name);
  if (option != nullptr) return option;
  std::vector<std::string_view> names;
  for (const core::SocketOption& known : core::socket_options()) names.push_back(known.name);
  reader.error(node, "unknown-socket-option", fmt::format("there is no socket option {}", in_ticks(*name)),
               did_you_mean(closest(*name, names)));
  return nullptr;
}

void read_setsockopt(Reader& reader, const Node& value, Step& step) {
  SetSocketOption set;
  if (reader.is_map(value, "`setsockopt`", "{TCP_NODELAY: 1}")) {
    if (value.entries.empty()) reader.error(value, "missing-key", "no option is set here", "write `{TCP_NODELAY: 1}`");
    for (const Entry& entry : value.entries) {
      const core::SocketOption* option = read_option_name(reader, entry.key);
      if (reader.is_unanswered(entry.value)) continue;
      constexpr Limits64 integers = {std::numeric_limits<int>::min(), std::numeric_limits<int>::max()};
      const auto number = reader.whole_number(entry.value, in_ticks(entry.key.text), integers);
      if (option != nullptr && number) set.options.emplace_back(option->name, static_cast<int>(*number));
    }
  }
  step.action = std::move(set);
}

void read_getsockopt(Reader& reader, const Node& value, Step& step) {
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
    reader.error(value, "ceiling-sleep",
                 fmt::format("with this step the actor sleeps for more than {} in all, rounds multiplied out",
                             duration_text(ceilings::sleeps_of_an_actor)));
  }
  step.action = Sleep{duration};
}

void read_note(Reader& reader, const Node& value, Step& step) {
  step.action = Note{reader.text(value, "a note").value_or("")};
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
    reader.error(value, "one-of-these", "`repeat` needs one of `times` and `until`",
                 "write `times: 10`, or `until: \"END\"`");
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

const ActionRule* find_action(std::string_view word) {
  const auto found = std::ranges::find(action_rules, word, &ActionRule::word);
  return found == action_rules.end() ? nullptr : &*found;
}

// ----------------------------------------------------------------------------------------- modifiers

// Says that a modifier does not suit its step, and where it would.
void refuse_modifier(Reader& reader, const Node& node, std::string_view modifier, const ActionRule& action,
                     unsigned suits) {
  std::vector<std::string_view> suitable;
  for (const ActionRule& rule : action_rules) {
    if ((rule.suits & suits) != 0) suitable.push_back(rule.word);
  }
  reader.error(node, "modifier-does-not-suit", fmt::format("`{}` makes no sense on `{}`", modifier, action.word),
               fmt::format("it goes with {}", enumeration(suitable)));
}

bool suits(Reader& reader, const Node& node, std::string_view modifier, const ActionRule& action, unsigned kinds) {
  if ((action.suits & kinds) != 0) return true;
  refuse_modifier(reader, node, modifier, action, kinds);
  return false;
}

void read_id(Reader& reader, const ActionRule&, const Node&, const Node& value, Step& step) {
  const std::optional<std::string> id = reader.name(value, "an id");
  if (!id) return;
  if (find_action(*id) != nullptr || *id == "exit") {
    reader.error(value, "id-is-action", fmt::format("{} is the word of an action already", in_ticks(*id)),
                 "choose another id: `after` could not tell them apart");
    return;
  }
  const auto [first, is_new] = reader.lines_of_ids.emplace(*id, value.at.line);
  if (!is_new) {
    reader.error(value, "duplicate-id",
                 fmt::format("the id {} is taken already, in line {}", in_ticks(*id), first->second));
  }
  step.id = *id;
}

void read_using(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "using", action, takes_using)) return;
  if (action.word == "close") {
    reader.error(key, "modifier-does-not-suit", "`close` takes the socket's name itself",
                 fmt::format("write `close: {}`", shown(value.text)));
    return;
  }
  step.using_socket = reader.name(value, "a socket").value_or("");
  step.using_at = value.at;
}

void read_as(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (suits(reader, key, "as", action, takes_as)) step.as = reader.name(value, "a socket").value_or("");
}

void read_after(Reader& reader, const ActionRule&, const Node&, const Node& value, Step& step) {
  const bool is_list = value.kind == Node::Kind::list;
  if (is_list && !reader.is_list(value, "`after`", "[server.listen, client.close]", ceilings::lanes)) return;
  const std::span<const Node> nodes = is_list ? std::span<const Node>(value.items) : std::span<const Node>(&value, 1);
  for (const Node& node : nodes) {
    if (is_list && reader.is_unanswered(node)) continue;
    if (auto fact = read_fact(reader, node)) step.after.push_back(std::move(*fact));
  }
}

struct WhenRule {
  std::string_view word;
  When::Kind kind;
  unsigned suits;
};
constexpr std::array when_rules = {WhenRule{"readable", When::Kind::readable, when_readable},
                                   WhenRule{"unacked", When::Kind::unacked, when_unacked},
                                   WhenRule{"queued", When::Kind::queued, when_queued}};

void read_when(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "when", action, any_when)) return;
  if (!reader.is_map(value, "`when`", "{readable: 15}")) return;
  std::vector<std::string_view> words;
  for (const WhenRule& rule : when_rules) words.push_back(rule.word);
  reader.refuse_unknown_keys(value, words, "`when`");
  if (value.entries.size() != 1) {
    reader.error(value, "one-of-these", fmt::format("`when` takes one of {}", enumeration(words)));
    return;
  }
  const Entry& entry = value.entries[0];
  const auto rule = std::ranges::find(when_rules, std::string_view(entry.key.text), &WhenRule::word);
  if (rule == when_rules.end() || !suits(reader, entry.key, rule->word, action, rule->suits)) return;
  if (reader.is_unanswered(entry.value)) return;
  const std::int64_t least = rule->kind == When::Kind::unacked ? 0 : 1;
  if (const auto number = reader.whole_number(entry.value, in_ticks(rule->word), {least, ceilings::received})) {
    step.when = When{rule->kind, *number, entry.key.at};
  }
}

// ---- expect

std::optional<std::string> read_error_name(Reader& reader, const Node& node) {
  std::optional<std::string> name = reader.word(node, "an error");
  if (!name) return std::nullopt;
  if (is_error_name(*name)) return name;
  const std::vector<std::string_view> known = error_names();
  reader.error(node, "unknown-error", fmt::format("there is no error {}", in_ticks(*name)),
               did_you_mean(closest(*name, known)));
  return std::nullopt;
}

using Expectation = decltype(Expect::what);

std::optional<Expectation> read_fails(Reader& reader, const Node& value) {
  auto name = read_error_name(reader, value);
  return name ? std::optional<Expectation>(ExpectFails{std::move(*name)}) : std::nullopt;
}

std::optional<Expectation> read_expected_bytes(Reader& reader, const Node& value) {
  const auto bytes = reader.whole_number(value, "`bytes`", receive_limits);
  return bytes ? std::optional<Expectation>(ExpectBytes{*bytes}) : std::nullopt;
}

std::optional<Expectation> read_messages(Reader& reader, const Node& value) {
  if (!reader.is_list(value, "`messages`", "[\"Hello\", \"World\"]", ceilings::list_items)) return std::nullopt;
  ExpectMessages expect;
  for (const Node& item : value.items) {
    if (reader.is_unanswered(item)) continue;
    if (auto read = read_data(reader, item, "a message")) expect.messages.push_back(std::move(read->data));
  }
  return expect;
}

struct ExpectRule {
  std::string_view word;
  unsigned suits;
  std::optional<Expectation> (*read)(Reader&, const Node& value);
};
constexpr std::array expect_rules = {ExpectRule{"bytes", expect_bytes, read_expected_bytes},
                                     ExpectRule{"messages", expect_messages, read_messages},
                                     ExpectRule{"fails", expect_fails, read_fails}};

void read_expect_map(Reader& reader, const ActionRule& action, const Node& value, Step& step) {
  std::vector<std::string_view> words = {"bytes", "messages", "fails"};
  const auto forms = data_words();
  words.insert(words.end(), forms.begin(), forms.end());
  reader.refuse_unknown_keys(value, words, "`expect`");
  for (const ExpectRule& rule : expect_rules) {
    const Entry* entry = Reader::find(value, rule.word);
    if (entry == nullptr) continue;
    if (value.entries.size() > 1) {
      reader.error(value, "one-of-these", "`expect` takes one expectation");
      return;
    }
    if (!suits(reader, entry->key, fmt::format("expect: {{{}: …}}", rule.word), action, rule.suits)) return;
    if (reader.is_unanswered(entry->value)) return;
    if (auto what = rule.read(reader, entry->value)) step.expect = Expect{std::move(*what), value.at};
    return;
  }
  reader.error(value, "one-of-these", "`expect` takes `eof`, a text, `{bytes: …}`, `{messages: …}` or `{fails: …}`");
}

void read_expect_word(Reader& reader, const ActionRule& action, const Node& value, Step& step) {
  if (value.text == "eof") {
    if (suits(reader, value, "expect: eof", action, expect_eof)) step.expect = Expect{ExpectEof{}, value.at};
  } else if (is_error_name(value.text)) {
    reader.error(value, "error-needs-fails",
                 fmt::format("{} is an error, which `expect` takes after `fails`", in_ticks(value.text)),
                 fmt::format("write `expect: {{fails: {}}}`", value.text));
  } else if (parse_whole_number(value.text)) {
    reader.error(value, "number-needs-bytes", "a bare number could be a count or a text",
                 fmt::format("write `expect: {{bytes: {0}}}`, or `expect: \"{0}\"`", value.text));
  } else {
    reader.text(value, "what is expected");
  }
}

void read_expect(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "expect", action, any_expect)) return;
  if (value.is_word()) {
    read_expect_word(reader, action, value, step);
  } else if (value.kind == Node::Kind::map && !spells_data(value) && !value.entries.empty()) {
    read_expect_map(reader, action, value, step);
  } else if (suits(reader, value, "expect with a text", action, expect_data)) {
    if (auto read = read_data(reader, value, "what is expected")) {
      step.expect = Expect{ExpectData{std::move(read->data)}, value.at};
    }
  }
}

void read_timeout(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "timeout", action, takes_timeout)) return;
  step.timeout = reader.duration(value, "`timeout`", milliseconds(1), ceilings::timeout);
}

struct Modifier {
  std::string_view word;
  void (*read)(Reader&, const ActionRule&, const Node& key, const Node& value, Step&);
};
constexpr std::array modifiers = {Modifier{"id", read_id},          Modifier{"using", read_using},
                                  Modifier{"as", read_as},          Modifier{"after", read_after},
                                  Modifier{"when", read_when},      Modifier{"expect", read_expect},
                                  Modifier{"timeout", read_timeout}};

const Modifier* find_modifier(std::string_view word) {
  const auto found = std::ranges::find(modifiers, word, &Modifier::word);
  return found == modifiers.end() ? nullptr : &*found;
}

// --------------------------------------------------------------------------------------------- steps

void count_step(Reader& reader, const Node& node) {
  if (++reader.written_steps == ceilings::written_steps + 1) {
    reader.error(node, "ceiling-steps", fmt::format("the file has more than {} steps", ceilings::written_steps),
                 "`repeat` says many times what is written once");
  }
  const std::int64_t before = reader.spending.executed_steps;
  reader.spending.executed_steps = saturated_sum(before, reader.multiplier);
  if (before <= ceilings::executed_steps && reader.spending.executed_steps > ceilings::executed_steps) {
    reader.error(node, "ceiling-rounds",
                 fmt::format("with this step the actor makes more than {} steps, rounds and copies multiplied out",
                             ceilings::executed_steps));
  }
}

// No action, or one without what stands between it and its argument: `send:"x"`, `connect server`.
void refuse_unknown_action(Reader& reader, const Node& node) {
  const std::string_view text = node.text;
  const std::size_t end = std::min(text.find_first_of(": "), text.size());
  const std::string_view word = text.substr(0, end);
  if (end < text.size() && find_action(word) != nullptr) {
    const std::string_view argument = text.substr(end + 1);
    const bool has_colon = text[end] == ':';
    reader.error(node, has_colon ? "space-after-colon" : "colon-missing",
                 fmt::format("a {} is missing after `{}{}`", has_colon ? "space" : "colon", word, has_colon ? ":" : ""),
                 fmt::format("write `{}: {}`", word, argument.starts_with('{') ? "{…}" : shown(argument)));
    return;
  }
  const std::string_view meant = closest(text, action_words());
  reader.error(node, "unknown-action", fmt::format("{} is no action", in_ticks(text)), did_you_mean(meant));
}

std::optional<Step> read_bare_step(Reader& reader, const Node& node) {
  const ActionRule* action = find_action(node.text);
  if (node.quoted && action != nullptr) {
    reader.word(node, "a step");
    return std::nullopt;
  }
  if (action == nullptr) {
    refuse_unknown_action(reader, node);
    return std::nullopt;
  }
  if (action->needs_argument) {
    reader.error(node, "missing-argument", fmt::format("`{}` needs to know more", action->word),
                 fmt::format("write it like `{}`", action->example));
    return std::nullopt;
  }
  Step step;
  step.at = node.at;
  action->read(reader, Node{}, step);
  return step;
}

// The one action among a step's keys; nullptr after a diagnostic.
const Entry* find_action_entry(Reader& reader, const Node& map) {
  const Entry* found = nullptr;
  for (const Entry& entry : map.entries) {
    if (find_action(entry.key.text) == nullptr) continue;
    if (found == nullptr) {
      found = &entry;
      continue;
    }
    reader.error(entry.key, "two-actions",
                 fmt::format("a step makes one call, and this one has `{}` already", found->key.text),
                 fmt::format("begin a new step: `- {}: …`", entry.key.text));
  }
  if (found != nullptr) return found;
  bool reported = false;
  for (const Entry& entry : map.entries) {
    if (find_modifier(entry.key.text) != nullptr) continue;
    refuse_unknown_action(reader, entry.key);
    reported = true;
  }
  if (!reported && reader.whole()) {
    reader.error(map, "no-action", "this step makes no call",
                 map.entries.empty()
                     ? "write an action: `- accept`"
                     : "its keys belong to the step above: line them up with that step's action, without `- `");
  }
  return nullptr;
}

void refuse_unknown_step_keys(Reader& reader, const Node& map) {
  std::vector<std::string_view> words = modifier_words();
  for (const Entry& entry : map.entries) {
    if (find_action(entry.key.text) != nullptr || find_modifier(entry.key.text) != nullptr) {
      reader.refuse_quoted_key(entry.key);
    } else {
      reader.unknown_key(entry.key, words, "a step");
    }
  }
}

// `accept:` with its modifiers indented below it.
bool refuse_nested_modifiers(Reader& reader, const Entry& entry, const ActionRule& action) {
  const Node& value = entry.value;
  const bool all_modifiers =
      value.kind == Node::Kind::map && !value.entries.empty() &&
      std::ranges::all_of(value.entries, [](const Entry& inner) { return find_modifier(inner.key.text); });
  if (!all_modifiers) return false;
  const std::string& first = value.entries[0].key.text;
  reader.error(value.entries[0].key, "modifier-too-deep",
               fmt::format("`{}` is a modifier of the step, not an argument of `{}`", first, action.word),
               fmt::format("line `{}` up with `{}`", first, action.word));
  return true;
}

void read_argument(Reader& reader, const ActionRule& action, const Entry& entry, Step& step) {
  const Node& value = entry.value;
  if (refuse_nested_modifiers(reader, entry, action)) return;
  const bool is_nothing = value.kind == Node::Kind::nothing;
  if (is_nothing && action.needs_argument) {
    reader.error(entry.key, "missing-argument", fmt::format("`{}` needs to know more", action.word),
                 fmt::format("write it like `{}`", action.example));
    return;
  }
  const bool takes_none = action.word == "accept" || action.word == "abort";
  if (!is_nothing && takes_none) {
    reader.error(
        value, "no-argument", fmt::format("`{}` takes no argument", action.word),
        fmt::format("write `{}:` alone; what else the step needs goes on lines of its own below it", action.word));
    return;
  }
  action.read(reader, value, step);
}

std::optional<Step> read_step_map(Reader& reader, const Node& map) {
  const Entry* entry = find_action_entry(reader, map);
  if (entry == nullptr) return std::nullopt;
  refuse_unknown_step_keys(reader, map);
  const ActionRule& action = *find_action(entry->key.text);
  Step step;
  step.at = entry->key.at;
  // What stands there before the argument is read is what a `???` leaves behind.
  step.action = Note{""};
  if (!reader.is_unanswered(entry->value)) read_argument(reader, action, *entry, step);
  for (const Modifier& modifier : modifiers) {
    const Entry* found = Reader::find(map, modifier.word);
    if (found != nullptr && !reader.is_unanswered(found->value)) {
      modifier.read(reader, action, found->key, found->value, step);
    }
  }
  return step;
}

std::optional<Step> read_step(Reader& reader, const Node& node) {
  count_step(reader, node);
  if (node.kind == Node::Kind::scalar) return read_bare_step(reader, node);
  if (node.kind == Node::Kind::map) return read_step_map(reader, node);
  reader.wrong_kind(node, "a step", "an action", "write `- accept`, or `- recv: 1024`");
  return std::nullopt;
}

// --------------------------------------------------------------------------------------------- facts

constexpr std::array moments = {Choice<Fact::Moment>{"done", Fact::Moment::done},
                                Choice<Fact::Moment>{"started", Fact::Moment::started},
                                Choice<Fact::Moment>{"blocked", Fact::Moment::blocked}};

// Takes `#7` off the end of `text`. False if what follows the # is no number from 1.
bool take_number(std::string_view& text, std::optional<int>& number) {
  const std::size_t hash = text.find('#');
  if (hash == std::string_view::npos) return true;
  const auto value = parse_whole_number(text.substr(hash + 1));
  text = text.substr(0, hash);
  if (!value || *value < 1 || *value > std::numeric_limits<int>::max()) return false;
  number = static_cast<int>(*value);
  return true;
}

bool parse_fact(std::string_view text, Fact& fact) {
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    const auto moment = std::ranges::find(moments, text.substr(space + 1), &Choice<Fact::Moment>::word);
    if (moment == moments.end()) return false;
    fact.moment = moment->meaning;
    text = text.substr(0, space);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  std::string_view actor = text.substr(0, dot);
  std::string_view step = text.substr(dot + 1);
  if (!take_number(actor, fact.copy) || !take_number(step, fact.nth)) return false;
  fact.actor = actor;
  fact.step = step;
  return is_name(actor) && is_name(step);
}

// Errors that are no errno: what is wrong with messages, a timeout, and a `when` that eof or a reset has made
// impossible.
constexpr std::array<std::string_view, 4> own_errors = {"timeout", "truncated", "message-too-long", "when-impossible"};

}  // namespace

bool is_error_name(std::string_view word) {
  return std::ranges::find(own_errors, word) != own_errors.end() || core::errno_by_name(word);
}

std::vector<std::string_view> error_names() {
  std::vector<std::string_view> names(own_errors.begin(), own_errors.end());
  for (const std::string_view name : core::errno_names()) names.push_back(name);
  return names;
}

std::optional<Fact> read_fact(Reader& reader, const Node& node) {
  const std::optional<std::string> text = reader.word(node, "a fact");
  if (!text) return std::nullopt;
  Fact fact;
  fact.at = node.at;
  fact.text = *text;
  if (*text == "settled") {
    fact.settled = true;
    return fact;
  }
  if (parse_fact(*text, fact)) return reader.actor_exists(node, fact.actor) ? std::optional(fact) : std::nullopt;
  reader.error(node, "bad-fact", fmt::format("{} is no fact", in_ticks(*text)),
               "write `server.accept`, with ` started` or ` blocked` behind it if it need not be done; or `settled`");
  return std::nullopt;
}

std::vector<Step> read_steps(Reader& reader, const Node& list, std::string_view what) {
  std::vector<Step> steps;
  if (list.kind == Node::Kind::nothing) {
    reader.error(list, "no-steps", fmt::format("{} has no steps", what), "write them below it, each after `- `");
    return steps;
  }
  if (list.kind != Node::Kind::list) {
    reader.wrong_kind(list, what, "a list of steps", "begin each step with `- `");
    return steps;
  }
  for (const Node& item : list.items) {
    if (reader.is_unanswered(item)) continue;
    if (auto step = read_step(reader, item)) steps.push_back(std::move(*step));
  }
  return steps;
}

std::vector<std::string_view> action_words() {
  std::vector<std::string_view> words;
  for (const ActionRule& rule : action_rules) words.push_back(rule.word);
  return words;
}

std::vector<std::string_view> modifier_words() {
  std::vector<std::string_view> words;
  for (const Modifier& modifier : modifiers) words.push_back(modifier.word);
  return words;
}

std::vector<std::string_view> step_words() {
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
  add(shutdown_sides);
  add(repeat_keys);
  add(retry_keys);
  add(when_rules);
  add(expect_rules);
  words.insert(words.end(), own_errors.begin(), own_errors.end());
  return words;
}

}  // namespace wirelab::scenario
