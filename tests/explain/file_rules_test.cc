// What is told of files: that nobody had said their size, that one is whole, cut, resumed, or another one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TimelineBuilder;
using timeline::EventId;
using timeline::File;

const std::string digest(64, 'a');
const std::string other_digest(64, 'b');

/// A recv of the step that keeps the file.
EventId receive(TimelineBuilder& run) {
  const EventId id = run.recv("server", 0);
  run.edit(id).step = "recv_file#1";
  run.edit(id).word = "recv_file";
  return id;
}

/// The client sends `data` and closes; the server keeps it.
TimelineBuilder ended_after(const std::string& data) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.send("client", 0, data);
  run.close("client", 0);
  receive(run);
  receive(run);
  return run;
}

TEST(FileWithoutSize, IsToldWhereTheEndOfTheStreamWasTheEndOfTheFile) {
  TimelineBuilder run = ended_after("abc");
  EXPECT_THAT(told(run, "file-without-size"), IsEmpty());
  run.file("server", {.name = "copy", .has = 3});
  EXPECT_THAT(seen(run, "file-without-size"),
              ElementsAre("The stream ended, and server took the 3 bytes that had come for all of copy."));
}

TEST(FileWithoutSize, IsNotToldWhereAFramingSaysWhatAFileIs) {
  TimelineBuilder run = ended_after("abc");
  run.edit().lanes[0].framing = scenario::Framing{scenario::LengthFraming{4, true}, 100, {}};
  run.file("server", {.name = "copy", .has = 3});
  EXPECT_THAT(told(run, "file-without-size"), IsEmpty());
}

TEST(FileWithoutSize, TellsOfAReset) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.fails(receive(run), "ECONNRESET");
  run.file("server", {.name = "copy"});
  EXPECT_THAT(seen(run, "file-without-size"),
              ElementsAre("The connection was reset while server was receiving copy: 0 bytes had come."));
}

TEST(FileWhole, IsToldOfASizeThatWasReached) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.send("client", 0, "abc");
  receive(run);
  run.file("server", {.name = "copy", .has = 3, .promised = 3});
  EXPECT_THAT(seen(run, "file-whole"),
              ElementsAre("server has all 3 bytes of copy that had been promised, and read no further."));
  EXPECT_THAT(told(run, "file-cut-short"), IsEmpty());
  EXPECT_THAT(told(run, "file-without-size"), IsEmpty());
}

TEST(FileWhole, DoesNotSayThatNothingBehindItWasReadIfAnEarlierStepHadReadIt) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.send("client", 0, "3\nabcmore");
  run.recv("server", 0);
  run.file("server", {.name = "copy", .has = 3, .promised = 3});
  EXPECT_THAT(seen(run, "file-whole"), ElementsAre("server has all 3 bytes of copy that had been promised, and took "
                                                   "them out of what it had read before."));
}

TEST(FileCutShort, IsToldOfAnEndBeforeTheSize) {
  TimelineBuilder run = ended_after("abc");
  run.file("server", {.name = "copy", .has = 3, .promised = 10, .error = "truncated"});
  EXPECT_THAT(seen(run, "file-cut-short"),
              ElementsAre("The stream ended when server had 3 of the 10 bytes of copy that had been promised."));
  EXPECT_THAT(told(run, "file-whole"), IsEmpty());
}

TEST(FileCutShort, TellsWhatCutIt) {
  for (const auto& [error, words] : {std::pair("ECONNRESET", "The connection was reset when server had 0 of the 10"),
                                     std::pair("timeout", "server gave up waiting when it had 0 of the 10")}) {
    TimelineBuilder run = server_and_client();
    run.connected("client", "server");
    run.fails(receive(run), error);
    run.file("server", {.name = "copy", .promised = 10});
    EXPECT_THAT(seen(run, "file-cut-short"), ElementsAre(HasSubstr(words)));
  }
}

TEST(FileResumed, IsToldOfBytesBehindOthers) {
  TimelineBuilder run = ended_after("abc");
  run.file("server", {.name = "copy", .had = 2, .has = 2, .promised = 5});
  EXPECT_THAT(told(run, "file-resumed"), IsEmpty());
  run.file("server", {.name = "copy", .had = 2, .has = 5, .promised = 5});
  EXPECT_THAT(seen(run, "file-resumed"),
              ElementsAre("server had 2 bytes of copy from before and put 3 bytes behind them."));
}

/// The client tells that digest behind a file, in two pieces, and the server reads it.
TimelineBuilder with_digest(const std::string& told_digest, File file) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.send("client", 0, "abc");
  receive(run);
  run.file("server", std::move(file));
  run.send_in_pieces("client", 0, {told_digest.substr(0, 10), told_digest.substr(10)});
  run.recv("server", 0);
  return run;
}

TEST(FileHash, IsTheSame) {
  const TimelineBuilder run = with_digest(digest + "\n", {.name = "copy", .has = 3, .promised = 3, .sha256 = digest});
  EXPECT_THAT(seen(run, "file-hash"),
              ElementsAre("client told a SHA-256 that begins with aaaaaaaa, and that of copy at server is the same."));
}

TEST(FileHash, DiffersOfAFileThatHasAllItsBytes) {
  const TimelineBuilder run = with_digest(digest, {.name = "copy", .has = 3, .promised = 3, .sha256 = other_digest});
  EXPECT_THAT(seen(run, "file-hash"), ElementsAre("client told a SHA-256 that begins with aaaaaaaa, and that of copy "
                                                  "at server begins with bbbbbbbb."));
  EXPECT_THAT(why(run, "file-hash"), HasSubstr("copy has as many bytes as it was to have, 3"));
}

TEST(FileHash, IsNoNewsOfAFileThatLacksBytes) {
  EXPECT_THAT(told(with_digest(digest, {.name = "copy", .has = 3, .promised = 9, .sha256 = other_digest}), "file-hash"),
              IsEmpty());
}

TEST(FileHash, IsNotToldOfOtherTextsOfThatLength) {
  EXPECT_THAT(told(with_digest(std::string(64, 'x'), {.name = "copy", .has = 3, .sha256 = digest}), "file-hash"),
              IsEmpty());
}

/// Two files, each with its digest behind it. One receive brings all that is sent at once.
TimelineBuilder two_files(bool at_once) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  const auto keep = [&run](const std::string& name, const std::string& sha256) {
    run.file("server", {.step = "recv_file#2", .name = name, .has = 3, .promised = 3, .sha256 = sha256});
  };
  for (const auto& [name, sha256] : {std::pair("first", digest), std::pair("second", other_digest)}) {
    run.send("client", 0, "abc");
    run.send("client", 0, sha256);
    if (at_once) continue;
    run.recv("server", 0);
    keep(name, sha256);
  }
  if (at_once) {
    run.recv("server", 0);
    keep("first", digest);
    keep("second", other_digest);
  }
  return run;
}

TEST(FileHash, IsComparedWithTheFileBeforeIt) {
  for (const bool at_once : {false, true}) {
    const TimelineBuilder run = two_files(at_once);
    EXPECT_THAT(seen(run, "file-hash"), ElementsAre(HasSubstr("that of first at server is the same"),
                                                    HasSubstr("that of second at server is the same")));
  }
}

TEST(FileHash, IsComparedWithAFileWhoseOwnReceiveBroughtBoth) {
  TimelineBuilder run = with_digest(digest, {.name = "first", .has = 3, .promised = 3, .sha256 = digest});
  run.send("client", 0, "abc");
  run.send("client", 0, digest);
  receive(run);
  run.file("server", {.name = "second", .has = 3, .promised = 3, .sha256 = other_digest});
  EXPECT_THAT(seen(run, "file-hash"), ElementsAre(HasSubstr("first at server is the same"),
                                                  HasSubstr("second at server begins with bbbbbbbb")));
}

TEST(FileHash, IsNotComparedWithAFileBehindIt) {
  TimelineBuilder run = with_digest("no digest yet", {.name = "first", .has = 3, .promised = 3, .sha256 = digest});
  run.send("client", 0, digest);
  run.send("client", 0, "abc");
  run.recv("server", 0);
  run.file("server", {.step = "recv_file#2", .name = "second", .has = 3, .promised = 3, .sha256 = other_digest});
  EXPECT_THAT(seen(run, "file-hash"), ElementsAre(HasSubstr("first at server is the same")));
}

/// Two files are kept, and then digests come, whichever they are.
TimelineBuilder digests_behind_two_files(const std::vector<std::string>& digests) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  for (const auto& [name, sha256] : {std::pair("first", digest), std::pair("second", other_digest)}) {
    run.send("client", 0, "abc");
    receive(run);
    run.file("server", {.name = name, .has = 3, .promised = 3, .sha256 = sha256});
  }
  for (const std::string& one : digests) {
    run.send("client", 0, one);
    run.recv("server", 0);
  }
  return run;
}

TEST(FileHash, IsComparedWithTheFileThatHasIt) {
  EXPECT_THAT(seen(digests_behind_two_files({digest, other_digest}), "file-hash"),
              ElementsAre(HasSubstr("first at server is the same"), HasSubstr("second at server is the same")));
}

TEST(FileHash, IsNotHeldAgainstAFileThatAnotherOneIsToldOf) {
  EXPECT_THAT(
      seen(digests_behind_two_files({std::string(64, 'c'), other_digest}), "file-hash"),
      ElementsAre(HasSubstr("first at server begins with aaaaaaaa"), HasSubstr("second at server is the same")));
}

TEST(FileHash, IsHeldAgainstAFileThatWasReplacedByAnotherOneOfItsName) {
  TimelineBuilder run = with_digest(digest, {.name = "copy", .has = 3, .promised = 3, .sha256 = digest});
  run.send("client", 0, "abx");
  receive(run);
  run.file("server", {.name = "copy", .has = 3, .promised = 3, .sha256 = other_digest});
  run.send("client", 0, digest);
  run.recv("server", 0);
  EXPECT_THAT(seen(run, "file-hash"),
              ElementsAre(HasSubstr("copy at server is the same"), HasSubstr("copy at server begins with bbbbbbbb")));
}

TEST(FileHash, SpeaksOfNoSizeWhereNobodyPromisedOne) {
  const TimelineBuilder run = with_digest(digest, {.name = "copy", .has = 3, .sha256 = other_digest});
  EXPECT_THAT(seen(run, "file-hash"), ElementsAre(HasSubstr("copy at server begins with bbbbbbbb")));
  EXPECT_THAT(why(run, "file-hash"), HasSubstr("how many there should be, nobody had said"));
}

TEST(FileHash, IsNotComparedIfOnlySomeOfItsDigitsWereRead) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.send("client", 0, "abc");
  receive(run);
  run.file("server", {.name = "copy", .has = 3, .promised = 3, .sha256 = other_digest});
  run.send("client", 0, digest);
  run.recv("server", 0, 14);
  EXPECT_THAT(seen(run, "file-hash"), ElementsAre("server read 14 of the 64 digits of a SHA-256 that client sent."));
}

TEST(FileResumed, TellsIfTheWholeIsAnotherFile) {
  const TimelineBuilder run =
      with_digest(digest, {.name = "copy", .had = 1, .has = 4, .promised = 4, .sha256 = other_digest});
  EXPECT_THAT(
      seen(run, "file-resumed"),
      ElementsAre("server had 1 byte of copy from before and put 3 bytes behind them, and together they are not "
                  "what client told the SHA-256 of."));
}

TEST(UnexpectedFailure, IsToldOfAFileThatIsNotWhole) {
  TimelineBuilder run = ended_after("abc");
  run.file("server", {.name = "copy", .has = 3, .promised = 10, .error = "truncated"});
  EXPECT_THAT(seen(run, "unexpected-failure"), ElementsAre(HasSubstr("server's recv_file failed with truncated")));
}

}  // namespace
}  // namespace wirelab::explain
