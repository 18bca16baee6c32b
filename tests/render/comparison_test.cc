#include "labs/render/comparison.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labs/scenario/column_width.hh"
#include "tests/render/sample_runs.hh"

namespace wirelab::render {
namespace {

using scenario::Value;
using test::RunBuilder;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A client that sends `text`, at that line of the file.
RunBuilder sender(const std::string& text, int line = 12) {
  RunBuilder run({"client", "server"});
  run.connection("client", "server");
  run.call("client", "socket", {{"type", "stream"}});
  run.call_of(run.send("client", text)).line = line;
  return run;
}

TEST(Compare, FindsNothingBetweenARunAndItself) {
  for (const auto& [name, record] : test::all_samples()) EXPECT_TRUE(compare(record, record).none()) << name;
}

TEST(Compare, TakesNoNoticeOfTimesAndLines) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello", 40);
  before.summary("run.elapsed_ms", Value(1), true);
  after.summary("run.elapsed_ms", Value(9), true);
  before.annotate("wait", {1}, "Nobody came, line 12, and that was it.", "", {});
  after.annotate("wait", {1}, "Nobody came, line 40, and that was it.", "", {});
  EXPECT_TRUE(compare(before.record(), after.record()).none());
}

TEST(Compare, FindsWhereTheStoriesPart) {
  const auto parting = compare(sender("Hello").record(), sender("Bye", 13).record()).parting;
  ASSERT_TRUE(parting);
  EXPECT_EQ(parting->events_alike, 1U);
  EXPECT_EQ(parting->was.text, "client: send(\"Hello\") = 5");
  EXPECT_EQ(parting->was.line, 12);
  EXPECT_EQ(parting->is.text, "client: send(\"Bye\") = 3");
  EXPECT_EQ(parting->is.line, 13);
}

TEST(Compare, FindsThatAFileHasOtherBytes) {
  RunBuilder before = sender("abc");
  RunBuilder after = sender("abc");
  before.file("server", {.name = "copy", .has = 3, .sha256 = "aaaa"});
  after.file("server", {.name = "copy", .has = 3, .sha256 = "bbbb"});
  const auto parting = compare(before.record(), after.record()).parting;
  ASSERT_TRUE(parting);
  EXPECT_EQ(parting->was.text, "server: kept in copy: 3 bytes, SHA-256 aaaa");
}

TEST(Compare, KnowsThatOneStoryHasEndedWhereTheOtherGoesOn) {
  RunBuilder longer = sender("Hello");
  longer.send("client", "again");
  const auto parting = compare(sender("Hello").record(), longer.record()).parting;
  ASSERT_TRUE(parting);
  EXPECT_EQ(parting->was.text, "");
  EXPECT_EQ(parting->is.text, "client: send(\"again\") = 5");
}

TEST(Compare, FindsTheMetricsThatDiffer) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello");
  before.summary("client.send.count", Value(1));
  after.summary("client.send.count", Value(2));
  before.summary("wire.FIN", Value(2));
  after.summary("wire.RST", Value(1));
  before.summary("wire.SYN", Value(1));
  after.summary("wire.SYN", Value(1));
  const auto metrics = compare(before.record(), after.record()).metrics;
  ASSERT_THAT(metrics, SizeIs(3));
  EXPECT_EQ(metrics[0].subject + ": " + metrics[0].was + " " + metrics[0].is, "client.send.count: 1 2");
  EXPECT_EQ(metrics[1].subject + metrics[1].was, "wire.RST");
  EXPECT_EQ(metrics[2].subject + metrics[2].is, "wire.FIN");
}

TEST(Compare, SaysOfLongTextsThatLookAlikeThatTheyAreNot) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello");
  std::string text(1000, 'x');
  before.summary("server.received.text", Value(scenario::Bytes{text}));
  text[500] = 'y';
  after.summary("server.received.text", Value(scenario::Bytes{text}));
  const auto metrics = compare(before.record(), after.record()).metrics;
  ASSERT_THAT(metrics, SizeIs(1));
  EXPECT_EQ(metrics[0].is, "as long, with other bytes");
}

TEST(Compare, HidesWhatEitherStillHides) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello");
  before.summary("client.send.count", Value(1));
  after.summary("client.send.count", Value(2));
  after.predict("client.send.count", std::nullopt, Value(2));
  EXPECT_THAT(compare(before.record(), after.record()).metrics, IsEmpty());
}

TEST(Compare, FindsVerdictsOfWhatBothHave) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello");
  before.check("client.send.count", Value(1), Value(1));
  after.check("client.send.count", Value(1), Value(2));
  after.check("wire.SYN", Value(1), Value(1));
  before.predict("client.sent.bytes", Value(1), Value(1));
  after.predict("client.sent.bytes", Value(1), Value(2));
  const auto verdicts = compare(before.record(), after.record()).verdicts;
  ASSERT_THAT(verdicts, SizeIs(2));
  EXPECT_EQ(verdicts[0].subject, "check client.send.count");
  EXPECT_EQ(verdicts[0].is, "failed");
  EXPECT_EQ(verdicts[1].subject, "prediction client.sent.bytes");
}

TEST(Compare, FindsExplanationsThatWentAndCame) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender("Hello");
  for (RunBuilder* run : {&before, &after}) run->annotate("kept", {1}, "as ever", "", {});
  before.annotate("gone", {2}, "no more", "", {});
  after.annotate("kept", {1}, "as ever", "", {});
  const StoryChanges changes = compare(before.record(), after.record());
  ASSERT_THAT(changes.went, SizeIs(1));
  EXPECT_EQ(changes.went[0].rule, "gone");
  ASSERT_THAT(changes.came, SizeIs(1));
  EXPECT_EQ(changes.came[0].rule, "kept");
}

// -------------------------------------------------------------------------------------------------- the page

scenario::Difference edit_at(int before, int after) {
  scenario::Difference edit;
  edit.kind = after == 0 ? scenario::Difference::Kind::removed : scenario::Difference::Kind::changed;
  edit.path = "client.send#1";
  edit.before.line = before;
  edit.after.line = after;
  edit.was = "\"Hello\"";
  edit.is = after == 0 ? "" : "\"Bye\"";
  return edit;
}

TEST(ComparisonPage, NamesLinesAsTheLaterFileHasThem) {
  const Comparison comparison{.edits = {edit_at(12, 12), edit_at(12, 13), edit_at(14, 0)}};
  const std::string page = to_terminal(comparison, {});
  EXPECT_THAT(page, HasSubstr("  line 12: client.send#1\n    \"Hello\" → \"Bye\"\n"));
  EXPECT_THAT(page, HasSubstr("  line 13 (line 12 of before): client.send#1\n"));
  EXPECT_THAT(page, HasSubstr("  line 14 of before: client.send#1\n    \"Hello\" → (nothing)\n"));
  EXPECT_THAT(page, HasSubstr("changed nothing that can be seen."));
}

TEST(ComparisonPage, TellsOfEachEditWhatItDoesAlone) {
  Comparison comparison{.edits = {edit_at(12, 12)}, .changes = compare(sender("a").record(), sender("b").record())};
  comparison.alone = {{{{3, 3}, {3, 4}, ""}, comparison.changes},
                      {{{7, 7}, {8, 7}, ""}, StoryChanges{}},
                      {{{9, 9}, {9, 9}, ""}, std::nullopt}};
  comparison.not_tried = 1;
  const std::string page = to_terminal(comparison, {});
  EXPECT_THAT(page, HasSubstr("  Lines 3–4 alone change what happens, or in which order.\n"));
  EXPECT_THAT(page, HasSubstr("  Line 7 of before, taken out, alone changes nothing that can be seen.\n"));
  EXPECT_THAT(page, HasSubstr("  Line 9 works only together with others.\n"));
  EXPECT_THAT(page, HasSubstr("  One more edit was not tried alone.\n"));
}

TEST(ComparisonPage, FitsItsColumnsAndIsHarmless) {
  RunBuilder before = sender("Hello");
  RunBuilder after = sender(std::string(300, 'x') + "\x1b[31m");
  before.summary("client.errors", Value(scenario::List(200, Value(1))));
  after.summary("client.errors", Value(scenario::List{}));
  after.annotate("rule", {1}, "seen \x1b[31m", "", {});
  Comparison comparison{.edits = {edit_at(12, 12)}, .changes = compare(before.record(), after.record())};
  comparison.edits[0].is = "\x1b[31m";
  for (const bool ascii : {false, true}) {
    const std::string page = to_terminal(comparison, {.columns = 60, .ascii = ascii});
    EXPECT_THAT(page, Not(HasSubstr("\x1b")));
    for (std::size_t start = 0; start < page.size();) {
      const std::size_t end = page.find('\n', start);
      EXPECT_LE(scenario::display_width(page.substr(start, end - start)), 60);
      start = end + 1;
    }
    const bool is_ascii = std::all_of(page.begin(), page.end(), [](char byte) { return byte >= 0; });
    EXPECT_EQ(is_ascii, ascii) << page;
  }
}

}  // namespace
}  // namespace wirelab::render
