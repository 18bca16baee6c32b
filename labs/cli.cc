#include "labs/cli.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/doctor.hh"
#include "labs/grader/grading.hh"
#include "labs/programs/endpoint.hh"

namespace wirelab {
namespace {

void add_stage(CLI::App& command, std::optional<scenario::StageChoice>& stage) {
  command.add_option("--stage", stage, "auto, wire or loopback, instead of what the file says")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, scenario::StageChoice>{{"auto", scenario::StageChoice::automatic},
                                                       {"wire", scenario::StageChoice::wire},
                                                       {"loopback", scenario::StageChoice::loopback}}));
}

void describe_run(CLI::App& command, RunOptions& options) {
  command.add_option("FILE", options.files, "scenario files")->required();
  command
      .add_option("--format", options.format,
                  "text, json, jsonl: an event a line, or pcapng: the packets, for Wireshark")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{
          {"text", Format::text}, {"json", Format::json}, {"jsonl", Format::json_lines}, {"pcapng", Format::pcapng}}));
  command.add_option("-o,--output", options.output, "a file for the result, instead of standard output");
  command.add_flag("--canonical", options.canonical,
                   "leave out times and whatever differs between machines: the same bytes on every run");
  command.add_flag("--reveal", options.reveal, "show what is still to be predicted, too");
  command.add_flag("--capture", options.capture,
                   "on loopback: show the packets of its device, where the machine allows it");
  command
      .add_option("--packets", options.most_packets,
                  "how many packets to keep as events; the others are counted, and are in jsonl and pcapng")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_stage(command, options.stage);
}

void add_language(CLI::App& app, std::optional<words::Language>& language) {
  app.add_option("--lang", language, "en or zh, instead of what LC_ALL, LC_MESSAGES or LANG says")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, words::Language>{{"en", words::Language::english}, {"zh", words::Language::chinese}}));
}

/// What `--lang` says, before anything else is looked at: what the parser says is in that language too.
std::optional<words::Language> language_asked_for(int argc, char** argv) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::optional<words::Language> language;
  add_language(app, language);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError&) {
    return std::nullopt;  // to be told when the whole line is parsed
  }
  return language;
}

/// Of these the first counts that is set and not empty: POSIX.1-2017 XBD §8.2.
words::Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* locale = std::getenv(name);
    if (locale != nullptr && *locale != '\0') return words::language_of_locale(locale);
  }
  return words::Language::english;
}

/// Such output is the same bytes on every machine, unless somebody asks for another language.
bool is_for_programs(const RunOptions& options) { return options.canonical || options.format != Format::text; }

/// Why these options do not go together; empty if they do.
std::string fault_of(const RunOptions& options) {
  if (!options.output.empty() && options.files.size() > 1) {
    return "--output takes the result of one scenario; name one, or call wirelab for each";
  }
  if (options.format == Format::pcapng && options.output.empty() && isatty(STDOUT_FILENO)) {
    return "pcapng is not for reading on a terminal; name a file: --output run.pcapng";
  }
  return "";
}

void describe_exercise(CLI::App& command, ExerciseChoice& choice) {
  command.add_option("LAB", choice.lab, "the folder of the lab: scenarios/lab1")->required();
  command.add_option("EXERCISE", choice.exercise, "its name or number");
}

constexpr const char* programs_for_two_terminals = "Programs for two terminals";

void describe_as_program(CLI::App& command, programs::Options& options, words::Language language) {
  options.language = language;
  command.group(programs_for_two_terminals);
  command.footer("Exit status: 0 ended, also by Ctrl-C; 1 the network said no; 2 wrong arguments.");
  command.add_flag("--explain", options.explain, "tell each call, and what it shows");
}

void describe_program_of_one_host(CLI::App& command, programs::Options& options, words::Language language) {
  describe_as_program(command, options, language);
  command.add_option("PORT", options.port, "of a server, 0 is any that is free")->capture_default_str();
}

/// CLI::Range takes nan for a number between any two.
std::string wait_fault(const std::string& text) {
  double seconds = 0;
  constexpr double longest = 3600;
  const bool is_time = CLI::detail::lexical_cast(text, seconds) && seconds >= 0 && seconds <= longest;
  return is_time ? "" : fmt::format("\"{}\" is no number of seconds from 0 to {:g}", text, longest);
}

/// CLI::AsSizeValue takes -1, and what is larger than any number, for the largest there is.
std::string size_fault(const std::string& text) {
  std::int64_t bytes = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, bytes);
  const bool is_size = error == std::errc() && stopped == end && bytes >= 0;
  return is_size ? "" : fmt::format("\"{}\" is no number of bytes that a file can have", text);
}

void describe_patience(CLI::App& command, programs::Patience& patience, const std::string& what) {
  command
      .add_option_function<double>(
          "--wait",
          [&patience](double seconds) {
            patience = std::chrono::duration_cast<programs::Patience>(std::chrono::duration<double>(seconds));
          },
          what)
      ->check(wait_fault, "FLOAT in [0 - 3600]")
      ->default_str(fmt::format("{:g}", std::chrono::duration<double>(patience).count()));
}

void describe_program(CLI::App& command, programs::Options& options, words::Language language) {
  command.add_option("HOST", options.host, "127.0.0.1, ::1 or localhost")->capture_default_str();
  describe_program_of_one_host(command, options, language);
}

/// Of a program, how it is called; of other commands, where that can be read.
std::string failure_message(const CLI::App* app, const CLI::Error& error) {
  const std::vector<const CLI::App*> chosen = app->get_subcommands(nullptr);
  const bool is_program = std::any_of(chosen.begin(), chosen.end(), [](const CLI::App* command) {
    return command->parsed() && command->get_group() == programs_for_two_terminals;
  });
  return is_program ? std::string(error.what()) + "\n\n" + app->help() : CLI::FailureMessage::simple(app, error);
}

}  // namespace

int command_line(int argc, char** argv) {
  CLI::App app{"Wirelab: scripted lessons about sockets, played on the real kernel's TCP and UDP, and explained."};
  app.require_subcommand(1);
  app.footer(
      "Exit status of run: 0 all held, 1 a check did not, 2 wrong input, 3 not possible here, 4 deadlock or timeout.");

  const std::optional<words::Language> asked_for = language_asked_for(argc, argv);
  const words::Language language = asked_for ? *asked_for : language_of_environment();
  std::optional<words::Language> known_already;
  add_language(app, known_already);
  app.fallthrough();  // `--lang` behind the name of a command

  struct Subcommand {
    CLI::App* parser;
    std::function<int()> perform;
  };
  std::vector<Subcommand> subcommands;
  const auto add = [&](const char* name, const char* description, std::function<int()> perform) -> CLI::App& {
    subcommands.push_back({app.add_subcommand(name, description), std::move(perform)});
    return *subcommands.back().parser;
  };

  RunOptions run_options;
  describe_run(add("run", "play scenarios, show what happened and why",
                   [&] {
                     const std::string fault = fault_of(run_options);
                     run_options.language =
                         asked_for || !is_for_programs(run_options) ? language : words::Language::english;
                     if (fault.empty()) return run(run_options);
                     complain("wirelab: " + fault + "\n");
                     return wrong_input;
                   }),
               run_options);

  DiffOptions diff_options;
  diff_options.language = language;
  CLI::App& diff_command = add("diff", "play a scenario as it was and as it is, show which edit changed what",
                               [&] { return diff(diff_options); });
  diff_command.add_option("FILE", diff_options.files, "two scenario files, or one to be compared with its last run")
      ->required()
      ->expected(1, 2);
  add_stage(diff_command, diff_options.stage);

  ExportOptions export_options;
  CLI::App& export_command = add("export", "the actors of a scenario as programs of their own, in C or Python",
                                 [&] { return export_programs(export_options, language); });
  export_command.add_option("FILE", export_options.file, "a scenario file")->required();
  export_command.add_option("--language", export_options.language, "c or python")
      ->required()
      ->transform(CLI::CheckedTransformer(std::map<std::string, exporter::Language>{
          {"c", exporter::Language::c}, {"python", exporter::Language::python}}));
  export_command.add_option("--actor", export_options.actor, "whose program; all of them if left out");
  export_command.add_option("-o,--output", export_options.folder,
                            "a folder for the programs, a file each, instead of standard output");

  CompareOptions compare_options;
  compare_options.language = language;
  CLI::App& compare_command = add("compare", "play two scenarios and show side by side how TCP and UDP differ in them",
                                  [&] { return compare(compare_options); });
  compare_command.add_option("FILE", compare_options.files, "two scenario files, instead of a pair that is shipped")
      ->expected(2);
  add_stage(compare_command, compare_options.stage);

  std::vector<std::string> files_to_check;
  add("check", "say what is wrong in scenarios, without playing them", [&] { return check(files_to_check, language); })
      .add_option("FILE", files_to_check, "scenario files")
      ->required();

  std::string rule;
  add("explain", "what an explanation is about, and which lessons show it; without a name, all of them", [&] {
    return explain_rule(rule, language);
  }).add_option("RULE", rule, "as it stands behind each explanation: coalesced-recv");

  ExerciseChoice exercise;
  bool all_hints = false;
  CLI::App& hint_command =
      add("hint", "the next hint of an exercise", [&] { return hint(exercise, all_hints, language); });
  describe_exercise(hint_command, exercise);
  hint_command.add_flag("--all", all_hints, "those that were shown before");
  describe_exercise(add("assess", "what your answers come to, by the checks that students may know",
                        [&] { return assess(exercise, language); }),
                    exercise);
  describe_exercise(add("reset", "give an exercise back as it was handed out; what you wrote is kept beside it",
                        [&] { return reset(exercise, language); }),
                    exercise);

  std::string folder = "scenarios";
  const auto takes_labs = [&](CLI::App& command) {
    command.add_option("FOLDER", folder, "where the labs are")->capture_default_str();
  };
  takes_labs(add("list", "the labs and their scenarios", [&] { return list(folder, language); }));
  takes_labs(add("progress", "all exercises of all labs at a glance", [&] { return progress(folder, language); }));
  takes_labs(add("submission", "the files that are handed in, for tar; to standard error what is unfinished",
                 [&] { return submission(folder, language); }));
  takes_labs(add("doctor", "what this machine lets Wirelab do, and how to get more",
                 [&] { return doctor(folder, language); }));

  PublicRubricOptions public_options;
  const auto takes_rubric = [](CLI::App& command, RubricFiles& files) {
    command.add_option("RUBRIC", files.rubric, "tests/rubrics/lab1.yaml")->required();
    command.add_option("LAB", files.lab, "the folder of the lab: scenarios/lab1")->required();
  };
  CLI::App& public_rubric_command =
      add("public-rubric", "a rubric as students may have it", [&] { return public_rubric(public_options); });
  takes_rubric(public_rubric_command, public_options.files);
  public_rubric_command.add_option("--texts", public_options.texts,
                                   "instead: of that file's texts in another language those that it has");
  VariantOptions variant_options;
  CLI::App& variant_command = add("variant", "an exercise with the values that are one student's own",
                                  [&] { return variant(variant_options); });
  takes_rubric(variant_command, variant_options.files);
  variant_command.add_option("EXERCISE", variant_options.exercise, "its name or number")->required();
  variant_command.add_option("--student", variant_options.student, "whose")->required();
  variant_command.add_option("--key", variant_options.key, "a file with the instructor's key")->required();

  programs::TcpServerOptions tcp_server_options;
  CLI::App& tcp_server_command = add("tcp-server", "answers each message of a client, one client after the other",
                                     [&] { return programs::tcp_server(tcp_server_options); });
  describe_program(tcp_server_command, tcp_server_options, language);
  tcp_server_command.add_flag("--concurrent", tcp_server_options.concurrent, "many clients at once");
  programs::Options client_options;
  describe_program(add("tcp-client", "sends what you type to a TCP server, shows what it answers",
                       [&] { return programs::tcp_client(client_options); }),
                   client_options, language);
  programs::Options udp_server_options;
  describe_program(add("udp-server", "answers each datagram", [&] { return programs::udp_server(udp_server_options); }),
                   udp_server_options, language);
  programs::UdpClientOptions udp_client_options;
  CLI::App& udp_client_command = add("udp-client", "sends what you type as datagrams, shows what is answered",
                                     [&] { return programs::udp_client(udp_client_options); });
  describe_program(udp_client_command, udp_client_options, language);
  describe_patience(udp_client_command, udp_client_options.patience, "seconds to wait for an answer");

  programs::HttpServerOptions http_server_options{{.port = "8080"}};
  CLI::App& http_server_command = add("http-server", "serves the files of a folder to web browsers, curl, http-get",
                                      [&] { return programs::http_server(http_server_options); });
  http_server_command.add_option("FOLDER", http_server_options.folder, "whose files")->capture_default_str();
  describe_program(http_server_command, http_server_options, language);
  describe_patience(http_server_command, http_server_options.patience, "seconds that a client may take for a request");
  programs::HttpGetOptions http_get_options;
  CLI::App& http_get_command = add("http-get", "fetches a page from a web server on this machine",
                                   [&] { return programs::http_get(http_get_options); });
  describe_as_program(http_get_command, http_get_options, language);
  http_get_command.add_option("URL", http_get_options.url, "http://127.0.0.1:8080/page.html")->required();
  http_get_command.add_option("-o,--output", http_get_options.output,
                              "a file for the page, instead of standard output");
  describe_patience(http_get_command, http_get_options.patience, "seconds that the server may be silent");
  http_get_command.footer(
      "Exit status: 0 the page has come, whole; 1 it has not, or the server's status is 400 or more; 2 wrong "
      "arguments.");

  programs::BroadcastSendOptions send_options;
  CLI::App& send_command = add("broadcast-send", "asks everyone on this machine at once, shows who answers",
                               [&] { return programs::broadcast_send(send_options); });
  send_command.add_option("TEXT", send_options.text, "what to ask")->required();
  describe_program_of_one_host(send_command, send_options, language);
  describe_patience(send_command, send_options.patience, "seconds to collect answers");
  programs::Options listen_options;
  describe_program_of_one_host(add("broadcast-listen", "hears what is sent to everyone, and answers",
                                   [&] { return programs::broadcast_listen(listen_options); }),
                               listen_options, language);
  programs::FileReceiveOptions file_receive_options;
  CLI::App& file_receive_command =
      add("file-receive", "takes files, compares their SHA-256, goes on where one broke off",
          [&] { return programs::file_receive(file_receive_options); });
  describe_program(file_receive_command, file_receive_options, language);
  file_receive_command.add_option("--into", file_receive_options.into, "the folder for what comes")
      ->capture_default_str();
  file_receive_command.add_option("--most", file_receive_options.most, "bytes that a file may have, such as 4GiB")
      ->transform(CLI::AsSizeValue(false))
      ->check(size_fault)
      ->capture_default_str();
  describe_patience(file_receive_command, file_receive_options.patience, "seconds that a sender may be silent");
  programs::FileSendOptions file_send_options;
  CLI::App& file_send_command =
      add("file-send", "sends a file", [&] { return programs::file_send(file_send_options); });
  file_send_command.add_option("FILE", file_send_options.file, "what is to be sent")->required();
  describe_program(file_send_command, file_send_options, language);
  file_send_command.footer("Exit status: 0 the receiver has it, the same SHA-256; 1 it has not; 2 wrong arguments.");

  app.failure_message(failure_message);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wrong_input;
  }
  int status = machine_failed;
  try {
    for (const Subcommand& subcommand : subcommands) {
      if (subcommand.parser->parsed()) status = subcommand.perform();
    }
  } catch (const programs::WrongArgument& error) {
    return app.exit(CLI::Error("WrongArgument", error.what(), wrong_input));
  } catch (const grader::Interrupted&) {
    status = end_by_interrupt(language);
  } catch (const std::exception& error) {
    complain(std::string("wirelab: ") + error.what() + "\n");
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    complain("wirelab: cannot write the output: it is not complete\n");
    return machine_failed;
  }
  return status;
}

}  // namespace wirelab
