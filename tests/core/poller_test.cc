#include "core/poller.hh"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>

#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

using namespace std::chrono_literals;
using test::bytes_of;

TEST(Wait, ReturnsOnceThereIsSomethingToRead) {
  test::Connection connection = test::connected();
  test::Sleeper reader([&](std::stop_token) {
    EXPECT_TRUE(wait(connection.server.fd(), POLLIN, Deadline::never()));
    EXPECT_EQ(test::receive_text(connection.server), "x");
  });
  ASSERT_TRUE(reader.falls_asleep_in(test::poll_call));
  connection.client.send_all(bytes_of("x"));
  reader.join();
}

TEST(Wait, EndsAtTheDeadlineAndNotBefore) {
  test::Connection connection = test::connected();
  const Deadline deadline = Deadline::after(20ms);
  EXPECT_FALSE(wait(connection.server.fd(), POLLIN, deadline));
  EXPECT_TRUE(deadline.expired());
}

TEST(Wait, WithAnExpiredDeadlineStillLooks) {
  test::Connection connection = test::connected();
  EXPECT_TRUE(wait(connection.client.fd(), POLLOUT, Deadline::after(0s)));
  EXPECT_FALSE(wait(connection.client.fd(), POLLIN, Deadline::after(0s)));
}

TEST(Wait, IsNotEndedByASignal) {
  test::Connection connection = test::connected();
  test::Sleeper reader(
      [&](std::stop_token stop) { EXPECT_TRUE(wait(connection.server.fd(), POLLIN, Deadline::never(), stop)); });
  ASSERT_TRUE(reader.falls_asleep_in(test::poll_call));
  ASSERT_TRUE(reader.is_interrupted());
  ASSERT_TRUE(reader.falls_asleep_in(test::poll_call));
  connection.client.send_all(bytes_of("x"));
  reader.join();
}

TEST(Wait, IsEndedByAStop) {
  test::Connection connection = test::connected();
  std::atomic<int> error = 0;
  test::Sleeper reader([&](std::stop_token stop) {
    error = test::error_of([&] { wait(connection.server.fd(), POLLIN, Deadline::never(), stop); }).error();
  });
  ASSERT_TRUE(reader.falls_asleep_in(test::poll_call));
  reader.stop();
  EXPECT_EQ(error, EINTR);
}

TEST(Wait, ReportsAHangUpUnasked) {
  test::Connection connection = test::connected();
  connection.server.abort();
  EXPECT_TRUE(wait(connection.client.fd(), 0, Deadline::after(test::patience)));
}

TEST(Poller, NamesTheDescriptorsThatAreReady) {
  test::Connection first = test::connected();
  test::Connection second = test::connected();
  Poller poller;
  poller.watch(first.server.fd(), POLLIN);
  poller.watch(second.server.fd(), POLLIN);
  EXPECT_TRUE(poller.wait(Deadline::after(0s)).empty());

  second.client.send_all(bytes_of("x"));
  const auto ready = poller.wait(Deadline::after(test::patience));
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].fd, second.server.fd());
  EXPECT_TRUE(ready[0].revents & POLLIN);
}

TEST(Poller, WatchesADescriptorOnceHoweverOftenItIsTold) {
  test::Connection connection = test::connected();
  Poller poller;
  poller.watch(connection.client.fd(), POLLIN);
  poller.watch(connection.client.fd(), POLLOUT);
  const auto ready = poller.wait(Deadline::after(test::patience));
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].revents, POLLOUT);
}

TEST(Poller, ForgetsADescriptor) {
  test::Connection connection = test::connected();
  Poller poller;
  poller.watch(connection.client.fd(), POLLOUT);
  poller.forget(connection.client.fd());
  EXPECT_TRUE(poller.wait(Deadline::after(0s)).empty());
}

TEST(Poller, SaysThatADescriptorIsClosed) {
  // A number that nobody can be given: descriptors are smaller than the limit on them.
  constexpr int never_open = 0x7ffffff0;
  Poller poller;
  poller.watch(never_open, POLLIN);
  const auto ready = poller.wait(Deadline::after(test::patience));
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].revents, POLLNVAL);
}

}  // namespace
}  // namespace wirelab::core
