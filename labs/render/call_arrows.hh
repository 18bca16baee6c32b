// What a call sends out, as far as the calls alone tell: the arrows of a stage that sees no packets.
#pragma once

#include <map>
#include <vector>

#include "labs/render/call_text.hh"
#include "labs/render/story.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

class ArrowsOfCalls {
 public:
  /// The timeline must outlive it.
  ArrowsOfCalls(const timeline::Timeline& timeline, words::Language language);

  /// The arrows that start at one of the rows of a call.
  std::vector<Arrow> made_by(const timeline::Event& event, const timeline::Call& call, CallRow row) const;

 private:
  void add_connect(const timeline::Call& call, std::vector<Arrow>& arrows) const;
  bool was_reset_before(const timeline::Connection& connection, timeline::EventId id) const;

  std::string say(words::TextId id, const words::Arguments& arguments = {}) const;
  /// A datagram on its way to one receiver, and what became of it there.
  Arrow arrow_of(const timeline::Datagram& datagram) const;

  const timeline::Timeline& timeline_;
  words::Language language_;
  std::map<timeline::EventId, std::vector<const timeline::Datagram*>> datagrams_;
  std::map<timeline::EventId, std::vector<const timeline::Connection*>> closes_;
};

}  // namespace wirelab::render
