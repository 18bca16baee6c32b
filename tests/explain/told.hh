// What the rules say of a run, for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "labs/explain/explain.hh"
#include "labs/explain/rule.hh"
#include "tests/timeline/timeline_builder.hh"

namespace wirelab::explain {

inline void expect_declared(const Arguments& given, const std::vector<std::string_view>& declared,
                            std::string_view key) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : given) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(declared)) << key;
}

/// What the rule says of the run; that its findings bring just the arguments it has declared is checked on the way.
inline std::vector<Annotation> told(const tests::TimelineBuilder& run, const std::string& id) {
  const Story story(run.timeline());
  for (const Rule& rule : all_rules()) {
    for (const Finding& finding : rule.find(story)) {
      const auto telling = std::find_if(rule.tellings.begin(), rule.tellings.end(),
                                        [&](const Telling& one) { return one.key == finding.key; });
      if (telling == rule.tellings.end()) {
        ADD_FAILURE() << rule.id << " speaks as " << finding.key << ", which it has not declared";
        continue;
      }
      expect_declared(finding.arguments, telling->arguments, finding.key);
      if (!finding.measured.empty()) expect_declared(finding.measured, telling->measured, finding.key);
      EXPECT_FALSE(finding.events.empty()) << finding.key;
    }
  }
  std::vector<Annotation> found;
  for (Annotation& annotation : explain(run.timeline(), words::Language::english)) {
    if (annotation.rule == id) found.push_back(std::move(annotation));
  }
  return found;
}

inline std::vector<std::string> seen(const tests::TimelineBuilder& run, const std::string& id) {
  std::vector<std::string> texts;
  for (Annotation& annotation : told(run, id)) texts.push_back(std::move(annotation.seen));
  return texts;
}

inline std::string why(const tests::TimelineBuilder& run, const std::string& id) {
  const std::vector<Annotation> found = told(run, id);
  return found.empty() ? "" : found.front().why;
}

inline tests::TimelineBuilder server_and_client() { return tests::TimelineBuilder({{"server", 1}, {"client", 1}}); }

}  // namespace wirelab::explain
