// What the scenario's wire does to a packet: pure decisions, no sockets, no clock.
//
// Whatever is decided depends on the scenario and on the order of each sender's own packets alone, so the same seed
// loses the same packets on every machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/scenario.hh"

namespace wirelab::stage {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), as a function of
/// its state: the generator behind every random choice. tests/stage/policy_test.cc holds its first numbers.
std::uint64_t splitmix64(std::uint64_t& state);

/// A number in [0, 1) from the top 53 bits of a 64-bit one.
double unit_interval(std::uint64_t bits);

/// The packet a decision is asked for.
struct PacketView {
  std::string_view from;  ///< lane names: client, client#7
  std::string_view to;
  std::string_view from_actor;  ///< client for client#7
  std::string_view to_actor;
  scenario::PacketKind kind = scenario::PacketKind::udp;
  std::string_view payload;
};

/// What is to become of one packet. `rule` is the rule that decided, or null: the loss percentage, or nothing.
struct Decision {
  scenario::WireRule::Kind kind = scenario::WireRule::Kind::pass;
  const scenario::WireRule* rule = nullptr;
};

/// Whom a packet may reach: one, or as many as hear a broadcast.
struct Receiver {
  std::string_view lane;
  std::string_view actor;
};

/// Judges each original packet once, in the order each sender made them.
class Policy {
 public:
  explicit Policy(scenario::Wire wire);
  Policy(const Policy&) = delete;  // decisions point to its rules
  Policy& operator=(const Policy&) = delete;

  /// First rule that matches wins; then loss. Counts the packet for every rule it fits.
  Decision judge(const PacketView& packet);

  /// The same of a packet for several: one decision for each. It is still one packet. So the loss percentage, and a rule
  /// that does not say `to` whom, decide once and for all of them, and count it once.
  std::vector<Decision> judge(const PacketView& packet, const std::vector<Receiver>& receivers);

 private:
  struct Sender {
    std::uint64_t packets = 0;  ///< originals so far
    bool bad = false;           ///< Gilbert-Elliott: in the state that loses
  };

  bool lost(Sender& sender, std::string_view name) const;

  const scenario::Wire wire_;
  std::vector<std::int64_t> matched_;  ///< by rule: packets that fitted it so far
  std::map<std::string, Sender, std::less<>> senders_;
};

}  // namespace wirelab::stage
