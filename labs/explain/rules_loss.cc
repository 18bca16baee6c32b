// What TCP does about packets that get lost, come late or come twice.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "labs/explain/rule.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Packet;

// ------------------------------------------------------------------------------------------- the handshake

std::vector<Finding> syn_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    std::vector<SeenPacket> lost;
    for (const SeenPacket& seen : talk.packets) {
      if (seen->kind != PacketKind::syn || seen->from != talk.client) continue;
      if (is_lost(*seen)) {
        lost.push_back(seen);
      } else if (is_delivered(*seen) && seen.counts) {
        if (lost.empty()) break;
        std::vector<EventId> events;
        for (const SeenPacket& one : lost) events.push_back(one.id);
        events.push_back(seen.id);
        findings.push_back({"syn-lost",
                            std::move(events),
                            story.actor(talk.client),
                            {{"client", story.name(talk.client)},
                             {"lost", static_cast<std::int64_t>(lost.size())},
                             {"how", how_lost(*lost.front())}},
                            {{"later", as_measured(seen.at - lost.front().at)}}});
        break;
      }
    }
  }
  return findings;
}

std::vector<Finding> syn_ack_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    SeenPacket lost;
    for (const SeenPacket& seen : talk.packets) {
      if (seen->kind != PacketKind::syn_ack) continue;
      if (is_lost(*seen) && !lost.packet) lost = seen;
      if (!is_delivered(*seen) || !seen.counts) continue;
      if (!lost.packet) break;
      findings.push_back(
          {"syn-ack-lost",
           {lost.id, seen.id},
           story.actor(talk.client),
           {{"client", story.name(talk.client)}, {"server", story.name(talk.server)}, {"how", how_lost(*lost)}},
           {{"later", as_measured(seen.at - lost.at)}}});
      break;
    }
  }
  return findings;
}

// ---------------------------------------------------------------------------------------------- the stream

/// A segment that was lost, and what came of it.
struct Loss {
  SeenPacket lost;
  std::vector<SeenPacket> again;  ///< each time it was sent again, until it got through
  std::vector<SeenPacket> heard;  ///< what the receiver's kernel had said of the gap before it was first sent again

  bool is_mended() const { return !again.empty() && is_delivered(*again.back()); }
  std::int64_t lost_again() const { return static_cast<std::int64_t>(again.size()) - (is_mended() ? 1 : 0); }
};

/// Losses that were missing at the same time and are told in one sentence.
struct Gap {
  std::string_view key;
  std::vector<Loss> losses;
};

constexpr std::size_t duplicates_of_a_loss = 3;               // RFC 5681 §3.2
constexpr timeline::Nanoseconds least_timeout = 200'000'000;  // of Linux, as long as nobody sets another

/// It says that something behind the gap has come: the number asked for stays, or SACK names what is behind.
bool tells_of_gap(const Packet& packet, std::int64_t begin, std::int64_t asked_before) {
  if (packet.kind != PacketKind::ack) return false;
  const bool asks_again = packet.ack == begin && asked_before == begin;
  const bool names_what_is_behind = std::any_of(packet.options.sack.begin(), packet.options.sack.end(),
                                                [&](const auto& held) { return held.first > begin; });
  return asks_again || names_what_is_behind;
}

/// The loss at that place of `talk.packets`.
Loss loss_at(const Talk& talk, std::size_t place) {
  Loss loss{talk.packets[place], {}, {}};
  const std::int64_t begin = loss.lost->seq;
  std::int64_t asked = 0;
  for (std::size_t i = 0; i < talk.packets.size() && !loss.is_mended(); ++i) {
    const SeenPacket& seen = talk.packets[i];
    const bool is_later = i > place;
    if (seen->from != loss.lost->from) {
      if (!is_delivered(*seen)) continue;
      if (is_later && loss.again.empty() && tells_of_gap(*seen, begin, asked)) loss.heard.push_back(seen);
      asked = std::max(asked, seen->ack);
    } else if (is_later && seen->retransmission && carries_stream(*seen)) {
      const bool has_it = seen->seq <= begin && timeline::end_of_numbers(*seen) > begin;
      if (has_it && (is_lost(*seen) || is_delivered(*seen))) loss.again.push_back(seen);
    }
  }
  if (!loss.again.empty()) {
    std::erase_if(loss.heard, [&](const SeenPacket& one) { return !delivered_before(one, loss.again.front()); });
  }
  return loss;
}

std::vector<Loss> losses_of(const Talk& talk, LaneIndex sender) {
  std::vector<Loss> losses;
  for (std::size_t i = 0; i < talk.packets.size(); ++i) {
    const Packet& packet = *talk.packets[i];
    const bool is_loss = packet.from == sender && carries_stream(packet) && is_lost(packet) && !packet.retransmission;
    if (is_loss) losses.push_back(loss_at(talk, i));
  }
  return losses;
}

/// The kernel that sent again had long been told nothing. What RACK learns, it learns from an ACK, and acts on it in a
/// part of the round trip that the ACK took.
bool is_by_timer(const Talk& talk, const Loss& loss) {
  const timeline::Nanoseconds tried = loss.again[loss.again.size() - 2].at;
  timeline::Nanoseconds heard = tried;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from == loss.lost->to && delivered_before(seen, loss.again.back())) {
      heard = std::max(heard, seen->delivered_at);
    }
  }
  return loss.again.back().at - heard > 2 * (heard - tried);
}

/// How it was mended.
std::string_view key_of(const Talk& talk, const Loss& loss) {
  const bool is_lost_again = loss.lost_again() > 0;
  if (loss.heard.empty()) {
    if (!is_lost_again && loss.again.front().at - loss.lost.at < least_timeout) return "segment-lost.early";
    return loss.lost->length == 0 ? "segment-lost.fin" : "segment-lost.timer";
  }
  if (is_lost_again) return is_by_timer(talk, loss) ? "segment-lost.again-timer" : "segment-lost.again";
  if (loss.heard.size() < duplicates_of_a_loss) return "segment-lost.few";
  const bool has_sack = std::any_of(loss.heard.begin(), loss.heard.end(),
                                    [](const SeenPacket& seen) { return !seen->options.sack.empty(); });
  return has_sack ? "segment-lost.fast-sack" : "segment-lost.fast";
}

/// Sent again because the ACK of what had been sent again before asked for it.
bool is_asked_for_by_repair(const Talk& talk, const Loss& before, const Loss& loss) {
  return std::any_of(talk.packets.begin(), talk.packets.end(), [&](const SeenPacket& seen) {
    return seen->from == loss.lost->to && seen->ack == loss.lost->seq && seen.at > before.again.back().at &&
           delivered_before(seen, loss.again.front());
  });
}

bool belongs_to(const Talk& talk, const Gap& gap, const Loss& loss, std::string_view key) {
  const Loss& first = gap.losses.front();
  const bool is_at_the_same_time = loss.lost.at < first.again.back().at;
  if (!is_at_the_same_time || loss.lost->rule_line != first.lost->rule_line) return false;
  if (key == gap.key) return true;
  if (loss.lost_again() > 0) return false;
  if (!loss.heard.empty()) return gap.key.starts_with("segment-lost.fast");
  return is_asked_for_by_repair(talk, gap.losses.back(), loss);
}

std::vector<Gap> gaps_of(const Talk& talk, const std::vector<Loss>& losses) {
  std::vector<Gap> gaps;
  for (const Loss& loss : losses) {
    if (!loss.is_mended()) continue;
    const std::string_view key = key_of(talk, loss);
    const auto gap =
        std::find_if(gaps.begin(), gaps.end(), [&](const Gap& open) { return belongs_to(talk, open, loss, key); });
    if (gap != gaps.end()) {
      gap->losses.push_back(loss);
    } else {
      gaps.push_back({key, {loss}});
    }
  }
  return gaps;
}

std::string sack_of(const std::vector<SeenPacket>& heard) {
  std::vector<std::string> told;
  for (const SeenPacket& seen : heard) {
    std::vector<std::string> ranges;
    for (const auto& [begin, end] : seen->options.sack) ranges.push_back(fmt::format("{}-{}", begin, end - 1));
    if (!ranges.empty()) told.push_back(fmt::format("{}", fmt::join(ranges, " ")));
  }
  constexpr std::size_t longest = 3;
  if (told.size() > longest) told.resize(longest);
  return fmt::format("{}", fmt::join(told, ", "));
}

std::vector<std::int64_t> sizes_of(const std::vector<Loss>& losses) {
  std::vector<std::int64_t> sizes;
  for (const Loss& loss : losses) sizes.push_back(loss.lost->length);
  return sizes;
}

Finding finding_of(const Story& story, const Gap& gap) {
  const Loss& first = gap.losses.front();
  Finding finding{gap.key, {}, story.actor(first.lost->from), {}, {}};
  std::int64_t lost_again = 0;
  for (const Loss& loss : gap.losses) {
    finding.events.push_back(loss.lost.id);
    lost_again += loss.lost_again();
  }
  finding.arguments = {{"sender", story.name(first.lost->from)}, {"how", how_lost(*first.lost)}};
  finding.measured = {{"later", as_measured(first.again.back().at - first.lost.at)}};
  if (gap.key != "segment-lost.fin") {
    finding.arguments["lost"] = static_cast<std::int64_t>(gap.losses.size());
    finding.arguments["sizes"] = as_sum(sizes_of(gap.losses));
  }
  if (gap.key == "segment-lost.fin" || gap.key == "segment-lost.timer") {
    std::vector<words::Message> again;
    if (lost_again > 0) again.push_back({"lost.again"_text, {{"times", lost_again}}});
    finding.arguments["again"] = again;
  }
  if (!first.heard.empty()) {
    finding.arguments["receiver"] = story.name(first.lost->to);
    finding.arguments["heard"] = static_cast<std::int64_t>(first.heard.size());
    if (gap.key.starts_with("segment-lost.again")) {
      finding.arguments["times"] = lost_again;
    } else {
      finding.arguments["asked"] = first.heard.front()->ack;
    }
    if (gap.key == "segment-lost.fast-sack") finding.arguments["sack"] = sack_of(first.heard);
    const std::size_t shown = std::min(first.heard.size(), duplicates_of_a_loss);
    for (std::size_t i = 0; i < shown; ++i) finding.events.push_back(first.heard[i].id);
  }
  finding.events.push_back(first.again.back().id);
  std::sort(finding.events.begin(), finding.events.end());
  return finding;
}

/// What was lost, and lost again as often as it was sent. If it was not sent again, the run was over before.
std::optional<Finding> never_mended(const Story& story, std::vector<Loss> losses) {
  std::erase_if(losses, [](const Loss& loss) { return loss.is_mended(); });
  std::int64_t times = 0;
  std::vector<EventId> events;
  for (const Loss& loss : losses) {
    times += loss.lost_again();
    events.push_back(loss.lost.id);
    for (const SeenPacket& seen : loss.again) events.push_back(seen.id);
  }
  if (times == 0) return std::nullopt;
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  const Packet& first = *losses.front().lost;
  return Finding{"segment-lost.never",
                 std::move(events),
                 story.actor(first.from),
                 {{"sender", story.name(first.from)},
                  {"receiver", story.name(first.to)},
                  {"lost", static_cast<std::int64_t>(losses.size())},
                  {"sizes", as_sum(sizes_of(losses))},
                  {"how", how_lost(first)},
                  {"times", times}}};
}

std::vector<Finding> segment_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      std::vector<Loss> losses = losses_of(talk, sender);
      for (const Gap& gap : gaps_of(talk, losses)) findings.push_back(finding_of(story, gap));
      if (std::optional<Finding> never = never_mended(story, std::move(losses))) {
        findings.push_back(std::move(*never));
      }
    }
  }
  return findings;
}

// ------------------------------------------------------------------------------------------------ ACKs

/// The place in `talk.packets` of the first packet behind `place` that is so; their number if none is.
template <typename Is>
std::size_t next_place(const Talk& talk, std::size_t place, Is is) {
  const auto begin = talk.packets.begin() + static_cast<std::ptrdiff_t>(place) + 1;
  return static_cast<std::size_t>(std::find_if(begin, talk.packets.end(), is) - talk.packets.begin());
}

bool is_acknowledged_by_then(const Talk& talk, const Packet& fin, const SeenPacket& then) {
  return std::any_of(talk.packets.begin(), talk.packets.end(), [&](const SeenPacket& seen) {
    return seen->from == fin.to && seen->ack >= timeline::end_of_numbers(fin) && delivered_before(seen, then);
  });
}

/// Both its own FIN and the other's are done for `lane`, and all it still does is to answer.
bool is_in_time_wait(const Talk& talk, LaneIndex lane, const SeenPacket& then) {
  return std::any_of(talk.packets.begin(), talk.packets.end(), [&](const SeenPacket& seen) {
    return seen->kind == PacketKind::fin && seen->from == lane && is_acknowledged_by_then(talk, *seen, then);
  });
}

/// It says that bytes have come twice: its first range is one that is acknowledged already, RFC 2883 §4.
bool has_duplicate_sack(const Packet& packet) {
  return !packet.options.sack.empty() && packet.options.sack.front().second <= packet.ack;
}

/// What the peer sent again because it had not heard the ACK at `lost`, and the answer to that.
std::optional<Finding> sent_again_for(const Story& story, const Talk& talk, std::size_t lost, std::size_t again,
                                      bool is_of_handshake) {
  const SeenPacket& ack = talk.packets[lost];
  const SeenPacket& repetition = talk.packets[again];
  const std::size_t place = next_place(talk, again, [&](const SeenPacket& seen) {
    return seen->from == ack->from && seen->ack >= ack->ack && delivered_before(repetition, seen);
  });
  if (place == talk.packets.size() || timeline::end_of_numbers(*repetition) > ack->ack) return std::nullopt;
  const SeenPacket& answer = talk.packets[place];
  Finding finding{"ack-lost.repeated",
                  {ack.id, repetition.id, answer.id},
                  story.actor(ack->from),
                  {{"sender", story.name(ack->from)}, {"peer", story.name(ack->to)}, {"how", how_lost(*ack)}},
                  {{"later", as_measured(repetition.at - ack.at)}}};
  if (is_of_handshake) {
    finding.key = "ack-lost.handshake-repeated";
  } else if (repetition->kind == PacketKind::fin) {
    finding.key = is_in_time_wait(talk, ack->from, repetition) ? "ack-lost.time-wait" : "ack-lost.fin";
  } else {
    if (has_duplicate_sack(*answer)) finding.key = "ack-lost.duplicate-sack";
    finding.arguments["acknowledged"] = ack->ack;
    finding.arguments["bytes"] = repetition->length;
  }
  return finding;
}

std::optional<Finding> lost_ack_at(const Story& story, const Talk& talk, std::size_t lost) {
  const SeenPacket& ack = talk.packets[lost];
  const bool has_been_said = std::any_of(
      talk.packets.begin(), talk.packets.begin() + static_cast<std::ptrdiff_t>(lost), [&](const SeenPacket& seen) {
        return seen->from == ack->from && is_delivered(*seen) && has_flag(*seen, "ACK") && seen->ack >= ack->ack;
      });
  if (has_been_said) return std::nullopt;
  const std::size_t place = next_place(talk, lost, [&](const SeenPacket& seen) {
    const bool says_it = seen->from == ack->from && seen->ack >= ack->ack;
    const bool is_repetition = seen->from == ack->to && seen->retransmission;
    return is_delivered(*seen) && (says_it || is_repetition);
  });
  if (place == talk.packets.size()) return std::nullopt;
  const SeenPacket& next = talk.packets[place];
  const bool is_of_handshake = ack->from == talk.client && ack->ack == 1;
  if (next->from != ack->from) return sent_again_for(story, talk, lost, place, is_of_handshake);
  Finding finding{"ack-lost",
                  {ack.id, next.id},
                  story.actor(ack->from),
                  {{"sender", story.name(ack->from)}, {"how", how_lost(*ack)}}};
  if (is_of_handshake) {
    finding.key = "ack-lost.handshake";
    finding.arguments["peer"] = story.name(ack->to);
  } else {
    finding.arguments["acknowledged"] = ack->ack;
    finding.arguments["next"] = next->ack;
  }
  return finding;
}

/// A bare ACK was lost that said something new: a later packet said it too, or the other side sent again.
std::vector<Finding> ack_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (std::size_t i = 0; i < talk.packets.size(); ++i) {
      const SeenPacket& seen = talk.packets[i];
      if (seen->kind != PacketKind::ack || !is_lost(*seen) || !seen.counts) continue;
      if (std::optional<Finding> finding = lost_ack_at(story, talk, i)) findings.push_back(std::move(*finding));
    }
  }
  return findings;
}

// ------------------------------------------------------------------------------------- given up

/// Of what the actor sent, the first that nobody had acknowledged when the call failed, and all repetitions of it.
std::vector<SeenPacket> unacknowledged(const Talk& talk, const MadeCall& failed) {
  std::int64_t acknowledged = 0;
  for (const SeenPacket& seen : talk.packets) {
    if (seen.id < failed.id && seen->to == failed->lane && is_delivered(*seen)) {
      acknowledged = std::max(acknowledged, seen->ack);
    }
  }
  std::vector<SeenPacket> sent;
  for (const SeenPacket& seen : talk.packets) {
    const bool is_sent = seen.id < failed.id && seen->from == failed->lane && carries_stream(*seen) &&
                         seen->verdict != timeline::Verdict::absorbed;
    if (!is_sent || timeline::end_of_numbers(*seen) <= acknowledged) continue;
    if (sent.empty() || seen->seq == sent.front()->seq) sent.push_back(seen);
  }
  return sent;
}

std::vector<Finding> timed_out(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const int connection = story.connection_of(made);
    if (made->error != "ETIMEDOUT" || made->call == "connect" || connection < 0) continue;
    Finding finding{"connection-timed-out",
                    {made.id},
                    story.actor(made->lane),
                    {{"actor", story.name(made->lane)},
                     {"call", made->call},
                     {"peer", story.name(story.peer_in(connection, made->lane))}}};
    const Talk* talk = story.talk(connection);
    const std::vector<SeenPacket> sent = talk ? unacknowledged(*talk, made) : std::vector<SeenPacket>();
    if (!sent.empty()) {
      finding.key = "connection-timed-out.unacknowledged";
      finding.arguments["times"] = static_cast<std::int64_t>(sent.size());
      finding.events.insert(finding.events.begin(), sent.front().id);
    } else if (option_in_force(story, made, "SO_KEEPALIVE")) {
      finding.key = "connection-timed-out.keep-alive";
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

// ------------------------------------------------------------------------------------- order and copies

/// It was sent again though it was only late; null if it was not.
const SeenPacket* sent_again_in_vain(const Talk& talk, const SeenPacket& late) {
  const auto again = std::find_if(talk.packets.begin(), talk.packets.end(), [&](const SeenPacket& seen) {
    return seen->from == late->from && seen->retransmission && seen->verdict == timeline::Verdict::absorbed &&
           seen->seq == late->seq && seen->kind == PacketKind::data;
  });
  return again == talk.packets.end() ? nullptr : &*again;
}

std::vector<Finding> segments_reordered(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      const SeenPacket* furthest = nullptr;  // of what has been delivered so far
      std::vector<SeenPacket> arrived;
      for (const SeenPacket& seen : talk.packets) {
        const bool is_first_copy = !seen->retransmission && is_delivered(*seen);
        if (seen->from == sender && seen->kind == PacketKind::data && is_first_copy) arrived.push_back(seen);
      }
      std::stable_sort(arrived.begin(), arrived.end(),
                       [](const SeenPacket& a, const SeenPacket& b) { return a->delivered_at < b->delivered_at; });
      for (const SeenPacket& seen : arrived) {
        if (furthest && seen->seq < (*furthest)->seq) {
          Finding finding{"segments-reordered",
                          {std::min(seen.id, furthest->id), std::max(seen.id, furthest->id)},
                          story.actor(sender),
                          {{"receiver", story.name(seen->to)},
                           {"late", as_quoted(seen->data)},
                           {"early", as_quoted((*furthest)->data)},
                           {"late_seq", seen->seq},
                           {"early_seq", (*furthest)->seq}}};
          if (const SeenPacket* again = sent_again_in_vain(talk, seen)) {
            finding.key = "segments-reordered.sent-again";
            finding.arguments["sender"] = story.name(sender);
            finding.events.push_back(again->id);
          }
          findings.push_back(std::move(finding));
        } else {
          furthest = &seen;
        }
      }
    }
  }
  return findings;
}

std::vector<Finding> segment_duplicated(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const SeenPacket& seen : talk.packets) {
      if (seen->kind != PacketKind::data || seen->verdict != timeline::Verdict::duplicated) continue;
      findings.push_back({"segment-duplicated",
                          {seen.id},
                          story.actor(seen->from),
                          {{"receiver", story.name(seen->to)},
                           {"data", as_quoted(seen->data)},
                           {"line", std::int64_t{seen->rule_line}}}});
    }
  }
  return findings;
}

}  // namespace

std::vector<Rule> loss_rules() {
  return {
      {"syn-lost", {{"syn-lost", {"client", "lost", "how"}, {"later"}}}, syn_lost},
      {"syn-ack-lost", {{"syn-ack-lost", {"client", "server", "how"}, {"later"}}}, syn_ack_lost},
      {"segment-lost",
       {{"segment-lost.timer", {"sender", "lost", "sizes", "how", "again"}, {"later"}},
        {"segment-lost.fin", {"sender", "how", "again"}, {"later"}},
        {"segment-lost.early", {"sender", "lost", "sizes", "how"}, {"later"}},
        {"segment-lost.again", {"sender", "receiver", "lost", "sizes", "how", "heard", "times"}, {"later"}},
        {"segment-lost.again-timer", {"sender", "receiver", "lost", "sizes", "how", "heard", "times"}, {"later"}},
        {"segment-lost.never", {"sender", "receiver", "lost", "sizes", "how", "times"}},
        {"segment-lost.few", {"sender", "receiver", "lost", "sizes", "how", "heard", "asked"}, {"later"}},
        {"segment-lost.fast", {"sender", "receiver", "lost", "sizes", "how", "heard", "asked"}, {"later"}},
        {"segment-lost.fast-sack",
         {"sender", "receiver", "lost", "sizes", "how", "heard", "asked", "sack"},
         {"later"}}},
       segment_lost},
      {"ack-lost",
       {{"ack-lost", {"sender", "how", "acknowledged", "next"}},
        {"ack-lost.repeated", {"sender", "peer", "how", "acknowledged", "bytes"}, {"later"}},
        {"ack-lost.duplicate-sack", {"sender", "peer", "how", "acknowledged", "bytes"}, {"later"}},
        {"ack-lost.fin", {"sender", "peer", "how"}, {"later"}},
        {"ack-lost.time-wait", {"sender", "peer", "how"}, {"later"}},
        {"ack-lost.handshake", {"sender", "peer", "how"}},
        {"ack-lost.handshake-repeated", {"sender", "peer", "how"}, {"later"}}},
       ack_lost},
      {"connection-timed-out",
       {{"connection-timed-out", {"actor", "call", "peer"}},
        {"connection-timed-out.unacknowledged", {"actor", "call", "peer", "times"}},
        {"connection-timed-out.keep-alive", {"actor", "call", "peer"}}},
       timed_out},
      {"segments-reordered",
       {{"segments-reordered", {"receiver", "late", "early", "late_seq", "early_seq"}},
        {"segments-reordered.sent-again", {"receiver", "late", "early", "late_seq", "early_seq", "sender"}}},
       segments_reordered},
      {"segment-duplicated", {{"segment-duplicated", {"receiver", "data", "line"}}}, segment_duplicated},
  };
}

}  // namespace wirelab::explain
