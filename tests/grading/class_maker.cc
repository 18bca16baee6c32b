#include "tests/grading/class_maker.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"
#include "tests/grading/archive_file.hh"
#include "tests/grading/hostile.hh"
#include "tests/grading/random.hh"

namespace wirelab::grader::test {
namespace {

namespace fs = std::filesystem;

/// How many of a hundred answers are of a kind, if all kinds are wanted.
constexpr std::array<std::pair<Kind, std::size_t>, 5> shares = {
    {{Kind::solution, 45}, {Kind::wrong, 30}, {Kind::unsolved, 10}, {Kind::missing, 7}, {Kind::hostile, 8}}};
// One submission in so many is an archive; one in so many is a hostile archive.
constexpr std::size_t archives = 4;
constexpr std::size_t hostile_archives = 60;

std::string content_of(const fs::path& file) {
  scenario::ReadFile read = scenario::read_regular_file(file, scenario::ceilings::file_bytes);
  if (!read.fault.empty())
    throw std::runtime_error(file.string() + ": " + scenario::first_line(read.fault, words::Language::english));
  return std::move(read.bytes);
}

Kind choose_kind(const std::vector<Kind>& wanted, Random& random) {
  const auto is_wanted = [&](const auto& share) { return std::ranges::find(wanted, share.first) != wanted.end(); };
  std::size_t all = 0;
  for (const auto& share : shares) all += is_wanted(share) ? share.second : 0;
  if (all == 0) throw std::runtime_error("no kind of answer is wanted");
  std::size_t at = random.below(all);
  for (const auto& share : shares) {
    if (!is_wanted(share)) continue;
    if (at < share.second) return share.first;
    at -= share.second;
  }
  return wanted.front();
}

/// The same answer in a spelling of the student's own: the title, remarks, empty lines and spaces do not count.
std::string in_own_words(const std::string& text, const std::string& student, Random& random) {
  const std::string title = "title: \"";
  std::string own = fmt::format("# by {}\n", student);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const bool is_key = !line.empty() && line[0] >= 'a' && line[0] <= 'z';
    if (is_key && random.below(2) == 0)
      own += fmt::format("{}# remark {}\n", random.below(2) == 0 ? "\n" : "", random.below(1000));
    if (line.starts_with(title)) line.insert(title.size(), student + ", ");
    own += line + (is_key ? std::string(random.below(3), ' ') : "") + "\n";
  }
  return own;
}

struct Answers {
  std::vector<fs::path> right;
  std::vector<fs::path> wrong;
};

Answers answers_to(const scenario::Exercise& exercise, const fs::path& folder) {
  Answers answers;
  for (const scenario::Proof& proof : exercise.proof) {
    std::vector<fs::path>& those = proof.full ? answers.right : answers.wrong;
    const fs::path file = folder / proof.answer;
    if (std::ranges::find(those, file) == those.end()) those.push_back(file);
  }
  if (answers.right.empty() || answers.wrong.empty()) {
    throw std::runtime_error(exercise.file + " has no proof of a right and of a wrong answer");
  }
  return answers;
}

const fs::path& one_of(const std::vector<fs::path>& files, Random& random) {
  return files.at(random.below(files.size()));
}

/// One student at work, on everything.
class Student {
 public:
  Student(std::string name, fs::path folder, const ClassPlan& plan, const std::vector<Attack>& attacks,
          std::uint64_t seed)
      : name_(std::move(name)), folder_(std::move(folder)), plan_(plan), attacks_(attacks), random_(seed) {}

  std::vector<Made> hand_in(const std::vector<scenario::Rubric>& rubrics) {
    const bool hostile = std::ranges::find(plan_.kinds, Kind::hostile) != plan_.kinds.end();
    if (hostile && random_.below(hostile_archives) == 0) return hand_in_a_hostile_archive(rubrics);
    packs_ = random_.below(archives) == 0;
    if (!packs_) fs::create_directories(folder_);
    std::vector<Made> made;
    for (const scenario::Rubric& rubric : rubrics) {
      for (const scenario::Exercise& exercise : rubric.exercises) made.push_back(answer(rubric.lab, exercise));
    }
    if (packs_) pack(folder_.string() + ".tar.gz", members_);
    return made;
  }

 private:
  std::vector<Made> hand_in_a_hostile_archive(const std::vector<scenario::Rubric>& rubrics) {
    std::vector<const Attack*> all;
    for (const Attack& attack : attacks_) {
      if (attack.is_archive) all.push_back(&attack);
    }
    const Attack& attack = *all.at(random_.below(all.size()));
    const scenario::Exercise& first = rubrics.at(0).exercises.at(0);
    attack.hand_in(folder_.string() + ".tar.gz", fmt::format("lab{}/{}", rubrics.at(0).lab, first.file));
    std::vector<Made> made;
    for (const scenario::Rubric& rubric : rubrics) {
      for (const scenario::Exercise& exercise : rubric.exercises) {
        made.push_back({name_, rubric.lab, exercise.file, Kind::hostile, attack.name});
      }
    }
    return made;
  }

  Made answer(int lab, const scenario::Exercise& exercise) {
    const std::string place = fmt::format("lab{}/{}", lab, exercise.file);
    const Answers answers = answers_to(exercise, plan_.answers / fmt::format("lab{}", lab));
    Made made{
        .student = name_, .lab = lab, .exercise = exercise.file, .kind = choose_kind(plan_.kinds, random_), .from = ""};
    // A pipe or a link is nothing that an archive brings along.
    if (made.kind == Kind::hostile && packs_) made.kind = Kind::missing;
    switch (made.kind) {
      case Kind::missing:
        break;
      case Kind::hostile: {
        std::vector<const Attack*> all;
        for (const Attack& attack : attacks_) {
          if (!attack.is_archive) all.push_back(&attack);
        }
        const Attack& attack = *all.at(random_.below(all.size()));
        made.from = attack.name;
        fs::create_directories((folder_ / place).parent_path());
        attack.hand_in(folder_, place);
        break;
      }
      default: {
        const fs::path file = made.kind == Kind::unsolved   ? exercise.unsolved
                              : made.kind == Kind::solution ? one_of(answers.right, random_)
                                                            : one_of(answers.wrong, random_);
        made.from = file.filename();
        add(place, in_own_words(content_of(file), name_, random_));
      }
    }
    return made;
  }

  void add(const std::string& place, std::string text) {
    if (packs_) return members_.push_back({place, std::move(text), ""});
    fs::create_directories((folder_ / place).parent_path());
    std::ofstream(folder_ / place, std::ios::binary) << text;
  }

  std::string name_;
  fs::path folder_;
  const ClassPlan& plan_;
  const std::vector<Attack>& attacks_;
  Random random_;
  bool packs_ = false;
  std::vector<Member> members_;
};

}  // namespace

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::solution:
      return "solution";
    case Kind::wrong:
      return "wrong";
    case Kind::unsolved:
      return "unsolved";
    case Kind::missing:
      return "missing";
    case Kind::hostile:
      return "hostile";
  }
  return "";
}

std::vector<Made> make_class(const std::vector<scenario::Rubric>& rubrics, const ClassPlan& plan,
                             const fs::path& folder) {
  if (!fs::create_directories(folder)) throw std::runtime_error(folder.string() + " is there already");
  const std::vector<Attack> all_attacks = attacks(plan.hostile);
  std::vector<Made> all;
  for (std::size_t number = 1; number <= plan.students; ++number) {
    const std::string name = fmt::format("student-{:04}", number);
    Student student(name, folder / name, plan, all_attacks, Random(plan.seed).next() + number);
    std::ranges::move(student.hand_in(rubrics), std::back_inserter(all));
  }
  std::ofstream expected(folder / ".expected.tsv");
  for (const Made& made : all) {
    expected << fmt::format("{}\t{}\t{}\t{}\t{}\n", made.student, made.lab, made.exercise, to_text(made.kind),
                            made.from);
  }
  if (!expected.flush()) throw std::runtime_error(folder.string() + " cannot be written to");
  return all;
}

}  // namespace wirelab::grader::test
