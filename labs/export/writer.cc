#include "labs/export/writer.hh"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

#include "labs/scenario/sha256.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::exporter {

std::vector<std::string> Writer::helper_texts(std::span<const Helper> table,
                                              const std::map<std::string, std::string>& values) {
  std::vector<std::string> texts;
  for (const Helper* helper : with_needs(table, used_)) {
    included_.insert(helper->headers.begin(), helper->headers.end());
    std::string text(helper->text);
    for (const auto& [key, value] : values) {
      const std::string mark = "{{" + key + "}}";
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

bool Writer::is_record() const {
  return script_.actor->framing && std::holds_alternative<scenario::RecordFraming>(script_.actor->framing->kind);
}

bool Writer::is_http() const {
  return script_.actor->framing && std::holds_alternative<scenario::HttpFraming>(script_.actor->framing->kind);
}

const scenario::RecordFraming& Writer::record() const {
  return std::get<scenario::RecordFraming>(script_.actor->framing->kind);
}

std::string_view Writer::framing_word() const {
  if (is_record()) return "record";
  const auto* delimiter = std::get_if<scenario::DelimiterFraming>(&script_.actor->framing->kind);
  if (!delimiter) return "length";
  return delimiter->escape ? "escaped" : "delimiter";
}

std::string Writer::new_done() { return ++untils_so_far_ == 1 ? "done" : "done_" + std::to_string(untils_so_far_); }

std::string Writer::data_file(std::string_view bytes) {
  std::string content(bytes);
  std::string name = script_.actor->name + "-" + scenario::sha256(content).substr(0, 8) + ".data";
  if (std::ranges::find(data_files_, name, &File::name) == data_files_.end()) {
    data_files_.push_back({name, std::move(content)});
  }
  return name;
}

const std::vector<scenario::Data>* Writer::messages_expected_by(const Line& line) {
  const auto& receive = std::get<scenario::ReceiveMessage>(line.step->action);
  const auto* expected = line.step->expect ? std::get_if<scenario::ExpectMessages>(&line.step->expect->what) : nullptr;
  if (!expected) return nullptr;
  const bool as_many = static_cast<std::size_t>(receive.count) == expected->messages.size();
  return receive.until_eof || as_many ? &expected->messages : nullptr;
}

std::vector<File> Writer::with_data_files(std::string name, std::string content) {
  std::vector<File> files = {{std::move(name), std::move(content)}};
  std::ranges::move(data_files_, std::back_inserter(files));
  return files;
}

}  // namespace wirelab::exporter
