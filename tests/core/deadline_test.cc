#include "core/deadline.hh"

#include <gtest/gtest.h>

#include <climits>

namespace wirelab::core {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, OfNoTimeHasExpired) {
  EXPECT_TRUE(Deadline::after(0s).expired());
  EXPECT_TRUE(Deadline::after(-5s).expired());
  EXPECT_EQ(Deadline::after(-5s).remaining(), 0s);
  EXPECT_EQ(Deadline::after(0s).poll_timeout(), 0);
}

TEST(Deadline, InAnHourIsNotYet) {
  const Deadline deadline = Deadline::after(1h);
  EXPECT_FALSE(deadline.expired());
  EXPECT_LE(deadline.remaining(), 1h);
  EXPECT_GT(deadline.remaining(), 30min);
  EXPECT_GT(deadline.poll_timeout(), 30 * 60 * 1000);
}

TEST(Deadline, NeverIsMinusOneForPoll) {
  EXPECT_FALSE(Deadline::never().expired());
  EXPECT_EQ(Deadline::never().poll_timeout(), -1);
}

TEST(Deadline, LeavesPollNoZeroTimeOutWhileTimeIsLeft) {
  // Rounded down it would be 0 in the last millisecond, and the waiting loop would spin.
  for (int round = 0; round < 1000; ++round) {
    const Deadline deadline = Deadline::after(500us);
    const int timeout = deadline.poll_timeout();
    if (!deadline.expired()) {
      EXPECT_EQ(timeout, 1);
    }
  }
}

TEST(Deadline, FartherAwayThanPollCanSayIsTheMostItCan) {
  EXPECT_EQ(Deadline::after(24h * 365).poll_timeout(), INT_MAX);
}

TEST(Deadline, BeyondTheEndOfTheClockIsNever) {
  const Deadline deadline = Deadline::after(Deadline::Clock::duration::max());
  EXPECT_FALSE(deadline.expired());
  EXPECT_EQ(deadline.poll_timeout(), -1);
}

}  // namespace
}  // namespace wirelab::core
