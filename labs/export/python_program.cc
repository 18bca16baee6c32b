#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "labs/export/languages.hh"
#include "labs/export/python_helpers.hh"
#include "labs/export/writer.hh"
#include "labs/scenario/plan.hh"
#include "labs/scenario/sha256.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::exporter {
namespace {

using scenario::Data;
using scenario::SocketType;
using scenario::Step;

std::string escaped(std::string_view text, bool ascii_alone) {
  std::string found = "\"";
  for (std::string_view rest = text; !rest.empty();) {
    const scenario::CodePoint point = scenario::first_code_point(rest);
    const char byte = rest[0];
    if (byte == '\n') {
      found += "\\n";
    } else if (byte == '\r') {
      found += "\\r";
    } else if (byte == '\t') {
      found += "\\t";
    } else if (byte == '"' || byte == '\\') {
      found += fmt::format("\\{}", byte);
    } else if (point.valid && scenario::is_printable(point.value) && (point.bytes == 1 || !ascii_alone)) {
      found += rest.substr(0, point.bytes);
    } else {
      for (const char one : rest.substr(0, point.bytes))
        found += fmt::format("\\x{:02x}", static_cast<unsigned char>(one));
    }
    rest.remove_prefix(point.bytes);
  }
  return found + '"';
}

std::string bytes_literal(std::string_view bytes) { return "b" + escaped(bytes, true); }
/// Of text without characters that cannot be printed.
std::string text_literal(std::string_view text) { return escaped(scenario::printable(text), false); }

std::string comment(const std::string& text) { return text.empty() ? "#" : "# " + text; }

/// Some options have no name in Python; their numbers are Linux's.
std::string option_name(const std::string& option) {
  static const std::map<std::string, int> numbers = {
      {"IP_MTU", 14}, {"IP_MTU_DISCOVER", 10}, {"IP_RECVERR", 11}, {"IPV6_MTU_DISCOVER", 23}, {"IPV6_RECVERR", 25}};
  const auto found = numbers.find(option);
  return found == numbers.end() ? "socket." + option : std::to_string(found->second);
}

/// What the programs import, and what that imports: a program with such a name would be imported instead.
bool is_module(std::string_view name) {
  constexpr std::string_view modules[] = {
      "abc",     "array",     "builtins", "codecs",    "collections", "contextlib", "copyreg", "encodings", "enum",
      "errno",   "fcntl",     "fnmatch",  "functools", "genericpath", "hashlib",    "io",      "ipaddress", "itertools",
      "keyword", "marshal",   "math",     "ntpath",    "operator",    "os",         "pathlib", "posix",     "posixpath",
      "re",      "reprlib",   "select",   "selectors", "site",        "socket",     "stat",    "struct",    "sys",
      "termios", "threading", "time",     "types",     "urllib",      "warnings",   "weakref", "zipimport"};
  return std::ranges::find(modules, name) != std::end(modules);
}

class PythonProgram : Writer {
 public:
  PythonProgram(const Script& script, scenario::Problems& problems) : Writer(script, problems) {}

  std::vector<File> write() {
    if (is_module(script_.actor->name)) {
      problems_.error(script_.actor->at, {"name-of-a-module"_text, {{"actor", script_.actor->name}}});
    }
    main_.indent();
    write_all(script_.lines);
    std::string program = head();
    program += main_function();
    return with_data_files(script_.actor->name + ".py", std::move(program));
  }

 private:
  // ---- data

  std::string known(std::string_view bytes) {
    const std::string_view period = period_of(bytes);
    if (bytes.size() > longest_period && period.size() <= longest_period) {
      const std::size_t times = (bytes.size() + period.size() - 1) / period.size();
      const std::string repeated = fmt::format("{} * {}", bytes_literal(period), times);
      return bytes.size() % period.size() == 0 ? repeated : fmt::format("({})[:{}]", repeated, bytes.size());
    }
    if (bytes.size() <= longest_literal) return bytes_literal(bytes);
    use("load");
    return fmt::format("load({})", text_literal(data_file(bytes)));
  }

  /// `b"number %d" % i`
  std::string formatted(const std::string& text, std::string (*literal)(std::string_view)) const {
    const Format format = format_of(text, round(), *script_.actor);
    if (format.arguments.empty()) return literal(text);
    const std::string joined = fmt::format("{}", fmt::join(format.arguments, ", "));
    return literal(format.format) + " % " + (format.arguments.size() > 1 ? "(" + joined + ")" : joined);
  }

  std::string bytes_of(const Data& data) {
    if (const auto* literal = std::get_if<scenario::Literal>(&data.what)) {
      return literal->has_placeholders ? formatted(literal->bytes, bytes_literal) : known(literal->bytes);
    }
    if (const auto* received = std::get_if<scenario::Received>(&data.what)) return received_bytes(*received);
    if (const auto* size = std::get_if<scenario::SizeOf>(&data.what)) {
      return fmt::format("b\"%d\" % len({})", received_bytes(size->what));
    }
    if (const auto* sum = std::get_if<scenario::Sha256Of>(&data.what)) {
      include("hashlib");
      return fmt::format("hashlib.sha256({}).hexdigest().encode()", received_bytes(sum->what));
    }
    if (const auto* part = std::get_if<scenario::FileFrom>(&data.what)) return part_of(*part);
    return packed(std::get<scenario::RecordData>(data.what));
  }

  std::string received_bytes(const scenario::Received& what) {
    if (what.file.empty()) return "data";
    use("load_received");
    return fmt::format("load_received({})", text_literal(what.file));
  }

  std::string part_of(const scenario::FileFrom& part) {
    use("part_of");
    use("received_number");
    return fmt::format("part_of({}, received_number(data), {})", known(part.file),
                       std::min(part.most, part.file.size()));
  }

  std::string packed(const scenario::RecordData& data) {
    has_records_ = true;
    std::string values;
    for (const scenario::RecordField& field : record().fields) {
      const auto found = std::ranges::find(data.fields, field.name, [](const auto& one) { return one.first; });
      if (found == data.fields.end()) continue;
      if (!values.empty()) values += ", ";
      if (const auto* text = found->second.as<scenario::Bytes>()) values += bytes_literal(text->bytes);
      if (const auto* number = found->second.as<std::int64_t>()) values += std::to_string(*number);
    }
    return fmt::format("RECORD.pack({})", values);
  }

  // ---- how a call is made

  void make(const std::string& method, const std::string& arguments, const std::string& result = "") {
    use("calls");
    main_.line(fmt::format("{}call({}{})", result.empty() ? "" : result + " = ", method,
                           arguments.empty() ? "" : ", " + arguments));
  }

  void wait_for_state(const Line& line) {
    const Wait wait = wait_of(line);
    if (wait == Wait::none) return;
    const std::string& socket = name_of(line.socket);
    if (wait == Wait::datagram_by_datagram) {
      for (const std::string& words : uncounted_datagrams(line)) main_.line(comment(words));
    } else if (wait == Wait::ready) {
      use("wait_ready");
      main_.line(fmt::format("wait_ready({})", socket));
    } else {
      const std::string helper = wait == Wait::readable  ? "wait_readable"
                                 : wait == Wait::unacked ? "wait_unacked"
                                                         : "wait_queued";
      use(helper);
      main_.line(fmt::format("{}({}, {})", helper, socket, line.step->when->value));
    }
  }

  /// What the failure that the step expects is, as an exception.
  static std::string expected_error(const Line& line) {
    const std::string& error = std::get<scenario::ExpectFails>(line.step->expect->what).error;
    return error == "timeout" ? "TimeoutError" : "errno." + errno_of(error);
  }

  // ---- steps

  void write_all(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      main_.blank();
      for (const std::string& fact : line.facts) {
        use("wait_until");
        main_.line(fmt::format("wait_until({})", text_literal(fact_in_words(fact))));
      }
      if (const auto* repeat = std::get_if<scenario::Repeat>(&line.step->action)) {
        write(line, *repeat);
      } else if (const auto* retry = std::get_if<scenario::Retry>(&line.step->action)) {
        write(line, *retry);
      } else {
        write(line);
      }
    }
  }

  void write(const Line& line) {
    use("step");
    const std::string source = source_line(*script_.scenario, *line.step);
    main_.line(fmt::format("step({}){}", line.step->at.line, source.empty() ? "" : "  # " + source));
    const auto make_it = [&] {
      wait_for_state(line);
      if (line.step->timeout) set_timeout(line, *line.step->timeout);
      std::visit([&](const auto& action) { act(line, action); }, line.step->action);
    };
    if (expects_failure(*line.step)) {
      use("failure");
      include("errno");
      block(fmt::format("with failure({}):", expected_error(line)), make_it);
    } else {
      make_it();
    }
    if (line.step->timeout) main_.line(fmt::format("{}.settimeout(None)", name_of(line.socket)));
    if (expects_failure(*line.step) || std::holds_alternative<scenario::ReceiveMessage>(line.step->action)) return;
    if (receives(*line.step)) note_received(line);
    expect(line);
  }

  void set_timeout(const Line& line, scenario::Duration duration) {
    main_.line(fmt::format("{}.settimeout({})", name_of(line.socket), std::chrono::duration<double>(duration).count()));
    if (!timed_.empty()) timed_.back().insert(name_of(line.socket));
  }

  void act(const Line& line, const scenario::Socket& action) {
    const bool is_ipv6 = script_.scenario->family == scenario::Family::ipv6;
    include("socket");
    make("socket.socket",
         fmt::format("socket.{}, socket.{}", is_ipv6 ? "AF_INET6" : "AF_INET",
                     action.type == SocketType::stream ? "SOCK_STREAM" : "SOCK_DGRAM"),
         opened(line));
    begin_socket(line);
  }

  void act(const Line& line, const scenario::Bind&) { make(name_of(line.socket) + ".bind", line.address); }

  void act(const Line& line, const scenario::Listen& action) {
    make(name_of(line.socket) + ".listen", std::to_string(action.backlog));
  }

  void act(const Line& line, const scenario::Accept&) {
    make(name_of(line.socket) + ".accept", "", line.opened == no_socket ? "" : opened(line) + ", _");
    begin_socket(line);
  }

  void act(const Line& line, const scenario::Connect&) { make(name_of(line.socket) + ".connect", line.address); }

  void act(const Line& line, const scenario::Send& action) { send(line, bytes_of(action.data)); }

  void act(const Line& line, const scenario::SendMessage& action) {
    if (is_record()) return send(line, bytes_of(action.data));
    use(framing_helper("frame_"));
    send(line, fmt::format("frame({})", bytes_of(action.data)));
  }

  void send(const Line& line, const std::string& bytes) {
    if (is_datagram(line)) {
      make(name_of(line.socket) + ".send", bytes);
    } else if (script_.actor->cut) {
      use("send_in_pieces");
      main_.line(fmt::format("send_in_pieces({}, {})", name_of(line.socket), bytes));
    } else {
      make(name_of(line.socket) + ".sendall", bytes);
    }
  }

  void act(const Line& line, const scenario::SendTo& action) {
    const SocketVariable& socket = script_.sockets[line.socket];
    make(socket.name + ".sendto",
         fmt::format("{}, {}", bytes_of(action.data), action.to ? line.address : socket.sender));
  }

  void act(const Line& line, const scenario::Receive& action) {
    const std::string& socket = name_of(line.socket);
    const auto* most = std::get_if<scenario::Receive::AtMost>(&action.how);
    if (most && is_datagram(line)) return receive_datagram(line, most->bytes, false);
    if (most) {
      wait_if_slow();
      make(socket + ".recv", std::to_string(most->bytes), "data");
    } else if (const auto* exactly = std::get_if<scenario::Receive::Exactly>(&action.how)) {
      use("receive_exactly");
      main_.line(fmt::format("data = receive_exactly({}, {}, {})", socket,
                             already(line, std::to_string(exactly->bytes)), exactly->bytes));
    } else if (const auto* until = std::get_if<scenario::Receive::UntilBytes>(&action.how)) {
      use("receive_until");
      main_.line(fmt::format("data = receive_until({}, {}_inbox, {})", socket, socket, bytes_literal(until->bytes)));
    } else {
      use("receive_until_end");
      main_.line(fmt::format("data = receive_until_end({}, {})", socket, already(line, "None")));
    }
    use("show_stream");
    main_.line("show_stream(data)");
  }

  std::string already(const Line& line, const std::string& most) {
    if (!script_.sockets[line.socket].has_inbox) return "b\"\"";
    use("take");
    return fmt::format("take({}_inbox, {})", name_of(line.socket), most);
  }

  void act(const Line& line, const scenario::ReceiveFrom& action) { receive_datagram(line, action.at_most, true); }

  void receive_datagram(const Line& line, std::size_t at_most, bool is_recvfrom) {
    wait_if_slow();
    const SocketVariable& socket = script_.sockets[line.socket];
    const bool with_sender = is_recvfrom || !socket.sender.empty();
    const std::string sender = socket.sender.empty() ? "_" : socket.sender;
    make(socket.name + (with_sender ? ".recvfrom" : ".recv"), std::to_string(at_most),
         with_sender ? "data, " + sender : "data");
    use("show");
    main_.line("show(data)");
  }

  void act(const Line& line, const scenario::ReceiveMessage& action) {
    const std::vector<Data>* messages = messages_expected_by(line);
    const auto one = [&] {
      main_.line("message = " + receive_message(line));
      // At the end of the stream the message that came last stays that.
      if (asks_for_last(script_)) main_.line("data = data if message is None else message");
      if (!expects_failure(*line.step)) note_received(line);
    };
    if (messages) {
      use("expect");
      for (const Data& message : *messages) {
        one();
        main_.line(fmt::format("expect(message == {})", bytes_of(message)));
      }
      if (!action.until_eof) return;
      one();
      main_.line("expect(message is None)");
      return;
    }
    if (action.until_eof || action.count > 1) {
      block(action.until_eof ? "while True:" : fmt::format("for _ in range({}):", action.count), [&] {
        one();
        block("if message is None:", [&] { main_.line("break"); });
      });
    } else {
      one();
    }
    if (!expects_failure(*line.step)) expect(line);
  }

  std::string receive_message(const Line& line) {
    use(is_http() ? "receive_http" : "receive_message");
    if (!is_http()) use(framing_helper("take_"));
    use(is_record() ? "show_record" : "show_message");
    return fmt::format("receive_message({0}, {0}_inbox)", name_of(line.socket));
  }

  void act(const Line& line, const scenario::ReceiveFile& action) {
    if (script_.actor->framing) {
      main_.line(fmt::format("data = {} or b\"\"", receive_message(line)));
    }
    const std::string& socket = name_of(line.socket);
    block(fmt::format("with open({}, \"{}\") as file:", text_literal(action.name), action.append ? "ab" : "wb"), [&] {
      if (script_.actor->framing) {
        use("save");
        main_.line("save(file, data)");
      } else if (action.size) {
        use("receive_file_of_size");
        main_.line(
            fmt::format("data = receive_file_of_size({0}, {0}_inbox, file, {1})", socket, promised_size(*action.size)));
      } else {
        use("receive_file");
        main_.line(fmt::format("data = receive_file({}, {}, file)", socket, already(line, "None")));
      }
    });
  }

  std::string promised_size(const std::variant<std::int64_t, scenario::Received>& size) {
    if (const auto* number = std::get_if<std::int64_t>(&size)) return std::to_string(*number);
    use("received_number");
    return "received_number(data)";
  }

  void act(const Line& line, const scenario::Shutdown& action) {
    make(name_of(line.socket) + ".shutdown", fmt::format("socket.{}", name_of(action.side)));
  }

  void act(const Line& line, const scenario::Close&) { make(name_of(line.socket) + ".close", ""); }

  void act(const Line& line, const scenario::Abort&) {
    include("struct");
    main_.line("# With a linger time of 0, close() discards what is unsent and resets the connection.");
    make(name_of(line.socket) + ".setsockopt", "socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(\"ii\", 1, 0)");
    make(name_of(line.socket) + ".close", "");
  }

  void act(const Line& line, const scenario::SetSocketOption& action) {
    for (const auto& [option, value] : action.options) {
      make(name_of(line.socket) + ".setsockopt",
           fmt::format("socket.{}, {}, {}", level_of(option), option_name(option), std::get<int>(value)));
    }
  }

  void act(const Line& line, const scenario::GetSocketOption& action) {
    make(name_of(line.socket) + ".getsockopt",
         fmt::format("socket.{}, {}", level_of(action.option), option_name(action.option)));
  }

  void act(const Line&, const scenario::Sleep& action) {
    include("time");
    make("time.sleep", fmt::format("{}", std::chrono::duration<double>(action.duration).count()));
  }

  void act(const Line&, const scenario::Note& action) {
    main_.line(fmt::format("print({})", formatted("  " + action.text, text_literal)));
  }

  void act(const Line&, const scenario::Repeat&) {}
  void act(const Line&, const scenario::Retry&) {}

  void write(const Line& line, const scenario::Repeat& action) {
    main_.line(comment(fmt::format("line {}: repeat", line.step->at.line)));
    const std::string round = new_round();
    rounds_.push_back(round);
    if (!action.until) {
      block(fmt::format("for {} in range(1, {}):", round, action.times.value_or(1) + 1),
            [&] { write_all(line.inner); });
    } else {
      const std::string done = new_done();
      untils_.push_back({done, bytes_literal(*action.until)});
      const bool counts = action.times || names("{i}", line.inner);
      main_.line(done + " = False");
      if (counts) main_.line(round + " = 0");
      const std::string limit = action.times ? fmt::format(" and {} < {}", round, *action.times) : "";
      block(fmt::format("while not {}{}:", done, limit), [&] {
        if (counts) main_.line(round + " += 1");
        write_all(line.inner);
      });
      untils_.pop_back();
    }
    rounds_.pop_back();
  }

  void write(const Line& line, const scenario::Retry& action) {
    main_.line(comment(fmt::format("line {}: retry", line.step->at.line)));
    block(fmt::format("for attempt in range(1, {}):", action.times + 1), [&] {
      timed_.emplace_back();
      block("try:", [&] {
        write_all(line.inner);
        main_.line("break");
      });
      block("except OSError:", [&] {
        for (const std::string& socket : timed_.back()) main_.line(socket + ".settimeout(None)");
        block(fmt::format("if attempt == {}:", action.times), [&] { main_.line("raise"); });
      });
      timed_.pop_back();
    });
  }

  // ---- parts of steps

  std::string opened(const Line& line) const { return line.opened == no_socket ? "" : name_of(line.opened); }

  void begin_socket(const Line& line) {
    if (line.opened == no_socket || !script_.sockets[line.opened].has_inbox) return;
    main_.line(fmt::format("{}_inbox = bytearray()", name_of(line.opened)));
  }

  void wait_if_slow() {
    if (!script_.actor->slow) return;
    use("wait_until");
    main_.line(fmt::format("wait_until({})", text_literal(nothing_moves)));
  }

  void note_received(const Line& line) {
    const auto* receive = std::get_if<scenario::Receive>(&line.step->action);
    const std::string result = result_of(line);
    const auto* file = std::get_if<scenario::ReceiveFile>(&line.step->action);
    const bool is_until_end = (receive && std::holds_alternative<scenario::Receive::UntilEof>(receive->how)) ||
                              (file && !file->size && !script_.actor->framing);
    for (const Until& until : untils_) {
      if (is_until_end) {
        main_.line(until.variable + " = True");
        continue;
      }
      const std::string_view end = result == "message"         ? "message is None or "
                                   : is_datagram(line) || file ? ""
                                                               : "not data or ";
      block(fmt::format("if {}{} == {}:", end, result, until.bytes), [&] { main_.line(until.variable + " = True"); });
    }
  }

  /// The variable that has what the step received.
  static std::string result_of(const Line& line) {
    return std::holds_alternative<scenario::ReceiveMessage>(line.step->action) ? "message" : "data";
  }

  void expect(const Line& line) {
    if (!line.step->expect) return;
    const scenario::Expect& expected = *line.step->expect;
    const auto* message = std::get_if<scenario::ReceiveMessage>(&line.step->action);
    if (std::holds_alternative<scenario::ExpectEof>(expected.what)) {
      use("expect");
      main_.line(message ? "expect(message is None)" : "expect(data == b\"\")");
    } else if (const auto* size = std::get_if<scenario::ExpectBytes>(&expected.what)) {
      if (!is_one_length(*line.step)) {
        main_.line("# How many bytes they are is not compared here.");
        return;
      }
      use("expect");
      main_.line(message ? fmt::format("expect(message is not None and len(message) == {})", size->bytes)
                         : fmt::format("expect(len(data) == {})", size->bytes));
    } else if (const auto* data = std::get_if<scenario::ExpectData>(&expected.what)) {
      if (message && (message->count > 1 || message->until_eof)) {
        main_.line("# What the messages are together is not compared here.");
        return;
      }
      use("expect");
      main_.line(fmt::format("expect({} == {})", result_of(line), bytes_of(data->data)));
    } else if (std::holds_alternative<scenario::ExpectMessages>(expected.what)) {
      main_.line("# What the messages are is not compared here: there may be more, or fewer.");
    }
  }

  /// take_delimiter, frame_length …
  std::string framing_helper(const std::string& verb) const { return verb + std::string(framing_word()); }

  // ---- the whole

  std::string record_constants() {
    constexpr std::string_view letters = "BHIQbhiq";  // of struct, in the order of RecordField::Type
    std::string format = ">";
    std::string names;
    for (const scenario::RecordField& field : record().fields) {
      const bool is_text = field.type == scenario::RecordField::Type::characters;
      format +=
          is_text ? fmt::format("{}s", field.size) : std::string(1, letters[static_cast<std::size_t>(field.type)]);
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", field.name);
    }
    include("struct");
    std::string text =
        fmt::format("RECORD = struct.Struct(\"{}\")  # in network byte order, nothing in between\n", format);
    if (uses("show_record")) text += fmt::format("FIELDS = [{}]\n", names);
    return text;
  }

  std::string constants() {
    if (!script_.actor->framing) return "";
    const bool receives_messages = uses("receive_message") || uses("receive_http");
    const bool sends_messages = !is_http() && uses(framing_helper("frame_"));
    std::string text;
    if (is_record() && (receives_messages || has_records_)) text += record_constants();
    if (!is_record() && (receives_messages || sends_messages)) {
      const scenario::Framing& framing = *script_.actor->framing;
      if (const auto* delimiter = std::get_if<scenario::DelimiterFraming>(&framing.kind)) {
        text += fmt::format("DELIMITER = {}\n", bytes_literal(delimiter->delimiter));
        if (delimiter->escape) text += fmt::format("ESCAPE = {}\n", bytes_literal(std::string(1, *delimiter->escape)));
      } else if (const auto* length = std::get_if<scenario::LengthFraming>(&framing.kind)) {
        text += fmt::format("LENGTH_BYTES = {}\nBYTE_ORDER = \"{}\"\n", length->bytes,
                            length->big_endian ? "big" : "little");
      }
      if (receives_messages && is_http()) {
        text += fmt::format("MAX_START_LINE = {}\nMAX_FIELDS = {}\n", longest_start_line, longest_fields);
      }
      if (receives_messages) text += fmt::format("MAX_MESSAGE = {}\n", framing.max_message);
    }
    return text.empty() ? "" : text + "\n";
  }

  std::map<std::string, std::string> values() const {
    std::map<std::string, std::string> values;
    values["SLOW"] =
        script_.actor->slow ? fmt::format("        wait_until({})\n", text_literal(nothing_moves)) : std::string();
    if (!script_.actor->cut) return values;
    std::string offsets;
    for (const std::int64_t offset : script_.actor->cut->offsets) {
      offsets += fmt::format("{}{}", offsets.empty() ? "" : ", ", offset);
    }
    values["IS_CUT"] = script_.actor->cut->each ? "True" : fmt::format("before + end in [{}]", offsets);
    return values;
  }

  std::string head() {
    if (script_.actor->slow) use("wait_until");
    const std::string constant = constants();
    const std::vector<std::string> helpers = helper_texts(python_helpers(), values());
    include("sys");
    std::string text;
    const std::string how_to = fmt::format("python3 {}.py{}", script_.actor->name, arguments_of(script_));
    for (const std::string& line : heading(script_, {how_to})) text += comment(line) + "\n";
    text += "\n";
    for (const std::string& one : included_) text += fmt::format("import {}\n", one);
    text += "\n" + constant;
    for (const std::string& helper : helpers) text += "\n" + helper + "\n";
    return text;
  }

  std::string main_function() const {
    Page page;
    page.blank();
    page.line("");
    page.line("def main():");
    page.indent();
    int number = 0;
    for (const Parameter& parameter : script_.parameters) {
      ++number;
      const bool is_number = parameter.name == "copy" || parameter.name.starts_with("port");
      page.line(is_number ? fmt::format("{0} = int(sys.argv[{1}]) if len(sys.argv) > {1} else {2}", parameter.name,
                                        number, parameter.preset)
                          : fmt::format("{0} = sys.argv[{1}] if len(sys.argv) > {1} else \"{2}\"", parameter.name,
                                        number, parameter.preset));
    }
    for (const Address& address : script_.addresses) {
      page.line(fmt::format("{} = ({}, {})", address.name, address.host, address.port));
    }
    if (asks_for_last(script_)) page.line("data = b\"\"  # what came last");
    std::string text = page.text();
    if (!script_.parameters.empty() || asks_for_last(script_)) text += "\n";
    text += main_.text() + "\n\n";
    text += "if __name__ == \"__main__\":\n    try:\n        main()\n    except OSError as error:\n";
    text += fmt::format("        sys.exit(f\"{}: {{error}}\")\n", script_.actor->name);
    if (uses("expect") || uses("failure")) text += "    sys.exit(1 if unmet else 0)\n";
    return text;
  }

  bool has_records_ = false;
};

}  // namespace

std::vector<File> to_python(const Script& script, scenario::Problems& problems) {
  return PythonProgram(script, problems).write();
}

}  // namespace wirelab::exporter
