// Messages through the actor's framing, and files.
#include <cerrno>
#include <fstream>

#include "labs/runner/actor_call.hh"
#include "labs/runner/framing.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::runner {
namespace {

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
  send_stream(socket, framed);
  return {};
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
  std::string content;
  bool again = false;
  if (format_) {
    if (std::optional<core::Decoded> message = next_message(socket, again)) content = std::move(message->payload);
  } else {
    content = std::exchange(socket.leftover, {});
    for (std::string part = receive_once(socket, chunk, again); !part.empty();
         part = receive_once(socket, chunk, again)) {
      content += part;
      again = true;
    }
  }
  std::ofstream file(scratch_ / action.name, std::ios::binary);
  file << content << std::flush;
  if (!file) throw core::SystemError("write(" + action.name + ")", EIO);
  const auto guard = world_.lock();
  if (last_receive_ != 0) {
    auto& args = world_.call(last_receive_).args;
    args.emplace_back("file", action.name);
    args.emplace_back("sha256", scenario::sha256(content));
  }
  return {};
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
