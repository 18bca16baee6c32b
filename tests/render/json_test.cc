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
using test::RunBuilder;
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

TEST(JsonRecord, NamesTheAnnotationThatExplainsAWrongPrediction) {
  const json record = record_of(test::three_sends_one_recv());
  EXPECT_EQ(record["annotations"][record["predictions"][0]["explained_by"].get<std::size_t>()]["rule"],
            "coalesced-recv");
  EXPECT_FALSE(record["predictions"][1].contains("explained_by"));
}

TEST(JsonRecord, RevealsAMetricIfThatIsAskedFor) {
  RunRecord run = test::everything();
  run.reveals = true;
  const json record = record_of(run);
  EXPECT_EQ(record["predictions"][0]["verdict"], "unanswered");
  EXPECT_EQ(record["predictions"][0]["observed"], 4242);
  EXPECT_TRUE(record["predictions"][0]["predicted"].is_null());
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

TEST(Record, SaysWhenTimeZeroWasToTheNanosecond) {
  RunRecord run = test::everything();
  run.timeline.began = 1'795'647'371'000'000'042;
  EXPECT_EQ(record_of(run)["began"], "2026-11-25T22:56:11.000000042Z");
}

TEST(CanonicalRecord, HasNoTimesAndNothingThatDependsOnTheMachine) {
  RunRecord run = test::everything();
  run.timeline.began = 1;
  const json record = record_of(run, true);
  EXPECT_FALSE(record.contains("began"));
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

/// Packets of that kind, in order.
std::vector<json> packets_of(const json& record, const std::string& kind) {
  std::vector<json> found;
  for (const json& event : record["events"]) {
    if (event["kind"] == "packet" && event["packet"] == kind) found.push_back(event);
  }
  return found;
}

TEST(JsonRecord, EndsWithoutANewline) {
  EXPECT_TRUE(to_json(test::refused(), false).ends_with("}"));
  EXPECT_TRUE(to_json(test::refused(), true).ends_with("}"));
}

TEST(JsonRecord, TellsATcpPacketWithItsOptionsAndItsCause) {
  const json syn = packets_of(record_of(test::conversation_on_the_wire()), "SYN").at(0);
  EXPECT_EQ(syn["from"], "client");
  EXPECT_EQ(syn["to"], "server");
  EXPECT_EQ(syn["protocol"], "tcp");
  EXPECT_EQ(syn["flags"], json({"SYN"}));
  EXPECT_EQ(syn["source_port"], 40123);
  EXPECT_EQ(syn["destination_port"], 8888);
  EXPECT_EQ(syn["seq"], 0);
  EXPECT_EQ(syn["absolute_seq"], 2'871'000'000u);
  EXPECT_EQ(syn["options"]["maximum_segment_size"], 1460);
  EXPECT_EQ(syn["options"]["window_scale"], 7);
  EXPECT_EQ(syn["options"]["sack_permitted"], true);
  EXPECT_EQ(syn["options"]["timestamps"], json({{"value", 77001}, {"echo", 76998}}));
  EXPECT_EQ(syn["connection"], 0);
  EXPECT_EQ(syn["verdict"], "passed");
  EXPECT_EQ(syn["cause"], 5);
  EXPECT_TRUE(syn["delivered_ns"].is_number());
  EXPECT_EQ(syn["epochs"].size(), 2u);
  EXPECT_FALSE(syn["headers"].get<std::string>().empty());
  EXPECT_EQ(packets_of(record_of(test::conversation_on_the_wire()), "SYN-ACK").at(0)["woke"], 5);
}

TEST(JsonRecord, TellsWhatTheWireDidAndByWhichRule) {
  const json record = record_of(test::lost_segment());
  const std::vector<json> data = packets_of(record, "data");
  EXPECT_EQ(data.at(1)["verdict"], "dropped");
  EXPECT_EQ(data.at(1)["rule_line"], 14);
  EXPECT_TRUE(data.at(1)["delivered_ns"].is_null());
  EXPECT_FALSE(data.at(0).contains("rule_line"));
  EXPECT_EQ(data.at(3)["verdict"], "duplicated");
  EXPECT_EQ(data.at(4)["retransmission"], true);
  EXPECT_EQ(packets_of(record, "ACK").at(2)["options"]["sack"], json::array({json::array({11, 16})}));
}

TEST(JsonRecord, TellsFragmentsAndIcmp) {
  const json record = record_of(test::troubled_datagrams());
  const json last = packets_of(record, "fragment").at(2);
  EXPECT_EQ(last["fragment"], json({{"identification", 4711}, {"offset", 2960}, {"more", false}}));
  EXPECT_EQ(last["datagram"], 6);
  EXPECT_EQ(packets_of(record, "ICMP").at(0)["icmp"], json({{"type", 3}, {"code", 3}}));
}

TEST(JsonRecord, SaysOfABroadcastThatItWentToNobodyInParticular) {
  EXPECT_TRUE(packets_of(record_of(test::broadcast()), "UDP").at(0)["to"].is_null());
}

TEST(CanonicalJson, LeavesOutOfPacketsWhatDiffersBetweenMachines) {
  const json record = record_of(test::troubled_datagrams(), true);
  const json syn = packets_of(record_of(test::conversation_on_the_wire(), true), "SYN").at(0);
  for (const char* name : {"t_ns", "delivered_ns", "epochs", "window", "absolute_seq", "headers", "source_port"}) {
    EXPECT_FALSE(syn.contains(name)) << name;
  }
  EXPECT_EQ(syn["destination_port"], 8888);
  EXPECT_EQ(syn["delivered"], true);
  EXPECT_EQ(syn["options"]["timestamps"], json::object());
  EXPECT_FALSE(syn["options"].contains("window_scale"));
  EXPECT_EQ(packets_of(record, "UDP").at(0)["delivered"], false);
  EXPECT_EQ(packets_of(record, "fragment").at(0)["fragment"], json({{"offset", 0}, {"more", true}}));
  EXPECT_TRUE(packets_of(record, "ICMP").at(0)["data"].is_null());
}

TEST(CanonicalJson, IsTheSameWhateverTheKernelsChose) {
  RunRecord other = test::conversation_on_the_wire();
  for (timeline::Event& event : other.timeline.events) {
    if (auto* packet = std::get_if<timeline::Packet>(&event.what)) {
      packet->absolute_seq += 12345;
      packet->window += 1000;
      packet->headers += "!";
      packet->options.timestamps->value += 7;
      if (packet->source_port != 8888) packet->source_port = 33333;
      if (packet->destination_port != 8888) packet->destination_port = 33333;
      packet->delivered_at += 99;
    }
  }
  other.annotations[0].measured = "It took longer.";
  EXPECT_EQ(to_json(test::conversation_on_the_wire(), true), to_json(other, true));
}

TEST(CanonicalJson, HasNoPacketsThatTheWireAbsorbed) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const timeline::EventId probe = run.tcp("client", "server", {"ACK"}, "x");
  run.packet_of(probe).verdict = timeline::Verdict::absorbed;
  const timeline::EventId last = run.close("client");
  run.annotate("rule", {probe, last}, "seen", "why", {});
  EXPECT_EQ(packets_of(record_of(run.record()), "data").size(), 1u);
  const json canonical = record_of(run.record(), true);
  EXPECT_EQ(packets_of(canonical, "data").size(), 0u);
  EXPECT_EQ(canonical["events"].back()["id"], 2);
  EXPECT_EQ(canonical["annotations"][0]["events"], json({2}));
  EXPECT_EQ(canonical["connections"][0]["closes"], json({2}));
}

TEST(JsonRecord, TellsWhatWasMeasuredApartFromWhatIsSoEveryTime) {
  EXPECT_EQ(record_of(test::conversation_on_the_wire())["annotations"][0]["measured"], "It took 0.1 ms.");
  EXPECT_FALSE(record_of(test::conversation_on_the_wire(), true)["annotations"][0].contains("measured"));
}

TEST(JsonRecord, KeepsLargeDataWhole) {
  const json event = event_of(record_of(test::full_buffers()), "call", "send");
  EXPECT_EQ(event["data"].get<std::string>().size(), (400'000u + 2) / 3 * 4);
}

}  // namespace
}  // namespace wirelab::render
