#include "labs/scenario/vocabulary.hh"

#include <algorithm>

#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/read_checks.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_scenario.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/read_wire.hh"

namespace wirelab::scenario {

std::vector<std::string_view> vocabulary() {
  std::vector<std::string_view> words = {"yes", "no"};
  for (const auto& some : {top_words(), action_words(), modifier_words(), step_words(), data_words(), framing_words(),
                           wire_words(), check_words()}) {
    words.insert(words.end(), some.begin(), some.end());
  }
  for (const KernelSetting& setting : kernel_settings()) words.push_back(setting.name);
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace wirelab::scenario
