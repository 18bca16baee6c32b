#include "labs/stage/policy.hh"

#include <algorithm>
#include <utility>

namespace wirelab::stage {
namespace {

using scenario::PacketKind;
using scenario::PacketMatch;
using scenario::WireRule;

/// FNV-1a (RFC 9923): turns a sender's name into a number that is the same everywhere.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : name) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 0x100000001b3;
  }
  return hash;
}

bool names(const std::optional<std::string>& wanted, std::string_view lane, std::string_view actor) {
  return !wanted || *wanted == lane || *wanted == actor;
}

bool fits(const PacketMatch& match, const PacketView& packet) {
  const bool kind_fits = !match.packet || *match.packet == packet.kind;
  const bool content_fits = !match.contains || packet.payload.find(*match.contains) != std::string_view::npos;
  return kind_fits && content_fits && names(match.from, packet.from, packet.from_actor);
}

bool counted_in(const PacketMatch& match, std::int64_t number) {
  if (match.every) return number % *match.every == 0;
  return match.nth.empty() || std::find(match.nth.begin(), match.nth.end(), number) != match.nth.end();
}

}  // namespace

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

double unit_interval(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

Policy::Policy(scenario::Wire wire) : wire_(std::move(wire)), matched_(wire_.rules.size(), 0) {}

Decision Policy::judge(const PacketView& packet) { return judge(packet, {{packet.to, packet.to_actor}}).front(); }

std::vector<Decision> Policy::judge(const PacketView& packet, const std::vector<Receiver>& receivers) {
  auto found = senders_.find(packet.from);
  if (found == senders_.end()) found = senders_.emplace(std::string(packet.from), Sender{}).first;
  Sender& sender = found->second;
  ++sender.packets;
  // Drawn for every packet, so that a rule that spares one does not shift the fate of those after it.
  const bool is_lost = lost(sender, packet.from);

  std::vector<Decision> decisions(receivers.size(), {is_lost ? WireRule::Kind::drop : WireRule::Kind::pass, nullptr});
  for (std::size_t i = 0; i < wire_.rules.size(); ++i) {
    const WireRule& rule = wire_.rules[i];
    if (!fits(rule.match, packet)) continue;
    if (!rule.match.to) ++matched_[i];
    for (std::size_t r = 0; r < receivers.size(); ++r) {
      if (!names(rule.match.to, receivers[r].lane, receivers[r].actor)) continue;
      if (rule.match.to) ++matched_[i];
      if (!decisions[r].rule && counted_in(rule.match, matched_[i])) decisions[r] = {rule.kind, &rule};
    }
  }
  return decisions;
}

bool Policy::lost(Sender& sender, std::string_view name) const {
  if (!wire_.loss) return false;
  std::uint64_t state = wire_.seed.value_or(0) ^ name_hash(name) ^ (sender.packets * 0xd1342543de82ef95);
  if (const auto* uniform = std::get_if<scenario::UniformLoss>(&*wire_.loss)) {
    return unit_interval(splitmix64(state)) < uniform->probability;
  }
  const auto& burst = std::get<scenario::GilbertElliott>(*wire_.loss);
  const double drawn = unit_interval(splitmix64(state));
  sender.bad = sender.bad ? drawn >= burst.r : drawn < burst.p;
  return sender.bad;
}

}  // namespace wirelab::stage
