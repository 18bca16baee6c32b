#include "core/error.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace wirelab::core {
namespace {

TEST(SystemError, BeginsWithTheCallThatFailedAndEndsWithTheNameOfErrno) {
  const SystemError error("connect", ECONNREFUSED);
  EXPECT_STREQ(error.what(), "connect: Connection refused (ECONNREFUSED)");
  EXPECT_EQ(error.call(), "connect");
  EXPECT_EQ(error.error(), ECONNREFUSED);
}

TEST(SystemError, ComparesWithThePortableErrorConditions) {
  EXPECT_EQ(SystemError("bind", EADDRINUSE).code(), std::errc::address_in_use);
  EXPECT_NE(SystemError("bind", EADDRINUSE).code(), std::errc::connection_refused);
}

TEST(SystemError, SurvivesBeingCopied) {
  const auto copy = [] { return SystemError("accept", EMFILE); }();
  const SystemError second = copy;
  EXPECT_STREQ(second.what(), "accept: Too many open files (EMFILE)");
}

TEST(ThrowErrno, TakesTheErrnoOfTheMoment) {
  errno = EPIPE;
  try {
    throw_errno("send");
    FAIL() << "nothing was thrown";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), EPIPE);
  }
}

TEST(ErrnoName, NamesEveryErrorOfSocketCalls) {
  EXPECT_EQ(errno_name(ECONNRESET), "ECONNRESET");
  EXPECT_EQ(errno_name(EMSGSIZE), "EMSGSIZE");
  EXPECT_EQ(errno_name(ENOTCONN), "ENOTCONN");
  EXPECT_EQ(errno_name(999), "errno 999");
}

TEST(ErrnoName, PrefersTheNameThatManPagesUse) {
  EXPECT_EQ(errno_name(EWOULDBLOCK), "EAGAIN");
  EXPECT_EQ(errno_name(ENOTSUP), "EOPNOTSUPP");
}

TEST(ErrnoName, IsTheNumberAgainForEveryNameThereIs) {
  EXPECT_GT(errno_names().size(), 130u);
  for (const std::string_view name : errno_names()) {
    const std::optional<int> number = errno_by_name(name);
    ASSERT_TRUE(number) << name;
    EXPECT_EQ(errno_by_name(errno_name(*number)), number) << name;
  }
  EXPECT_EQ(errno_by_name("EWOULDBLOCK"), EAGAIN);
}

TEST(ErrnoName, LeavesNoNumberOfThisMachineWithoutAName) {
  for (int number = 1; number <= EHWPOISON; ++number) {
    const bool used = SystemError("x", number).code().message().find("Unknown error") == std::string::npos;
    if (used) {
      EXPECT_THAT(errno_name(number), testing::StartsWith("E")) << number;
    }
  }
}

TEST(ErrnoByName, DoesNotGuess) {
  EXPECT_FALSE(errno_by_name("ECONREFUSED"));
  EXPECT_FALSE(errno_by_name("econnrefused"));
  EXPECT_FALSE(errno_by_name(""));
}

}  // namespace
}  // namespace wirelab::core
