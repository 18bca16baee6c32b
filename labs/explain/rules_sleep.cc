// Sleeps between sends: the remedy that seems to work.
#include <algorithm>
#include <map>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::EventId;
using timeline::LaneIndex;
using timeline::Nanoseconds;

/// The sends of one side of a connection, and how long the script slept before each of them after the one before.
struct SpacedSends {
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  std::vector<std::size_t> sends;   ///< indices into Story::sends
  std::vector<Nanoseconds> pauses;  ///< as many; the first is 0
  std::int64_t sleeps = 0;          ///< calls of sleep that stand between two sends

  bool has_pauses() const {
    return std::any_of(pauses.begin(), pauses.end(), [](Nanoseconds pause) { return pause > 0; });
  }
  bool pauses_everywhere() const {
    return std::all_of(pauses.begin() + 1, pauses.end(), [](Nanoseconds pause) { return pause > 0; });
  }
};

/// What a lane had asked of sleep up to some moment.
struct Slept {
  Nanoseconds asked = 0;
  std::int64_t sleeps = 0;
};

/// By the first call of each send: what its lane had slept before.
std::map<EventId, Slept> slept_before_sends(const Story& story) {
  std::map<EventId, Slept> before;
  std::map<LaneIndex, Slept> of_lane;
  for (const MadeCall& made : story.calls) {
    Slept& slept = of_lane[made->lane];
    const Nanoseconds asked = timeline::asked_sleep(*made).value_or(0);
    slept.asked += asked;
    if (asked > 0) ++slept.sleeps;
    if (made->call == "send") before[made.id] = slept;
  }
  return before;
}

std::vector<SpacedSends> spaced_sends(const Story& story) {
  const std::map<EventId, Slept> slept = slept_before_sends(story);
  std::map<std::pair<int, LaneIndex>, SpacedSends> by_direction;
  for (std::size_t i = 0; i < story.sends.size(); ++i) {
    const StreamSend& send = story.sends[i];
    SpacedSends& spaced = by_direction[{send.range.connection, send.range.from}];
    spaced.from = send.range.from;
    spaced.to = send.range.to;
    Nanoseconds pause = 0;
    if (!spaced.sends.empty()) {
      const Slept& before = slept.at(story.sends[spaced.sends.back()].first().id);
      const Slept& now = slept.at(send.first().id);
      pause = now.asked - before.asked;
      spaced.sleeps += now.sleeps - before.sleeps;
    }
    spaced.sends.push_back(i);
    spaced.pauses.push_back(pause);
  }
  std::vector<SpacedSends> found;
  for (auto& [direction, spaced] : by_direction) {
    if (spaced.has_pauses()) found.push_back(std::move(spaced));
  }
  return found;
}

std::vector<Finding> seemed_to_work(const Story& story) {
  std::vector<Finding> findings;
  for (const SpacedSends& spaced : spaced_sends(story)) {
    std::map<std::size_t, std::vector<const StreamReceive*>> receives;  // of each send
    bool one_each = spaced.pauses_everywhere();
    std::vector<EventId> events;
    for (const StreamReceive& received : story.receives) {
      for (const std::size_t send : received.sends) {
        if (story.sends[send].range.from != spaced.from) continue;
        if (story.sends[send].range.connection != story.sends[spaced.sends.front()].range.connection) continue;
        receives[send].push_back(&received);
        one_each = one_each && received.sends.size() == 1;
        events.push_back(received.receive.id);
      }
    }
    for (const std::size_t send : spaced.sends) {
      const auto of_send = receives.find(send);
      one_each = one_each && of_send != receives.end() && of_send->second.size() == 1 &&
                 of_send->second.front()->range.length == story.sends[send].range.length;
    }
    // Only if the receiver was back for the next one each time had the sleeps anything to do with it.
    for (std::size_t i = 0; one_each && i + 1 < spaced.sends.size(); ++i) {
      one_each =
          returned_before(*receives.at(spaced.sends[i]).front()->receive, *story.sends[spaced.sends[i + 1]].first());
    }
    if (!one_each) continue;
    findings.push_back({"sleep-seemed-to-work",
                        std::move(events),
                        story.actor(spaced.from),
                        {{"sender", story.name(spaced.from)},
                         {"receiver", story.name(spaced.to)},
                         {"sends", static_cast<std::int64_t>(spaced.sends.size())}}});
  }
  return findings;
}

/// A packet that carried bytes of more than one of the sends of a receive that had been waiting for it.
SeenPacket carried_together(const Story& story, const StreamReceive& received) {
  const Talk* talk = received.receive->found_blocked ? story.talk(received.range.connection) : nullptr;
  if (!talk) return {};
  for (const SeenPacket& seen : talk->packets) {
    if (seen->from != received.range.from || !seen->stream || !is_delivered(*seen)) continue;
    const timeline::StreamRange& carried = *seen->stream;
    const auto sends = std::count_if(received.sends.begin(), received.sends.end(), [&](std::size_t send) {
      const timeline::StreamRange& sent = story.sends[send].range;
      return sent.offset < carried.offset + carried.length && carried.offset < sent.offset + sent.length;
    });
    if (sends > 1) return seen;
  }
  return {};
}

std::vector<Finding> defeated(const Story& story) {
  std::vector<Finding> findings;
  for (const SpacedSends& spaced : spaced_sends(story)) {
    std::map<std::size_t, Nanoseconds> pause_before;
    for (std::size_t i = 0; i < spaced.sends.size(); ++i) pause_before[spaced.sends[i]] = spaced.pauses[i];
    for (const StreamReceive& received : story.receives) {
      if (received.sends.size() < 2 || !pause_before.contains(received.sends.front())) continue;
      const bool slept_between = std::any_of(received.sends.begin() + 1, received.sends.end(),
                                             [&](std::size_t send) { return pause_before[send] > 0; });
      if (!slept_between) continue;
      Finding finding{"sleep-defeated",
                      {story.sends[received.sends.front()].first().id, received.receive.id},
                      story.actor(spaced.from),
                      {{"sender", story.name(spaced.from)},
                       {"receiver", story.name(spaced.to)},
                       {"sends", static_cast<std::int64_t>(received.sends.size())},
                       {"bytes", received.range.length}}};
      if (const SeenPacket together = carried_together(story, received); together.packet) {
        finding.key = "sleep-defeated.together";
        finding.events.insert(finding.events.begin() + 1, together.id);
      }
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<Finding> cost(const Story& story) {
  std::vector<Finding> findings;
  for (const SpacedSends& spaced : spaced_sends(story)) {
    Nanoseconds total = 0;
    for (const Nanoseconds pause : spaced.pauses) total += pause;
    findings.push_back({"sleep-cost",
                        {story.sends[spaced.sends.front()].first().id, story.sends[spaced.sends.back()].last().id},
                        story.actor(spaced.from),
                        {{"sender", story.name(spaced.from)},
                         {"sends", static_cast<std::int64_t>(spaced.sends.size())},
                         {"sleeps", spaced.sleeps},
                         {"total", as_duration(total)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> sleep_rules() {
  return {
      {"sleep-seemed-to-work", {{"sleep-seemed-to-work", {"sender", "receiver", "sends"}}}, seemed_to_work},
      {"sleep-defeated",
       {{"sleep-defeated", {"sender", "receiver", "sends", "bytes"}},
        {"sleep-defeated.together", {"sender", "receiver", "sends", "bytes"}}},
       defeated},
      {"sleep-cost", {{"sleep-cost", {"sender", "sends", "sleeps", "total"}}}, cost},
  };
}

}  // namespace wirelab::explain
