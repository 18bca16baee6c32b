#include "labs/scenario/metric.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

using testing::Contains;

TEST(AMetric, OfACallHasActorCallAndProperty) {
  const auto metric = parse_metric("server.recv.sizes");
  ASSERT_TRUE(metric);
  EXPECT_EQ(metric->subject, Metric::Subject::actor);
  EXPECT_EQ(metric->actor, "server");
  EXPECT_EQ(metric->call, "recv");
  EXPECT_EQ(metric->property, "sizes");
  EXPECT_EQ(metric->type, MetricType::numbers);
  EXPECT_FALSE(metric->copy);
  EXPECT_FALSE(metric->observed_time);
}

TEST(AMetric, OfACopyNamesIt) {
  const auto metric = parse_metric("client#7.messages.distinct");
  ASSERT_TRUE(metric);
  EXPECT_EQ(metric->actor, "client");
  EXPECT_EQ(metric->copy, 7);
  EXPECT_EQ(metric->call, "");
  EXPECT_EQ(metric->property, "messages.distinct");
  EXPECT_EQ(metric->type, MetricType::texts);
}

TEST(AMetric, OfTheWireMayBeOfOneSender) {
  EXPECT_EQ(parse_metric("wire.handshake")->actor, "");
  const auto metric = parse_metric("wire.client#2.payloads");
  ASSERT_TRUE(metric);
  EXPECT_EQ(metric->subject, Metric::Subject::wire);
  EXPECT_EQ(metric->actor, "client");
  EXPECT_EQ(metric->copy, 2);
  EXPECT_EQ(metric->property, "payloads");
}

TEST(AMetric, ThatIsAnObservedTimeSaysSo) {
  EXPECT_TRUE(parse_metric("server.recv.blocked_ms")->observed_time);
  EXPECT_TRUE(parse_metric("run.elapsed_ms")->observed_time);
  EXPECT_FALSE(parse_metric("client.sleep.asked_ms")->observed_time);
}

struct NameAndType {
  std::string name;
  MetricType type;
};
class EveryMetricOfTheLanguage : public testing::TestWithParam<NameAndType> {};

TEST_P(EveryMetricOfTheLanguage, HasItsType) {
  const auto metric = parse_metric(GetParam().name);
  ASSERT_TRUE(metric) << GetParam().name;
  EXPECT_EQ(metric->type, GetParam().type) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Metric, EveryMetricOfTheLanguage,
    testing::Values(
        NameAndType{"a.send.count", MetricType::number}, NameAndType{"a.sendto.sizes", MetricType::numbers},
        NameAndType{"a.connect.result", MetricType::values}, NameAndType{"a.accept.blocked", MetricType::yes_no},
        NameAndType{"a.sleep.count", MetricType::number}, NameAndType{"a.sleep.asked_ms", MetricType::number},
        NameAndType{"a.sent.bytes", MetricType::number}, NameAndType{"a.received.bytes", MetricType::number},
        NameAndType{"a.received.text", MetricType::text}, NameAndType{"a.received.chunks", MetricType::texts},
        NameAndType{"a.messages", MetricType::texts}, NameAndType{"a.messages.missing", MetricType::texts},
        NameAndType{"a.errors", MetricType::words}, NameAndType{"a.sha256", MetricType::text},
        NameAndType{"run.outcome", MetricType::word}, NameAndType{"run.order", MetricType::words},
        NameAndType{"wire.teardown", MetricType::words}, NameAndType{"wire.a.handshake", MetricType::words},
        NameAndType{"wire.packets", MetricType::number}, NameAndType{"wire.data", MetricType::number},
        NameAndType{"wire.dropped", MetricType::number}, NameAndType{"wire.duplicated", MetricType::number},
        NameAndType{"wire.retransmitted", MetricType::number}, NameAndType{"wire.SYN", MetricType::number},
        NameAndType{"wire.SYN-ACK", MetricType::number}, NameAndType{"wire.a.RST", MetricType::number},
        NameAndType{"wire.a.zero_windows", MetricType::number}, NameAndType{"wire.time_wait", MetricType::words},
        NameAndType{"wire.closed_first", MetricType::word}, NameAndType{"datagrams.sent", MetricType::number},
        NameAndType{"datagrams.delivered", MetricType::number}, NameAndType{"datagrams.lost", MetricType::number},
        NameAndType{"datagrams.duplicated", MetricType::number}, NameAndType{"datagrams.truncated", MetricType::number},
        NameAndType{"datagrams.kernel_dropped", MetricType::number}),
    [](const auto& parameter) {
      std::string name = parameter.param.name;
      for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
      return name;
    });

TEST(NoMetric, IsMadeOfAnythingElse) {
  for (const char* name : {"",
                           ".",
                           "server",
                           "server.",
                           "server.recv",
                           "server.recv.",
                           "server.recv.size",
                           "server.recv_message.count",
                           "server.accept.sizes",
                           "server.sleep.sizes",
                           "server.recv.asked_ms",
                           "wire",
                           "wire.",
                           "wire.a",
                           "wire.a.b.packets",
                           "wire.payloads",
                           "run.outcomes",
                           "datagrams.a.sent",
                           "client#.errors",
                           "client#0.errors",
                           "client#01.errors",
                           "client#-1.errors",
                           "client#x.errors",
                           "client#99999999999.errors",
                           "#1.errors",
                           "server..count"}) {
    EXPECT_FALSE(parse_metric(name)) << name;
  }
}

TEST(ThePatterns, NameEveryKindOfMetricOnce) {
  const auto& patterns = metric_patterns();
  EXPECT_THAT(patterns, Contains("<actor>.<call>.sizes"));
  EXPECT_THAT(patterns, Contains("<actor>.sleep.asked_ms"));
  EXPECT_THAT(patterns, Contains("wire.<actor>.payloads"));
  EXPECT_THAT(patterns, Contains("wire.handshake"));
  EXPECT_THAT(patterns, Contains("datagrams.lost"));
  EXPECT_EQ(std::set<std::string>(patterns.begin(), patterns.end()).size(), patterns.size());
}

TEST(ThePatterns, AreMetricsOnceActorAndCallAreFilledIn) {
  for (std::string pattern : metric_patterns()) {
    const auto fill = [&pattern](const std::string& what, const std::string& by) {
      if (const auto place = pattern.find(what); place != std::string::npos) pattern.replace(place, what.size(), by);
    };
    fill("<actor>", "server");
    fill("<call>", "recv");
    EXPECT_TRUE(parse_metric(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace wirelab::scenario
