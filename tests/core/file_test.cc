#include "core/file.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

#include "core/error.hh"

namespace wirelab::core {
namespace {

namespace fs = std::filesystem;

class UnnamedFile : public testing::Test {
 public:
  UnnamedFile() {
    std::string pattern = fs::temp_directory_path() / "file-test-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~UnnamedFile() override { fs::remove_all(folder_); }

 protected:
  fs::path folder_;
};

TEST_F(UnnamedFile, KeepsWhatIsWrittenAndIsNowhereInItsFolder) {
  const FileDescriptor file = unnamed_file(folder_);
  write_whole(file.get(), "Hello, ");
  write_whole(file.get(), "World");
  EXPECT_EQ(read_whole(file.get()), "Hello, World");
  EXPECT_EQ(read_whole(file.get()), "Hello, World") << "once more: reading does not move it";
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(UnnamedFile, IsEmptyAtFirst) { EXPECT_EQ(read_whole(unnamed_file(folder_).get()), ""); }

TEST_F(UnnamedFile, NeedsAFolder) {
  try {
    unnamed_file(folder_ / "nowhere");
    FAIL() << "there is no such folder";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.call(), "open(" + (folder_ / "nowhere").string() + ")");
    EXPECT_EQ(error.error(), ENOENT);
  }
}

TEST(WriteWhole, GoesOnWhereAPipeTookOnlyAPart) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const FileDescriptor hears(ends[0]);
  FileDescriptor tells(ends[1]);
  const std::string much(std::size_t{1} << 20, 'x');  // a pipe holds 64 KiB, pipe(7)
  std::string heard;
  std::jthread reader([&] {
    std::array<char, 1000> part{};
    for (ssize_t size = 0; (size = ::read(hears.get(), part.data(), part.size())) > 0;) {
      heard.append(part.data(), static_cast<std::size_t>(size));
    }
  });
  write_whole(tells.get(), much);
  tells.close();
  reader.join();
  EXPECT_EQ(heard, much);
}

TEST(WriteWhole, SaysThatThereIsNoRoom) {
  // full(4): every write(2) fails as on a disk without room.
  const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  try {
    write_whole(full.get(), "x");
    FAIL() << "there was room";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.call(), "write");
    EXPECT_EQ(error.error(), ENOSPC);
  }
}

}  // namespace
}  // namespace wirelab::core
