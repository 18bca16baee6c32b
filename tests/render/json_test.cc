#include "labs/render/json.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "labs/scenario/utf8.hh"
#include "tests/render/sample_runs.hh"
#include "tests/render/schema_checker.hh"

namespace wirelab::render {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json record_of(const RunRecord& run, bool canonical = false) { return json::parse(to_json(run, canonical)); }

json schema() {
  std::ifstream file(WIRELAB_SOURCE_DIR "/scenarios/record.schema.json");
  return json::parse(file);
}

/// The first event of that kind, or of that call.
json event_of(const json& record, const std::string& kind, const std::string& call = "") {
  for (const json& event : record["events"]) {
    if (event["kind"] == kind && (call.empty() || event["call"] == call)) return event;
  }
  return {};
}

TEST(JsonRecord, FitsItsSchemaWhateverTheRun) {
  const json rules = schema();
  for (const auto& [name, run] : test::all_samples()) {
    EXPECT_THAT(test::violations(rules, record_of(run)), IsEmpty()) << name;
    EXPECT_THAT(test::violations(rules, record_of(run, true)), IsEmpty()) << name << ", canonical";
  }
}

TEST(JsonRecord, HasAnEventOfEveryKindInTheSampleThatSaysSo) {
  const json record = record_of(test::everything());
  for (const char* kind : {"call", "packet", "message", "note", "expectation"}) {
    EXPECT_FALSE(event_of(record, kind).empty()) << kind;
  }
}

TEST(JsonSchema, RefusesARecordWithAWrongTypeAnUnknownFieldOrAMissingOne) {
  const json rules = schema();
  const json good = record_of(test::everything());
  json wrong = good;
  wrong["events"][0]["line"] = "twenty";
  EXPECT_THAT(test::violations(rules, wrong), Not(IsEmpty()));
  wrong = good;
  wrong["checks"][0]["surprise"] = 1;
  EXPECT_THAT(test::violations(rules, wrong), Not(IsEmpty()));
  wrong = good;
  wrong["predictions"][0].erase("verdict");
  EXPECT_THAT(test::violations(rules, wrong), Not(IsEmpty()));
  wrong = good;
  wrong["outcome"] = "fine";
  EXPECT_THAT(test::violations(rules, wrong), Not(IsEmpty()));
  wrong = good;
  wrong["events"][0]["id"] = 0;
  EXPECT_THAT(test::violations(rules, wrong), Not(IsEmpty()));
}

TEST(JsonRecord, TellsACallAsTheDesignSpellsIt) {
  const json event = event_of(record_of(test::three_sends_one_recv()), "call", "send");
  EXPECT_EQ(event["actor"], "client");
  EXPECT_EQ(event["step"], "send#1");
  EXPECT_EQ(event["args"], json({{"len", 5}}));
  EXPECT_EQ(event["result"], 5);
  EXPECT_TRUE(event["errno"].is_null());
  EXPECT_EQ(event["data"], "SGVsbG8=");
  EXPECT_EQ(event["stream"],
            json({{"connection", 0}, {"from", "client"}, {"to", "server"}, {"offset", 0}, {"length", 5}}));
  EXPECT_EQ(event["state"], "ESTABLISHED");
  EXPECT_TRUE(event.contains("t_ns"));
  EXPECT_TRUE(event.contains("returned_ns"));
  EXPECT_TRUE(event.contains("blocked_ns"));
}

TEST(JsonRecord, GivesACallThatNeverReturnedNoResultAndSaysWhy) {
  const json record = record_of(test::deadlock());
  const json event = event_of(record, "call", "recv");
  EXPECT_TRUE(event["result"].is_null());
  EXPECT_EQ(event["ended_by"], "deadlock");
  ASSERT_EQ(record["waits"].size(), 2u);
  EXPECT_EQ(record["waits"][0]["actor"], "server");
  EXPECT_EQ(record["waits"][0]["waits_for"], "client");
  EXPECT_EQ(record["waits"][0]["line"], 26);
}

TEST(JsonRecord, NamesTheErrorOfACallThatFailed) {
  const json event = event_of(record_of(test::refused()), "call", "connect");
  EXPECT_EQ(event["result"], -1);
  EXPECT_EQ(event["errno"], "ECONNREFUSED");
}

TEST(JsonRecord, TellsWhichBytesOfARecvCameOutOfWhichSend) {
  const json record = record_of(test::three_sends_one_recv());
  ASSERT_EQ(record["provenance"].size(), 1u);
  EXPECT_EQ(record["provenance"][0]["from"].size(), 3u);
  EXPECT_EQ(record["provenance"][0]["from"][2]["bytes"], 5);
}

TEST(JsonRecord, TellsWhatBecameOfEachDatagram) {
  const json record = record_of(test::datagrams_lost());
  ASSERT_EQ(record["datagrams"].size(), 5u);
  EXPECT_EQ(record["datagrams"][1]["fate"], "dropped-by-rule");
  EXPECT_EQ(record["datagrams"][1]["rule_line"], 11);
  EXPECT_EQ(record["datagrams"][2]["fate"], "buffer-overrun");
  EXPECT_TRUE(record["datagrams"][4]["received"].is_null());
}

TEST(JsonRecord, SpellsBytesThatAreNoTextInHexadecimal) {
  const json record = record_of(test::everything());
  EXPECT_EQ(record["checks"][1]["observed"], json::array({{{"hex", "ff"}}}));
}

TEST(JsonRecord, SpellsAPredicateByItsName) {
  const json record = record_of(test::everything());
  EXPECT_EQ(record["checks"][3]["expected"], json({{"between", {1, 5000}}}));
}

TEST(JsonRecord, HidesAMetricEverywhereUntilItIsPredicted) {
  for (const bool canonical : {false, true}) {
    const std::string text = to_json(test::everything(), canonical);
    EXPECT_THAT(text, Not(HasSubstr("4242")));
    const json record = json::parse(text);
    EXPECT_EQ(record["predictions"][0]["verdict"], "unanswered");
    EXPECT_TRUE(record["predictions"][0]["observed"].is_null());
    EXPECT_FALSE(record["summary"].contains("server.recv.count"));
  }
}

TEST(CanonicalRecord, HasNoTimesAndNothingThatDependsOnTheMachine) {
  const json record = record_of(test::everything(), true);
  EXPECT_FALSE(record.contains("elapsed_ns"));
  EXPECT_EQ(record["scenario"]["file"], "sample.yaml");
  EXPECT_FALSE(record["summary"].contains("run.elapsed_ms"));
  for (const json& event : record["events"]) {
    for (const char* field : {"t_ns", "returned_ns", "blocked_ns", "delivered_ns", "window", "state", "unacked",
                              "readable", "receive_buffer", "send_buffer", "epochs"}) {
      EXPECT_FALSE(event.contains(field)) << field << " in " << event;
    }
  }
  EXPECT_EQ(record["checks"][3]["verdict"], "passed");
  EXPECT_TRUE(record["checks"][3]["observed"].is_null());
}

TEST(CanonicalRecord, KeepsThatACallWasFoundAsleep) {
  EXPECT_EQ(event_of(record_of(test::three_sends_one_recv(), true), "call", "accept")["blocked"], true);
}

TEST(CanonicalRecord, IsTheSameForTwoRunsThatDifferInTheirTimesAndDescriptors) {
  const RunRecord run = test::three_sends_one_recv();
  RunRecord slower = run;
  slower.timeline.elapsed *= 7;
  for (timeline::Event& event : slower.timeline.events) {
    event.at = event.at * 7 + 3;
    auto* call = std::get_if<timeline::Call>(&event.what);
    if (call == nullptr) continue;
    call->returned_at *= 9;
    call->asleep += 1000;
    call->unacked = 99;
    call->state = "CLOSE_WAIT";
    if (call->call == "socket" || call->call == "accept") call->result += 40;
  }
  slower.scenario.file = "/somewhere/else/three-sends.yaml";
  EXPECT_EQ(to_json(run, true), to_json(slower, true));
  EXPECT_NE(to_json(run, false), to_json(slower, false));
}

TEST(CanonicalRecord, LeavesOutAPortThatTheKernelChose) {
  test::RunBuilder run({"server", "client"});
  run.call("server", "sendto", {{"len", std::int64_t{1}}, {"to", "client"}, {"port", std::int64_t{49453}}}, 1);
  run.call("client", "bind", {{"port", std::int64_t{8888}}});
  const json record = record_of(run.record(), true);
  EXPECT_EQ(record["events"][0]["args"], json({{"len", 1}, {"to", "client"}}));
  EXPECT_EQ(record["events"][1]["args"], json({{"port", 8888}}));
  EXPECT_EQ(record_of(run.record())["events"][0]["args"]["port"], 49453);
}

TEST(JsonRecord, LetsNothingReachATerminalThatCouldHarmIt) {
  const std::string text = to_json(test::hostile(), false);
  for (std::string_view rest = text; !rest.empty();) {
    const scenario::CodePoint here = scenario::first_code_point(rest);
    ASSERT_TRUE(here.valid);
    ASSERT_TRUE(here.value == '\n' || scenario::is_printable(here.value)) << static_cast<unsigned>(here.value);
    rest.remove_prefix(here.bytes);
  }
  EXPECT_THAT(json::parse(text)["scenario"]["title"].get<std::string>(), HasSubstr("\x1b]0;owned\x07"));
}

TEST(JsonRecord, KeepsLargeDataWhole) {
  const json event = event_of(record_of(test::full_buffers()), "call", "send");
  EXPECT_EQ(event["data"].get<std::string>().size(), (400'000u + 2) / 3 * 4);
}

}  // namespace
}  // namespace wirelab::render
