#include "core/file_descriptor.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <type_traits>

#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

/// Two connected sockets. That one of them is closed shows at the other as end of file; its number says nothing, as
/// another thread may have been given it meanwhile.
struct Pair {
  FileDescriptor ours;
  FileDescriptor other;
};

Pair make_pair_of_sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == -1) throw_errno("socketpair");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

bool sees_end_of_file(const FileDescriptor& descriptor) {
  std::byte byte{};
  return ::recv(descriptor.get(), &byte, 1, MSG_DONTWAIT) == 0;
}

static_assert(!std::is_copy_constructible_v<FileDescriptor>);
static_assert(!std::is_copy_assignable_v<FileDescriptor>);
static_assert(std::is_nothrow_move_constructible_v<FileDescriptor>);

TEST(FileDescriptor, ClosesWhenItGoes) {
  Pair pair = make_pair_of_sockets();
  {
    const FileDescriptor owner = std::move(pair.ours);
    EXPECT_FALSE(sees_end_of_file(pair.other));
  }
  EXPECT_TRUE(sees_end_of_file(pair.other));
}

TEST(FileDescriptor, IsEmptyAfterAMove) {
  Pair pair = make_pair_of_sockets();
  const int number = pair.ours.get();
  const FileDescriptor owner = std::move(pair.ours);
  EXPECT_EQ(owner.get(), number);
  EXPECT_FALSE(pair.ours.is_open());  // NOLINT(bugprone-use-after-move): this is the promise
}

TEST(FileDescriptor, ClosesWhatItHeldWhenItIsGivenAnother) {
  Pair first = make_pair_of_sockets();
  Pair second = make_pair_of_sockets();
  first.ours = std::move(second.ours);
  EXPECT_TRUE(sees_end_of_file(first.other));
  EXPECT_FALSE(sees_end_of_file(second.other));
}

TEST(FileDescriptor, MovedToItselfStaysOpen) {
  Pair pair = make_pair_of_sockets();
  FileDescriptor& same = pair.ours;
  pair.ours = std::move(same);
  EXPECT_FALSE(sees_end_of_file(pair.other));
}

TEST(FileDescriptor, ReleasedIsNotClosed) {
  Pair pair = make_pair_of_sockets();
  const FileDescriptor taken_over(pair.ours.release());
  EXPECT_FALSE(pair.ours.is_open());
  EXPECT_FALSE(sees_end_of_file(pair.other));
}

TEST(FileDescriptor, TellsThatThereIsNothingToClose) {
  Pair pair = make_pair_of_sockets();
  pair.ours.close();
  EXPECT_TRUE(sees_end_of_file(pair.other));
  const SystemError error = test::error_of([&] { pair.ours.close(); });
  EXPECT_STREQ(error.what(), "close: Bad file descriptor (EBADF)");
}

}  // namespace
}  // namespace wirelab::core
