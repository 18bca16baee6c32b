// How a connection comes about, packet by packet.
#include <fmt/format.h>

#include <algorithm>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using timeline::TcpOptions;

/// What a SYN offers, in the words of the protocol.
std::string offer_of(const TcpOptions& options) {
  std::vector<std::string> offered;
  if (options.maximum_segment_size) offered.push_back(fmt::format("MSS {}", *options.maximum_segment_size));
  if (options.sack_permitted) offered.emplace_back("SACK");
  if (options.timestamps) offered.emplace_back("timestamps");
  if (options.window_scale) offered.emplace_back("window scale");
  return fmt::format("{}", fmt::join(offered, ", "));
}

Fragment told(const Story& story, const SeenPacket& seen, std::string_view key) {
  return {key, {{"sender", story.name(seen->from)}}};
}

Fragment told(const Story& story, const SeenPacket& seen, std::string_view key, const std::string& offer) {
  return {key, {{"sender", story.name(seen->from)}, {"offer", offer}}};
}

std::vector<Fragment> packets_of(const Story& story, const Handshake& handshake) {
  const auto& [syn, syn_ack, ack] = handshake;
  const std::string offer = offer_of(syn->options);
  const std::string answer = offer_of(syn_ack->options);
  return {offer.empty() ? told(story, syn, "handshake.syn") : told(story, syn, "handshake.syn.offering", offer),
          answer.empty()    ? told(story, syn_ack, "handshake.syn-ack")
          : answer == offer ? told(story, syn_ack, "handshake.syn-ack.same")
                            : told(story, syn_ack, "handshake.syn-ack.offering", answer),
          told(story, ack, ack->kind == PacketKind::ack ? "handshake.ack" : "handshake.ack.with-more")};
}

std::vector<Fragment> numbers_of(const Story& story, const Handshake& handshake) {
  std::vector<Fragment> numbers;
  for (const SeenPacket& seen : {handshake.syn, handshake.syn_ack}) {
    numbers.push_back(
        {"handshake.number", {{"sender", story.name(seen->from)}, {"number", std::int64_t{seen->absolute_seq}}}});
  }
  if (!handshake.syn->options.window_scale || !handshake.syn_ack->options.window_scale) return numbers;
  for (const SeenPacket& seen : {handshake.syn, handshake.syn_ack}) {
    const int scale = std::clamp(*seen->options.window_scale, 0, 14);  // RFC 7323 §2.3
    numbers.push_back({"handshake.unit", {{"sender", story.name(seen->from)}, {"unit", std::int64_t{1} << scale}}});
  }
  return numbers;
}

std::vector<Finding> handshake(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    const std::optional<Handshake> found = handshake_of(talk);
    if (!found) continue;
    findings.push_back({"handshake",
                        {found->syn.id, found->syn_ack.id, found->ack.id},
                        "",
                        {{"packets", packets_of(story, *found)}},
                        {{"numbers", numbers_of(story, *found)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> handshake_rules() { return {{"handshake", {{"handshake", {"packets"}, {"numbers"}}}, handshake, 1}}; }

}  // namespace wirelab::explain
