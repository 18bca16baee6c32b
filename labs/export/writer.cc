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

Writer::Wait Writer::wait_of(const Line& line) const {
  if (!line.step->when) return Wait::none;
  const bool is_one = line.step->when->value == 1;
  switch (line.step->when->kind) {
    case scenario::When::Kind::unacked:
      return Wait::unacked;
    case scenario::When::Kind::queued:
      return is_one ? Wait::ready : Wait::queued;
    case scenario::When::Kind::readable:
      break;
  }
  if (!is_datagram(line)) return Wait::readable;
  return is_one ? Wait::ready : Wait::datagram_by_datagram;
}

std::vector<std::string> Writer::uncounted_datagrams(const Line& line) {
  return {"Wirelab waits until " + std::to_string(line.step->when->value) +
              " datagrams are there. A program cannot count them, and need not: each",
          "receive takes one."};
}

std::string Writer::errno_of(const std::string& error) {
  if (error == "truncated" || error == "when-impossible") return "ENODATA";
  if (error == "malformed") return "EBADMSG";
  return error == "message-too-long" ? "EMSGSIZE" : error;
}

std::string_view Writer::level_of(std::string_view option) {
  if (option.starts_with("SO_")) return "SOL_SOCKET";
  if (option.starts_with("TCP_")) return "IPPROTO_TCP";
  return option.starts_with("IPV6_") ? "IPPROTO_IPV6" : "IPPROTO_IP";
}

std::string_view Writer::name_of(scenario::ShutdownSide side) {
  constexpr std::string_view sides[] = {"SHUT_WR", "SHUT_RD", "SHUT_RDWR"};
  return sides[static_cast<std::size_t>(side)];
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

bool Writer::is_one_length(const scenario::Step& step) {
  if (const auto* messages = std::get_if<scenario::ReceiveMessage>(&step.action))
    return messages->count == 1 && !messages->until_eof;
  return std::holds_alternative<scenario::Receive>(step.action) ||
         std::holds_alternative<scenario::ReceiveFrom>(step.action) ||
         std::holds_alternative<scenario::ReceiveFile>(step.action);
}

std::vector<File> Writer::with_data_files(std::string name, std::string content) {
  std::vector<File> files = {{std::move(name), std::move(content)}};
  std::ranges::move(data_files_, std::back_inserter(files));
  return files;
}

}  // namespace wirelab::exporter
