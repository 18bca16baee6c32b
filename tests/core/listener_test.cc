#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <future>

#include "core/poller.hh"
#include "core/socket.hh"
#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

using test::bytes_of;
using test::error_of;

TEST(Listener, SleepsInAcceptUntilSomebodyConnects) {
  Listener listener = test::listen_on_loopback();
  test::Sleeper server([&](std::stop_token stop) {
    Accepted accepted = listener.accept(stop);
    accepted.socket.send_all(bytes_of("welcome"));
  });
  ASSERT_TRUE(server.falls_asleep_in(SYS_accept4));
  StreamSocket client = StreamSocket::create(Family::ipv4);
  client.connect(listener.local_address());
  EXPECT_EQ(test::receive_text(client), "welcome");
  server.join();
}

TEST(Listener, AcceptsAgainAfterASignal) {
  Listener listener = test::listen_on_loopback();
  test::Sleeper server([&](std::stop_token stop) { static_cast<void>(listener.accept(stop)); });
  ASSERT_TRUE(server.falls_asleep_in(SYS_accept4));
  ASSERT_TRUE(server.is_interrupted());
  ASSERT_TRUE(server.falls_asleep_in(SYS_accept4));
  StreamSocket client = StreamSocket::create(Family::ipv4);
  client.connect(listener.local_address());
  server.join();
}

TEST(Listener, StopsAcceptingWhenAskedTo) {
  Listener listener = test::listen_on_loopback();
  std::atomic<int> error = 0;
  test::Sleeper server([&](std::stop_token stop) {
    const SystemError stopped = error_of([&] { static_cast<void>(listener.accept(stop)); });
    EXPECT_EQ(stopped.call(), "accept");
    error = stopped.error();
  });
  ASSERT_TRUE(server.falls_asleep_in(SYS_accept4));
  server.stop();
  EXPECT_EQ(error, EINTR);
}

TEST(Listener, TakesConnectionsInTheOrderInWhichTheyCame) {
  Listener listener = test::listen_on_loopback();
  StreamSocket first = StreamSocket::create(Family::ipv4);
  StreamSocket second = StreamSocket::create(Family::ipv4);
  first.connect(listener.local_address());
  ASSERT_TRUE(test::eventually([&] { return listener.queue().waiting == 1; }));
  second.connect(listener.local_address());
  EXPECT_EQ(listener.accept().peer, first.local_address());
  EXPECT_EQ(listener.accept().peer, second.local_address());
}

TEST(Listener, KnowsHowManyWaitAndHowManyMay) {
  Listener listener = test::listen_on_loopback(Family::ipv4, 3);
  EXPECT_EQ(listener.queue().waiting, 0u);
  EXPECT_EQ(listener.queue().backlog, 3u);
  StreamSocket client = StreamSocket::create(Family::ipv4);
  client.connect(listener.local_address());
  EXPECT_TRUE(test::eventually([&] { return listener.queue().waiting == 1; }));
  const Accepted accepted = listener.accept();
  EXPECT_EQ(listener.queue().waiting, 0u);
}

TEST(Listener, RefusesASecondBindToTheSamePort) {
  const Listener listener = test::listen_on_loopback();
  StreamSocket second = StreamSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { second.bind(listener.local_address()); }).what(),
               "bind: Address already in use (EADDRINUSE)");
}

TEST(Listener, ThatCouldNotBeMadeLeavesTheSocketToItsOwner) {
  // Two sockets that both ask for it may share a port until one of them listens.
  StreamSocket first = StreamSocket::create(Family::ipv4);
  StreamSocket second = StreamSocket::create(Family::ipv4);
  first.set_option("SO_REUSEADDR", 1);
  second.set_option("SO_REUSEADDR", 1);
  first.bind(Address::loopback(Family::ipv4, 0));
  second.bind(first.local_address());
  const Listener listener(std::move(first), 5);

  EXPECT_STREQ(error_of([&] { Listener(std::move(second), 5); }).what(), "listen: Address already in use (EADDRINUSE)");
  EXPECT_TRUE(second.is_open());  // NOLINT(bugprone-use-after-move): this is the promise
  EXPECT_EQ(second.local_address(), listener.local_address());
}

TEST(Listener, TakesTheSocketOver) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  const int number = socket.fd();
  const Listener listener(std::move(socket), 5);
  EXPECT_EQ(listener.fd(), number);
  EXPECT_FALSE(socket.is_open());  // NOLINT(bugprone-use-after-move): this is the promise
  EXPECT_EQ(listener.option("SO_ACCEPTCONN"), 1);
}

TEST(Listener, HasNoBytesToRead) {
  const Listener listener = test::listen_on_loopback();
  EXPECT_EQ(error_of([&] { static_cast<void>(listener.unread_bytes()); }).error(), EINVAL);
}

TEST(Listener, OutlivesRunningOutOfDescriptors) {
  // In a process of its own, as the limit is the whole process's.
  const auto run_out_and_recover = [] {
    Listener listener = test::listen_on_loopback();
    StreamSocket client = StreamSocket::create(Family::ipv4);
    client.connect(listener.local_address());

    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const FileDescriptor next_free(::dup(0));
    rlimit none_left = before;
    none_left.rlim_cur = static_cast<rlim_t>(next_free.get() + 1);
    ::setrlimit(RLIMIT_NOFILE, &none_left);
    const std::string from_accept = error_of([&] { static_cast<void>(listener.accept()); }).what();
    const std::string from_socket = error_of([] { StreamSocket::create(Family::ipv4); }).what();
    ::setrlimit(RLIMIT_NOFILE, &before);

    Accepted accepted = listener.accept();  // the connection is still in the queue
    client.send_all(bytes_of("still here"));
    const bool recovered = test::receive_text(accepted.socket) == "still here";
    std::fprintf(stderr, "%s; %s; %s\n", from_accept.c_str(), from_socket.c_str(), recovered ? "recovered" : "lost");
    std::_Exit(recovered ? 0 : 1);
  };
  EXPECT_EXIT(run_out_and_recover(), testing::ExitedWithCode(0),
              "accept: Too many open files .EMFILE.; socket: Too many open files .EMFILE.; recovered");
}

// ------------------------------------------------------- errors of a connection that died in the queue

/// Lets the calling thread's accept4 calls wait for an answer from whoever holds the descriptor that this returns:
/// seccomp(2), SECCOMP_RET_USER_NOTIF. It lasts as long as the thread. -1 where it is not allowed.
int supervise_accept() {
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_accept4, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{program.size(), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1;
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

/// Waits for the next accept4 and makes it fail with `error`; 0 lets the kernel do it.
void answer_next_accept(const FileDescriptor& supervisor, int error) {
  ASSERT_TRUE(wait(supervisor.get(), POLLIN, Deadline::after(test::patience)));
  seccomp_notif call{};
  ASSERT_EQ(::ioctl(supervisor.get(), SECCOMP_IOCTL_NOTIF_RECV, &call), 0);
  seccomp_notif_resp answer{};
  answer.id = call.id;
  answer.error = -error;
  answer.flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
  ASSERT_EQ(::ioctl(supervisor.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer), 0);
}

class ListenerUnderSupervision : public testing::Test {
 protected:
  /// Connects a client and accepts it in another thread, whose first accept4 calls fail with these errors.
  /// The error accept threw, 0 if it returned the connection.
  int accept_after(const std::vector<int>& errors) {
    Listener listener = test::listen_on_loopback();
    StreamSocket client = StreamSocket::create(Family::ipv4);
    client.connect(listener.local_address());

    std::promise<int> made;
    std::atomic<int> result = -1;
    std::jthread server([&] {
      const int supervisor = supervise_accept();
      made.set_value(supervisor);
      if (supervisor == -1) return;
      try {
        result = listener.accept().peer == client.local_address() ? 0 : -1;
      } catch (const SystemError& error) {
        result = error.error();
      }
    });
    const FileDescriptor supervisor(made.get_future().get());
    if (!supervisor.is_open()) {
      skipped_ = true;
      return -1;
    }
    for (const int error : errors) answer_next_accept(supervisor, error);
    server.join();
    return result;
  }

  bool skipped_ = false;
};

TEST_F(ListenerUnderSupervision, PassesOverConnectionsThatDiedInTheQueue) {
  const int result = accept_after({ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, 0});
  if (skipped_) GTEST_SKIP() << "seccomp is not allowed here";
  EXPECT_EQ(result, 0);
}

TEST_F(ListenerUnderSupervision, ReportsErrorsOfItsOwn) {
  const int result = accept_after({ECONNABORTED, ENFILE});
  if (skipped_) GTEST_SKIP() << "seccomp is not allowed here";
  EXPECT_EQ(result, ENFILE);
}

}  // namespace
}  // namespace wirelab::core
