// The receiver of files: the size first, then the bytes, then the SHA-256; and what was cut goes on where it broke off.
#include <fmt/format.h>
#include <poll.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "labs/programs/file_exchange.hh"
#include "labs/programs/incoming_file.hh"
#include "labs/programs/program.hh"
#include "labs/render/text.hh"

namespace wirelab::programs {
namespace {

constexpr int backlog = 5;

struct Offer {
  std::string name;
  std::int64_t size = 0;
};

/// One sender, from its first line to its end.
class Reception {
 public:
  Reception(Program& program, const FileReceiveOptions& options, TcpListener::Accepted accepted)
      : program_(program),
        options_(options),
        connection_(std::move(accepted.connection)),
        sender_(accepted.peer.to_string()),
        lines_(connection_, options.patience) {}

  /// However it ends, the next one can come.
  void perform() {
    program_.terminal.say("program.client-connected"_text, {{"client", sender_}});
    try {
      if (const auto offer = read_offer()) receive(*offer);
    } catch (const BadExchange& error) {
      program_.terminal.say("transfer.bad-exchange"_text, {{"client", sender_}, {"fault", std::vector{error.fault}}});
    } catch (const Silent&) {
      tell_silence();
    } catch (const core::SystemError& error) {
      program_.terminal.say("program.gone"_text, {{"client", sender_}, {"error", std::string(error.what())}});
    }
  }

 private:
  /// Others are waiting.
  void tell_silence() { program_.terminal.say("transfer.silent"_text, {{"client", sender_}}); }

  void refuse(std::string_view reason) {
    program_.terminal.say("transfer.refused"_text, {{"client", sender_}, {"reason", std::string(reason)}});
    connection_.send_all(fmt::format("{}{}\n", refusal, reason));
  }

  /// Nothing if there is none to be accepted; that has been told then.
  std::optional<Offer> read_offer() {
    const auto name = lines_.line();
    const auto size = name ? lines_.line() : std::nullopt;
    if (!size) {
      program_.terminal.say("transfer.no-offer"_text, {{"client", sender_}});
      return std::nullopt;
    }
    const std::string fault = name_fault(*name);
    const auto number = number_in(*size);
    if (!number) throw BadExchange{{"transfer.no-size"_text, {{"text", *size}}}};
    if (fault.empty() && *number <= options_.most) return Offer{*name, *number};
    refuse(fault.empty() ? fmt::format("{} bytes are more than this receiver takes, {}", *number, options_.most)
                         : fault);
    return std::nullopt;
  }

  void receive(const Offer& offer) {
    try {
      IncomingFile file(options_.into, offer.name, offer.size);
      connection_.send_all(fmt::format("{}\n", file.has()));
      if (take_bytes(offer, file)) finish(offer, file);
    } catch (const DiskError& error) {
      refuse(error.what());
    }
  }

  /// False if the sender was gone, or silent, before they had all come.
  bool take_bytes(const Offer& offer, IncomingFile& file) {
    try {
      while (!file.is_complete()) {
        const std::string_view bytes = lines_.bytes(static_cast<std::size_t>(file.size() - file.has()));
        if (bytes.empty()) break;
        file.append(bytes);
      }
    } catch (const Silent&) {
      tell_silence();
    } catch (const core::SystemError& error) {
      program_.terminal.say("program.gone"_text, {{"client", sender_}, {"error", std::string(error.what())}});
    }
    program_.narrator.tell(timeline::File{
        .name = offer.name, .had = file.had(), .has = file.has(), .promised = file.size(), .sha256 = ""});
    if (file.is_complete()) return true;
    program_.terminal.say("transfer.cut"_text,
                          {{"client", sender_}, {"bytes", file.has()}, {"size", file.size()}, {"file", offer.name}});
    return false;
  }

  void finish(const Offer& offer, IncomingFile& file) {
    const auto told = lines_.line();
    if (!told) {
      program_.terminal.say("transfer.no-digest"_text,
                            {{"client", sender_}, {"size", file.size()}, {"file", offer.name}});
    } else if (*told != file.digest()) {
      file.discard();
      refuse(fmt::format("{} has its {}, and another SHA-256 than was told: it is thrown away", offer.name,
                         render::count_of(file.size(), "byte")));
    } else {
      file.keep();
      connection_.send_all(fmt::format("{}\n", all_well));
      program_.terminal.say(
          "transfer.received"_text,
          {{"client", sender_}, {"file", offer.name}, {"size", file.size()}, {"now", file.has() - file.had()}});
    }
  }

  Program& program_;
  const FileReceiveOptions& options_;
  TcpConnection connection_;
  std::string sender_;
  LineReader lines_;
};

}  // namespace

int file_receive(const FileReceiveOptions& options) {
  const Description description{"file-receive", "file-send FILE", Role::server, core::Transport::stream};
  return perform(description, options, [&](Program& program) {
    std::error_code error;
    std::filesystem::create_directories(options.into, error);
    if (error) throw WrongArgument(fmt::format("{} cannot be made: {}", options.into.string(), error.message()));
    TcpListener listener(program, backlog);
    while (true) {
      program.terminal.say("transfer.waits"_text, {{"address", listener.address().to_string()}});
      program.interruption.wait(listener.fd(), POLLIN);
      if (auto accepted = listener.try_accept()) Reception(program, options, std::move(*accepted)).perform();
    }
  });
}

}  // namespace wirelab::programs
