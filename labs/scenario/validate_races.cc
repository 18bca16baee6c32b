#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/validate_order.hh"

namespace wirelab::scenario {
namespace {

// Of each actor, how many of its steps (a prefix of its plan) are certain to be over.
using Clock = std::vector<std::size_t>;

bool join(Clock& clock, const Clock& other) {
  bool changed = false;
  for (std::size_t actor = 0; actor < clock.size(); ++actor) {
    if (other[actor] <= clock[actor]) continue;
    clock[actor] = other[actor];
    changed = true;
  }
  return changed;
}

bool raise(Clock& clock, std::size_t actor, std::size_t steps) {
  if (clock[actor] >= steps) return false;
  clock[actor] = steps;
  return true;
}

template <typename T>
const T* action_of(const PlannedStep& planned) {
  return planned.step == nullptr ? nullptr : std::get_if<T>(&planned.step->action);
}

bool is_receive(const PlannedStep& planned) {
  return action_of<Receive>(planned) || action_of<ReceiveMessage>(planned) || action_of<ReceiveFile>(planned);
}

bool is_stream_send(const PlannedStep& planned) { return action_of<Send>(planned) || action_of<SendMessage>(planned); }

bool ends_a_direction(const PlannedStep& planned) {
  if (const auto* shutdown = action_of<Shutdown>(planned)) return shutdown->side != ShutdownSide::read;
  return action_of<Close>(planned) || action_of<Abort>(planned) || planned.step == nullptr;
}

struct Row {
  std::string name;
  const Plan* plan;
  const SocketUses* uses;
  std::vector<Clock> before;  // per step
  std::vector<Clock> after;
};

class Order {
 public:
  explicit Order(const CertainActors& actors) {
    for (const auto& [name, actor] : actors) rows_.push_back({name, &actor.plan, &actor.uses, {}, {}});
    for (Row& row : rows_) {
      row.before.assign(row.plan->steps.size(), Clock(rows_.size(), 0));
      row.after = row.before;
    }
    // Knowledge only grows; a hostile file is not worth more rounds than any lesson needs.
    constexpr int most_rounds = 24;
    for (int round = 0; round < most_rounds && spread(); ++round) {
    }
  }

  const std::vector<Row>& rows() const { return rows_; }

  std::optional<std::size_t> find(std::string_view name) const {
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      if (rows_[index].name == name) return index;
    }
    return std::nullopt;
  }

  // Is that step of `other` certain to be over before this one starts?
  bool is_over(std::size_t other, std::size_t other_step, std::size_t actor, std::size_t step) const {
    return rows_[actor].before[step][other] > other_step;
  }

  // The one actor that connects to `to`; nothing if none or several do, or it has copies.
  std::optional<std::size_t> only_client_of(std::string_view to) const {
    std::optional<std::size_t> client;
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      const bool connects = std::ranges::any_of(rows_[index].plan->steps, [to](const PlannedStep& planned) {
        const auto* connect = action_of<Connect>(planned);
        return connect != nullptr && connect->to == to;
      });
      if (!connects) continue;
      if (client || rows_[index].plan->actor->copies > 1) return std::nullopt;
      client = index;
    }
    return client;
  }

 private:
  bool spread() {
    bool changed = false;
    for (std::size_t actor = 0; actor < rows_.size(); ++actor) {
      Row& row = rows_[actor];
      for (std::size_t step = 0; step < row.plan->steps.size(); ++step) {
        Clock& before = row.before[step];
        if (step > 0) {
          const bool inside = row.plan->steps[step - 1].end > step;
          changed |= join(before, inside ? row.before[step - 1] : row.after[step - 1]);
          changed |= raise(before, actor, inside ? step - 1 : step);
        }
        changed |= learn_from_facts(row.plan->steps[step], before);
        Clock& after = row.after[step];
        changed |= join(after, before);
        changed |= raise(after, actor, step + 1);
        changed |= learn_from_return(actor, row.plan->steps[step], after);
      }
    }
    return changed;
  }

  bool learn_from_facts(const PlannedStep& planned, Clock& clock) const {
    bool changed = false;
    if (planned.step == nullptr) return false;
    for (const Fact& fact : planned.step->after) {
      const auto actor = fact.settled ? std::nullopt : find(fact.actor);
      if (!actor) continue;
      const Row& row = rows_[*actor];
      const std::vector<std::size_t> found = row.plan->find(fact.step);
      if (found.empty()) continue;
      const bool each_once =
          std::ranges::none_of(found, [&row](std::size_t index) { return row.plan->steps[index].in_loop; });
      const bool is_exact =
          fact.nth && each_once && row.plan->actor->copies == 1 && static_cast<std::size_t>(*fact.nth) <= found.size();
      const std::size_t step = is_exact ? found[static_cast<std::size_t>(*fact.nth) - 1] : found[0];
      const bool done = fact.moment == Fact::Moment::done && row.plan->steps[step].end == step + 1;
      changed |= join(clock, done ? row.after[step] : row.before[step]);
      changed |= raise(clock, *actor, done ? step + 1 : step);
    }
    return changed;
  }

  // A connect that succeeds comes after the listen; an accept after the connect has started; bytes or an end that
  // arrive after the peer has begun to send or to end.
  bool learn_from_return(std::size_t actor, const PlannedStep& planned, Clock& clock) const {
    if (planned.step == nullptr || planned.in_retry || expects_failure(*planned.step)) return false;
    if (const auto* connect = action_of<Connect>(planned))
      return learn_from_connect(actor, *planned.step, *connect, clock);
    if (action_of<Accept>(planned)) {
      const std::string_view here = rows_[actor].name;
      const auto connects_here = [here](const PlannedStep& step) {
        const auto* other = action_of<Connect>(step);
        return other != nullptr && other->to == here;
      };
      return learn_start(only_client_of(here), connects_here, clock);
    }
    if (!is_receive(planned)) return false;
    const auto use = rows_[actor].uses->find(planned.step);
    if (use == rows_[actor].uses->end() || use->second.type != SocketType::stream) return false;
    const auto peer = use->second.accepted ? only_client_of(rows_[actor].name) : find(use->second.peer);
    return learn_start(
        peer, [](const PlannedStep& step) { return is_stream_send(step) || ends_a_direction(step); }, clock);
  }

  bool learn_from_connect(std::size_t actor, const Step& step, const Connect& connect, Clock& clock) const {
    const auto use = rows_[actor].uses->find(&step);
    const auto peer = find(connect.to);
    const bool is_stream = use != rows_[actor].uses->end() && use->second.type == SocketType::stream;
    if (!peer || !is_stream) return false;
    const std::vector<std::size_t> listens = rows_[*peer].plan->find("listen");
    if (listens.empty()) return false;
    return join(clock, rows_[*peer].after[listens[0]]) | raise(clock, *peer, listens[0] + 1);
  }

  template <typename Predicate>
  bool learn_start(std::optional<std::size_t> actor, Predicate predicate, Clock& clock) const {
    if (!actor || rows_[*actor].plan->actor->copies > 1) return false;
    const std::vector<PlannedStep>& steps = rows_[*actor].plan->steps;
    const auto first = std::ranges::find_if(steps, predicate);
    if (first == steps.end()) return false;
    const auto index = static_cast<std::size_t>(first - steps.begin());
    return join(clock, rows_[*actor].before[index]) | raise(clock, *actor, index);
  }

  std::vector<Row> rows_;
};

// ------------------------------------------------------------------------------- connect and sendto

SocketType type_of(const Row& row, const PlannedStep& planned) {
  const auto use = row.uses->find(planned.step);
  return use == row.uses->end() ? SocketType::stream : use->second.type;
}

// The first step of `row` that makes it reachable: `listen` for streams, `bind` for datagrams, on that port if one is
// named.
std::optional<std::size_t> becomes_reachable(const Row& row, SocketType type, std::optional<int> port) {
  bool port_matches = !port;
  for (std::size_t index = 0; index < row.plan->steps.size(); ++index) {
    const PlannedStep& planned = row.plan->steps[index];
    if (planned.step == nullptr || expects_failure(*planned.step)) continue;
    const auto* bind = action_of<Bind>(planned);
    if (bind != nullptr && port) port_matches = bind->port == *port;
    if (type == SocketType::dgram && bind != nullptr && type_of(row, planned) == type && port_matches) return index;
    if (type == SocketType::stream && action_of<Listen>(planned) && port_matches) return index;
  }
  return std::nullopt;
}

struct Approach {
  std::string_view to;
  std::optional<int> port;
  SocketType type;
};

// Sending to a host that binds nothing, on a port spelled out, or with a failure expected, is a lesson of its own. A
// host that binds, but another port, is more likely a slip.
bool is_meant_to_be_refused(const Row& row, const Row& peer, const Approach& approach) {
  const bool binds_nothing = peer.plan->find("bind").empty();
  const auto expects_a_failure = [](const PlannedStep& planned) {
    return planned.step != nullptr && expects_failure(*planned.step);
  };
  return (binds_nothing && approach.port) || std::ranges::any_of(row.plan->steps, expects_a_failure);
}

// Two sockets that connect to each other need no `listen` (simultaneous open), nor does one that connects to itself.
bool is_connected_to(const Row& row, const Row& peer, const Approach& approach) {
  bool port_matches = false;
  for (const PlannedStep& planned : peer.plan->steps) {
    const auto* bind = action_of<Bind>(planned);
    if (bind != nullptr) port_matches = !approach.port || bind->port == *approach.port;
    const auto* connect = action_of<Connect>(planned);
    if (connect != nullptr && port_matches && connect->to == row.plan->actor->name) return true;
  }
  return false;
}

// Whom a step speaks to for the first time, if it does.
std::optional<Approach> approach_of(const Row& row, const PlannedStep& planned) {
  if (const auto* connect = action_of<Connect>(planned)) {
    if (type_of(row, planned) == SocketType::stream) return Approach{connect->to, connect->port, SocketType::stream};
  }
  if (const auto* send = action_of<SendTo>(planned)) {
    if (send->to) return Approach{*send->to, send->port, SocketType::dgram};
  }
  return std::nullopt;
}

void warn_unless_ordered(const Order& order, std::size_t actor, std::size_t step, const Approach& approach,
                         Problems& problems) {
  const Row& row = order.rows()[actor];
  const PlannedStep& planned = row.plan->steps[step];
  const auto peer = order.find(approach.to);
  if (!peer) return;
  const bool is_stream = approach.type == SocketType::stream;
  const std::string_view needed = is_stream ? "listen" : "bind";
  const auto reachable = becomes_reachable(order.rows()[*peer], approach.type, approach.port);
  if (!reachable) {
    if (!is_stream && is_meant_to_be_refused(row, order.rows()[*peer], approach)) return;
    if (is_stream && is_connected_to(row, order.rows()[*peer], approach)) return;
    words::Arguments who = {{"peer", std::string(approach.to)}};
    if (approach.port) who.emplace("port", *approach.port);
    const words::TextId what = is_stream ? approach.port ? "nobody-there.listens-on"_text : "nobody-there.listens"_text
                               : approach.port ? "nobody-there.binds-to"_text
                                               : "nobody-there.binds"_text;
    problems.warning(planned.step->at, {what, std::move(who)});
    return;
  }
  if (order.is_over(*peer, *reachable, actor, step)) return;
  problems.warning(planned.step->at, {"race"_text,
                                      {{"word", std::string(planned.word)},
                                       {"needed", std::string(needed)},
                                       {"peer", std::string(approach.to)},
                                       {"line", order.rows()[*peer].plan->steps[*reachable].step->at.line}}});
}

void warn_of_races(const Order& order, std::size_t actor, Problems& problems) {
  const Row& row = order.rows()[actor];
  for (std::size_t step = 0; step < row.plan->steps.size(); ++step) {
    const PlannedStep& planned = row.plan->steps[step];
    // A retry is there because the first attempts may fail.
    if (planned.step == nullptr || planned.in_retry || expects_failure(*planned.step)) continue;
    const auto approach = approach_of(row, planned);
    if (!approach) continue;
    if (!is_for_several(approach->to)) {
      warn_unless_ordered(order, actor, step, *approach, problems);
      continue;
    }
    for (std::size_t other = 0; other < order.rows().size(); ++other) {
      const Row& peer = order.rows()[other];
      if (other == actor || !becomes_reachable(peer, SocketType::dgram, approach->port)) continue;
      warn_unless_ordered(order, actor, step, {peer.name, approach->port, SocketType::dgram}, problems);
    }
  }
}

// -------------------------------------------------------------------------------------------- closes

// One end of a connection: the steps on its socket, and the one that ends what it sends.
struct End {
  std::size_t actor = 0;
  std::vector<std::size_t> steps;
  std::size_t close = 0;
  bool sends_first = false;  // something is sent before the close
};

std::optional<std::size_t> only_index(const Plan& plan, std::string_view word) {
  const std::vector<std::size_t> found = plan.find(word);
  return found.size() == 1 && !plan.steps[found[0]].in_loop ? std::optional(found[0]) : std::nullopt;
}

End end_of(const Order& order, std::size_t actor, std::size_t opening) {
  const Row& row = order.rows()[actor];
  const int socket = row.uses->at(row.plan->steps[opening].step).socket;
  End end{.actor = actor};
  for (std::size_t index = opening + 1; index < row.plan->steps.size(); ++index) {
    const PlannedStep& planned = row.plan->steps[index];
    const auto use = planned.step == nullptr ? row.uses->end() : row.uses->find(planned.step);
    const bool on_this = planned.step == nullptr || (use != row.uses->end() && use->second.socket == socket);
    if (!on_this) continue;
    if (ends_a_direction(planned)) {
      end.close = index;
      return end;
    }
    end.sends_first = end.sends_first || is_stream_send(planned);
    end.steps.push_back(index);
  }
  return end;
}

// May this end have seen the other's end before it closes? In doubt yes: no warning is better than a wrong one.
bool may_have_seen_the_end(const Row& row, const End& end, bool other_sends_first) {
  bool is_first_receive = true;
  for (const std::size_t index : end.steps) {
    const PlannedStep& planned = row.plan->steps[index];
    if (expects_failure(*planned.step)) return true;
    if (!is_receive(planned)) continue;
    if (const auto* receive = action_of<Receive>(planned)) {
      if (std::holds_alternative<Receive::UntilEof>(receive->how)) return true;
      const bool brings_bytes = std::holds_alternative<Receive::Exactly>(receive->how) ||
                                std::holds_alternative<Receive::UntilBytes>(receive->how);
      if (brings_bytes) {
        is_first_receive = false;
        continue;
      }
    }
    const auto* messages = action_of<ReceiveMessage>(planned);
    if (action_of<ReceiveFile>(planned) || (messages != nullptr && messages->until_eof) || planned.in_loop) return true;
    const bool expects_eof = planned.step->expect && std::holds_alternative<ExpectEof>(planned.step->expect->what);
    const bool brings_data =
        planned.step->expect ? !expects_eof : messages != nullptr || (is_first_receive && other_sends_first);
    if (!brings_data) return true;
    is_first_receive = false;
  }
  return false;
}

// Where to show a close: an exit has no line of its own, so the actor's last step stands for it.
Position place_of_close(const Row& row, std::size_t close) {
  const PlannedStep& planned = row.plan->steps[close];
  if (planned.step != nullptr) return planned.step->at;
  return row.plan->actor->steps.empty() ? row.plan->actor->at : row.plan->actor->steps.back().at;
}

void warn_of_unordered_closes(const Order& order, std::size_t server, Problems& problems) {
  const Row& server_row = order.rows()[server];
  const auto client = order.only_client_of(server_row.name);
  if (!client || *client == server || server_row.plan->actor->copies > 1) return;
  const Row& client_row = order.rows()[*client];
  const auto connect = only_index(*client_row.plan, "connect");
  const auto accept = only_index(*server_row.plan, "accept");
  if (!connect || !accept || type_of(client_row, client_row.plan->steps[*connect]) != SocketType::stream) return;
  if (expects_failure(*client_row.plan->steps[*connect].step) || expects_failure(*server_row.plan->steps[*accept].step))
    return;
  const End one = end_of(order, *client, *connect);
  const End other = end_of(order, server, *accept);
  const bool ordered = order.is_over(server, other.close, *client, one.close) ||
                       order.is_over(*client, one.close, server, other.close) ||
                       may_have_seen_the_end(client_row, one, other.sends_first) ||
                       may_have_seen_the_end(server_row, other, one.sends_first);
  if (ordered) return;
  const Position at = place_of_close(server_row, other.close);
  const Position at_client = place_of_close(client_row, one.close);
  const std::string word(client_row.plan->steps[one.close].word);
  problems.warning(
      at, {"unordered-closes"_text,
           {{"server", server_row.name}, {"client", client_row.name}, {"line", at_client.line}, {"word", word}}});
}

}  // namespace

void validate_races(const CertainActors& actors, bool ends_well, Problems& problems) {
  const Order order(actors);
  for (std::size_t actor = 0; actor < order.rows().size(); ++actor) {
    warn_of_races(order, actor, problems);
    if (ends_well) warn_of_unordered_closes(order, actor, problems);
  }
}

}  // namespace wirelab::scenario
