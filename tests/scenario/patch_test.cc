// Changes by path, and what a scenario is after them.

#include "labs/scenario/patch.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "labs/scenario/spelling.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::string talk = R"(wirelab: 1
framing: {kind: length}
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
    - recv_message: 4
    - close:
      after: client.close
  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - send_message: "one"
      id: greeting
    - repeat:
        times: 2
        steps:
          - send_message: "two"
    - send_message: "three"
    - close
wire:
  seed: 7
)";

WrittenFile written(const std::string& text) { return read_yaml(text, "test.yaml"); }

Change change(const std::string& path, const std::string& value) {
  Node node = *written("value: " + value + "\n").document.root;
  return {path, node.entries.at(0).value, {3, 9}};
}

WrittenFile changed(const std::string& path, const std::string& value, const std::string& text = talk) {
  WrittenFile file = written(text);
  apply(change(path, value), file.document);
  return file;
}

Scenario loaded(const WrittenFile& file) {
  const Loaded result = load_document(file);
  EXPECT_EQ(report_of(result), "");
  return result.scenario.value_or(Scenario{});
}

// What the client sends after the change, in order of the text.
std::vector<std::string> sent(const Scenario& scenario) {
  std::vector<std::string> texts;
  const auto add = [&texts](const auto& self, const std::vector<Step>& steps) -> void {
    for (const Step& step : steps) {
      if (const auto* send = std::get_if<SendMessage>(&step.action)) {
        texts.push_back(std::get<Literal>(send->data.what).bytes);
      }
      if (const auto* repeat = std::get_if<Repeat>(&step.action)) self(self, repeat->steps);
    }
  };
  add(add, scenario.actors.at(1).steps);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(AChange, ReplacesAKeyOfTheTopLevel) {
  EXPECT_EQ(loaded(changed("framing", "{kind: delimiter, delimiter: \"|\"}")).actors.at(0).framing->kind.index(), 0U);
}

TEST(AChange, MakesAKeyThatIsNotThere) {
  EXPECT_EQ(loaded(changed("pace", "reversed")).pace, Pace::reversed);
  EXPECT_EQ(loaded(changed("kernel.tcp_sack", "0")).actors.at(1).kernel.at("tcp_sack"), 0);
  EXPECT_EQ(loaded(changed("wire.loss", "10%")).wire.seed, 7U);
}

TEST(AChange, MakesAPrediction) {
  const Scenario scenario = loaded(changed("predict.server.recv.count", "3"));
  ASSERT_THAT(scenario.predict, SizeIs(1));
  EXPECT_EQ(scenario.predict[0].metric, "server.recv.count");
}

TEST(AChange, GivesOptionsToAnActorThatIsAListOfSteps) {
  const Scenario scenario = loaded(changed("client.cut", "each"));
  EXPECT_TRUE(scenario.actors.at(1).cut->each);
  EXPECT_THAT(scenario.actors.at(1).steps, SizeIs(6));
}

TEST(AChange, GivesOneValueToAllStepsOfAWordThoseInLoopsToo) {
  EXPECT_EQ(sent(loaded(changed("client.send_message", "\"x\""))), (Texts{"x", "x", "x"}));
}

TEST(AChange, GivesAListOneToEach) {
  EXPECT_EQ(sent(loaded(changed("client.send_message", "[\"a\", \"b\", {fill: \"c\", size: 3}]"))),
            (Texts{"a", "b", "ccc"}));
}

// ---- what only the changed file knows

std::string with_framing(const std::string& framing, const std::string& text = talk) {
  std::string changed = text;
  return changed.replace(changed.find("{kind: length}"), 14, framing);
}

TEST(AChange, SendsTheDelimiterOfTheFile) {
  const std::string rare = with_framing("{kind: delimiter, delimiter: \"xyzzy42\"}");
  EXPECT_EQ(sent(loaded(changed("client.send_message", "{delimiter_of: client}", rare))),
            (Texts{"xyzzy42", "xyzzy42", "xyzzy42"}));
  EXPECT_EQ(sent(loaded(changed("client.send_message", "[\"a\", {delimiter_of: server}, \"c\"]", rare))),
            (Texts{"a", "xyzzy42", "c"}));
  const std::string bytes = with_framing("{kind: delimiter, delimiter: {hex: \"00 0a\"}}");
  EXPECT_EQ(sent(loaded(changed("client.send_message#2", "{delimiter_of: client}", bytes))).at(1),
            std::string("\0\n", 2));
}

TEST(AChange, SendsTheDelimiterOfTheActorsOwnFraming) {
  std::string text = with_framing("{kind: delimiter, delimiter: \";\"}");
  const std::string name = "  client:\n";
  text.insert(text.find(name) + name.size(), "    framing: {kind: delimiter, delimiter: \"!\"}\n    steps:\n");
  EXPECT_EQ(sent(loaded(changed("client.greeting", "{delimiter_of: client}", text))).at(0), "!");
  EXPECT_EQ(sent(loaded(changed("client.greeting", "{delimiter_of: server}", text))).at(0), ";");
}

TEST(AChange, SendsSomeTextWhereThereIsNoDelimiter) {
  EXPECT_EQ(sent(loaded(changed("client.greeting", "{delimiter_of: client}"))).at(0), "no delimiter");
}

TEST(AChange, CountsStepsInOrderOfTheText) {
  EXPECT_EQ(sent(loaded(changed("client.send_message#2", "\"x\""))), (Texts{"one", "x", "three"}));
}

TEST(AChange, FindsAStepByItsId) {
  EXPECT_EQ(sent(loaded(changed("client.greeting", "\"x\""))), (Texts{"x", "two", "three"}));
}

TEST(AChange, GivesABareStepAnArgumentAndAModifier) {
  const Scenario scenario = loaded(changed("client.close#1.timeout", "???"));
  EXPECT_EQ(scenario.unanswered, (std::vector<Position>{{23, 7}}));
  EXPECT_TRUE(loaded(changed("server.accept#1.when", "{queued: 1}")).actors.at(0).steps.at(3).when);
  const Document document = changed("server.close", "listener").document;
  EXPECT_THAT(in_one_line(*document.root), HasSubstr("{close: listener, after: client.close}"));
}

TEST(AChange, ReplacesLoopsInsideLoopsFromTheInside) {
  const std::string nested =
      with_steps("- socket: dgram\n- repeat: {times: 2, steps: [{repeat: {times: 2, steps: [{note: \"deep\"}]}}]}\n");
  const Document document = changed("client.repeat", "{times: 1, steps: [{note: \"flat\"}]}", nested).document;
  EXPECT_THAT(in_one_line(*document.root), HasSubstr("{repeat: {times: 1, steps: [{note: \"flat\"}]}}"));
}

TEST(AChange, ThatIsWrongPointsIntoTheFileThatWasChanged) {
  const std::vector<Diagnostic> diagnostics = load_document(changed("wire.seed", "{a: [b]}")).diagnostics;
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_EQ(diagnostics[0].at, (Position{25, 9}));
}

TEST(AChange, OfWhatIsNotThereYetPointsToWhatItBelongsTo) {
  EXPECT_EQ(load_document(changed("client.slow", "maybe")).diagnostics.at(0).at.line, 13);
  EXPECT_EQ(load_document(changed("client.close#1.when", "{readable: x}")).diagnostics.at(0).at, (Position{23, 7}));
  EXPECT_EQ(load_document(changed("pace", "slow")).diagnostics.at(0).at, (Position{1, 1}));
}

std::string fault(const std::string& path, const std::string& value = "1") {
  return first_line(change_fault(written(talk).document, change(path, value)), words::Language::english);
}

TEST(AChangeThatCannotBeMade, SaysWhy) {
  EXPECT_EQ(fault("clinet.cut"), "there is no actor and no key `clinet`");
  EXPECT_EQ(fault("client.sendd"), "`client` has no option, step or id `sendd`");
  EXPECT_EQ(fault("client.sleep"), "`client` has no `sleep` step");
  EXPECT_EQ(fault("client.send_message#4"), "`client` has only 3 `send_message` steps");
  EXPECT_EQ(fault("client.send_message#0"), "`send_message#0` names no step");
  EXPECT_EQ(fault("client.send_message", "[1, 2]"), "`client` has 3 `send_message` steps, and this gives 2");
  EXPECT_EQ(fault("client.close#1.whenn"), "`whenn` is no modifier of a step");
  EXPECT_EQ(fault("wire.lost"), "`wire` has no key `lost`");
  EXPECT_EQ(fault("pace.now"), "no path leads into `pace`");
  EXPECT_EQ(fault("predict.server.recv.cnt"), "there is no metric `server.recv.cnt`");
  EXPECT_EQ(fault("predict.srver.recv.count"), "there is no actor `srver`");
  EXPECT_EQ(fault("client.cut"), "");
}

TEST(AChangeThatCannotBeMade, IsNotMade) {
  WrittenFile file = written(talk);
  EXPECT_THROW(apply(change("client.sleep", "1s"), file.document), std::invalid_argument);
  EXPECT_EQ(in_one_line(*file.document.root), in_one_line(*written(talk).document.root));
}

TEST(AChangeThatCannotBeMade, IsOneOfAFileThatIsNoScenario) {
  EXPECT_EQ(change_fault(written("").document, change("pace", "free")), remark("fault.no-scenario"_text));
  EXPECT_EQ(change_fault(written("- a\n").document, change("pace", "free")), remark("fault.no-scenario"_text));
}

}  // namespace
}  // namespace wirelab::scenario
