// How a connection ends, packet by packet.
#include <algorithm>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;

std::string_view key_of(const Ending& ending) {
  switch (ending.first_acknowledged->kind) {
    case PacketKind::fin:
      return "ending.three";
    case PacketKind::data:
      return "ending.with-data";
    default:
      return "ending.four";
  }
}

std::vector<Finding> ending(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    const std::optional<Ending> found = ending_of(talk);
    if (!found) continue;
    const timeline::Connection& connection = story.timeline.connections[static_cast<std::size_t>(talk.connection)];
    Finding finding{key_of(*found),
                    {found->first.id, found->first_acknowledged.id},
                    "",
                    {{"first", story.name(found->first->from)}, {"second", story.name(found->second->from)}}};
    if (found->is_crossed()) {
      // Else the connection has been cut short in some way that the packets do not show.
      if (connection.time_wait.size() != 2) continue;
      finding.key = "ending.crossed";
      finding.events = {found->first.id, found->second.id, found->first_acknowledged.id};
    } else if (found->first_acknowledged.id != found->second.id) {
      finding.events.push_back(found->second.id);
    }
    finding.events.push_back(found->second_acknowledged.id);
    std::sort(finding.events.begin(), finding.events.end());
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// Nobody but the packets tells of such a reset.
std::vector<Finding> reset_unheard(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    const auto reset = std::find_if(talk.packets.begin(), talk.packets.end(), [](const SeenPacket& seen) {
      return seen->kind == PacketKind::rst && is_delivered(*seen);
    });
    if (reset == talk.packets.end()) continue;
    const MadeCall closing = story.made((*reset)->cause);
    if (!closing.call || !is_abort(*closing)) continue;
    const std::vector<MadeCall> of_peer = story.calls_on(talk.connection, (*reset)->to);
    // A receive that still found bytes has not heard of it, nor has a close.
    const bool heard = std::any_of(of_peer.begin(), of_peer.end(), [&](const MadeCall& made) {
      const auto option = timeline::socket_option(*made);
      const bool tells =
          made->error == "ECONNRESET" || made->error == "EPIPE" || (option && option->name == "SO_ERROR");
      return tells && made->return_epoch >= (*reset)->delivered_epoch;
    });
    if (heard) continue;
    findings.push_back({"reset-unheard",
                        {closing.id, reset->id},
                        story.actor((*reset)->from),
                        {{"actor", story.name((*reset)->from)}, {"peer", story.name((*reset)->to)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> ending_rules() {
  return {{"reset-unheard", {{"reset-unheard", {"actor", "peer"}}}, reset_unheard},
          {"ending",
           {{"ending.four", {"first", "second"}},
            {"ending.three", {"first", "second"}},
            {"ending.with-data", {"first", "second"}},
            {"ending.crossed", {"first", "second"}}},
           ending,
           1}};
}

}  // namespace wirelab::explain
