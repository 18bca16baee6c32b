#include "labs/scenario/remark.hh"

#include "labs/words/catalogue.hh"

namespace wirelab::scenario {

std::string first_line(const Remark& remark, words::Language language) {
  if (remark.empty()) return "";
  const std::string text = words::say(language, remark.front());
  return text.substr(0, text.find('\n'));
}

}  // namespace wirelab::scenario
