// What writing a program takes in every language: for the sources that do.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/export/languages.hh"
#include "labs/export/page.hh"
#include "labs/export/script.hh"

namespace wirelab::exporter {

class Writer {
 protected:
  /// A loop that ends when these bytes have come.
  struct Until {
    std::string variable;
    std::string bytes;  ///< as the language spells them
  };

  Writer(const Script& script, scenario::Problems& problems) : script_(script), problems_(problems) {}

  /// The helper of that name is needed.
  void use(const std::string& helper) { used_.insert(helper); }
  bool uses(const std::string& helper) const { return used_.contains(helper); }
  /// This header or module is needed, whatever the helpers need.
  void include(const std::string& name) { included_.insert(name); }
  /// The helpers' text, with the values in the place of their `{{NAME}}`s; what they need is included.
  std::vector<std::string> helper_texts(std::span<const Helper> table,
                                        const std::map<std::string, std::string>& values);

  /// `body` writes the lines that are indented under `head`.
  void block(std::string_view head, const auto& body) {
    main_.line(head);
    main_.indent();
    body();
    main_.outdent();
  }

  const std::string& name_of(std::size_t socket) const { return script_.sockets[socket].name; }
  bool is_datagram(const Line& line) const { return script_.sockets[line.socket].type == scenario::SocketType::dgram; }
  bool is_ipv6() const { return script_.scenario->family == scenario::Family::ipv6; }

  bool is_record() const;
  bool is_http() const;
  const scenario::RecordFraming& record() const;
  /// How the actor's framing is called in names of helpers: `delimiter`, `escaped`, `length`, `record`.
  std::string_view framing_word() const;

  /// How a program waits for what the `when` of a step says.
  enum class Wait { none, ready, readable, queued, unacked, datagram_by_datagram };
  Wait wait_of(const Line& line) const;
  /// What to say where it is datagram by datagram, line by line.
  static std::vector<std::string> uncounted_datagrams(const Line& line);

  /// What the language of scenarios calls a failure, as errno does; `timeout` has no single name there.
  static std::string errno_of(const std::string& error);
  /// SOL_SOCKET …
  static std::string_view level_of(std::string_view option);
  /// SHUT_WR …
  static std::string_view name_of(scenario::ShutdownSide side);

  /// The variable of the nearest repeat; empty outside of any.
  std::string round() const { return rounds_.empty() ? "" : rounds_.back(); }
  /// The variable of a repeat that begins here.
  std::string new_round() const { return rounds_.empty() ? "i" : "i_" + std::to_string(rounds_.size() + 1); }
  std::string new_done();

  /// The name of a file beside the program that has these bytes.
  std::string data_file(std::string_view bytes);
  /// The messages that a recv_message expects one by one; nullptr if it does not.
  static const std::vector<scenario::Data>* messages_expected_by(const Line& line);

  /// What it receives is one piece of bytes, whose length the program knows.
  static bool is_one_length(const scenario::Step& step);

  std::vector<File> with_data_files(std::string name, std::string content);

  const Script& script_;
  scenario::Problems& problems_;
  Page main_;
  std::vector<std::string> rounds_;           ///< variables of the loops around, the nearest last
  std::vector<Until> untils_;                 ///< of these the ones that something received may end
  std::vector<std::set<std::string>> timed_;  ///< sockets that have a timeout, by retry
  std::set<std::string> included_;

 private:
  std::set<std::string> used_;
  std::vector<File> data_files_;
  int untils_so_far_ = 0;
};

}  // namespace wirelab::exporter
