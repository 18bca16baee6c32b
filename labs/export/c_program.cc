#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "labs/export/c_helpers.hh"
#include "labs/export/languages.hh"
#include "labs/export/writer.hh"
#include "labs/scenario/plan.hh"
#include "labs/scenario/sha256.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::exporter {
namespace {

using scenario::Data;
using scenario::SocketType;
using scenario::Step;

/// A string literal. Octal escapes take three digits at most, so that no digit behind one is mistaken for its own; a
/// question mark behind another could begin a trigraph.
std::string literal(std::string_view bytes) {
  std::string text = "\"";
  for (std::string_view rest = bytes; !rest.empty();) {
    const scenario::CodePoint point = scenario::first_code_point(rest);
    const char byte = rest[0];
    if (byte == '\n') {
      text += "\\n";
    } else if (byte == '\r') {
      text += "\\r";
    } else if (byte == '\t') {
      text += "\\t";
    } else if (byte == '"' || byte == '\\' || (byte == '?' && text.ends_with('?'))) {
      text += fmt::format("\\{}", byte);
    } else if (point.valid && scenario::is_printable(point.value)) {
      text += rest.substr(0, point.bytes);
    } else {
      for (const char one : rest.substr(0, point.bytes))
        text += fmt::format("\\{:03o}", static_cast<unsigned char>(one));
    }
    rest.remove_prefix(point.bytes);
  }
  return text + '"';
}

std::string comment(std::string text) {
  while (!text.empty() && (text.back() == '\\' || text.ends_with("?\?/"))) text.pop_back();
  return text.empty() ? "//" : "// " + text;
}

constexpr std::size_t sha256_digits = 64;

class CProgram : Writer {
 public:
  CProgram(const Script& script, scenario::Problems& problems) : Writer(script, problems) {}

  std::vector<File> write() {
    for_each_line(script_.lines, [&](const Line& line) {
      for (const Data* data : data_of(*line.step)) measure(*data);
    });
    main_.indent();
    write_all(script_.lines);
    std::string program = head();
    program += main_function();
    return with_data_files(script_.actor->name + ".c", std::move(program));
  }

 private:
  /// Bytes for a call: where they are, and how many. Lines before the call may have to prepare them.
  struct Bytes {
    std::string pointer;
    std::string size;
    std::string both() const { return pointer + ", " + size; }
  };
  std::string_view address_type() const { return is_ipv6() ? "struct sockaddr_in6" : "struct sockaddr_in"; }

  // ---- data

  void measure(const Data& data) {
    std::size_t size = 0;
    if (const auto* literal = std::get_if<scenario::Literal>(&data.what)) {
      size = literal->bytes.size() + (literal->has_placeholders ? 12 * literal->bytes.size() : 0);
    } else if (const auto* part = std::get_if<scenario::FileFrom>(&data.what)) {
      size = part->file.size();
    } else if (std::holds_alternative<scenario::SizeOf>(data.what)) {
      size = std::numeric_limits<std::int64_t>::digits10 + 1;
    } else if (std::holds_alternative<scenario::RecordData>(data.what)) {
      size = record_size();
    } else if (const auto* received = asks_for_received(data)) {
      size = received->file.empty() ? script_.room : script_.file_room;
      // Of few bytes the digits are more.
      if (std::holds_alternative<scenario::Sha256Of>(data.what)) size = std::max(size, sha256_digits);
    }
    largest_datum_ = std::max(largest_datum_, size + 1);
  }

  std::size_t record_size() const {
    std::size_t size = 0;
    for (const scenario::RecordField& field : record().fields) size += field.size;
    return size;
  }

  Bytes known(std::string_view bytes) {
    const std::string_view period = period_of(bytes);
    if (bytes.size() > longest_period && period.size() <= longest_period) {
      use("fill");
      return {fmt::format("fill({}, {}, {})", literal(period), period.size(), bytes.size()),
              std::to_string(bytes.size())};
    }
    if (bytes.size() <= longest_literal) return {literal(bytes), std::to_string(bytes.size())};
    use("load");
    return {fmt::format("load({}, {})", literal(data_file(bytes)), bytes.size()), std::to_string(bytes.size())};
  }

  Bytes with_placeholders(const std::string& text, const Data& data) {
    if (text.find('\0') != std::string::npos) {
      problems_.error(data.at, {"zero-in-a-format"_text});
    }
    const Format format = format_of(text, round(), *script_.actor);
    use("data_size");
    include("stdio.h");
    main_.line(fmt::format("data_size = (size_t)snprintf(data, sizeof data, {});", arguments_of_printf(format)));
    return {"data", "data_size"};
  }

  static std::string arguments_of_printf(const Format& format) {
    std::string text = literal(format.format);
    for (const std::string& argument : format.arguments) text += ", " + argument;
    return text;
  }

  Bytes bytes_of(const Data& data) {
    if (const auto* literal = std::get_if<scenario::Literal>(&data.what)) {
      return literal->has_placeholders ? with_placeholders(literal->bytes, data) : known(literal->bytes);
    }
    if (const auto* received = std::get_if<scenario::Received>(&data.what)) return received_bytes(*received);
    if (const auto* size = std::get_if<scenario::SizeOf>(&data.what)) return digits_of_size(size->what);
    if (const auto* sum = std::get_if<scenario::Sha256Of>(&data.what)) {
      use("sha256_of");
      return {fmt::format("sha256_of({})", received_bytes(sum->what).both()), std::to_string(sha256_digits)};
    }
    if (const auto* part = std::get_if<scenario::FileFrom>(&data.what)) return part_of(*part);
    put_record(std::get<scenario::RecordData>(data.what));
    return {"data", "data_size"};
  }

  Bytes received_bytes(const scenario::Received& what) {
    if (what.file.empty()) {
      use("length");
      return {"buffer", "(size_t)length"};
    }
    use("load_received");
    main_.line(fmt::format("load_received({});", literal(what.file)));
    return {"data", "data_size"};
  }

  Bytes digits_of_size(const scenario::Received& what) {
    use(what.file.empty() ? "length" : "size_of_file");
    use("data_size");
    include("stdio.h");
    const std::string size = what.file.empty() ? "(long)length" : fmt::format("size_of_file({})", literal(what.file));
    main_.line(fmt::format("data_size = (size_t)snprintf(data, sizeof data, \"%ld\", {});", size));
    return {"data", "data_size"};
  }

  Bytes part_of(const scenario::FileFrom& part) {
    use("find_part");
    find_part_ = fmt::format("find_part({}, {})", known(part.file).both(), std::min(part.most, part.file.size()));
    return {"part", "part_size"};
  }

  void put_record(const scenario::RecordData& data) {
    use("data_size");
    main_.line("data_size = 0;");
    for (const scenario::RecordField& field : record().fields) {
      const auto found = std::ranges::find(data.fields, field.name, [](const auto& one) { return one.first; });
      if (found == data.fields.end()) continue;
      if (const auto* text = found->second.as<scenario::Bytes>()) {
        use("put_text");
        main_.line(fmt::format("put_text({}, {}, {});  // {}", field.size, literal(text->bytes), text->bytes.size(),
                               field.name));
      } else if (const auto* number = found->second.as<std::int64_t>()) {
        use("put_number");
        const std::string value =
            *number == std::numeric_limits<std::int64_t>::min() ? "INT64_MIN" : std::to_string(*number);
        main_.line(fmt::format("put_number({}, {});  // {}", field.size, value, field.name));
      }
    }
  }

  // ---- how a call is made, and what becomes of it if it fails

  /// `call` shows itself (`is_shown`) or is to be shown; its result goes to `result` if there is one.
  void make(const Line& line, const std::string& call, bool is_shown = false, const std::string& result = "") {
    use("calls");
    if (result == "length") use("buffer");
    const std::string tried = is_shown ? call : "TRY(" + call + ")";
    const std::string find_part = std::exchange(find_part_, "");
    if (expects_failure(*line.step)) {
      use("expect_failure");
      std::string before;
      for (const std::string& condition : {wait_for_state(line), find_part}) {
        if (!condition.empty()) before += condition + " == -1 ? -1 : ";
      }
      main_.call(fmt::format("expect_failure({},", expected_errno(line)), before + tried + ");");
      return;
    }
    if (!find_part.empty()) must_succeed(find_part);
    if (result == "length") use("length");
    const std::string into = result.empty() ? "" : result + " = ";
    if (!failed_labels_.empty()) {
      std::string attempt = tried;
      if (result == "length") {
        use("note_length");
        attempt = "note_length(" + tried + ")";
      } else if (!result.empty()) {
        attempt = "(" + into + tried + ")";
      }
      main_.line(fmt::format("if ({} == -1)", attempt));
      go_to_failed();
      return;
    }
    const std::string name = call.substr(0, call.find('('));
    if (is_shown) {
      main_.call(fmt::format("{}must(\"{}\",", into, name), call + ");");
    } else {
      main_.line(fmt::format("{}CALL({});", into, call));
    }
  }

  /// The call that waits until the step's `when` holds; empty if there is none, or nothing to ask for.
  std::string wait_for_state(const Line& line) {
    const Wait wait = wait_of(line);
    if (wait == Wait::none || wait == Wait::datagram_by_datagram) return "";
    const std::string& socket = name_of(line.socket);
    const std::int64_t value = line.step->when->value;
    if (wait == Wait::ready) {
      use("wait_ready");
      return fmt::format("wait_ready({})", socket);
    }
    if (wait == Wait::readable) peek_room_ = std::max(peek_room_, value);
    const std::string helper = wait == Wait::readable  ? "wait_readable"
                               : wait == Wait::unacked ? "wait_unacked"
                                                       : "wait_queued";
    use(helper);
    return fmt::format("{}({}, {})", helper, socket, value);
  }

  /// What the failure that the step expects is called in errno.
  static std::string expected_errno(const Line& line) {
    const std::string& error = std::get<scenario::ExpectFails>(line.step->expect->what).error;
    if (error != "timeout") return errno_of(error);
    return std::holds_alternative<scenario::Connect>(line.step->action) ? "EINPROGRESS" : "EAGAIN";
  }

  void go_to_failed() {
    main_.indent();
    main_.line("goto " + failed_labels_.back() + ";");
    main_.outdent();
  }

  // ---- steps

  void write_all(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      main_.blank();
      for (const std::string& fact : line.facts) {
        use("wait_until");
        main_.line(fmt::format("wait_until({});", literal(fact_in_words(fact))));
      }
      if (line.inner.empty()) {
        write(line);
      } else if (const auto* repeat = std::get_if<scenario::Repeat>(&line.step->action)) {
        write(line, *repeat);
      } else {
        write(line, std::get<scenario::Retry>(line.step->action));
      }
    }
  }

  void write(const Line& line) {
    use("step");
    main_.line(fmt::format("step({});  {}", line.step->at.line, comment(source_line(*script_.scenario, *line.step))));
    if (wait_of(line) == Wait::datagram_by_datagram) {
      for (const std::string& words : uncounted_datagrams(line)) main_.line(comment(words));
    }
    if (!expects_failure(*line.step)) {
      const std::string condition = wait_for_state(line);
      if (!condition.empty()) must_succeed(condition);
    }
    if (line.step->timeout) set_timeout(line, *line.step->timeout);
    std::visit([&](const auto& action) { act(line, action); }, line.step->action);
    if (line.step->timeout) set_timeout(line, {});
  }

  /// What has to be done before a call, and may fail as the call may.
  void must_succeed(const std::string& condition) {
    use("calls");
    if (failed_labels_.empty()) {
      main_.call(fmt::format("must(\"{}\",", condition.substr(0, condition.find('('))), condition + ");");
    } else {
      main_.line(fmt::format("if ({} == -1)", condition));
      go_to_failed();
    }
  }

  void set_timeout(const Line& line, scenario::Duration duration) {
    use("set_timeout");
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    main_.line(fmt::format("set_timeout({}, {});", name_of(line.socket), milliseconds));
    if (milliseconds > 0 && !timed_.empty()) timed_.back().insert(name_of(line.socket));
  }

  void act(const Line& line, const scenario::Socket& action) {
    include("sys/socket.h");
    const std::string_view type = action.type == SocketType::stream ? "SOCK_STREAM" : "SOCK_DGRAM";
    make(line, fmt::format("socket({}, {}, 0)", is_ipv6() ? "AF_INET6" : "AF_INET", type), false, opened(line));
    begin_socket(line);
  }

  void act(const Line& line, const scenario::Bind&) {
    make(line, fmt::format("bind({}, {})", name_of(line.socket), address_arguments(line.address)));
  }

  void act(const Line& line, const scenario::Listen& action) {
    make(line, fmt::format("listen({}, {})", name_of(line.socket), action.backlog));
  }

  void act(const Line& line, const scenario::Accept&) {
    make(line, fmt::format("accept({}, NULL, NULL)", name_of(line.socket)), false, opened(line));
    begin_socket(line);
  }

  void act(const Line& line, const scenario::Connect&) {
    make(line, fmt::format("connect({}, {})", name_of(line.socket), address_arguments(line.address)));
  }

  void act(const Line& line, const scenario::Send& action) {
    const Bytes bytes = bytes_of(action.data);
    if (is_datagram(line)) {
      make(line, fmt::format("send({}, {}, MSG_NOSIGNAL)", name_of(line.socket), bytes.both()));
    } else {
      make(line, sending(line) + bytes.both() + ")", true);
    }
    expect(line);
  }

  void act(const Line& line, const scenario::SendTo& action) {
    const Bytes bytes = bytes_of(action.data);
    const SocketVariable& socket = script_.sockets[line.socket];
    const std::string& to = action.to ? line.address : socket.sender;
    make(line, fmt::format("sendto({}, {}, 0, {})", socket.name, bytes.both(), address_arguments(to)));
    expect(line);
  }

  void act(const Line& line, const scenario::SendMessage& action) {
    const Bytes bytes = bytes_of(action.data);
    if (is_record()) {
      make(line, sending(line) + bytes.both() + ")", true);
    } else {
      use("send_message");
      use(framing_helper("frame_"));
      const std::string sent = script_.actor->cut ? "&" + sent_counter(line) + ", " : "";
      make(line, fmt::format("send_message({}, {}{})", name_of(line.socket), sent, bytes.both()), true);
    }
    expect(line);
  }

  void act(const Line& line, const scenario::Receive& action) {
    const std::string& socket = name_of(line.socket);
    if (const auto* most = std::get_if<scenario::Receive::AtMost>(&action.how)) {
      if (is_datagram(line)) return receive_datagram(line, most->bytes, "recv");
      wait_if_slow();
      make(line, fmt::format("recv({}, buffer, {}, 0)", socket, most->bytes), false, "length");
    } else if (const auto* exactly = std::get_if<scenario::Receive::Exactly>(&action.how)) {
      use("receive_exactly");
      const std::string bytes = std::to_string(exactly->bytes);
      make(line, fmt::format("receive_exactly({}, {}, {})", socket, already(line, bytes), bytes), true, "length");
    } else if (const auto* until = std::get_if<scenario::Receive::UntilBytes>(&action.how)) {
      use("receive_until");
      make(line,
           fmt::format("receive_until({}, &{}_inbox, {}, {})", socket, socket, literal(until->bytes),
                       until->bytes.size()),
           true, "length");
    } else {
      use("receive_until_end");
      make(line, fmt::format("receive_until_end({}, {})", socket, already(line, "sizeof buffer")), true, "length");
    }
    if (expects_failure(*line.step)) return;
    use("show_stream");
    main_.line("show_stream();");
    if (std::holds_alternative<scenario::Receive::UntilEof>(action.how)) main_.line("at_end = true;");
    note_received(true);
    expect(line);
  }

  /// How many bytes of the stream are in `buffer` before the first call is made.
  std::string already(const Line& line, const std::string& most) {
    if (!script_.sockets[line.socket].has_inbox) return "0";
    use("take");
    return fmt::format("take(&{}_inbox, {})", name_of(line.socket), most);
  }

  void act(const Line& line, const scenario::ReceiveFrom& action) {
    receive_datagram(line, action.at_most, "recvfrom");
  }

  void receive_datagram(const Line& line, std::size_t at_most, std::string_view call) {
    wait_if_slow();
    const SocketVariable& socket = script_.sockets[line.socket];
    const std::string& sender = socket.sender;
    if (!sender.empty()) {
      make(line,
           fmt::format("recvfrom({}, buffer, {}, 0, (struct sockaddr *)&{}, &{}_size)", socket.name, at_most, sender,
                       sender),
           false, "length");
    } else {
      make(line,
           fmt::format("{}({}, buffer, {}, 0{})", call, socket.name, at_most, call == "recv" ? "" : ", NULL, NULL"),
           false, "length");
    }
    if (expects_failure(*line.step)) return;
    use("show");
    main_.line("show();");
    note_received(false);
    expect(line);
  }

  std::string receive_message(const Line& line) {
    use(is_http() ? "receive_http" : "receive_message");
    if (!is_http()) use(framing_helper("take_"));
    use(is_record() ? "show_record" : "show_message");
    return fmt::format("receive_message({0}, &{0}_inbox)", name_of(line.socket));
  }

  void act(const Line& line, const scenario::ReceiveMessage& action) {
    const std::string call = receive_message(line);
    const std::vector<Data>* messages = messages_expected_by(line);
    const auto one = [&] {
      make(line, call, true);
      if (!expects_failure(*line.step)) note_received(true);
    };
    if (expects_failure(*line.step) && (action.until_eof || action.count > 1)) {
      use("expect_failure");
      const std::string condition = wait_for_state(line);
      main_.line("{");
      main_.indent();
      main_.line(condition.empty() ? "long result = 1;" : fmt::format("long result = {} == -1 ? -1 : 1;", condition));
      main_.line(fmt::format("for (int n = 0; {}result == 1; ++n)",
                             action.until_eof ? "" : fmt::format("n < {} && ", action.count)));
      main_.indent();
      main_.line(fmt::format("result = {};", call));
      main_.outdent();
      main_.line(fmt::format("expect_failure({}, result);", expected_errno(line)));
      main_.outdent();
      main_.line("}");
      return;
    }
    if (messages) {
      for (const Data& message : *messages) {
        one();
        expect_bytes(message, true);
      }
      if (!action.until_eof) return;
      one();
      use("expect");
      main_.line("expect(at_end);");
      return;
    }
    if (action.until_eof || action.count > 1) {
      main_.line(action.until_eof ? "do {" : fmt::format("for (int n = 0; n < {}; ++n) {{", action.count));
      main_.indent();
      one();
      if (!action.until_eof) {
        main_.line("if (at_end)");
        main_.indent();
        main_.line("break;");
        main_.outdent();
      }
      main_.outdent();
      main_.line(action.until_eof ? "} while (!at_end);" : "}");
    } else {
      one();
    }
    expect(line);
  }

  void act(const Line& line, const scenario::ReceiveFile& action) {
    const std::string& socket = name_of(line.socket);
    const std::string file = fmt::format("{}, \"{}\"", literal(action.name), action.append ? "ab" : "wb");
    const bool is_until_end = !action.size && !script_.actor->framing;
    if (action.size) {
      use("receive_file_of_size");
      make(line,
           fmt::format("receive_file_of_size({0}, &{0}_inbox, {1}, {2})", socket, file, promised_size(*action.size)),
           true, "length");
    } else if (is_until_end) {
      use("receive_file");
      make(line, fmt::format("receive_file({}, {}, {})", socket, already(line, "sizeof buffer"), file), true, "length");
    } else {
      make(line, receive_message(line), true);
    }
    if (expects_failure(*line.step)) return;
    if (script_.actor->framing) {
      use("save");
      main_.line("if (at_end)");
      main_.indent();
      main_.line("length = 0;");
      main_.outdent();
      main_.line(fmt::format("save({}, (size_t)length);", file));
    }
    if (is_until_end && !untils_.empty()) main_.line("at_end = true;");
    note_received(is_until_end);
    expect(line);
  }

  std::string promised_size(const std::variant<std::int64_t, scenario::Received>& size) {
    if (const auto* number = std::get_if<std::int64_t>(&size)) return std::to_string(*number);
    use("received_number");
    return "received_number()";
  }

  void act(const Line& line, const scenario::Shutdown& action) {
    make(line, fmt::format("shutdown({}, {})", name_of(line.socket), name_of(action.side)));
  }

  void act(const Line& line, const scenario::Close&) {
    include("unistd.h");
    make(line, fmt::format("close({})", name_of(line.socket)));
  }

  void act(const Line& line, const scenario::Abort&) {
    include("unistd.h");
    main_.line("// With a linger time of 0, close() discards what is unsent and resets the connection.");
    main_.line(
        fmt::format("CALL(setsockopt({}, SOL_SOCKET, SO_LINGER, &(struct linger){{.l_onoff = 1}}, "
                    "sizeof(struct linger)));",
                    name_of(line.socket)));
    make(line, fmt::format("close({})", name_of(line.socket)));
  }

  void act(const Line& line, const scenario::SetSocketOption& action) {
    for (const auto& [option, value] : action.options) {
      need_option(option);
      make(line, fmt::format("setsockopt({}, {}, {}, &(int){{{}}}, sizeof(int))", name_of(line.socket),
                             level_of(option), option, std::get<int>(value)));
    }
  }

  void act(const Line& line, const scenario::GetSocketOption& action) {
    need_option(action.option);
    include("stdio.h");
    main_.line("{");
    main_.indent();
    main_.line("int value = 0;");
    main_.line("socklen_t size = sizeof value;");
    make(line, fmt::format("getsockopt({}, {}, {}, &value, &size)", name_of(line.socket), level_of(action.option),
                           action.option));
    main_.line(fmt::format("printf(\"  {} is %d\\n\", value);", action.option));
    main_.outdent();
    main_.line("}");
  }

  void act(const Line& line, const scenario::Sleep& action) {
    include("time.h");
    constexpr std::int64_t a_second = 1'000'000'000;
    make(line, fmt::format("nanosleep(&(struct timespec){{.tv_sec = {}, .tv_nsec = {}}}, NULL)",
                           action.duration.count() / a_second, action.duration.count() % a_second));
  }

  void act(const Line&, const scenario::Note& action) {
    include("stdio.h");
    main_.line(
        fmt::format("printf({});", arguments_of_printf(format_of("  " + action.text + "\n", round(), *script_.actor))));
  }

  void act(const Line&, const scenario::Repeat&) {}
  void act(const Line&, const scenario::Retry&) {}

  void write(const Line& line, const scenario::Repeat& action) {
    main_.line(comment(fmt::format("line {}: repeat", line.step->at.line)));
    const std::string round = new_round();
    if (!action.until) {
      main_.line(fmt::format("for (int {0} = 1; {0} <= {1}; ++{0}) {{", round, action.times.value_or(1)));
    } else {
      include("stdbool.h");
      use("is_received");
      const std::string done = new_done();
      untils_.push_back({done, fmt::format("{}, {}", literal(*action.until), action.until->size())});
      main_.line(fmt::format("bool {} = false;", done));
      const std::string limit = action.times ? fmt::format("{} <= {} && ", round, *action.times) : "";
      main_.line(action.times || names("{i}", line.inner)
                     ? fmt::format("for (int {0} = 1; {1}!{2}; ++{0}) {{", round, limit, done)
                     : fmt::format("while (!{}) {{", done));
    }
    main_.indent();
    rounds_.push_back(round);
    write_all(line.inner);
    rounds_.pop_back();
    if (action.until) untils_.pop_back();
    main_.outdent();
    main_.line("}");
  }

  void write(const Line& line, const scenario::Retry& action) {
    main_.line(comment(fmt::format("line {}: retry", line.step->at.line)));
    const std::string label = fmt::format("failed_{}", ++retries_);
    main_.line("for (int attempt = 1;; ++attempt) {");
    main_.indent();
    failed_labels_.push_back(label);
    timed_.emplace_back();
    write_all(line.inner);
    failed_labels_.pop_back();
    main_.line("break;");
    main_.outdent();
    if (main_.text().find("goto " + label + ";") != std::string::npos) write_failed_end(action, label);
    timed_.pop_back();
    main_.line("}");
  }

  /// Where a failed attempt goes.
  void write_failed_end(const scenario::Retry& action, const std::string& label) {
    main_.line(label + ":");
    main_.indent();
    for (const std::string& socket : timed_.back()) main_.line(fmt::format("set_timeout({}, 0);", socket));
    main_.line(fmt::format("if (attempt == {})", action.times));
    main_.indent();
    main_.line(failed_labels_.empty() ? "must(\"the last attempt\", -1);" : "goto " + failed_labels_.back() + ";");
    main_.outdent();
    main_.outdent();
  }

  // ---- parts of steps

  /// The variable for the socket that is made here; empty if nothing is done with it, and it only stays open.
  std::string opened(const Line& line) const {
    return line.opened != no_socket && script_.sockets[line.opened].is_used ? name_of(line.opened) : "";
  }

  void begin_socket(const Line& line) {
    if (line.opened == no_socket) return;
    const SocketVariable& socket = script_.sockets[line.opened];
    if (socket.has_inbox) main_.line(socket.name + "_inbox.length = 0;");
    if (script_.actor->cut && counters_.contains(socket.name + "_sent")) main_.line(socket.name + "_sent = 0;");
  }

  std::string address_arguments(const std::string& address) const {
    return fmt::format("(struct sockaddr *)&{}, sizeof {}", address, address);
  }

  std::string sent_counter(const Line& line) {
    const std::string counter = name_of(line.socket) + "_sent";
    counters_.insert(counter);
    return counter;
  }

  /// `send_all(connection, `
  std::string sending(const Line& line) {
    if (!script_.actor->cut) {
      use("send_all");
      return fmt::format("send_all({}, ", name_of(line.socket));
    }
    use("send_in_pieces");
    return fmt::format("send_in_pieces({}, &{}, ", name_of(line.socket), sent_counter(line));
  }

  void wait_if_slow() {
    if (!script_.actor->slow) return;
    use("wait_until");
    main_.line(fmt::format("wait_until({});", literal(nothing_moves)));
  }

  void note_received(bool may_end) {
    for (const Until& until : untils_) {
      if (may_end) use("at_end");
      main_.line(fmt::format("if ({}is_received({}))", may_end ? "at_end || " : "", until.bytes));
      main_.indent();
      main_.line(until.variable + " = true;");
      main_.outdent();
    }
  }

  /// `is_message`: at the end of the stream there is none, and in `buffer` is the one before.
  void expect_bytes(const Data& wanted, bool is_message) {
    use("expect");
    use("is_received");
    const Bytes bytes = bytes_of(wanted);
    if (!find_part_.empty()) must_succeed(std::exchange(find_part_, ""));
    main_.line(fmt::format("expect({}is_received({}));", is_message ? "!at_end && " : "", bytes.both()));
  }

  void expect(const Line& line) {
    if (!line.step->expect) return;
    const scenario::Expect& expected = *line.step->expect;
    const auto* message = std::get_if<scenario::ReceiveMessage>(&line.step->action);
    if (std::holds_alternative<scenario::ExpectEof>(expected.what)) {
      use("expect");
      use("at_end");
      main_.line(message ? "expect(at_end);" : "expect(at_end && length == 0);");
    } else if (const auto* size = std::get_if<scenario::ExpectBytes>(&expected.what)) {
      if (!is_one_length(*line.step)) {
        main_.line("// How many bytes they are is not compared here.");
        return;
      }
      use("expect");
      use("length");
      main_.line(fmt::format("expect({}length == {});", message ? "!at_end && " : "", size->bytes));
    } else if (const auto* data = std::get_if<scenario::ExpectData>(&expected.what)) {
      if (is_one_length(*line.step)) {
        expect_bytes(data->data, message != nullptr);
      } else {
        main_.line("// What the messages are together is not compared here.");
      }
    } else if (std::holds_alternative<scenario::ExpectMessages>(expected.what)) {
      main_.line("// What the messages are is not compared here: there may be more, or fewer.");
    }
  }

  void need_option(std::string_view option) {
    include("sys/socket.h");
    if (!option.starts_with("SO_")) include("netinet/in.h");
    if (option.starts_with("TCP_")) include("netinet/tcp.h");
  }

  /// frame_escaped, frame_length …; without an escape, taking a message out is the same but for a few lines.
  std::string framing_helper(const std::string& verb) const {
    const std::string_view word = framing_word();
    return verb + std::string(verb == "take_" && word == "escaped" ? "delimiter" : word);
  }

  // ---- the whole

  void add_framing(std::map<std::string, std::string>& values) const {
    const scenario::Framing& framing = *script_.actor->framing;
    std::size_t overhead = 8;
    if (const auto* delimiter = std::get_if<scenario::DelimiterFraming>(&framing.kind)) {
      overhead = delimiter->delimiter.size();
      values["ESCAPED"] = delimiter->escape ? R"(        if (*rest == ESCAPE) {
            if (left == 1)
                return 0;
            ++rest;  // whatever it is, it is a byte of the message
            ++at;
            if (size == MAX_MESSAGE) {
                errno = EMSGSIZE;
                return -1;
            }
            buffer[size++] = *rest;
            ++at;
            continue;
        }
)"
                                            : "";
    } else if (const auto* length = std::get_if<scenario::LengthFraming>(&framing.kind)) {
      values["ORDER"] = length->big_endian ? "the most significant byte first" : "the least significant byte first";
      values["BYTE_PLACE"] = length->big_endian ? "(LENGTH_BYTES - 1 - byte)" : "byte";
      values["LARGEST_LENGTH"] =
          length->bytes == 8 ? "UINT64_MAX" : fmt::format("{:#x}", (1ULL << (8 * length->bytes)) - 1);
    } else if (is_record()) {
      add_record(values);
    } else {
      overhead = longest_start_line + 2 * longest_fields;  // a head, and fields behind the last chunk
    }
    const std::size_t longest = std::max(script_.room, 2 * framing.max_message + overhead);
    values["INBOX_ROOM"] = std::to_string(longest + 4096);
    values["FRAMED_ROOM"] = std::to_string(2 * largest_datum_ + overhead);
  }

  void add_record(std::map<std::string, std::string>& values) const {
    std::string fields;
    std::size_t offset = 0;
    bool has_numbers = false;
    for (const scenario::RecordField& field : record().fields) {
      if (field.type == scenario::RecordField::Type::characters) {
        fields += fmt::format("    printf(\" {0}=\");\n    print_quoted(buffer + {1}, strnlen(buffer + {1}, {2}));\n",
                              field.name, offset, field.size);
      } else {
        has_numbers = true;
        const bool is_signed = field.type >= scenario::RecordField::Type::i8;
        const std::string number = fmt::format("get_number({}, {})", offset, field.size);
        fields += is_signed ? fmt::format("    printf(\" {}=%lld\", (long long)(int{}_t){});\n", field.name,
                                          8 * field.size, number)
                            : fmt::format("    printf(\" {}=%llu\", (unsigned long long){});\n", field.name, number);
      }
      offset += field.size;
    }
    values["FIELDS"] = fields;
    values["GET_NUMBER"] = has_numbers
                               ? R"(// A number of so many bytes, in network byte order: the most significant first.
static uint64_t get_number(size_t offset, int bytes) {
    uint64_t number = 0;
    for (int byte = 0; byte < bytes; ++byte)
        number = number << 8 | (unsigned char)buffer[offset + (size_t)byte];
    return number;
}

)"
                               : "";
  }

  std::map<std::string, std::string> values() const {
    std::map<std::string, std::string> values;
    const std::string slow =
        script_.actor->slow ? fmt::format("wait_until({});\n", literal(nothing_moves)) : std::string();
    values["SLOW"] = slow.empty() ? "" : "        " + slow;
    values["SLOW_ONCE"] = slow.empty() ? "" : "    " + slow;
    values["ROOM"] = std::to_string(std::max<std::size_t>(script_.room, 1));
    values["DATA_ROOM"] = std::to_string(largest_datum_);
    values["PEEK_ROOM"] = std::to_string(peek_room_);
    values["INBOX_ROOM"] = std::to_string(script_.room + 4096);
    values["SENT_PARAMETER"] = script_.actor->cut ? "size_t *sent, " : "";
    values["SEND"] = script_.actor->cut ? "send_in_pieces(socket, sent, " : "send_all(socket, ";
    if (script_.actor->cut) {
      std::string offsets;
      for (const std::int64_t offset : script_.actor->cut->offsets) {
        offsets += (offsets.empty() ? "" : " || ") + fmt::format("offset == {}", offset);
      }
      values["IS_CUT"] = script_.actor->cut->each
                             ? "    return offset > 0;\n"
                             : fmt::format("    return {};\n", offsets.empty() ? "offset == 0" : offsets);
    }
    if (script_.actor->framing) add_framing(values);
    return values;
  }

  std::string constants() const {
    if (!script_.actor->framing) return "";
    const bool receives_messages = uses("receive_message") || uses("receive_http");
    if (!receives_messages && !uses("send_message")) return "";
    const scenario::Framing& framing = *script_.actor->framing;
    std::string text;
    if (const auto* delimiter = std::get_if<scenario::DelimiterFraming>(&framing.kind)) {
      text += fmt::format("#define DELIMITER {}\n#define DELIMITER_SIZE (sizeof DELIMITER - 1)\n",
                          literal(delimiter->delimiter));
      if (delimiter->escape) {
        std::string character = literal(std::string(1, *delimiter->escape));
        character = *delimiter->escape == '\'' ? "\\'" : character.substr(1, character.size() - 2);
        text += fmt::format("#define ESCAPE '{}'\n", character);
      }
    } else if (const auto* length = std::get_if<scenario::LengthFraming>(&framing.kind)) {
      text += fmt::format("#define LENGTH_BYTES {}\n", length->bytes);
    } else if (receives_messages && is_http()) {
      text += fmt::format("#define MAX_START_LINE {}\n#define MAX_FIELDS {}\n", longest_start_line, longest_fields);
    } else if (receives_messages) {
      text += fmt::format("#define RECORD_SIZE {}\n", record_size());
    }
    if (receives_messages && !is_record()) text += fmt::format("#define MAX_MESSAGE {}\n", framing.max_message);
    return text.empty() ? "" : text + "\n";
  }

  std::string head() {
    if (!script_.addresses.empty()) use(is_ipv6() ? "address_of_6" : "address_of");
    if (script_.actor->slow) use("wait_until");
    if (uses("send_message") && script_.actor->cut) use("send_in_pieces");
    if (uses("load") || uses("fill")) use("data");
    const std::vector<std::string> helpers = helper_texts(c_helpers(), values());
    include("stdlib.h");

    const std::string& name = script_.actor->name;
    std::string text;
    for (const std::string& line :
         heading(script_, {fmt::format("cc -std=c17 -Wall -Wextra -Wpedantic -o {} {}.c", name, name),
                           "./" + name + arguments_of(script_)})) {
      text += comment(line) + "\n";
    }
    text += "\n#define _DEFAULT_SOURCE  // POSIX, and the options of sockets beside it\n";
    for (const std::string& one : included_) text += fmt::format("#include <{}>\n", one);
    text += "\n" + constants();
    for (const std::string& helper : helpers) text += helper + "\n";
    for (const SocketVariable& socket : script_.sockets) {
      if (socket.has_inbox) text += fmt::format("static struct inbox {}_inbox;\n\n", socket.name);
    }
    return text;
  }

  std::string main_function() const {
    Page page;
    page.line(script_.parameters.empty() ? "int main(void) {" : "int main(int argc, char **argv) {");
    page.indent();
    int number = 0;
    for (const Parameter& parameter : script_.parameters) {
      ++number;
      page.line(parameter.name == "copy"
                    ? fmt::format("int copy = argc > {0} ? atoi(argv[{0}]) : {1};", number, parameter.preset)
                    : fmt::format("const char *{0} = argc > {1} ? argv[{1}] : \"{2}\";", parameter.name, number,
                                  parameter.preset));
    }
    for (const Address& address : script_.addresses) {
      page.line(fmt::format("{} {} = address_of({}, {});", address_type(), address.name, address.host, address.port));
    }
    for (const SocketVariable& socket : script_.sockets) {
      if (socket.is_used) page.line(fmt::format("int {} = -1;", socket.name));
    }
    for (const SocketVariable& socket : script_.sockets) {
      if (socket.sender.empty()) continue;
      page.line(fmt::format("{} {};  // of the last datagram", address_type(), socket.sender));
      page.line(fmt::format("socklen_t {0}_size = sizeof {0};", socket.sender));
    }
    for (const std::string& counter : counters_) page.line(fmt::format("size_t {} = 0;", counter));
    std::string text = page.text();
    if (text.find(';') != std::string::npos) text += '\n';
    text += main_.text() + "\n";
    const bool judges = uses("expect") || uses("expect_failure");
    text += "    // What is still open the kernel closes now.\n";
    text += judges ? "    return unmet == 0 ? EXIT_SUCCESS : EXIT_FAILURE;\n}\n" : "    return EXIT_SUCCESS;\n}\n";
    return text;
  }

  std::set<std::string> counters_;
  std::vector<std::string> failed_labels_;  ///< of the retries around
  int retries_ = 0;
  std::string find_part_;  ///< what finds the part of a file that the next call sends; empty: it sends none
  std::size_t largest_datum_ = 1;
  std::int64_t peek_room_ = 1;
};

}  // namespace

std::vector<File> to_c(const Script& script, scenario::Problems& problems) {
  return CProgram(script, problems).write();
}

}  // namespace wirelab::exporter
