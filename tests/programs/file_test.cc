// file-send and file-receive as real processes: with each other, with nc, and with peers that lie, vanish or attack.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "core/socket.hh"
#include "labs/scenario/sha256.hh"
#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

namespace fs = std::filesystem;
using core::Address;
using core::Family;
using core::StreamSocket;
using scenario::sha256;
using testing::HasSubstr;
using testing::IsEmpty;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// Any bytes: line feeds and zeros among them.
std::string anything(std::size_t size) {
  std::minstd_rand generator(1);
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(generator() >> 8);
  return bytes;
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, std::string_view bytes) { std::ofstream(file, std::ios::binary) << bytes; }

std::int64_t bytes_of_disk(const fs::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_blocks * 512;
}

/// One that connects, and reads and writes as it is told to.
class Peer {
 public:
  explicit Peer(StreamSocket socket) : socket_(std::move(socket)) {}
  explicit Peer(int port) : socket_(StreamSocket::create(Family::ipv4)) {
    socket_.connect(Address::loopback(Family::ipv4, static_cast<std::uint16_t>(port)));
  }
  void send(std::string_view text) { socket_.send_all(bytes_of(text)); }
  std::string line() {
    std::string text;
    for (char letter = 0; letter != '\n'; text += letter) {
      if (socket_.receive(std::as_writable_bytes(std::span(&letter, 1))) == 0) break;
    }
    return text;
  }
  void close() { socket_.close(); }
  void reset() { socket_.abort(); }

 private:
  StreamSocket socket_;
};

class FilePrograms : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "file-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "in");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path into() const { return folder_ / "in"; }
  fs::path received(const std::string& name) const { return into() / name; }

  std::vector<std::string> receiver(std::vector<std::string> options = {}) const {
    std::vector<std::string> words = {"file-receive", "127.0.0.1", "0", "--into", into()};
    words.insert(words.end(), options.begin(), options.end());
    return wirelab(words);
  }
  static int port_of(Process& receiver) {
    const std::string place = "Waiting for a file at 127.0.0.1:";
    if (!receiver.shows(". Ctrl-C ends this.\n")) return 0;
    return std::stoi(receiver.output().substr(receiver.output().find(place) + place.size()));
  }
  static std::vector<std::string> sender(const fs::path& file, int port) {
    return wirelab({"file-send", file, "127.0.0.1", std::to_string(port)});
  }

  fs::path folder_;
};

TEST_F(FilePrograms, CarryAFileAndCompareItsHash) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  const std::string bytes = anything(3'000'000);
  write(folder_ / "picture one.bin", bytes);
  Process sender(this->sender(folder_ / "picture one.bin", port));
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_THAT(sender.output(), HasSubstr("The receiver has picture one.bin: 3000000 bytes, 3000000 of them sent now"));
  EXPECT_TRUE(receiver.shows("has sent picture one.bin: 3000000 bytes")) << receiver.output();
  EXPECT_EQ(content_of(received("picture one.bin")), bytes);
  EXPECT_FALSE(fs::exists(received(".picture one.bin.part")));
  receiver.signal(SIGINT);
  EXPECT_EQ(receiver.wait(), 0);
}

TEST_F(FilePrograms, CarryAFileOfNoBytesAndTheNextOne) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  for (const char* name : {"empty", "one"}) {
    write(folder_ / name, std::string(name) == "one" ? "1" : "");
    Process sender(this->sender(folder_ / name, port));
    EXPECT_EQ(sender.wait(), 0) << sender.output();
  }
  EXPECT_EQ(content_of(received("one")), "1");
  EXPECT_TRUE(fs::exists(received("empty")));
  EXPECT_EQ(fs::file_size(received("empty")), 0U);
}

class ACut : public FilePrograms, public testing::WithParamInterface<int> {};

TEST_P(ACut, IsToldAndTheFileGoesOnFromThere) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  const std::string bytes = anything(1000);
  const auto cut = static_cast<std::size_t>(GetParam());
  Peer first(port);
  first.send("file\n1000\n" + bytes.substr(0, cut));
  EXPECT_EQ(first.line(), "0\n");
  first.close();
  ASSERT_TRUE(receiver.shows("was cut after " + std::to_string(cut) + " of 1000 bytes of file")) << receiver.output();
  EXPECT_FALSE(fs::exists(received("file")));
  write(folder_ / "file", bytes);
  Process sender(this->sender(folder_ / "file", port));
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_THAT(sender.output(), HasSubstr(std::to_string(1000 - cut) + " of them sent now"));
  EXPECT_EQ(content_of(received("file")), bytes);
}

INSTANTIATE_TEST_SUITE_P(After, ACut, testing::Values(0, 1, 500, 999));

TEST_F(FilePrograms, GoOnAfterAReset) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  Peer first(port);
  first.send("file\n10\n0123");
  EXPECT_EQ(first.line(), "0\n");
  first.reset();
  ASSERT_TRUE(receiver.shows("was cut after 4 of 10 bytes")) << receiver.output();
  Peer second(port);
  second.send("file\n10\n");
  EXPECT_EQ(second.line(), "4\n");
  second.send("456789" + sha256("0123456789") + "\n");
  EXPECT_EQ(second.line(), "whole\n");
  EXPECT_EQ(content_of(received("file")), "0123456789");
}

// What is under way has a name that no sender can give.
TEST_F(FilePrograms, LeaveAFileAloneThatIsNamedLikeAPart) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  for (const auto& [name, bytes] : {std::pair{"x.part", "the first one, whole"}, {"x", "second"}}) {
    write(folder_ / name, bytes);
    Process sender(this->sender(folder_ / name, port));
    EXPECT_EQ(sender.wait(), 0) << sender.output();
  }
  EXPECT_EQ(content_of(received("x.part")), "the first one, whole");
  EXPECT_EQ(content_of(received("x")), "second");
}

TEST_F(FilePrograms, GiveTheRoomBackOfWhatWasAnnouncedAndDidNotCome) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  Peer liar(port);
  liar.send("file\n50000000\n0123");
  EXPECT_EQ(liar.line(), "0\n");
  liar.close();
  ASSERT_TRUE(receiver.shows("Waiting for a file", 2)) << receiver.output();
  EXPECT_LT(bytes_of_disk(received(".file.part")), 100'000);
  Peer silent(port);
  silent.send("other\n50000000\n");
  EXPECT_EQ(silent.line(), "0\n");
  silent.close();
  ASSERT_TRUE(receiver.shows("Waiting for a file", 3)) << receiver.output();
  EXPECT_FALSE(fs::exists(received(".other.part"))) << "nothing came";
}

// As one is left with that was killed: the file that has come whole takes no more than it needs.
TEST_F(FilePrograms, GiveTheRoomBackThatAnEarlierAttemptHadSetAside) {
  {
    const core::FileDescriptor part(::open(received(".file.part").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (::fallocate(part.get(), FALLOC_FL_KEEP_SIZE, 0, 50'000'000) != 0) GTEST_SKIP() << "not on this file system";
  }
  Process receiver(this->receiver());
  write(folder_ / "file", "small");
  Process sender(this->sender(folder_ / "file", port_of(receiver)));
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_LT(bytes_of_disk(received("file")), 100'000);
}

TEST_F(FilePrograms, LeaveASenderThatIsSilent) {
  Process receiver(this->receiver({"--wait", "0.05"}));
  const int port = port_of(receiver);
  Peer silent(port);
  EXPECT_EQ(silent.line(), "") << "it was closed";
  // What is sent is there when it is accepted, however late this test sends it.
  receiver.signal(SIGSTOP);
  Peer in_the_middle(port);
  in_the_middle.send("file\n10\n0123");
  receiver.signal(SIGCONT);
  EXPECT_EQ(in_the_middle.line(), "0\n");
  EXPECT_EQ(in_the_middle.line(), "");
  EXPECT_TRUE(receiver.shows("is silent for too long", 2)) << receiver.output();
  EXPECT_TRUE(receiver.shows("was cut after 4 of 10 bytes of file")) << receiver.output();
  EXPECT_EQ(content_of(received(".file.part")), "0123");
}

TEST_F(FilePrograms, ThrowAwayWhatHasAnotherHash) {
  Process receiver(this->receiver());
  Peer peer(port_of(receiver));
  peer.send("file\n3\nabc" + sha256("abd") + "\n");
  EXPECT_EQ(peer.line(), "0\n");
  EXPECT_THAT(peer.line(), HasSubstr("no: file has its 3 bytes, and another SHA-256"));
  EXPECT_TRUE(fs::is_empty(into()));
}

// What is there is of an older version, and the sum tells: the next attempt begins anew.
TEST_F(FilePrograms, BeginAnewAfterAPartOfAnotherFile) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  write(received(".file.part"), "older");
  write(folder_ / "file", "the newer one");
  Process first(sender(folder_ / "file", port));
  EXPECT_EQ(first.wait(), 1);
  EXPECT_THAT(first.output(), HasSubstr("another SHA-256"));
  Process second(sender(folder_ / "file", port));
  EXPECT_EQ(second.wait(), 0) << second.output();
  EXPECT_EQ(content_of(received("file")), "the newer one");
}

TEST_F(FilePrograms, NeverOverwrite) {
  Process receiver(this->receiver());
  write(received("file"), "mine");
  write(folder_ / "file", "yours");
  Process sender(this->sender(folder_ / "file", port_of(receiver)));
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), HasSubstr("there is a file of that name already"));
  EXPECT_EQ(content_of(received("file")), "mine");
}

TEST_F(FilePrograms, NeverWriteThroughALink) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  write(folder_ / "secret", "mine");
  fs::create_symlink(folder_ / "secret", received(".file.part"));
  fs::create_symlink(folder_ / "secret", received("other"));
  for (const char* name : {"file", "other"}) {
    Peer peer(port);
    peer.send(std::string(name) + "\n5\nyours");
    EXPECT_THAT(peer.line(), HasSubstr("no: ")) << name;
  }
  EXPECT_EQ(content_of(folder_ / "secret"), "mine");
}

TEST_F(FilePrograms, RefuseNamesThatLeadElsewhere) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  for (const std::string& name :
       std::vector<std::string>{"../x", "/tmp/x", "a/b", ".", "..", ".profile", "", "a\x1b[2Jb", "a\rb",
                                std::string("a\0b", 3), std::string(201, 'a')}) {
    Peer peer(port);
    peer.send(name + "\n1\nx");
    EXPECT_THAT(peer.line(), HasSubstr("no: ")) << name;
  }
  EXPECT_TRUE(fs::is_empty(into()));
  EXPECT_FALSE(fs::exists(folder_ / "x"));
}

TEST_F(FilePrograms, RefuseMoreThanTheyTake) {
  Process receiver(this->receiver({"--most", "1000"}));
  const int port = port_of(receiver);
  Peer peer(port);
  peer.send("file\n1001\n");
  EXPECT_THAT(peer.line(), HasSubstr("no: 1001 bytes are more than this receiver takes, 1000"));
  for (const char* nonsense : {"-1", "", "many", "1.5", "99999999999999999999", "+1", "0x10"}) {
    Peer liar(port);
    liar.send(std::string("file\n") + nonsense + "\n");
    EXPECT_THAT(liar.line(), IsEmpty()) << nonsense;
  }
  Peer endless(port);
  endless.send(std::string(2000, 'a'));
  EXPECT_TRUE(receiver.shows("a line is longer than any that is due")) << receiver.output();
  EXPECT_TRUE(fs::is_empty(into()));
}

// setrlimit(2), RLIMIT_FSIZE: the programs ignore the signal, so that a limit is an error like a full disk.
TEST_F(FilePrograms, TellOfADiskWithoutRoom) {
  std::vector<std::string> words = {"sh", "-c", "ulimit -f 8; exec \"$0\" \"$@\""};
  for (const std::string& word : receiver()) words.push_back(word);
  Process receiver(words);
  write(folder_ / "file", anything(100'000));
  Process sender(this->sender(folder_ / "file", port_of(receiver)));
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), HasSubstr("there is no room for it"));
  EXPECT_TRUE(receiver.shows("is refused: there is no room for it")) << receiver.output();
  EXPECT_TRUE(receiver.shows("Waiting for a file", 2)) << receiver.output();
  EXPECT_LT(bytes_of_disk(received(".file.part")), 20'000) << "what came, and no room for the rest";
}

TEST_F(FilePrograms, LeaveNothingOfAFileThatHasNoRoom) {
  struct statfs system {};
  ASSERT_EQ(::statfs(folder_.c_str(), &system), 0);
  const bool knows_at_once = system.f_type == EXT4_SUPER_MAGIC || system.f_type == TMPFS_MAGIC;
  if (!knows_at_once) GTEST_SKIP() << "this file system might fill the disk before it says no";
  Process receiver(this->receiver({"--most", "9223372036854775807"}));
  Peer peer(port_of(receiver));
  peer.send("file\n9223372036854775807\n");
  EXPECT_THAT(peer.line(), HasSubstr("no: there is no room for it"));
  ASSERT_TRUE(receiver.shows("Waiting for a file", 2)) << receiver.output();
  EXPECT_TRUE(fs::is_empty(into()));
}

TEST_F(FilePrograms, TakeAFileFromNc) {
  SKIP_WITHOUT("nc", "netcat-openbsd");
  Process receiver(this->receiver());
  Process nc({"nc", "127.0.0.1", std::to_string(port_of(receiver))});
  nc.type("poem.txt\n9\n");
  ASSERT_TRUE(nc.shows("0\n")) << nc.output();
  nc.type("two\nlines" + sha256("two\nlines") + "\n");
  ASSERT_TRUE(nc.shows("whole\n")) << nc.output();
  EXPECT_EQ(content_of(received("poem.txt")), "two\nlines");
}

/// A receiver that is no program of ours: it accepts once.
class OwnReceiver {
 public:
  OwnReceiver() : listener_(bound(), 1) {}
  int port() const { return listener_.local_address().port(); }
  Peer accept() { return Peer(std::move(listener_.accept().socket)); }

 private:
  static StreamSocket bound() {
    StreamSocket socket = StreamSocket::create(Family::ipv4);
    socket.bind(Address::loopback(Family::ipv4, 0));
    return socket;
  }
  core::Listener listener_;
};

TEST_F(FilePrograms, SendFromWhereTheReceiverSays) {
  OwnReceiver receiver;
  write(folder_ / "file", "0123456789");
  Process sender(this->sender(folder_ / "file", receiver.port()));
  Peer peer = receiver.accept();
  EXPECT_EQ(peer.line(), "file\n");
  EXPECT_EQ(peer.line(), "10\n");
  peer.send("7\n");
  EXPECT_EQ(peer.line(), "789" + sha256("0123456789") + "\n");
  peer.send("whole\n");
  EXPECT_EQ(sender.wait(), 0) << sender.output();
}

TEST_F(FilePrograms, TellOfAReceiverThatIsGone) {
  OwnReceiver receiver;
  write(folder_ / "file", anything(50'000'000));
  Process sender(this->sender(folder_ / "file", receiver.port()));
  {
    Peer peer = receiver.accept();
    EXPECT_EQ(peer.line(), "file\n");
    EXPECT_EQ(peer.line(), "50000000\n");
    peer.send("0\n");
  }
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), HasSubstr("Sent again, it goes on from the bytes that the receiver has."));
}

TEST_F(FilePrograms, TellAResetFromAnEnd) {
  OwnReceiver receiver;
  write(folder_ / "file", std::string(50'000'000, 'x'));
  Process sender(this->sender(folder_ / "file", receiver.port()));
  Peer peer = receiver.accept();
  EXPECT_EQ(peer.line(), "file\n");
  EXPECT_EQ(peer.line(), "50000000\n");
  peer.send("0\n");
  peer.reset();
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), testing::AnyOf(HasSubstr("(ECONNRESET)\n"), HasSubstr("(EPIPE)\n")));
  EXPECT_THAT(sender.output(), HasSubstr("Sent again, it goes on from the bytes that the receiver has."));
  EXPECT_THAT(sender.output(), testing::Not(HasSubstr("has closed")));
}

TEST_F(FilePrograms, ShowWhatAReceiverAnswersInsteadAndNoMore) {
  for (const char* answer : {"11\n", "-1\n", "hello\n", "\x1b[2J\n"}) {
    OwnReceiver receiver;
    write(folder_ / "file", "0123456789");
    Process sender(this->sender(folder_ / "file", receiver.port()));
    Peer peer = receiver.accept();
    peer.send(answer);
    EXPECT_EQ(sender.wait(), 1) << answer;
    EXPECT_THAT(sender.output(), HasSubstr("does not follow the exchange"));
    EXPECT_THAT(sender.output(), testing::Not(HasSubstr("\x1b")));
  }
}

TEST_F(FilePrograms, AreInterruptedInTheMiddleAndGoOnLater) {
  Process receiver(this->receiver());
  const int port = port_of(receiver);
  Peer peer(port);
  peer.send("file\n10\n0123");
  EXPECT_EQ(peer.line(), "0\n");
  receiver.signal(SIGINT);
  EXPECT_EQ(receiver.wait(), 0) << receiver.output();
  Process later(this->receiver());
  Peer second(port_of(later));
  second.send("file\n10\n");
  EXPECT_EQ(second.line(), "4\n");
}

TEST_F(FilePrograms, RefuseArgumentsThatAreNone) {
  for (const fs::path& file : {folder_, folder_ / "nowhere", fs::path("/dev/null")}) {
    Process sender(wirelab({"file-send", file, "127.0.0.1", "9"}));
    EXPECT_EQ(sender.wait(), 2) << file;
    EXPECT_THAT(sender.output(), HasSubstr("cannot be sent")) << file;
  }
  for (const char* most : {"-1", "99999999999999999999", "many"}) {
    Process receiver(this->receiver({"--most", most}));
    receiver.end_input();
    EXPECT_FALSE(receiver.shows("Ctrl-C ends this.")) << most;
    EXPECT_EQ(receiver.wait(), 2) << most << receiver.output();
  }
}

}  // namespace
}  // namespace wirelab::programs::test
