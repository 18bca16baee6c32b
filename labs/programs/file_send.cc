// The sender of a file: it tells the size, goes on from where the receiver says, and tells the SHA-256 behind it.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hh"
#include "labs/programs/file_exchange.hh"
#include "labs/programs/program.hh"
#include "labs/render/text.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::programs {
namespace {

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
    const auto most = std::min(piece_.size(), static_cast<std::size_t>(until - position_));
    const ssize_t bytes = ::read(descriptor_.get(), piece_.data(), most);
    if (bytes < 0) core::throw_errno("read");
    if (bytes == 0) throw Failed(name_ + " has become shorter while it was sent.");
    position_ += bytes;
    const std::string_view part = std::string_view(piece_).substr(0, static_cast<std::size_t>(bytes));
    sum_.add(part);
    return part;
  }

  std::string digest() { return sum_.digits(); }

 private:
  [[noreturn]] static void refuse(const std::filesystem::path& path, const std::string& why) {
    throw WrongArgument(fmt::format("{} cannot be sent: {}.", path.string(), why));
  }

  std::string name_;
  core::FileDescriptor descriptor_;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
  std::string piece_ = std::string(file_piece, '\0');
  scenario::Sha256 sum_;
};

class FileSender {
 public:
  FileSender(Program& program, OutgoingFile& file)
      : program_(program), file_(file), connection_(program, program.address), lines_(connection_) {}

  void perform() {
    try {
      connection_.send_all(fmt::format("{}\n{}\n", file_.name(), file_.size()));
      const std::int64_t had = ask_what_is_there();
      while (file_.position() < had) read(had);
      while (file_.position() < file_.size()) connection_.send_all(read(file_.size()));
      connection_.send_all(file_.digest() + "\n");
      if (const std::string said = answer(); said != all_well) throw BadExchange("it answers " + said);
      program_.terminal.say(fmt::format("The receiver has {}: {}, {} of them sent now, and its SHA-256 is the same.",
                                        file_.name(), render::count_of(file_.size(), "byte"), file_.size() - had));
    } catch (const core::SystemError& error) {
      // It may have said why before it closed.
      if (error.error() == ECONNRESET || error.error() == EPIPE) tell_refusal_that_waits();
      throw Failed(fmt::format("{}\n{}", error.what(), how_to_go_on()));
    } catch (const BadExchange& error) {
      throw Failed(fmt::format("The receiver does not follow the exchange: {}.", error.what()));
    } catch (const Interrupted&) {
      throw Failed("Interrupted.\n" + how_to_go_on());
    }
  }

 private:
  std::int64_t ask_what_is_there() {
    const std::string said = answer();
    const auto had = number_in(said);
    if (!had || *had > file_.size()) throw BadExchange("it answers " + said);
    if (*had > 0) {
      program_.terminal.say(fmt::format("The receiver has {} of {} already: sending the rest.", *had,
                                        render::count_of(file_.size(), "byte")));
    }
    return *had;
  }

  /// A line. Throws Failed if it is a refusal, or the receiver has closed instead.
  std::string answer() {
    const auto line = lines_.line();
    if (!line) throw Failed("The receiver has closed before it had the whole file.\n" + how_to_go_on());
    if (line->starts_with(refusal)) {
      throw Failed(fmt::format("The receiver refuses {}: {}.", file_.name(), line->substr(refusal.size())));
    }
    return *line;
  }

  void tell_refusal_that_waits() {
    try {
      answer();
    } catch (const core::SystemError&) {
      // It has not.
    }
  }

  /// Ctrl-C is seen although neither the disk nor the network ever lets us wait.
  std::string_view read(std::int64_t until) {
    program_.interruption.is_ready(connection_.fd(), POLLOUT);
    return file_.read(until);
  }

  static std::string how_to_go_on() { return "Sent again, it goes on from the bytes that the receiver has.\n"; }

  Program& program_;
  OutgoingFile& file_;
  TcpConnection connection_;
  LineReader lines_;
};

}  // namespace

int file_send(const FileSendOptions& options) {
  OutgoingFile file(options.file);
  const Description description{"file-send " + options.file.string(), "file-receive", Role::client,
                                core::Transport::stream};
  return perform(description, options, [&](Program& program) { FileSender(program, file).perform(); });
}

}  // namespace wirelab::programs
