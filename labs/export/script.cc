#include "labs/export/script.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "labs/export/page.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/plan.hh"

namespace wirelab::exporter {
namespace {

using scenario::Problems;
using scenario::SocketType;
using scenario::Step;

/// What the loops of a run read at a time; and so what may come on top of what was asked for.
constexpr std::size_t chunk = 4096;

template <typename T>
const T* as(const Step& step) {
  return std::get_if<T>(&step.action);
}

/// The steps inside; nullptr if it is no loop.
const std::vector<Step>* inner_of(const Step& step) {
  if (const auto* repeat = as<scenario::Repeat>(step)) return &repeat->steps;
  if (const auto* retry = as<scenario::Retry>(step)) return &retry->steps;
  return nullptr;
}

void for_each_step(const scenario::Actor& actor, const std::function<void(const Step&)>& look) {
  for (const scenario::PlannedStep& planned : scenario::plan_of(actor).steps) {
    if (planned.step) look(*planned.step);
  }
}

// --------------------------------------------------------------------------------- the whole scenario

struct BoundPort {
  SocketType type;
  int port;
  auto operator<=>(const BoundPort&) const = default;
};

/// In order of the file. A socket is of the type of the `socket` step before it, or of the one it names.
std::vector<BoundPort> ports_bound_by(const scenario::Actor& actor) {
  std::vector<BoundPort> bound;
  std::map<std::string, SocketType> named;
  SocketType current = SocketType::stream;
  for_each_step(actor, [&](const Step& step) {
    if (const auto* socket = as<scenario::Socket>(step)) {
      current = socket->type;
      if (!step.as.empty()) named[step.as] = socket->type;
    } else if (const auto* bind = as<scenario::Bind>(step)) {
      const auto found = named.find(step.using_socket);
      bound.push_back({found != named.end() ? found->second : current, bind->port});
    }
  });
  return bound;
}

/// All actors of a scenario, on one machine.
class Cast {
 public:
  Cast(const scenario::Scenario& scenario, Problems& problems) : scenario_(scenario), problems_(problems) {
    for (const scenario::Actor& actor : scenario.actors) {
      bound_[actor.name] = ports_bound_by(actor);
      hosts_[actor.name] = host_for(actor);
      for_each_step(actor, [&](const Step& step) { note_port(step); });
    }
    std::set<std::string> distinct;
    for (const auto& [actor, host] : hosts_) distinct.insert(host);
    has_one_host_ = distinct.size() == 1;
  }

  Parameter host_of(const std::string& actor) const {
    return {has_one_host_ ? "host" : actor + "_host", hosts_.at(actor)};
  }
  Parameter port_parameter(int port) const {
    return {ports_.size() == 1 ? "port" : fmt::format("port_{}", port), std::to_string(port)};
  }
  const std::set<int>& ports() const { return ports_; }

  /// To which port a step goes that names none; nothing after a complaint.
  std::optional<int> port_of(const std::string& peer, SocketType type, const Step& step) const {
    std::set<int> candidates;
    for (const BoundPort& bound : bound_.at(peer)) {
      if (bound.type == type) candidates.insert(bound.port);
    }
    if (candidates.size() == 1) return *candidates.begin();
    problems_.error(step.at, {candidates.empty() ? "no-port-for-a-program"_text : "no-port-for-a-program.which"_text,
                              {{"peer", peer}}});
    return std::nullopt;
  }

 private:
  /// Actors that bind the same port need an address each.
  std::string host_for(const scenario::Actor& actor) {
    const bool is_ipv6 = scenario_.family == scenario::Family::ipv6;
    const auto& ports = bound_[actor.name];
    std::size_t number = 0;
    const auto is_taken = [&](const BoundPort& port) {
      return number < taken_.size() && taken_[number].contains(port);
    };
    while (std::ranges::any_of(ports, is_taken)) ++number;
    if (taken_.size() <= number) taken_.resize(number + 1);
    taken_[number].insert(ports.begin(), ports.end());
    if (is_ipv6 && number > 0) {
      problems_.error(actor.at, {"one-address"_text, {{"actor", actor.name}}});
    }
    return is_ipv6 ? "::1" : fmt::format("127.0.0.{}", number + 1);
  }

  void note_port(const Step& step) {
    if (const auto* bind = as<scenario::Bind>(step)) ports_.insert(bind->port);
    if (const auto* connect = as<scenario::Connect>(step); connect && connect->port) ports_.insert(*connect->port);
    if (const auto* send_to = as<scenario::SendTo>(step); send_to && send_to->port) ports_.insert(*send_to->port);
  }

  const scenario::Scenario& scenario_;
  Problems& problems_;
  std::map<std::string, std::vector<BoundPort>> bound_;
  std::map<std::string, std::string> hosts_;
  std::vector<std::set<BoundPort>> taken_;  ///< by the number of the address
  std::set<int> ports_;
  bool has_one_host_ = true;
};

// -------------------------------------------------------------------------------------------- room

/// `received`: how much what was received is taken for.
std::size_t size_of(const scenario::Data& data, std::size_t received) {
  constexpr std::size_t digits = 20;
  if (const auto* literal = std::get_if<scenario::Literal>(&data.what)) {
    return literal->bytes.size() + (literal->has_placeholders ? literal->bytes.size() * digits : 0);
  }
  if (const auto* part = std::get_if<scenario::FileFrom>(&data.what)) return part->file.size();
  return std::holds_alternative<scenario::Received>(data.what) ? received : chunk;
}

/// At most so many bytes are sent, as far as the file tells.
std::size_t sent_by(const std::vector<Step>& steps, std::size_t received) {
  std::size_t sum = 0;
  for (const Step& step : steps) {
    if (const auto* send = as<scenario::Send>(step)) sum += size_of(send->data, received);
    if (const auto* message = as<scenario::SendMessage>(step)) sum += 2 * size_of(message->data, received) + chunk;
    if (const auto* repeat = as<scenario::Repeat>(step)) {
      sum += static_cast<std::size_t>(repeat->times.value_or(1)) * sent_by(repeat->steps, received);
    }
    if (const auto* retry = as<scenario::Retry>(step)) {
      sum += static_cast<std::size_t>(retry->times) * sent_by(retry->steps, received);
    }
  }
  return sum;
}

std::size_t sent_by(const scenario::Scenario& scenario, std::size_t received) {
  std::size_t sum = 0;
  for (const scenario::Actor& actor : scenario.actors) {
    sum += static_cast<std::size_t>(actor.copies) * sent_by(actor.steps, received);
  }
  return sum;
}

/// Room for whatever may come until the end of a stream, or into a file. What is sent back can be all that came.
std::size_t room_for_everything(const scenario::Scenario& scenario) {
  const std::size_t sum = sent_by(scenario, sent_by(scenario, chunk));
  std::size_t room = 64 * 1024;
  while (room < sum && room < static_cast<std::size_t>(scenario::ceilings::file_beside)) room *= 2;
  return room;
}

std::size_t room_for(const scenario::Scenario& scenario, const scenario::Actor& actor) {
  std::size_t room = 0;
  const auto needs = [&](std::size_t bytes) { room = std::max(room, bytes); };
  for_each_step(actor, [&](const Step& step) {
    if (const auto* receive = as<scenario::Receive>(step)) {
      if (const auto* most = std::get_if<scenario::Receive::AtMost>(&receive->how)) {
        needs(most->bytes);
      } else if (const auto* exactly = std::get_if<scenario::Receive::Exactly>(&receive->how)) {
        needs(exactly->bytes);
      } else {
        needs(room_for_everything(scenario));
      }
    }
    if (const auto* from = as<scenario::ReceiveFrom>(step)) needs(from->at_most);
    if (as<scenario::ReceiveFile>(step) && !actor.framing) needs(room_for_everything(scenario));
    if (as<scenario::ReceiveMessage>(step) || (as<scenario::ReceiveFile>(step) && actor.framing)) {
      const bool is_http = std::holds_alternative<scenario::HttpFraming>(actor.framing->kind);
      needs(actor.framing->max_message + (is_http ? longest_start_line + 1 : 0));
    }
  });
  return room;
}

// ---------------------------------------------------------------------------------------- one actor

/// Plays an actor's steps over, to know which socket each is about.
class Rehearsal {
 public:
  Rehearsal(Script& script, const Cast& cast, Problems& problems) : script_(script), cast_(cast), problems_(problems) {}

  void run() {
    const std::vector<Step>& steps = script_.actor->steps;
    hoist_start_facts(steps);
    script_.lines = play(steps);
    name_sockets();
  }

 private:
  struct Open {
    std::size_t variable;
    std::string name;
    bool listening = false;
  };

  // ---- facts

  static bool is_quiet(const Step& step) {
    return !step.when && (as<scenario::Socket>(step) || as<scenario::SetSocketOption>(step) ||
                          as<scenario::GetSocketOption>(step) || as<scenario::Note>(step));
  }

  void hoist_start_facts(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      for (std::string& fact : new_facts(step)) script_.start_facts.push_back(std::move(fact));
      if (const std::vector<Step>* inner = inner_of(step)) return hoist_start_facts(*inner);
      if (!is_quiet(step)) return;
    }
  }

  /// Those that were not waited for before: a fact that was true once stays true.
  std::vector<std::string> new_facts(const Step& step) {
    std::vector<std::string> found;
    for (const scenario::Fact& fact : step.after) {
      if (waited_for_.insert(fact.text).second) found.push_back(fact.text);
    }
    return found;
  }

  // ---- sockets

  std::size_t open(const Step& step, SocketType type, bool accepted) {
    const auto is_open = [&](std::size_t variable) {
      return std::ranges::any_of(open_, [&](const Open& one) { return one.variable == variable; });
    };
    std::size_t variable = 0;
    for (; variable < script_.sockets.size(); ++variable) {
      const SocketVariable& known = script_.sockets[variable];
      if (known.as == step.as && known.type == type && known.accepted == accepted && !is_open(variable)) break;
    }
    if (variable == script_.sockets.size()) {
      script_.sockets.push_back({.name = "", .as = step.as, .type = type, .accepted = accepted});
    }
    open_.push_back({variable, step.as});
    return variable;
  }

  Open* find(const std::string& name) {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& one) { return one.name == name; });
    return found == open_.rend() ? nullptr : &*found;
  }

  Open* asked_of(const Step& step) {
    if (const auto* close = as<scenario::Close>(step); close && close->socket) return find(*close->socket);
    if (!step.using_socket.empty()) return find(step.using_socket);
    if (as<scenario::Accept>(step)) {
      const auto found = std::find_if(open_.rbegin(), open_.rend(), [](const Open& one) { return one.listening; });
      if (found != open_.rend()) return &*found;
    }
    return open_.empty() ? nullptr : &open_.back();
  }

  /// The variable of the step's socket. A call that is expected to fail may be made on one that was closed.
  std::size_t socket_of(const Step& step) {
    if (const Open* found = asked_of(step)) return found->variable;
    if (expects_failure(step) && last_closed_ != no_socket) return last_closed_;
    problems_.error(step.at, {"no-socket-for-a-program"_text, {{"word", std::string(scenario::word_of(step.action))}}});
    return no_socket;
  }

  // ---- addresses

  std::string address(std::string name, const std::string& host_of, int port) {
    const Parameter host = cast_.host_of(host_of);
    const Parameter port_parameter = cast_.port_parameter(port);
    if (cast_.ports().size() > 1) name += fmt::format("_{}", port);
    const auto is_it = [&](const Address& known) { return known.name == name; };
    if (std::ranges::none_of(script_.addresses, is_it)) {
      script_.addresses.push_back({name, host.name, port_parameter.name});
    }
    return name;
  }

  std::string address_of_peer(const Step& step, const std::string& peer, std::optional<int> port, SocketType type) {
    if (!port) port = cast_.port_of(peer, type, step);
    return port ? address(peer + "_address", peer, *port) : "";
  }

  // ---- steps

  std::vector<Line> play(const std::vector<Step>& steps) {
    std::vector<Line> lines;
    for (const Step& step : steps) {
      Line line;
      line.step = &step;
      line.facts = new_facts(step);
      if (const std::vector<Step>* inner = inner_of(step)) {
        line.inner = play_loop(step, *inner);
      } else {
        meet(step, line);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  std::vector<Line> play_loop(const Step& step, const std::vector<Step>& inner) {
    const auto variables = [&] {
      std::vector<std::size_t> found;
      for (const Open& one : open_) found.push_back(one.variable);
      return found;
    };
    const std::vector<std::size_t> before = variables();
    std::vector<Line> lines = play(inner);
    const auto* repeat = as<scenario::Repeat>(step);
    if (repeat && repeat->times != 1 && variables() != before) {
      problems_.error(step.at, {"sockets-change-in-a-loop"_text});
    }
    return lines;
  }

  void meet(const Step& step, Line& line) {
    const bool fails = expects_failure(step);
    if (const auto* socket = as<scenario::Socket>(step)) {
      if (!fails) line.opened = open(step, socket->type, false);
      return;
    }
    const bool is_call = !as<scenario::Note>(step) && !as<scenario::Sleep>(step);
    if (is_call || step.when) line.socket = socket_of(step);
    if (line.socket == no_socket) return;
    SocketVariable& socket = script_.sockets[line.socket];
    socket.is_used = true;
    check_when(step, socket);
    if (as<scenario::Accept>(step)) {
      if (!fails) line.opened = open(step, SocketType::stream, true);
    } else if (const auto* bind = as<scenario::Bind>(step)) {
      line.address = address("address", script_.actor->name, bind->port);
    } else if (const auto* connect = as<scenario::Connect>(step)) {
      line.address = address_of_peer(step, connect->to, connect->port, socket.type);
    } else if (const auto* send_to = as<scenario::SendTo>(step)) {
      meet(step, *send_to, socket, line);
    } else if (const auto* set = as<scenario::SetSocketOption>(step)) {
      meet(step, *set);
    } else if (as<scenario::Listen>(step) && !fails) {
      Open* open = asked_of(step);
      if (open->name.empty() && !find("listener")) open->name = "listener";
      open->listening = true;
      socket.listens = true;
    } else if (as<scenario::ReceiveMessage>(step) || (as<scenario::ReceiveFile>(step) && script_.actor->framing)) {
      socket.has_inbox = true;
    } else if (const auto* file = as<scenario::ReceiveFile>(step)) {
      if (file->size) socket.has_inbox = true;
    } else if (const auto* receive = as<scenario::Receive>(step)) {
      if (std::holds_alternative<scenario::Receive::UntilBytes>(receive->how)) socket.has_inbox = true;
    } else if ((as<scenario::Close>(step) || as<scenario::Abort>(step)) && !fails) {
      last_closed_ = line.socket;
      const Open* closed = asked_of(step);
      open_.erase(open_.begin() + (closed - open_.data()));
    }
  }

  void meet(const Step& step, const scenario::SendTo& action, SocketVariable& socket, Line& line) {
    if (!action.to) {
      if (socket.sender.empty()) socket.sender = "sender";
    } else if (scenario::is_for_several(*action.to)) {
      const bool is_broadcast = *action.to == "everyone";
      problems_.error(step.at, {is_broadcast ? "broadcast-on-one-machine"_text : "group-on-one-machine"_text});
    } else {
      line.address = address_of_peer(step, *action.to, action.port, SocketType::dgram);
    }
  }

  void meet(const Step& step, const scenario::SetSocketOption& action) {
    const bool is_membership = std::any_of(action.options.begin(), action.options.end(), [](const auto& one) {
      return std::holds_alternative<std::string>(one.second);
    });
    if (is_membership) problems_.error(step.at, {"group-on-one-machine"_text});
  }

  void check_when(const Step& step, const SocketVariable& socket) {
    if (!step.when || step.when->kind != scenario::When::Kind::readable || socket.type != SocketType::dgram) return;
    if (step.when->value <= 1 || receives(step)) return;
    problems_.error(step.when->at, {"datagrams-cannot-be-counted"_text, {{"datagrams", step.when->value}}});
  }

  void name_sockets() {
    std::map<std::string, int> used;
    int senders = 0;
    for (SocketVariable& socket : script_.sockets) {
      const bool is_stream = socket.type == SocketType::stream;
      std::string name = !is_stream ? "datagrams" : socket.listens ? "listener" : "connection";
      if (!socket.as.empty()) name = socket.as + "_socket";
      const int number = ++used[name];
      socket.name = number > 1 ? fmt::format("{}_{}", name, number) : name;
      if (!socket.sender.empty() && ++senders > 1) socket.sender = fmt::format("sender_{}", senders);
    }
  }

  Script& script_;
  const Cast& cast_;
  Problems& problems_;
  std::set<std::string> waited_for_;
  std::vector<Open> open_;  ///< in the order they became current
  std::size_t last_closed_ = no_socket;
};

/// Its own address, then those of others in lane order, then the ports.
void add_parameters(Script& script, const Cast& cast) {
  const auto add = [&](const Parameter& parameter) {
    const auto is_it = [&](const Parameter& known) { return known.name == parameter.name; };
    if (std::ranges::none_of(script.parameters, is_it)) script.parameters.push_back(parameter);
  };
  const auto add_host_of = [&](const scenario::Actor& actor) {
    const Parameter host = cast.host_of(actor.name);
    if (std::ranges::any_of(script.addresses, [&](const Address& one) { return one.host == host.name; })) add(host);
  };
  add_host_of(*script.actor);
  for (const scenario::Actor& actor : script.scenario->actors) add_host_of(actor);
  for (const int number : cast.ports()) {
    const Parameter port = cast.port_parameter(number);
    if (std::ranges::any_of(script.addresses, [&](const Address& one) { return one.port == port.name; })) add(port);
  }
  if (script.actor->copies > 1 && names("{copy}", script.lines)) add({"copy", "1"});
}

}  // namespace

std::vector<Script> scripts_of(const scenario::Scenario& scenario, Problems& problems) {
  const Cast cast(scenario, problems);
  std::vector<Script> scripts;
  for (const scenario::Actor& actor : scenario.actors) {
    Script script;
    script.scenario = &scenario;
    script.actor = &actor;
    script.room = room_for(scenario, actor);
    script.file_room = room_for_everything(scenario);
    Rehearsal(script, cast, problems).run();
    add_parameters(script, cast);
    scripts.push_back(std::move(script));
  }
  return scripts;
}

bool names(std::string_view placeholder, const std::vector<Line>& lines) {
  const auto has_it = [&](const std::string& text) { return text.find(placeholder) != std::string::npos; };
  bool found = false;
  for_each_line(lines, [&](const Line& line) {
    if (const auto* note = as<scenario::Note>(*line.step)) found = found || has_it(note->text);
    for (const scenario::Data* data : data_of(*line.step)) {
      const auto* literal = std::get_if<scenario::Literal>(&data->what);
      found = found || (literal && literal->has_placeholders && has_it(literal->bytes));
    }
  });
  return found;
}

void for_each_line(const std::vector<Line>& lines, const std::function<void(const Line&)>& look) {
  for (const Line& line : lines) {
    look(line);
    for_each_line(line.inner, look);
  }
}

std::vector<const scenario::Data*> data_of(const Step& step) {
  std::vector<const scenario::Data*> found;
  if (const auto* send = as<scenario::Send>(step)) found.push_back(&send->data);
  if (const auto* send = as<scenario::SendTo>(step)) found.push_back(&send->data);
  if (const auto* send = as<scenario::SendMessage>(step)) found.push_back(&send->data);
  if (!step.expect) return found;
  if (const auto* data = std::get_if<scenario::ExpectData>(&step.expect->what)) found.push_back(&data->data);
  if (const auto* messages = std::get_if<scenario::ExpectMessages>(&step.expect->what)) {
    for (const scenario::Data& message : messages->messages) found.push_back(&message);
  }
  return found;
}

bool receives(const Step& step) {
  return as<scenario::Receive>(step) || as<scenario::ReceiveFrom>(step) || as<scenario::ReceiveMessage>(step) ||
         as<scenario::ReceiveFile>(step);
}

const scenario::Received* asks_for_received(const scenario::Data& data) {
  if (const auto* size = std::get_if<scenario::SizeOf>(&data.what)) return &size->what;
  if (const auto* sum = std::get_if<scenario::Sha256Of>(&data.what)) return &sum->what;
  return std::get_if<scenario::Received>(&data.what);
}

bool asks_for_last(const Script& script) {
  bool found = false;
  for_each_line(script.lines, [&](const Line& line) {
    const auto* file = as<scenario::ReceiveFile>(*line.step);
    if (file && file->size && std::holds_alternative<scenario::Received>(*file->size)) found = true;
    for (const scenario::Data* data : data_of(*line.step)) {
      const scenario::Received* received = asks_for_received(*data);
      if (std::holds_alternative<scenario::FileFrom>(data->what) || (received && received->file.empty())) found = true;
    }
  });
  return found;
}

std::set<std::string> files_continued(const Script& script) {
  std::set<std::string> names;
  for_each_line(script.lines, [&](const Line& line) {
    const auto* file = as<scenario::ReceiveFile>(*line.step);
    if (file && file->append) names.insert(file->name);
  });
  return names;
}

}  // namespace wirelab::exporter
