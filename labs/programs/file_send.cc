// The sender of a file: it tells the size, goes on from where the receiver says, and tells the SHA-256 behind it.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "labs/programs/advice.hh"
#include "labs/programs/file_exchange.hh"
#include "labs/programs/program.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::programs {
namespace {

/// A SHA-256 that a thread of its own works out, while the bytes are sent.
class SumBeside {
 public:
  /// Waits until the bytes before are in the sum. These have to stay as they are until the next call.
  void add(std::string_view bytes) {
    wait();
    try {
      at_work_ = std::async(std::launch::async, [this, bytes] { sum_.add(bytes); });
    } catch (const std::system_error&) {  // no thread to be had
      sum_.add(bytes);
    }
  }

  std::string digits() {
    wait();
    return sum_.digits();
  }

 private:
  void wait() {
    if (at_work_.valid()) at_work_.get();
  }

  scenario::Sha256 sum_;
  std::future<void> at_work_;  // whose destructor waits as well
};

/// A file of ours, read from its beginning to its end.
class OutgoingFile {
 public:
  explicit OutgoingFile(const std::filesystem::path& path)
      : name_(path.filename()), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status {};
    if (!descriptor_.is_open() || ::fstat(descriptor_.get(), &status) != 0)
      refuse(path, std::generic_category().message(errno));
    if (!S_ISREG(status.st_mode)) refuse(path, "it is no regular file");
    if (const std::string fault = name_fault(name_); !fault.empty()) refuse(path, fault);
    size_ = status.st_size;
  }

  const std::string& name() const { return name_; }
  std::int64_t size() const { return size_; }
  std::int64_t position() const { return position_; }

  /// The next bytes, at most up to that byte of the file; they are in the sum then. Hold good until the next call.
  std::string_view read(std::int64_t until) {
    std::swap(piece_, summed_);
    piece_.resize(piece_size);
    const auto most = std::min(piece_size, static_cast<std::size_t>(until - position_));
    const ssize_t bytes = ::read(descriptor_.get(), piece_.data(), most);
    if (bytes < 0) core::throw_errno("read");
    if (bytes == 0) throw Failed{{"transfer.shorter"_text, {{"file", name_}}}};
    position_ += bytes;
    const std::string_view part = std::string_view(piece_).substr(0, static_cast<std::size_t>(bytes));
    sum_.add(part);
    return part;
  }

  std::string digest() { return sum_.digits(); }

 private:
  /// Large beside what it costs to begin a thread.
  static constexpr std::size_t piece_size = 1 << 20;

  [[noreturn]] static void refuse(const std::filesystem::path& path, const std::string& why) {
    throw WrongArgument(fmt::format("{} cannot be sent: {}.", path.string(), why));
  }

  std::string name_;
  core::FileDescriptor descriptor_;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
  std::string piece_;
  std::string summed_;  ///< the one before, which may be on its way into the sum
  SumBeside sum_;
};

class FileSender {
 public:
  FileSender(Program& program, OutgoingFile& file)
      : program_(program), file_(file), connection_(program, program.address), lines_(connection_) {}

  void perform() {
    try {
      connection_.send_all(fmt::format("{}\n{}\n", file_.name(), file_.size()));
      const std::int64_t had = ask_what_is_there();
      while (file_.position() < had) skip(had);
      while (file_.position() < file_.size()) connection_.send_all(file_.read(file_.size()));
      connection_.send_all(file_.digest() + "\n");
      if (const std::string said = answer(); said != all_well)
        throw BadExchange{{"transfer.answers"_text, {{"text", said}}}};
      program_.terminal.say("transfer.sent"_text,
                            {{"file", file_.name()}, {"size", file_.size()}, {"now", file_.size() - had}});
    } catch (const core::SystemError& error) {
      // It may have said why before it closed.
      if (error.error() == ECONNRESET || error.error() == EPIPE) tell_refusal_that_waits();
      throw Failed{{"transfer.broken-off"_text, {{"error", std::string(error.what())}}}};
    } catch (const BadExchange& error) {
      throw Failed{{"transfer.receiver-bad"_text, {{"fault", std::vector{error.fault}}}}};
    }
  }

 private:
  std::int64_t ask_what_is_there() {
    const std::string said = answer();
    const auto had = number_in(said);
    if (!had || *had > file_.size()) throw BadExchange{{"transfer.answers"_text, {{"text", said}}}};
    if (*had > 0) {
      program_.terminal.say("transfer.rest"_text, {{"had", *had}, {"size", file_.size()}});
    }
    return *had;
  }

  /// A line. Throws Failed if it is a refusal, or the receiver has closed instead.
  std::string answer() {
    const auto line = answer_or_end();
    if (!line) throw Failed{{"transfer.receiver-closed"_text}};
    return *line;
  }

  /// The same; nothing if it has closed.
  std::optional<std::string> answer_or_end() {
    auto line = lines_.line();
    if (line && line->starts_with(refusal)) {
      throw Failed{
          {"transfer.receiver-refuses"_text, {{"file", file_.name()}, {"reason", line->substr(refusal.size())}}}};
    }
    return line;
  }

  /// Behind the error comes the end of the stream, which says nothing more.
  void tell_refusal_that_waits() {
    try {
      answer_or_end();
    } catch (const core::SystemError&) {
      // It has not.
    } catch (const BadExchange&) {
      // Nothing that could be told.
    }
  }

  /// Ctrl-C is seen although the disk never lets us wait.
  void skip(std::int64_t until) {
    program_.interruption.is_ready(connection_.fd(), POLLOUT);
    file_.read(until);
  }

  Program& program_;
  OutgoingFile& file_;
  TcpConnection connection_;
  LineReader lines_;
};

}  // namespace

int file_send(const FileSendOptions& options) {
  OutgoingFile file(options.file);
  const Description description{"file-send " + shell_word(options.file.string()), "file-receive", Role::client,
                                core::Transport::stream};
  return perform(description, options, [&](Program& program) {
    try {
      FileSender(program, file).perform();
    } catch (const Interrupted&) {
      throw Failed{{"transfer.interrupted"_text}};
    }
  });
}

}  // namespace wirelab::programs
