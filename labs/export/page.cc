#include "labs/export/page.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <variant>

#include "labs/scenario/utf8.hh"

namespace wirelab::exporter {
namespace {

using scenario::Step;

constexpr std::size_t spaces_a_level = 4;
constexpr std::size_t columns = 76;  // behind the mark of a comment

std::vector<std::string> wrapped(const std::string& text) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > columns) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char letter) {
    return 'a' <= letter && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return text;
}

bool waits_for_facts(const Script& script) {
  bool found = script.actor->slow;
  for_each_line(script.lines, [&](const Line& line) { found = found || !line.facts.empty(); });
  return found;
}

bool speaks_of_sleep(const Script& script) {
  const auto is_about_sleep = [](const std::string& fact) { return fact.ends_with(" blocked"); };
  bool found = std::ranges::any_of(script.start_facts, is_about_sleep);
  for_each_line(script.lines,
                [&](const Line& line) { found = found || std::ranges::any_of(line.facts, is_about_sleep); });
  return found;
}

bool has_wire(const scenario::Wire& wire) {
  return wire.delay.everywhere || !wire.delay.between.empty() || wire.bits_per_second.everywhere ||
         !wire.bits_per_second.between.empty() || wire.mtu || wire.loss || !wire.rules.empty();
}

/// What of the scenario is no call of a program, and what of the program is not in the scenario.
std::vector<std::string> left_to_wirelab(const Script& script) {
  std::vector<std::string> found;
  if (has_wire(script.scenario->wire)) {
    found.push_back(
        "What the scenario's `wire` does to packets no program can do: between these programs all packets arrive.");
  }
  if (!script.actor->kernel.empty()) {
    found.push_back("The `kernel` settings are the host's: see sysctl(8), and tcp(7) for what they mean.");
  }
  for (const std::string& name : files_continued(script)) {
    found.push_back(fmt::format(
        "It goes on with what it finds in {}. The scenario begins without one: remove it before you start it again.",
        scenario::printable(name)));
  }
  if (script.actor->cut) {
    found.push_back(
        "What it sends leaves in pieces (`cut`). Wirelab lets each piece arrive alone; here the receiver's kernel may "
        "join them.");
  }
  return found;
}

}  // namespace

void Page::line(std::string_view text) {
  if (!text.empty()) text_.append(static_cast<std::size_t>(depth_) * spaces_a_level, ' ');
  text_ += text;
  text_ += '\n';
}

void Page::call(std::string_view begin, std::string_view rest) {
  constexpr std::size_t longest_line = 120;
  const std::size_t indented = static_cast<std::size_t>(depth_) * spaces_a_level;
  if (indented + begin.size() + 1 + rest.size() <= longest_line) return line(fmt::format("{} {}", begin, rest));
  line(begin);
  line(fmt::format("{:{}}{}", "", begin.find('(') + 1, rest));
}

void Page::blank() {
  if (!text_.empty() && !text_.ends_with("\n\n") && !text_.ends_with("{\n") && !text_.ends_with(":\n")) text_ += '\n';
}

std::vector<const Helper*> with_needs(std::span<const Helper> table, const std::set<std::string>& names) {
  std::set<std::string_view> wanted;
  const std::function<void(std::string_view)> want = [&](std::string_view name) {
    if (!wanted.insert(name).second) return;
    const auto found = std::ranges::find(table, name, &Helper::name);
    if (found == table.end()) throw std::out_of_range("no helper " + std::string(name));
    for (const std::string_view need : found->needs) want(need);
  };
  for (const std::string& name : names) want(name);
  std::vector<const Helper*> found;
  for (const Helper& helper : table) {
    if (wanted.contains(helper.name)) found.push_back(&helper);
  }
  return found;
}

std::vector<std::string> heading(const Script& script, const std::vector<std::string>& how_to) {
  const scenario::Scenario& scenario = *script.scenario;
  const scenario::Actor& actor = *script.actor;
  std::vector<std::string> lines;
  const auto paragraph = [&](const std::string& text) {
    if (!lines.empty()) lines.emplace_back();
    for (std::string& line : wrapped(text)) lines.push_back(std::move(line));
  };
  paragraph(fmt::format("The {} of \"{}\" ({}, line {}), as a program of its own.", actor.name,
                        scenario::printable(scenario.title), scenario::printable(scenario.file.filename().string()),
                        actor.at.line));
  lines.emplace_back();
  for (const std::string& command : how_to) lines.push_back("  " + command);
  std::string presets;
  for (const Parameter& parameter : script.parameters) presets += (presets.empty() ? "" : ", ") + parameter.preset;
  if (!presets.empty()) lines.back() += "        " + presets + " if left out";
  if (actor.copies > 1) {
    const bool is_numbered = !script.parameters.empty() && script.parameters.back().name == "copy";
    paragraph(fmt::format("The scenario has {0} copies of it: start it so often{1}.", actor.copies,
                          is_numbered ? fmt::format(", with COPY from 1 to {}", actor.copies) : ""));
  }
  if (script.start_facts.empty()) {
    paragraph("Start it whenever you like.");
  } else {
    std::string facts;
    for (const std::string& fact : script.start_facts) facts += (facts.empty() ? "" : "; ") + fact_in_words(fact);
    paragraph("Start it when: " + facts + ".");
  }
  if (speaks_of_sleep(script)) {
    paragraph(
        "`blocked` means that the other program is asleep in that call: what it shows ends there, without a result.");
  }
  if (waits_for_facts(script)) {
    paragraph(
        "A program cannot know what happens in another one. Where the scenario waits for that, this program asks you "
        "to "
        "press Enter when it has happened; with </dev/null it does not wait.");
  }
  for (const std::string& sentence : left_to_wirelab(script)) paragraph(sentence);
  return lines;
}

std::string arguments_of(const Script& script) {
  std::string open;
  std::string close;
  for (const Parameter& parameter : script.parameters) {
    open += " [" + upper(parameter.name);
    close += ']';
  }
  return open + close;
}

std::string source_line(const scenario::Scenario& scenario, const Step& step) {
  std::istringstream source(scenario.source);
  std::string line;
  for (int number = 0; number < step.at.line; ++number) std::getline(source, line);
  constexpr std::string_view white = " \t\r";
  const std::size_t first = line.find_first_not_of(" \t-");
  line = first == std::string::npos ? "" : line.substr(first, line.find_last_not_of(white) + 1 - first);
  constexpr std::size_t longest = 60;
  line = scenario::printable(line);
  if (line.size() > longest) line = std::string(scenario::word_of(step.action));
  // A backslash there would make the next line a part of the comment, in C, and so would the trigraph for one.
  while (!line.empty() && (line.back() == '\\' || line.back() == '/' || line.back() == ':')) line.pop_back();
  return line.substr(0, line.find_last_not_of(white) + 1);
}

std::string fact_in_words(const std::string& fact) { return fact == "settled" ? std::string(nothing_moves) : fact; }

std::string_view period_of(std::string_view bytes) {
  for (std::size_t period = 1; period <= longest_period && period < bytes.size(); ++period) {
    const std::string_view later = bytes.substr(period);
    if (later == bytes.substr(0, later.size())) return bytes.substr(0, period);
  }
  return bytes;
}

Format format_of(const std::string& text, const std::string& round, const scenario::Actor& actor) {
  Format found;
  const auto replace = [&](std::size_t& at, std::string_view placeholder, const std::string& variable) {
    if (text.compare(at, placeholder.size(), placeholder) != 0) return false;
    found.format += "%d";
    found.arguments.push_back(variable);
    at += placeholder.size();
    return true;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (!round.empty() && replace(at, "{i}", round)) continue;
    if (replace(at, "{copy}", actor.copies > 1 ? "copy" : "0")) continue;
    if (text[at] == '%') found.format += '%';
    found.format += text[at++];
  }
  return found;
}

}  // namespace wirelab::exporter
