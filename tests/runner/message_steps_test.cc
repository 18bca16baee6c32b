// Messages through each framing, and files, through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;

TEST(MessageSteps, KeepMessagesApartWithADelimiter) {
  EXPECT_THAT(play(connected(R"(
- recv_message: 2
  when: {readable: 12}
  expect: {messages: ["Hello", "World"]}
)",
                             R"(
- send_message: "Hello"
- send_message: "World"
)",
                             R"(framing: {kind: delimiter, delimiter: "\n"})")),
              AllOf(HoldsThroughout(), Measures("server.recv.sizes", "[12]"),
                    Measures("server.messages", R"(["Hello", "World"])")));
}

TEST(MessageSteps, CarryADelimiterInsideAMessageIfThereIsAnEscape) {
  EXPECT_THAT(
      play(connected(R"(
- recv_message
- close
)",
                     R"(
- send_message: "a;b\\c"
)",
                     R"(framing: {kind: delimiter, delimiter: ";", escape: "\\"})")),
      AllOf(HoldsThroughout(), Measures("server.messages", R"(["a;b\\c"])"), Measures("client.sent.bytes", "8")));
}

class LengthPrefix : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(LengthPrefix, TellsWhereEachMessageEnds) {
  const auto& [bytes, order] = GetParam();
  const Played played =
      play(connected(R"(
- recv_message: eof
)",
                     R"(
- send_message: "Hello"
- send_message: ""
)",
                     "framing: {kind: length, bytes: " + std::to_string(bytes) + ", order: " + order + "}"));
  EXPECT_THAT(played, Measures("server.messages", R"(["Hello", ""])"));
  EXPECT_THAT(played, Measures("client.sent.bytes", std::to_string(5 + 2 * bytes)));
  const std::string sent = call_of(played, "client", "send", 1).data;
  const std::string zeros(static_cast<std::size_t>(bytes) - 1, '\0');
  EXPECT_EQ(sent, (order == "big" ? zeros + "\x05" : "\x05" + zeros) + "Hello");
}

INSTANTIATE_TEST_SUITE_P(OfEverySize, LengthPrefix,
                         testing::Combine(testing::Values(1, 2, 4, 8), testing::Values("big", "little")),
                         [](const auto& test) {
                           return std::to_string(std::get<0>(test.param)) + "Bytes" +
                                  (std::get<1>(test.param) == "big" ? "BigEndian" : "LittleEndian");
                         });

TEST(MessageSteps, SendADataStructureInNetworkByteOrder) {
  const Played played = play(connected(R"(
- recv_message: 2
  when: {readable: 24}
)",
                                       R"(
- send_message: {record: {id: 7, text: "Hello"}}
- send_message: {record: {id: 65536, text: ""}}
)",
                                       "framing: {kind: record, fields: [{id: u32}, {text: char(8)}]}"));
  EXPECT_THAT(played, Measures("server.messages", R"(["id=7 text=\"Hello\"", "id=65536 text=\"\""])"));
  EXPECT_EQ(call_of(played, "client", "send", 1).data, std::string("\0\0\0\7Hello\0\0\0", 12));
}

TEST(MessageSteps, ReadOnUntilEndOfFile) {
  EXPECT_THAT(play(connected(R"(
- recv_message: eof
- recv_message:
  expect: eof
)",
                             R"(
- send_message: "one"
  after: server.recv_message blocked
- send_message: "two"
- send_message: "three"
)",
                             R"(framing: {kind: delimiter, delimiter: "\n"})")),
              AllOf(Measures("server.messages", R"(["one", "two", "three"])"), EndsAs("completed")));
}

TEST(MessageSteps, KeepWhatCameBeyondAMessageForTheNext) {
  EXPECT_THAT(play(connected(R"(
- recv_message:
  when: {readable: 8}
  expect: "one"
- recv_message:
  expect: "two"
)",
                             R"(
- send_message: "one"
- send_message: "two"
)",
                             R"(framing: {kind: delimiter, delimiter: "\n"})")),
              AllOf(HoldsThroughout(), Measures("server.recv.count", "1")));
}

TEST(MessageSteps, KnowThatTheAnswerToAHeadThatWasSentHasNoContent) {
  EXPECT_THAT(play(connected(R"(
- recv_message
- send: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
- recv_message: eof
)",
                             R"(
- send: "HEAD / HTTP/1.1\r\nHost: s\r\n\r\n"
- recv_message
- close
)",
                             "framing: {kind: http}")),
              AllOf(Measures("client.messages", R"(["HTTP/1.1 200 OK"])"), EndsAs("completed")));
}

TEST(MessageSteps, GoOnWithWhatAPlainReceiveLeft) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "\r\n"}
  when: {readable: 12}
  expect: "HELLO\r\n"
- recv_message: 2
  expect: {messages: ["a", "bc"]}
)",
                             R"(
- send: "HELLO\r\n"
- send_message: "a"
- send_message: "bc"
)",
                             "framing: {kind: length, bytes: 1}")),
              AllOf(EndsAs("completed"), Measures("server.messages", R"(["a", "bc"])")));
}

TEST(MessageSteps, FailWithTruncatedIfTheStreamEndsInsideAMessage) {
  EXPECT_THAT(play(connected(R"(
- recv_message:
  expect: {fails: truncated}
)",
                             R"(
- send: "half a mess"
)",
                             R"(framing: {kind: delimiter, delimiter: "\n"})")),
              AllOf(HoldsThroughout(), Measures("server.errors", "[truncated]"), Measures("server.messages", "[]")));
}

TEST(MessageSteps, FailWithMessageTooLongInsteadOfReadingOn) {
  EXPECT_THAT(
      play(connected(R"(
- recv_message:
  expect: {fails: message-too-long}
)",
                     R"(
- send: {hex: "ff ff ff ff"}
)",
                     "framing: {kind: length, bytes: 4, max_message: 100}")),
      AllOf(HoldsThroughout(), Measures("server.errors", "[message-too-long]"), Measures("server.recv.sizes", "[4]")));
}

TEST(MessageSteps, ReadMessagesOfHttpThatWereWrittenByHand) {
  EXPECT_THAT(play(connected(R"(
- recv_message: 2
- send: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nHe\r\n3\r\nllo\r\n0\r\n\r\n"
- send: "HTTP/1.1 200 OK\r\n\r\nto the end"
)",
                             R"(
- send: "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
- recv_message:
  expect: "HTTP/1.1 200 OK\nHello"
- recv_message: eof
)",
                             "framing: {kind: http}")),
              AllOf(HoldsThroughout(), Measures("server.messages", R"(["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"])"),
                    Measures("client.messages", R"(["HTTP/1.1 200 OK\nHello", "HTTP/1.1 200 OK\nto the end"])")));
}

TEST(MessageSteps, FailWithMalformedIfItIsNoHttp) {
  EXPECT_THAT(play(connected(R"(
- recv_message:
  expect: {fails: malformed}
)",
                             R"(
- send: "GET / HTTP/1.1\r\n\r\n"
)",
                             "framing: {kind: http}")),
              AllOf(HoldsThroughout(), Measures("server.errors", "[malformed]"), Measures("server.messages", "[]")));
}

TEST(MessageSteps, RefuseToSendAMessageWhoseLengthDoesNotFitThePrefix) {
  EXPECT_THAT(play(connected(R"(
- recv: 10
  expect: eof
)",
                             R"(
- send_message: {fill: "x", size: 256}
  expect: {fails: message-too-long}
)",
                             "framing: {kind: length, bytes: 1}")),
              AllOf(HoldsThroughout(), Measures("client.errors", "[message-too-long]")));
}

TEST(MessageSteps, UseTheFramingOfTheirActorOverTheDefault) {
  EXPECT_THAT(play(scenario_of({{"server", serving(R"(
- recv: 100
  expect: "Hello;"
)")},
                                {"client", connecting(R"(
- send_message: "Hello"
)"),
                                 R"(framing: {kind: delimiter, delimiter: ";"})"}},
                               R"(framing: {kind: delimiter, delimiter: "\n"})")),
              HoldsThroughout());
}

TEST(RecvFileStep, WritesTheWholeStreamAndSumsIt) {
  // SHA-256 of "abc", FIPS 180-4 example.
  EXPECT_THAT(play(connected(R"(
- recv_file: "copy.txt"
)",
                             R"(
- send: "ab"
  after: server.recv_file blocked
- send: "c"
)")),
              AllOf(Measures("server.sha256", R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")"),
                    EndsAs("completed")));
}

TEST(RecvFileStep, TakesOneMessageIfThereIsAFraming) {
  EXPECT_THAT(
      play(connected(R"(
- recv_file: "copy.txt"
- recv_message:
  expect: "the end"
)",
                     R"(
- send_message: "abc"
- send_message: "the end"
)",
                     "framing: {kind: length, bytes: 2}")),
      AllOf(HoldsThroughout(),
            Measures("server.sha256", R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")")));
}

}  // namespace
}  // namespace wirelab::runner::test
