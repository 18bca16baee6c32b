// What a rule is: it looks at a run and finds what there is to explain, as numbers and names; catalogue.hh has the
// words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labs/explain/story.hh"
#include "labs/words/message.hh"

namespace wirelab::explain {

using words::Arguments;

struct Finding {
  std::string_view key;                   ///< one of the rule's tellings
  std::vector<timeline::EventId> events;  ///< the last is where it is shown
  std::string about;                      ///< the actor it is about: of several alike, only the first are told in full
  Arguments arguments;
  Arguments measured = {};  ///< times, chosen numbers, window sizes: another run or machine has others
};

/// One way a rule speaks: `reset.unread`, with the arguments it gives.
struct Telling {
  std::string_view key;
  std::vector<std::string_view> arguments;
  std::vector<std::string_view> measured = {};
};

struct Rule {
  std::string_view id;  ///< what an Annotation carries; each key is the id, or the id, a dot and more
  std::vector<Telling> tellings;
  std::vector<Finding> (*find)(const Story& story);
  std::size_t told_in_full = 2;  ///< findings of one kind about one actor; what is left over is counted
};

/// Every rule there is. One file a subject; a new subject is one more function and one more line in rules.cc.
const std::vector<Rule>& all_rules();

/// How a packet got lost, as words behind `was`.
std::vector<words::Message> how_lost(const timeline::Packet& packet);

std::vector<Rule> connection_rules();
std::vector<Rule> stream_rules();
std::vector<Rule> closing_rules();
std::vector<Rule> datagram_rules();
std::vector<Rule> framing_rules();
std::vector<Rule> file_rules();
std::vector<Rule> sleep_rules();
std::vector<Rule> failure_rules();
std::vector<Rule> handshake_rules();
std::vector<Rule> ending_rules();
std::vector<Rule> loss_rules();
std::vector<Rule> fragment_rules();
std::vector<Rule> flow_rules();
std::vector<Rule> http_rules();

}  // namespace wirelab::explain
