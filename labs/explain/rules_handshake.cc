// How a connection comes about, packet by packet.
#include <algorithm>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using timeline::TcpOptions;

using Offer = std::vector<words::Message>;

/// What a SYN offers, in the words of the protocol; empty, or one message.
Offer offer_of(const TcpOptions& options) {
  Offer offered;
  const auto add = [&offered](const words::Message& option) {
    offered = offered.empty() ? Offer{option}
                              : Offer{{"handshake.offers"_text, {{"offered", offered}, {"more", Offer{option}}}}};
  };
  if (options.maximum_segment_size) {
    add({"handshake.offer.segment"_text, {{"bytes", std::int64_t{*options.maximum_segment_size}}}});
  }
  if (options.sack_permitted) add({"handshake.offer.sack"_text});
  if (options.timestamps) add({"handshake.offer.timestamps"_text});
  if (options.window_scale) add({"handshake.offer.window-scale"_text});
  return offered;
}

words::Message told(const Story& story, const SeenPacket& seen, words::TextId id) {
  return {id, {{"sender", story.name(seen->from)}}};
}

words::Message told(const Story& story, const SeenPacket& seen, words::TextId id, const Offer& offer) {
  return {id, {{"sender", story.name(seen->from)}, {"offer", offer}}};
}

std::vector<words::Message> packets_of(const Story& story, const Handshake& handshake) {
  const auto& [syn, syn_ack, ack] = handshake;
  const Offer offer = offer_of(syn->options);
  const Offer answer = offer_of(syn_ack->options);
  return {
      offer.empty() ? told(story, syn, "handshake.syn"_text) : told(story, syn, "handshake.syn.offering"_text, offer),
      answer.empty()    ? told(story, syn_ack, "handshake.syn-ack"_text)
      : answer == offer ? told(story, syn_ack, "handshake.syn-ack.same"_text)
                        : told(story, syn_ack, "handshake.syn-ack.offering"_text, answer),
      told(story, ack, ack->kind == PacketKind::ack ? "handshake.ack"_text : "handshake.ack.with-more"_text)};
}

/// In which units the windows are told, where that is settled.
std::vector<words::Message> units_of(const Story& story, const Handshake& handshake) {
  if (!handshake.syn->options.window_scale || !handshake.syn_ack->options.window_scale) return {};
  const auto unit = [](const SeenPacket& seen) {
    return std::int64_t{1} << std::clamp(*seen->options.window_scale, 0, 14);  // RFC 7323 §2.3
  };
  if (unit(handshake.syn) == unit(handshake.syn_ack)) return {{"handshake.unit"_text, {{"unit", unit(handshake.syn)}}}};
  return {{"handshake.units"_text,
           {{"client", story.name(handshake.syn->from)},
            {"client_unit", unit(handshake.syn)},
            {"server", story.name(handshake.syn_ack->from)},
            {"server_unit", unit(handshake.syn_ack)}}}};
}

std::vector<Finding> handshake(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    const std::optional<Handshake> found = handshake_of(talk);
    if (!found || end_of_handshake(talk, *found) != HandshakeEnd::taken) continue;
    findings.push_back({"handshake",
                        {found->syn.id, found->syn_ack.id, found->ack.id},
                        "",
                        {{"packets", packets_of(story, *found)}},
                        {{"client", story.name(found->syn->from)},
                         {"client_number", std::int64_t{found->syn->absolute_seq}},
                         {"server", story.name(found->syn_ack->from)},
                         {"server_number", std::int64_t{found->syn_ack->absolute_seq}},
                         {"units", units_of(story, *found)}}});
  }
  return findings;
}

/// The connections that waited finished in the listener's queue at that moment.
std::int64_t waiting_at(const Story& story, const Talk& late, timeline::Nanoseconds moment) {
  return std::count_if(story.talks.begin(), story.talks.end(), [&](const Talk& talk) {
    const std::optional<Handshake> made = handshake_of(talk);
    if (talk.server != late.server || talk.connection == late.connection || !made) return false;
    const timeline::Call* accept =
        story.timeline.call(story.timeline.connections[static_cast<std::size_t>(talk.connection)].accept);
    return made->ack->delivered_at < moment && (!accept || accept->returned_at > moment) &&
           end_of_handshake(talk, *made) == HandshakeEnd::taken;
  });
}

std::vector<Finding> handshake_not_taken(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    const std::optional<Handshake> found = handshake_of(talk);
    const HandshakeEnd end = found ? end_of_handshake(talk, *found) : HandshakeEnd::taken;
    if (end != HandshakeEnd::ignored && end != HandshakeEnd::reset) continue;
    const MadeCall listen = story.made(story.timeline.connections[static_cast<std::size_t>(talk.connection)].listen);
    if (!listen.call) continue;
    const std::int64_t backlog = timeline::number_argument(*listen, "backlog").value_or(0);
    const std::int64_t waiting = waiting_at(story, talk, found->ack->delivered_at);
    if (waiting <= backlog) continue;
    findings.push_back({end == HandshakeEnd::reset ? "handshake-not-taken.reset" : "handshake-not-taken.ignored",
                        {listen.id, found->ack.id},
                        story.actor(talk.client),
                        {{"client", story.name(talk.client)},
                         {"server", story.name(talk.server)},
                         {"waiting", waiting},
                         {"backlog", backlog}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> handshake_rules() {
  const std::vector<std::string_view> of_not_taken = {"client", "server", "waiting", "backlog"};
  return {{"handshake",
           {{"handshake", {"packets"}, {"client", "client_number", "server", "server_number", "units"}}},
           handshake,
           1},
          {"handshake-not-taken",
           {{"handshake-not-taken.ignored", of_not_taken}, {"handshake-not-taken.reset", of_not_taken}},
           handshake_not_taken}};
}

}  // namespace wirelab::explain
