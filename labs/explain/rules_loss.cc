// What TCP does about packets that get lost, come late or come twice.
#include <fmt/format.h>

#include <algorithm>

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

/// Segments of one direction that were missing at the same time, until the first of them came again.
struct Gap {
  std::vector<SeenPacket> lost;   ///< each number once
  std::int64_t lost_again = 0;    ///< of what was sent again
  SeenPacket repair;              ///< the first of them, sent again and delivered
  std::vector<SeenPacket> heard;  ///< what the receiver's kernel had said of the gap until then
};

/// It says that something behind the gap has come: the number asked for stays, or SACK names what is behind.
bool tells_of_gap(const Packet& packet, std::int64_t begin, std::int64_t asked_before) {
  if (packet.kind != PacketKind::ack) return false;
  const bool asks_again = packet.ack == begin && asked_before == begin;
  const bool names_what_is_behind = std::any_of(packet.options.sack.begin(), packet.options.sack.end(),
                                                [&](const auto& held) { return held.first > begin; });
  return asks_again || names_what_is_behind;
}

std::vector<Gap> gaps_of(const Talk& talk, LaneIndex sender) {
  std::vector<Gap> gaps;
  bool is_open = false;
  std::int64_t asked = 0;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from != sender) {
      if (is_open && is_delivered(*seen) && tells_of_gap(*seen, gaps.back().lost.front()->seq, asked)) {
        gaps.back().heard.push_back(seen);
      }
      if (is_delivered(*seen)) asked = std::max(asked, seen->ack);
      continue;
    }
    if (!carries_stream(*seen)) continue;
    if (is_lost(*seen)) {
      if (!seen->retransmission) {
        if (!is_open) gaps.emplace_back();
        is_open = true;
        gaps.back().lost.push_back(seen);
      } else if (is_open) {
        ++gaps.back().lost_again;
      }
    } else if (is_open && seen->retransmission && is_delivered(*seen)) {
      const std::int64_t begin = gaps.back().lost.front()->seq;
      if (seen->seq > begin || timeline::end_of_numbers(*seen) <= begin) continue;
      Gap& gap = gaps.back();
      gap.repair = seen;
      std::erase_if(gap.heard, [&](const SeenPacket& one) { return !delivered_before(one, seen); });
      is_open = false;
    }
  }
  if (is_open) gaps.pop_back();  // it was never filled
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

Finding finding_of(const Story& story, const Gap& gap) {
  constexpr std::size_t duplicates_of_a_loss = 3;  // RFC 5681 §3.2
  const Packet& first = *gap.lost.front();
  Finding finding{"segment-lost.timer", {}, story.actor(first.from), {}, {}};
  std::vector<std::int64_t> sizes;
  for (const SeenPacket& seen : gap.lost) {
    finding.events.push_back(seen.id);
    sizes.push_back(seen->length);
  }
  finding.arguments = {{"sender", story.name(first.from)},
                       {"lost", static_cast<std::int64_t>(gap.lost.size())},
                       {"sizes", as_sum(sizes)},
                       {"how", how_lost(first)}};
  finding.measured = {{"later", as_measured(gap.repair.at - gap.lost.front().at)}};
  std::vector<words::Message> again;
  if (gap.lost_again > 0) again.push_back({"lost.again"_text, {{"times", gap.lost_again}}});
  if (gap.heard.empty() && first.length == 0) {
    finding.key = "segment-lost.fin";
    finding.arguments = {{"sender", story.name(first.from)}, {"how", how_lost(first)}, {"again", again}};
  } else if (gap.heard.empty()) {
    finding.arguments["again"] = again;
  } else {
    finding.arguments["receiver"] = story.name(first.to);
    finding.arguments["heard"] = static_cast<std::int64_t>(gap.heard.size());
    finding.arguments["asked"] = first.seq;
    for (const SeenPacket& seen : gap.heard) {
      if (finding.events.size() < gap.lost.size() + duplicates_of_a_loss) finding.events.push_back(seen.id);
    }
    const std::string sack = sack_of(gap.heard);
    if (gap.heard.size() < duplicates_of_a_loss) {
      finding.key = "segment-lost.few";
    } else if (sack.empty()) {
      finding.key = "segment-lost.fast";
    } else {
      finding.key = "segment-lost.fast-sack";
      finding.arguments["sack"] = sack;
    }
  }
  finding.events.push_back(gap.repair.id);
  std::sort(finding.events.begin(), finding.events.end());
  return finding;
}

std::vector<Finding> segment_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      for (const Gap& gap : gaps_of(talk, sender)) findings.push_back(finding_of(story, gap));
    }
  }
  return findings;
}

/// A bare ACK was lost, and a later packet said the same and more before anybody sent anything again.
std::vector<Finding> ack_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (auto lost = talk.packets.begin(); lost != talk.packets.end(); ++lost) {
      if ((*lost)->kind != PacketKind::ack || !is_lost(**lost) || !lost->counts) continue;
      const auto next = std::find_if(lost + 1, talk.packets.end(), [&](const SeenPacket& seen) {
        const bool covers = seen->from == (*lost)->from && seen->ack >= (*lost)->ack && is_delivered(*seen);
        const bool is_repetition = seen->from == (*lost)->to && seen->retransmission;
        return covers || is_repetition;
      });
      if (next == talk.packets.end() || (*next)->from != (*lost)->from || (*next)->ack == (*lost)->ack) continue;
      findings.push_back({"ack-lost",
                          {lost->id, next->id},
                          story.actor((*lost)->from),
                          {{"sender", story.name((*lost)->from)},
                           {"how", how_lost(**lost)},
                           {"acknowledged", (*lost)->ack},
                           {"next", (*next)->ack}}});
    }
  }
  return findings;
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
          findings.push_back({"segments-reordered",
                              {std::min(seen.id, furthest->id), std::max(seen.id, furthest->id)},
                              story.actor(sender),
                              {{"receiver", story.name(seen->to)},
                               {"late", as_quoted(seen->data)},
                               {"early", as_quoted((*furthest)->data)}}});
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
        {"segment-lost.few", {"sender", "receiver", "lost", "sizes", "how", "heard", "asked"}, {"later"}},
        {"segment-lost.fast", {"sender", "receiver", "lost", "sizes", "how", "heard", "asked"}, {"later"}},
        {"segment-lost.fast-sack",
         {"sender", "receiver", "lost", "sizes", "how", "heard", "asked", "sack"},
         {"later"}}},
       segment_lost},
      {"ack-lost", {{"ack-lost", {"sender", "how", "acknowledged", "next"}}}, ack_lost},
      {"segments-reordered", {{"segments-reordered", {"receiver", "late", "early"}}}, segments_reordered},
      {"segment-duplicated", {{"segment-duplicated", {"receiver", "data", "line"}}}, segment_duplicated},
  };
}

}  // namespace wirelab::explain
