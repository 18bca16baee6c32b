#include "labs/render/side_by_side.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "labs/scenario/column_width.hh"
#include "tests/render/pages.hh"
#include "tests/render/sample_runs.hh"

namespace wirelab::render {
namespace {

using test::RunBuilder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TerminalStyle narrow() {
  TerminalStyle style;
  style.columns = 80;
  return style;
}

RunRecord recorded(RunBuilder& run, const std::string& file) {
  run.scenario().file = file;
  run.timeline().sees_packets = true;
  return make_record(run.scenario(), run.timeline(), words::Language::english);
}

/// Three sends, the second one lost and sent again: the third waits for it.
RunBuilder by_tcp() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "By TCP";
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.connection("client", "server");
  run.connect("client", "server", 8888);
  run.tcp("client", "server", {"SYN"});
  run.tcp("server", "client", {"SYN", "ACK"});
  run.tcp("client", "server", {"ACK"});
  run.tcp("client", "server", {"PSH", "ACK"}, "first", run.send("client", "first"));
  run.receive("server", "first");
  const timeline::EventId second = run.tcp("client", "server", {"PSH", "ACK"}, "second", run.send("client", "second"));
  run.lose(second, 9);
  run.tcp("client", "server", {"PSH", "ACK"}, "third", run.send("client", "third"));
  run.again(second);
  run.packet_of(run.tcp("server", "client", {"ACK"})).ack = 17;
  run.receive("server", "secondthird");
  return run;
}

/// The same as datagrams: nobody waits, and one is missing.
RunBuilder by_udp() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "By UDP";
  const timeline::EventId first = run.send_datagram("client", "server", "first");
  run.udp("server", first);
  run.receive_datagram("server", first);
  const timeline::EventId second =
      run.send_datagram("client", "server", "second", timeline::Datagram::Fate::dropped_by_rule, 9);
  run.lose(run.udp("server", second), 9);
  const timeline::EventId third = run.send_datagram("client", "server", "third");
  run.udp("server", third);
  run.receive_datagram("server", third);
  return run;
}

std::string page(const TerminalStyle& style) {
  RunBuilder tcp = by_tcp();
  RunBuilder udp = by_udp();
  return side_by_side(recorded(tcp, "pair/tcp.yaml"), recorded(udp, "pair/udp.yaml"), style);
}

TEST(SideBySide, IsAColumnForEachRun) {
  test::expect_snapshot("side-by-side-80", page(narrow()));
  TerminalStyle ascii = narrow();
  ascii.ascii = true;
  test::expect_snapshot("side-by-side-ascii", page(ascii));
  TerminalStyle wide = narrow();
  wide.columns = 120;
  test::expect_snapshot("side-by-side-120", page(wide));
  TerminalStyle chinese = narrow();
  chinese.language = words::Language::chinese;
  test::expect_snapshot("side-by-side-chinese", page(chinese));
}

TEST(SideBySide, NeverIsWiderThanItsTerminal) {
  for (const int columns : {40, 60, 80, 132}) {
    TerminalStyle style = narrow();
    style.columns = columns;
    std::istringstream lines(page(style));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(scenario::display_width(line), columns) << line;
  }
}

TEST(SideBySide, TellsWhatEachRunHadAndNothingElse) {
  // Whichever file stands on which side: what is said is what was in the run.
  RunBuilder left = by_udp();
  RunBuilder right = by_udp();
  const RunRecord one = recorded(left, "one.yaml");
  const RunRecord other = recorded(right, "other.yaml");
  EXPECT_THAT(side_by_side(one, other, narrow()),
              AllOf(HasSubstr("Nobody sent it again."), Not(HasSubstr("sent it again. (")), Not(HasSubstr("listen: "))));
}

TEST(SideBySide, OfARunWithoutLossSaysSo) {
  RunBuilder run({"server", "client"});
  const timeline::EventId only = run.send_datagram("client", "server", "only");
  run.udp("server", only);
  run.receive_datagram("server", only);
  const RunRecord record = recorded(run, "one.yaml");
  EXPECT_THAT(side_by_side(record, record, narrow()), HasSubstr("Nothing was lost in this run."));
}

TEST(SideBySide, ShowsEverySampleOnAnyPage) {
  for (const auto& [name, record] : test::all_samples()) {
    const std::string told = side_by_side(record, record, narrow());
    EXPECT_EQ(told.find('\x1b'), std::string::npos) << name;
    EXPECT_TRUE(told.ends_with("\n")) << name;
  }
}

}  // namespace
}  // namespace wirelab::render
