// Datagrams too large for the link.
#include <algorithm>
#include <map>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::Datagram;
using timeline::LaneIndex;
using timeline::Packet;

/// The pieces of one datagram on their way to one host.
struct Pieces {
  const Datagram* datagram = nullptr;
  std::vector<SeenPacket> all;
  std::vector<SeenPacket> lost;
};

std::vector<Pieces> fragmented_datagrams(const Story& story) {
  std::map<int, Pieces> found;
  for (const SeenPacket& seen : story.packets) {
    if (!seen->fragment || !seen->datagram) continue;
    const auto index = static_cast<std::size_t>(*seen->datagram);
    if (*seen->datagram < 0 || index >= story.timeline.datagrams.size()) continue;
    Pieces& pieces = found[*seen->datagram];
    pieces.datagram = &story.timeline.datagrams[index];
    pieces.all.push_back(seen);
    if (is_lost(*seen)) pieces.lost.push_back(seen);
  }
  std::vector<Pieces> datagrams;
  for (auto& [index, pieces] : found) datagrams.push_back(std::move(pieces));
  return datagrams;
}

/// By the frame's EtherType.
bool is_ipv6(const Packet& packet) {
  return packet.headers.size() >= 14 && packet.headers.compare(12, 2, "\x86\xdd") == 0;
}

/// The receiver's kernel gave up waiting for the rest and said so: RFC 792, RFC 4443 §3.3.
const SeenPacket* given_up(const Story& story, const Pieces& pieces) {
  const auto found = std::find_if(story.errors.begin(), story.errors.end(), [&](const SeenPacket& seen) {
    if (seen->from != pieces.datagram->to || seen->to != pieces.datagram->from) return false;
    const bool reassembly_time = seen->icmp->type == (is_ipv6(*seen) ? 3 : 11) && seen->icmp->code == 1;
    return reassembly_time && seen.id > pieces.all.back().id;
  });
  return found == story.errors.end() ? nullptr : &*found;
}

/// Who was to have it: of one for many, all but the sender's own host, which has its copy without the wire.
std::vector<LaneIndex> receivers_of(const Story& story, const Datagram& of) {
  std::vector<LaneIndex> receivers;
  for (const Datagram& datagram : story.timeline.datagrams) {
    const bool is_another = receivers.empty() || receivers.back() != datagram.to;
    if (datagram.sent == of.sent && datagram.to != of.from && is_another) receivers.push_back(datagram.to);
  }
  return receivers.empty() || of.sent == 0 ? std::vector{of.to} : receivers;
}

std::string listed(const Story& story, const std::vector<LaneIndex>& lanes) {
  std::string text;
  for (const LaneIndex lane : lanes) text += (text.empty() ? "" : ", ") + story.name(lane);
  return text;
}

std::vector<Finding> fragments(const Story& story) {
  std::vector<Finding> findings;
  for (const Pieces& pieces : fragmented_datagrams(story)) {
    const Datagram& datagram = *pieces.datagram;
    if (!pieces.lost.empty() && datagram.received != 0) continue;  // the wire had delivered that piece as well
    Finding finding{"fragments", {}, story.actor(datagram.from), {}, {}};
    std::vector<std::int64_t> sizes;
    for (const SeenPacket& seen : pieces.all) {
      finding.events.push_back(seen.id);
      sizes.push_back(seen->length);
    }
    finding.arguments = {{"sender", story.name(datagram.from)},
                         {"bytes", datagram.length},
                         {"fragments", static_cast<std::int64_t>(pieces.all.size())}};
    if (pieces.lost.empty()) {
      finding.arguments["sizes"] = as_sum(sizes);
    } else {
      const Packet& first = *pieces.lost.front();
      finding.key = "fragments.lost";
      finding.arguments["receiver"] = listed(story, receivers_of(story, datagram));
      finding.arguments["lost"] = static_cast<std::int64_t>(pieces.lost.size());
      finding.arguments["how"] = how_lost(first);
      if (const SeenPacket* report = given_up(story, pieces)) {
        finding.key = "fragments.reported";
        finding.events.push_back(report->id);
      }
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> fragment_rules() {
  return {{"fragments",
           {{"fragments", {"sender", "bytes", "fragments", "sizes"}},
            {"fragments.lost", {"sender", "receiver", "bytes", "fragments", "lost", "how"}},
            {"fragments.reported", {"sender", "receiver", "bytes", "fragments", "lost", "how"}}},
           fragments}};
}

}  // namespace wirelab::explain
