#include "labs/grader/judge.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/timeline/timeline_builder.hh"

namespace wirelab::grader {
namespace {

using grade::Verdict;
using scenario::Bytes;
using scenario::Expected;
using testing::HasSubstr;
using tests::TimelineBuilder;

/// A client that has reached the server, and nothing else.
class AJudgement : public testing::Test {
 protected:
  AJudgement() : run_({{"server", 1}, {"client", 1}}) { run_.connected("client", "server"); }

  Judgement of(std::string metric, scenario::Value expected) {
    scenario::Scenario scenario;
    scenario.checks.push_back({std::move(metric), {.kind = Expected::Kind::equals, .values = {std::move(expected)}}});
    return judge(render::make_record(std::move(scenario), run_.timeline(), words::Language::english));
  }

  TimelineBuilder run_;
};

TEST_F(AJudgement, IsThatAFileFailedThatNobodyReceived) {
  const Judgement judgement = of("server.sha256", Bytes{"abc123"});
  EXPECT_EQ(judgement.verdict, Verdict::failed);
  EXPECT_EQ(judgement.findings.at(0).message, "server.sha256: expected \"abc123\", saw \"\"");
}

TEST_F(AJudgement, IsThatAnActorFailedThatIsGone) {
  const Judgement judgement = of("witness.recv.count", 1);
  EXPECT_EQ(judgement.verdict, Verdict::failed);
  EXPECT_EQ(judgement.findings.at(0).message, "witness.recv.count: expected 1, saw nothing");
}

TEST_F(AJudgement, IsThatAPredictionFailedOfAnActorThatIsGone) {
  scenario::Scenario scenario;
  scenario.predict.push_back({.metric = "witness.recv.count",
                              .guess = Expected{.kind = Expected::Kind::equals, .values = {scenario::Value(1)}}});
  const Judgement judgement =
      judge(render::make_record(std::move(scenario), run_.timeline(), words::Language::english));
  EXPECT_EQ(judgement.verdict, Verdict::failed);
  EXPECT_THAT(judgement.findings.at(0).message, HasSubstr("nothing"));
}

TEST_F(AJudgement, LeavesToAnotherMachineWhatThisOneHides) {
  run_.edit().sees_packets = false;
  EXPECT_EQ(of("wire.handshake", scenario::List{}).verdict, Verdict::not_observable);
}

TEST_F(AJudgement, IsThatPacketsFailedOfWhichMoreWereSentThanAnybodyLooksAt) {
  run_.edit().sees_packets = true;
  run_.edit().left_out.push_back({.protocol = "tcp", .kind = scenario::PacketKind::fin, .count = 3});
  EXPECT_EQ(of("wire.teardown", scenario::List{}).verdict, Verdict::failed);
}

}  // namespace
}  // namespace wirelab::grader
