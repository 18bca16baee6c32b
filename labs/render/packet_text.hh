// A packet in words, as many or as few as there is room for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "labs/timeline/event.hh"
#include "labs/words/language.hh"

namespace wirelab::render {

/// Ways to say what a packet is, each shorter than the one before; never empty.
struct PacketLabels {
  std::vector<std::string> longest_first;  ///< `SYN seq=0 win=64240 mss=1460`, …, `SYN`
  std::size_t enough = 1;                  ///< so many of them tell its place in the stream too
};

/// What the packets before it make of a packet.
struct PacketContext {
  bool repeats_ack = false;   ///< it acknowledges what the one before it did and nothing else is new (RFC 5681 §2)
  bool is_probe = false;      ///< it names a byte that has been acknowledged: whoever gets it has to answer
  bool tells_window = false;  ///< its window is worth a word: closed, opened again, or not much of what it was
};

/// `canonical`: without what differs between machines, which windows do unless they are closed.
PacketLabels labels_of(const timeline::Packet& packet, const PacketContext& context, bool canonical,
                       words::Language language);

/// `port unreachable`, or its numbers.
std::string icmp_text(const timeline::Packet& packet, words::Language language);

/// An acknowledgement that carries nothing else.
bool is_bare_ack(const timeline::Packet& packet);

/// `12 480`: easier to read than 12480 where it stands among words.
std::string grouped(std::int64_t number);

}  // namespace wirelab::render
