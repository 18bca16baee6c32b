// Messages through the actor's framing, and files.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <utility>

#include "core/error.hh"
#include "core/file.hh"
#include "labs/runner/actor_call.hh"
#include "labs/runner/framing.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::runner {
namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

std::string error_of(const core::FramingError& error) {
  switch (error.kind()) {
    case core::FramingError::Kind::truncated:
      return "truncated";
    case core::FramingError::Kind::malformed:
      return "malformed";
    case core::FramingError::Kind::message_too_long:
      break;
  }
  return "message-too-long";
}

}  // namespace

Actor::Outcome Actor::act(const scenario::SendMessage& action, const scenario::Step& step, Round round) {
  OwnSocket& socket = own(step);
  const std::string payload = resolve(action.data, round);
  std::string framed;
  try {
    framed = core::encode(*format_, payload);
  } catch (const core::FramingError& error) {
    record_message(socket, true, shown(payload), error_of(error), 0, 0);
    throw StepFailed{error_of(error)};
  }
  std::int64_t begin = 0;
  if (socket.connection >= 0) {
    const auto guard = world_.lock();
    begin = world_.connections[static_cast<std::size_t>(socket.connection)]
                .sides[static_cast<std::size_t>(socket.side)]
                .sent;
  }
  record_message(socket, true, shown(payload), "", begin, static_cast<std::int64_t>(framed.size()));
  return {.sent = send_stream(socket, framed)};
}

Actor::Outcome Actor::act(const scenario::ReceiveMessage& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Outcome outcome;
  bool again = false;
  while (action.until_eof || static_cast<int>(outcome.messages.size()) < action.count) {
    std::optional<core::Decoded> message = next_message(socket, again);
    if (!message) {
      outcome.eof = true;
      break;
    }
    last_received_ = message->payload;
    outcome.messages.push_back(std::move(message->payload));
  }
  return outcome;
}

Actor::Outcome Actor::act(const scenario::ReceiveFile& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  // Before anything is received, as a program would: what there is no file for stays with the kernel.
  const core::FileDescriptor& kept = open_file(action.name);
  std::string content = action.append ? core::read_whole(kept.get()) : "";
  timeline::File file;
  file.name = action.name;
  file.had = static_cast<std::int64_t>(content.size());
  Outcome outcome;
  outcome.bytes.emplace();
  outcome.eof = !format_ && !action.size;
  std::string failure;
  if (format_) {
    bool again = false;
    if (std::optional<core::Decoded> message = next_message(socket, again)) outcome.bytes = std::move(message->payload);
  } else {
    try {
      if (action.size) file.promised = promised_size(action);
      const std::int64_t most = std::max<std::int64_t>(0, file.promised.value_or(unlimited) - file.had);
      receive_up_to(socket, static_cast<std::size_t>(most), *outcome.bytes);
    } catch (const StepFailed& failed) {
      failure = failed.error;
      if (action.size && !file.promised) file.error = failure;
    }
  }
  content += *outcome.bytes;
  file.has = static_cast<std::int64_t>(content.size());
  if (failure.empty() && file.promised && file.has < *file.promised) failure = file.error = "truncated";
  write_file(kept, *outcome.bytes, action.append);
  file.sha256 = scenario::sha256(content);
  record_file(std::move(file));
  if (!failure.empty()) throw StepFailed{failure};
  return outcome;
}

const core::FileDescriptor& Actor::open_file(const std::string& name) {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  try {
    return files_.emplace(name, core::unnamed_file(std::filesystem::temp_directory_path())).first->second;
  } catch (const core::SystemError& error) {
    if (error.error() == ENOSPC) throw DiskFull(error);
    if (error.error() != EMFILE) throw;
    const std::string failure = core::errno_name(error.error());
    timeline::File file;
    file.name = name;
    file.error = failure;
    record_file(std::move(file));
    throw StepFailed{failure};
  }
}

void Actor::write_file(const core::FileDescriptor& file, std::string_view bytes, bool append) {
  if (!append && ::ftruncate(file.get(), 0) != 0) core::throw_errno("ftruncate");
  try {
    core::write_whole(file.get(), bytes);
  } catch (const core::SystemError& error) {
    if (error.error() == ENOSPC) throw DiskFull(error);
    throw;
  }
}

void Actor::receive_up_to(OwnSocket& socket, std::size_t most, std::string& bytes) {
  bytes = socket.leftover.substr(0, most);
  socket.leftover.erase(0, most);
  for (bool again = false; bytes.size() < most; again = true) {
    const std::string part = receive_once(socket, std::min(chunk, most - bytes.size()), again);
    if (part.empty()) return;
    bytes += part;
  }
}

std::int64_t Actor::promised_size(const scenario::ReceiveFile& action) const {
  const auto* number = std::get_if<std::int64_t>(&*action.size);
  const std::int64_t size = number ? *number : received_number();
  if (size > scenario::ceilings::file_beside) throw StepFailed{"EFBIG"};
  return size;
}

void Actor::record_file(timeline::File file) {
  const StepAt at = world_.here(lane_);
  file.lane = lane_;
  file.step = at.name;
  file.line = at.line;
  world_.record(std::move(file));
}

core::Decoder& Actor::decoder(OwnSocket& socket) {
  if (!socket.decoder) {
    socket.decoder = core::make_decoder(*format_);
    if (socket.connection >= 0) {
      const auto guard = world_.lock();
      const auto index = static_cast<std::size_t>(socket.connection);
      const Tracked::Side& mine = world_.connections[index].sides[static_cast<std::size_t>(socket.side)];
      socket.decoder_begins = static_cast<std::uint64_t>(mine.received) - socket.leftover.size();
    }
    socket.decoder->feed(std::exchange(socket.leftover, {}));
  }
  return *socket.decoder;
}

std::optional<core::Decoded> Actor::next_message(OwnSocket& socket, bool& again) {
  core::Decoder& messages = decoder(socket);
  messages.note_sent(std::exchange(socket.sent, {}));
  const auto position = [&](std::uint64_t offset) { return static_cast<std::int64_t>(socket.decoder_begins + offset); };
  try {
    std::optional<core::Decoded> message = messages.next();
    for (bool is_over = false; !message && !is_over;) {
      const std::string part = receive_once(socket, chunk, std::exchange(again, true));
      is_over = part.empty();
      messages.feed(part);
      message = is_over ? messages.finish() : messages.next();
    }
    if (message) {
      record_message(socket, false, shown(message->payload), "", position(message->begin),
                     static_cast<std::int64_t>(message->end - message->begin));
    }
    return message;
  } catch (const core::FramingError& error) {
    record_broken_end(socket, error_of(error), static_cast<std::int64_t>(messages.buffered()));
    throw StepFailed{error_of(error)};
  }
}

void Actor::record_broken_end(const OwnSocket& socket, std::string error, std::int64_t length) {
  std::int64_t received = 0;
  if (socket.connection >= 0) {
    const auto guard = world_.lock();
    const auto index = static_cast<std::size_t>(socket.connection);
    received = world_.connections[index].sides[static_cast<std::size_t>(socket.side)].received;
  }
  record_message(socket, false, "", std::move(error), received - length, length);
}

void Actor::record_message(const OwnSocket& socket, bool sent, std::string payload, std::string error,
                           std::int64_t begin, std::int64_t length) {
  const StepAt at = world_.here(lane_);
  timeline::Message message;
  message.lane = lane_;
  message.step = at.name;
  message.line = at.line;
  message.sent = sent;
  message.payload = std::move(payload);
  message.error = std::move(error);
  if (socket.connection >= 0) {
    const auto guard = world_.lock();
    const Tracked& tracked = world_.connections[static_cast<std::size_t>(socket.connection)];
    const LaneIndex peer = tracked.sides[static_cast<std::size_t>(1 - socket.side)].lane;
    message.stream = timeline::StreamRange{socket.connection, sent ? lane_ : peer, sent ? peer : lane_, begin, length};
  }
  world_.record(std::move(message));
}

std::string Actor::shown(const std::string& payload) const {
  const auto* record = format_ ? std::get_if<core::RecordFormat>(&*format_) : nullptr;
  if (!record || payload.size() != core::size_of(record->fields)) return payload;
  return core::to_text(core::decode_record(record->fields, payload));
}

}  // namespace wirelab::runner
