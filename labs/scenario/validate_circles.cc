#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "labs/scenario/validate_order.hh"

namespace wirelab::scenario {
namespace {

// A moment of a step, and the moments that must be over before it. One node each for start and end, because
// `after: server.accept blocked` waits for the start alone.
struct Moment {
  struct Wait {
    std::size_t on;
    const Fact* because = nullptr;  // nullptr: the order of the actor's own steps
  };
  std::vector<Wait> waits;
};

// More would not tell the reader more, and a hostile file could have thousands.
constexpr std::size_t most_circles = 20;

// A fact about the n-th time of a step that may be repeated is not older than the first time: what is certain.
std::size_t earliest_index(const Fact& fact, const Plan& plan, const std::vector<std::size_t>& found) {
  const std::size_t nth = fact.nth ? static_cast<std::size_t>(*fact.nth) : 1;
  const bool all_once = std::ranges::none_of(found, [&plan](std::size_t index) { return plan.steps[index].in_loop; });
  const bool is_exact = all_once && plan.actor->copies == 1 && nth <= found.size();
  return is_exact ? found[nth - 1] : found[0];
}

class Moments {
 public:
  explicit Moments(const CertainActors& actors) {
    std::size_t count = 0;
    for (const auto& [name, actor] : actors) {
      first_[name] = count;
      count += 2 * actor.plan.steps.size();
    }
    moments_.resize(count);
    for (const auto& [name, actor] : actors) add_actor(name, actor.plan, actors);
  }

  // Of each circle the facts that close it, in the order in which each waits for the next. What was looked at once is
  // not looked at again, so a circle is found once.
  std::vector<std::vector<const Fact*>> circles() {
    std::vector<std::vector<const Fact*>> found;
    states_.assign(moments_.size(), State::unseen);
    for (std::size_t start = 0; start < moments_.size() && found.size() < most_circles; ++start) search(start, found);
    return found;
  }

 private:
  enum class State { unseen, on_path, finished };
  struct Visit {
    std::size_t moment;
    std::size_t next_wait = 0;
    const Fact* because = nullptr;  // why the moment before it on the path waits for it
  };

  std::size_t start_of(const std::string& actor, std::size_t index) const { return first_.at(actor) + 2 * index; }
  std::size_t end_of(const std::string& actor, std::size_t index) const { return start_of(actor, index) + 1; }

  void add_actor(const std::string& name, const Plan& plan, const CertainActors& actors) {
    for (std::size_t index = 0; index < plan.steps.size(); ++index) {
      Moment& start = moments_[start_of(name, index)];
      Moment& end = moments_[end_of(name, index)];
      end.waits.push_back({start_of(name, index)});
      const PlannedStep& planned = plan.steps[index];
      if (planned.end > index + 1) end.waits.push_back({end_of(name, planned.end - 1)});
      if (index > 0) {
        const bool inside = plan.steps[index - 1].end > index;  // the first step of a loop
        start.waits.push_back({inside ? start_of(name, index - 1) : end_of(name, index - 1)});
      }
      if (planned.step != nullptr) add_facts(*planned.step, start, actors);
    }
  }

  void add_facts(const Step& step, Moment& start, const CertainActors& actors) {
    for (const Fact& fact : step.after) {
      const auto actor = actors.find(fact.actor);
      if (fact.settled || actor == actors.end()) continue;
      const std::vector<std::size_t> found = actor->second.plan.find(fact.step);
      if (found.empty()) continue;
      const std::size_t index = earliest_index(fact, actor->second.plan, found);
      const bool done = fact.moment == Fact::Moment::done;
      start.waits.push_back({done ? end_of(fact.actor, index) : start_of(fact.actor, index), &fact});
    }
  }

  void search(std::size_t start, std::vector<std::vector<const Fact*>>& found) {
    if (states_[start] != State::unseen) return;
    std::vector<Visit> path = {{start}};
    states_[start] = State::on_path;
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next_wait == moments_[visit.moment].waits.size()) {
        states_[visit.moment] = State::finished;
        path.pop_back();
        continue;
      }
      const Moment::Wait wait = moments_[visit.moment].waits[visit.next_wait++];
      if (states_[wait.on] == State::unseen) {
        states_[wait.on] = State::on_path;
        path.push_back({wait.on, 0, wait.because});
      } else if (states_[wait.on] == State::on_path) {
        found.push_back(facts_of_circle(path, wait));
        if (found.size() >= most_circles) return;
      }
    }
  }

  static std::vector<const Fact*> facts_of_circle(const std::vector<Visit>& path, const Moment::Wait& closing) {
    const auto start = std::ranges::find(path, closing.on, &Visit::moment);
    std::vector<const Fact*> facts;
    for (auto visit = start + 1; visit < path.end(); ++visit) {
      if (visit->because != nullptr) facts.push_back(visit->because);
    }
    if (closing.because != nullptr) facts.push_back(closing.because);
    return facts;
  }

  std::map<std::string, std::size_t> first_;
  std::vector<Moment> moments_;
  std::vector<State> states_;
};

Remark chain_of(const std::vector<const Fact*>& circle) {
  constexpr std::size_t most_named = 8;
  Remark chain;
  for (std::size_t index = 0; index < std::min(circle.size(), most_named); ++index) {
    const Fact& fact = *circle[index];
    words::Arguments wait = {{"line", fact.at.line}, {"fact", fact.text}};
    if (!chain.empty()) wait.emplace("before", std::exchange(chain, {}));
    const bool is_first = index == 0;
    chain = remark(is_first ? "circle.wait"_text : "circle.further-wait"_text, std::move(wait));
  }
  return circle.size() > most_named ? remark("circle.and-so-on"_text, {{"waits", std::move(chain)}}) : chain;
}

void report(std::vector<const Fact*> circle, Problems& problems) {
  const auto place = [](const Fact* fact) { return std::pair(fact->at.line, fact->at.column); };
  std::rotate(circle.begin(), std::ranges::min_element(circle, {}, place), circle.end());
  const Fact& first = *circle.front();
  if (circle.size() == 1) {
    problems.error(first.at, {"circle.own-steps"_text, {{"fact", first.text}}});
    return;
  }
  problems.error(first.at, {"circle"_text, {{"chain", chain_of(circle)}}});
}

}  // namespace

void validate_circles(const CertainActors& actors, Problems& problems) {
  for (auto& circle : Moments(actors).circles()) report(std::move(circle), problems);
}

}  // namespace wirelab::scenario
