#include "labs/scenario/translation.hh"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>
#include <variant>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/reader.hh"

namespace wirelab::scenario {
namespace {

using Texts = std::map<std::string, std::string>;

// ------------------------------------------------------------------------------------------- reading

struct Pair {
  std::string english;
  std::string chinese;
};

void read_version(Reader& reader, const Node&, const Node& value, Texts&) {
  if (value.is_word() && value.text == "1") return;
  reader.error(value, {"unknown-version.translation"_text, {{"version", in_ticks(value.text)}}});
}

std::string read_text(Reader& reader, const Node& value, const Phrase& what) {
  std::string text = reader.text(value, what).value_or("");
  if (value.is_text() && text.empty()) reader.error(value, {"empty-text"_text, {{"what", what}}});
  return text;
}
void read_english(Reader& reader, const Node&, const Node& value, Pair& pair) {
  pair.english = read_text(reader, value, "`english`");
}
void read_chinese(Reader& reader, const Node&, const Node& value, Pair& pair) {
  pair.chinese = read_text(reader, value, "`chinese`");
}
constexpr std::array pair_keys = {Key<Pair>{"english", read_english, true}, Key<Pair>{"chinese", read_chinese, true}};

void read_pairs(Reader& reader, const Node&, const Node& value, Texts& texts) {
  if (!reader.is_list(value, "`pairs`", "- {english: \"…\", chinese: \"…\"}", ceilings::list_items)) return;
  for (const Node& item : value.items) {
    Pair pair;
    reader.keys<Pair>(item, pair_keys, pair, phrase("what.pair"_text), "{english: \"…\", chinese: \"…\"}");
    if (pair.english.empty() || pair.chinese.empty()) continue;
    const bool is_new = texts.emplace(std::move(pair.english), std::move(pair.chinese)).second;
    if (!is_new) reader.error(item, {"duplicate-translation"_text});
  }
}

constexpr std::array translation_keys = {Key<Texts>{"texts", read_version, true},
                                         Key<Texts>{"pairs", read_pairs, true}};

// ------------------------------------------------------------------------------------------- putting

void add_notes(std::vector<Step>& steps, std::vector<std::string*>& texts) {
  for (Step& step : steps) {
    if (auto* note = std::get_if<Note>(&step.action)) texts.push_back(&note->text);
    if (auto* repeat = std::get_if<Repeat>(&step.action)) add_notes(repeat->steps, texts);
    if (auto* retry = std::get_if<Retry>(&step.action)) add_notes(retry->steps, texts);
  }
}

void put(std::string& text, const Texts& texts) {
  if (const auto found = texts.find(text); found != texts.end()) text = found->second;
}

void put_into(std::vector<Check>& checks, const Texts& texts) {
  for (Check& check : checks) put(check.because, texts);
}

}  // namespace

std::vector<std::string*> texts_of(Scenario& scenario) {
  std::vector<std::string*> texts = {&scenario.title, &scenario.about};
  for (Actor& actor : scenario.actors) add_notes(actor.steps, texts);
  for (Check& check : scenario.checks) texts.push_back(&check.because);
  for (std::string& hint : scenario.hints) texts.push_back(&hint);
  std::erase_if(texts, [](const std::string* text) { return text->empty(); });
  return texts;
}

std::filesystem::path translation_of(const std::filesystem::path& file, words::Language language) {
  if (language == words::Language::english) return {};
  std::filesystem::path lab = file.parent_path();
  if (lab.filename() == "unsolved") lab = lab.parent_path();
  return lab / words::code_of(language) / file.filename();
}

Translation load_translation(const std::filesystem::path& file) {
  Translation translation;
  std::error_code error;
  if (file.empty() || !std::filesystem::exists(file, error)) return translation;
  WrittenFile written = read_yaml_file(file, file);
  if (written.document.root) {
    Reader reader(written.problems, file, true);
    reader.set_actors({}, written.document.whole);
    reader.keys<Texts>(*written.document.root, translation_keys, translation.texts, phrase("what.translation"_text),
                       "texts: 1");
  }
  translation.diagnostics = written.problems.in_order();
  translation.source = std::move(written.text);
  return translation;
}

void translate(Scenario& scenario, const Translation& translation) {
  for (std::string* text : texts_of(scenario)) put(*text, translation.texts);
}

Translation translate(Scenario& scenario, const std::filesystem::path& file, words::Language language) {
  Translation translation = load_translation(translation_of(file, language));
  translate(scenario, translation);
  return translation;
}

void translate(Rubric& rubric, const std::filesystem::path& lab_folder, words::Language language) {
  const Texts of_checks = load_translation(translation_of(lab_folder / "checks.yaml", language)).texts;
  for (Exercise& exercise : rubric.exercises) {
    Texts texts = load_translation(translation_of(lab_folder / exercise.file, language)).texts;
    texts.insert(of_checks.begin(), of_checks.end());
    put(exercise.title, texts);
    for (std::string& hint : exercise.hints) put(hint, texts);
    put_into(exercise.checks, texts);
    put_into(exercise.guesses, texts);
    for (Case& one : exercise.cases) {
      put(one.name, texts);
      if (one.checks) put_into(*one.checks, texts);
    }
  }
}

}  // namespace wirelab::scenario
