// What no program can do is refused, with its place in the file and the reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "labs/export/exporter.hh"
#include "labs/scenario/loader.hh"

namespace wirelab::exporter::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// All refusals, as a user reads them; empty if there are programs.
std::string refusal_of(const std::string& text, Language language = Language::c) {
  const scenario::Loaded loaded = scenario::load_text(text, "mine.yaml");
  EXPECT_TRUE(loaded.scenario) << (loaded.diagnostics.empty()
                                       ? ""
                                       : to_text(loaded.diagnostics[0], text, words::Language::english));
  const Exported exported = export_programs(*loaded.scenario, language);
  std::string report;
  for (const scenario::Diagnostic& refusal : exported.refusals)
    report += to_text(refusal, text, words::Language::english);
  EXPECT_EQ(exported.programs.empty(), !report.empty());
  return report;
}

TEST(ARefusal, HasItsPlaceItsReasonAndWhatToDo) {
  EXPECT_EQ(refusal_of(R"(wirelab: 1
actors:
  radio:
    - socket: dgram
    - setsockopt: {SO_BROADCAST: 1}
    - sendto: {to: everyone, port: 9000, data: "Hello"}
)"),
            R"(mine.yaml:6:7: error: a broadcast needs several hosts, and the programs of an export share one
 6 |     - sendto: {to: everyone, port: 9000, data: "Hello"}
   |       ^~~~~~
   = play it with `wirelab run`, which makes the hosts
)");
}

TEST(AQuestionThatIsNotAnswered, IsRefused) {
  EXPECT_THAT(refusal_of(R"(wirelab: 1
actors:
  server:
    - socket: dgram
    - bind: 8888
    - recvfrom: ???
)"),
              HasSubstr("mine.yaml:6:17: error: this is not answered yet"));
}

TEST(ALoopThatLeavesSocketsOpen, IsRefused) {
  EXPECT_THAT(refusal_of(R"(wirelab: 1
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - repeat:
        times: 2
        steps:
          - accept
  client:
    - socket: stream
    - connect: server
      after: server.listen
)"),
              HasSubstr("mine.yaml:7:7: error: each round of this `repeat` leaves other sockets open than it found"));
}

TEST(DatagramsToBeCounted, AreRefusedWhereNoReceiveTakesThem) {
  const std::string steps = R"(wirelab: 1
actors:
  server:
    - socket: dgram
    - bind: 8888
    - ACTION
      when: {readable: 2}
  client:
    - socket: dgram
    - sendto: {to: server, data: "one"}
      after: server.bind
    - sendto: {to: server, data: "two"}
)";
  const auto with = [&](const std::string& action) {
    return std::string(steps).replace(steps.find("ACTION"), 6, action);
  };
  EXPECT_THAT(refusal_of(with("close:")),
              HasSubstr("mine.yaml:7:14: error: a program cannot know that 2 datagrams wait"));
  EXPECT_THAT(refusal_of(with("recvfrom: 100")), IsEmpty());
}

TEST(APeerWithSeveralPorts, HasToBeToldWhich) {
  EXPECT_THAT(refusal_of(R"(wirelab: 1
actors:
  server:
    - socket: dgram
      as: first
    - bind: 8888
    - socket: dgram
    - bind: 9999
  client:
    - socket: dgram
    - sendto: {to: server, data: "to which?"}
      after: server.bind#2
)"),
              HasSubstr("`server` binds several ports, and a program has to know which"));
}

TEST(OneAddressForTwo, IsRefusedOverIpv6Alone) {
  const std::string text = R"(wirelab: 1
family: FAMILY
actors:
  one:
    - socket: dgram
    - bind: 8888
  two:
    - socket: dgram
    - bind: 8888
)";
  const auto with = [&](const std::string& family) {
    return std::string(text).replace(text.find("FAMILY"), 6, family);
  };
  EXPECT_THAT(refusal_of(with("ipv6")), HasSubstr("a machine has one ::1"));
  EXPECT_THAT(refusal_of(with("ipv4")), IsEmpty());
}

TEST(AZeroInAFormat, IsRefusedInCAlone) {
  const std::string text = R"(wirelab: 1
actors:
  client:
    copies: 2
    steps:
      - socket: dgram
      - sendto: {to: server, data: "\0{copy}"}
        after: server.bind
  server:
    - socket: dgram
    - bind: 8888
)";
  EXPECT_THAT(refusal_of(text, Language::c), HasSubstr("snprintf(3) ends there"));
  EXPECT_THAT(refusal_of(text, Language::python), IsEmpty());
}

TEST(AnActorNamedAsAModule, IsRefusedInPythonAlone) {
  const std::string text = R"(wirelab: 1
actors:
  socket:
    - socket: dgram
    - bind: 8888
)";
  EXPECT_THAT(refusal_of(text, Language::python), HasSubstr("a program socket.py would be imported in its place"));
  EXPECT_THAT(refusal_of(text, Language::c), IsEmpty());
}

}  // namespace
}  // namespace wirelab::exporter::test
