// Who may go next. The director lets one thing go at a time, waits until the world is still again, and so turns threads
// in blocking calls into one story that is the same every time (docs/order.md).
#pragma once

#include <optional>

#include "core/interrupt_watch.hh"
#include "labs/runner/carrier.hh"
#include "labs/runner/stillness.hh"
#include "labs/runner/world.hh"

namespace wirelab::runner {

class Director {
 public:
  Director(World& world, const core::InterruptWatch& interrupts);

  /// Leads the actors to the end of the run and writes the outcome into the timeline. On return every actor has
  /// finished or is about to: its thread can be joined.
  void run();

 private:
  enum class Waited { still, over };

  void run_in_steps();
  void run_freely();
  /// Until the world is still, packets delivered one by one, or the run is over for another reason.
  Waited wait_until_still();
  /// Sleeps until something moves, the time comes, or the user asks to stop.
  void wait_for_news(Clock::time_point until);
  /// Is the run to end for a reason outside it: a limit, the user, a fault? Lock held.
  bool must_end();

  // All with the lock held.
  /// Delivers a packet, if one waits for nothing more. False: there is none.
  bool let_the_wire_go_on();
  /// Has a sleep's or a timeout's time come, clearly before what was lost is sent again? Remembered until the world is
  /// still.
  bool overtakes();
  bool wire_has_more_to_do() const;
  void note_who_is_blocked();
  enum class Steps { any, sleeps };
  bool let_a_step_go(Steps which);
  bool let_go_at(Gate gate);
  void let_go(LaneIndex index, Permission permission);
  /// What comes due next: a sleep, a timeout, or a delayed packet, which is nobody's.
  struct NextDue {
    LaneIndex lane;
    Due due;
    bool is_timeout;
  };
  std::optional<NextDue> next_due() const;
  /// Clearly: on a busy machine as well.
  bool is_before_the_retransmission(const NextDue& next) const;
  void come_due(const NextDue& next);
  bool everyone_finished() const;
  std::optional<Permission> may_go(LaneIndex index);
  std::optional<Permission> judge(const LaneState& state, const scenario::When& when) const;
  void end(timeline::Outcome outcome, std::string reason);
  void describe_waits();
  timeline::Wait describe_wait(LaneIndex index) const;
  /// May the actor of this fact still make it true?
  bool can_still_come(const scenario::Fact& fact) const;
  LaneIndex peer_of(const timeline::Call& call) const;
  void find_time_wait();

  World& world_;
  const core::InterruptWatch& interrupts_;
  stage::Switch* wire_;             ///< null: this stage has none
  std::optional<Carrier> carrier_;  ///< of that wire
  std::vector<LaneIndex> order_;  ///< of the lanes: `reversed` begins with the last
  Clock::time_point run_ends_;
  Clock::time_point last_progress_;
  std::int64_t progress_seen_ = -1;
  Stillness found_;  ///< by the last look of a stepped run
  /// A sleep or a timeout has ended while a retransmission was waited for: steps go before it too.
  bool has_overtaken_ = false;
};

}  // namespace wirelab::runner
