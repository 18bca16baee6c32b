#include "labs/programs/sockets.hh"

#include <poll.h>

#include <cerrno>
#include <span>
#include <utility>
#include <vector>

#include "core/error.hh"

namespace wirelab::programs {
namespace {

using timeline::Call;

const auto nothing_more = [](Call&, auto&&) {};

/// What `make` returns; nothing if the call would have slept.
template <typename Make>
auto unless_it_sleeps(Make make) -> std::optional<decltype(make())> {
  try {
    return make();
  } catch (const core::SystemError& error) {
    if (error.error() != EAGAIN) throw;
    return std::nullopt;
  }
}

/// `127.0.0.1`, `[::1]`: what stands before the colon and the port.
std::string host_of(const core::Address& address) {
  const std::string text = address.to_string();
  return text.substr(0, text.rfind(':'));
}

/// socket(2). It never blocks: all sleeping is done in poll(2).
template <typename Kind>
Kind create(Program& program, int number, const char* type, core::Family family) {
  Call made = program.narrator.begin("socket", number);
  made.args = {{"type", type}};
  Kind socket = program.narrator.call(
      std::move(made), [&] { return Kind::create(family); }, nothing_more);
  socket.set_blocking(false);
  return socket;
}

core::StreamSocket create_stream(Program& program, int number, core::Family family) {
  return create<core::StreamSocket>(program, number, "stream", family);
}

using Arguments = std::vector<std::pair<std::string, timeline::Argument>>;

bool is_for_everyone(const core::Address& to) { return to == core::Address::loopback_broadcast(to.port()); }

/// As the lessons name it.
Arguments destination(const core::Address& to) {
  return {{"to", is_for_everyone(to) ? "everyone" : host_of(to)}, {"port", std::int64_t{to.port()}}};
}

void set_option(Program& program, int number, core::Socket& socket, const std::string& option, int value) {
  Call made = program.narrator.begin("setsockopt", number);
  made.args = {{"option", option}, {"value", std::int64_t{value}}};
  program.narrator.call(
      std::move(made), [&] { return socket.set_option(option, value), 0; }, nothing_more);
}

void bind(Program& program, int number, core::Socket& socket, const core::Address& address) {
  Call made = program.narrator.begin("bind", number);
  made.args = {{"host", host_of(address)}, {"port", std::int64_t{address.port()}}};
  program.narrator.call(
      std::move(made), [&] { return socket.bind(address), 0; }, nothing_more);
}

core::StreamSocket connect(Program& program, int number, const core::Address& to) {
  core::StreamSocket socket = create_stream(program, number, to.family());
  const auto finish_connecting = [&] {
    try {
      socket.connect(to);
    } catch (const core::SystemError& error) {
      if (error.error() != EINPROGRESS) throw;
      program.interruption.wait(socket.fd(), POLLOUT);
      if (const int failed = socket.option("SO_ERROR"); failed != 0) throw core::SystemError("connect", failed);
    }
    return 0;
  };
  Call made = program.narrator.begin("connect", number);
  made.args = destination(to);
  program.narrator.call(std::move(made), finish_connecting,
                        [&](Call& event, int) { program.narrator.set_connection(event, number); });
  return socket;
}

core::Listener listen(Program& program, int number, int backlog) {
  core::StreamSocket socket = create_stream(program, number, program.address.family());
  set_option(program, number, socket, "SO_REUSEADDR", 1);
  bind(program, number, socket, program.address);
  Call made = program.narrator.begin("listen", number);
  made.args = {{"backlog", std::int64_t{backlog}}};
  return program.narrator.call(
      std::move(made), [&] { return core::Listener(std::move(socket), backlog); }, nothing_more);
}

}  // namespace

// ------------------------------------------------------------------------------------- TcpConnection

TcpConnection::TcpConnection(Program& program, const core::Address& to)
    : program_(program), number_(program.narrator.new_socket()), socket_(connect(program, number_, to)) {}

TcpConnection::TcpConnection(Program& program, core::StreamSocket&& accepted, int number)
    : program_(program), number_(number), socket_(std::move(accepted)) {
  socket_.set_blocking(false);
}

TcpConnection::~TcpConnection() {
  if (!socket_.is_open()) return;
  Call made = begin("close");
  if (!program_.narrator.is_silent()) {
    // With bytes unread, close sends RST. But if an RST of the peer has come before, there is nobody to send one to.
    const auto unread = static_cast<std::int64_t>(socket_.unread_bytes());
    const bool is_dead = socket_.tcp_info().state == core::TcpState::closed;
    if (!is_dead) made.readable = unread;
    if (is_dead || unread > 0) program_.narrator.set_reset(made);
  }
  program_.narrator.call(
      std::move(made), [&] { return socket_.close(), 0; }, nothing_more);
}

Call TcpConnection::begin(std::string call) {
  Call made = program_.narrator.begin(std::move(call), number_);
  program_.narrator.set_connection(made, number_);
  return made;
}

std::optional<std::size_t> TcpConnection::try_receive_into(std::span<char> room) {
  Call made = begin("recv");
  made.args = {{"len", static_cast<std::int64_t>(room.size())}};
  const auto size = unless_it_sleeps([&] {
    return program_.narrator.call(
        std::move(made), [&] { return socket_.receive(std::as_writable_bytes(room)); },
        [&](Call& event, std::size_t received) {
          event.result = static_cast<std::int64_t>(received);
          event.data.assign(room.data(), received);
          event.readable = static_cast<std::int64_t>(socket_.unread_bytes());
          program_.narrator.set_stream(event, received_, event.result);
        });
  });
  received_ += static_cast<std::int64_t>(size.value_or(0));
  return size;
}

std::optional<std::string> TcpConnection::try_receive(std::size_t most) {
  std::string bytes(most, '\0');
  const auto size = try_receive_into(bytes);
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
}

std::string TcpConnection::receive(std::size_t most) {
  std::string bytes(most, '\0');
  bytes.resize(*receive_into(bytes));
  return bytes;
}

std::optional<std::size_t> TcpConnection::receive_into(std::span<char> room, core::Deadline deadline) {
  while (program_.interruption.wait(fd(), POLLIN, deadline)) {
    if (const auto size = try_receive_into(room)) return size;
  }
  return std::nullopt;
}

std::size_t TcpConnection::try_send(std::string_view bytes) {
  Call made = begin("send");
  made.args = {{"len", static_cast<std::int64_t>(bytes.size())}};
  const auto size = unless_it_sleeps([&] {
    return program_.narrator.call(
        std::move(made), [&] { return socket_.send(std::as_bytes(std::span(bytes))); },
        [&](Call& event, std::size_t taken) {
          event.result = static_cast<std::int64_t>(taken);
          event.data = bytes.substr(0, taken);
          program_.narrator.set_stream(event, sent_, event.result);
        });
  });
  sent_ += static_cast<std::int64_t>(size.value_or(0));
  return size.value_or(0);
}

void TcpConnection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    program_.interruption.wait(fd(), POLLOUT);
    bytes.remove_prefix(try_send(bytes));
  }
}

void TcpConnection::shut_down_writing() {
  Call made = begin("shutdown");
  made.args = {{"how", "write"}};
  program_.narrator.call(
      std::move(made), [&] { return socket_.shutdown(core::StreamSocket::Side::write), 0; }, nothing_more);
}

// --------------------------------------------------------------------------------------- TcpListener

TcpListener::TcpListener(Program& program, int backlog)
    : program_(program), number_(program.narrator.new_socket()), listener_(listen(program, number_, backlog)) {}

TcpListener::~TcpListener() {
  Call made = program_.narrator.begin("close", number_);
  made.args = {{"socket", "listener"}};
  program_.narrator.call(
      std::move(made), [&] { return listener_.close(), 0; }, nothing_more);
}

std::optional<TcpListener::Accepted> TcpListener::try_accept() {
  const int number = program_.narrator.new_socket();
  auto accepted = unless_it_sleeps([&] {
    return program_.narrator.call(
        program_.narrator.begin("accept", number_), [&] { return listener_.accept(); },
        [&](Call& event, const core::Accepted&) {
          event.result = number;
          program_.narrator.set_connection(event, number);
        });
  });
  if (!accepted) return std::nullopt;
  return Accepted{TcpConnection(program_, std::move(accepted->socket), number), accepted->peer};
}

std::optional<TcpListener::Accepted> TcpListener::try_accept(std::size_t served, std::size_t& room) {
  try {
    return try_accept();
  } catch (const core::SystemError& error) {
    const bool has_no_descriptor = error.error() == EMFILE || error.error() == ENFILE;
    if (!has_no_descriptor || served == 0) throw;
    room = served;
    program_.terminal.say("program.no-descriptor"_text,
                          {{"error", error.what()}, {"clients", static_cast<std::int64_t>(served)}});
    return std::nullopt;
  }
}

// ----------------------------------------------------------------------------------------- UdpSocket

UdpSocket::UdpSocket(Program& program)
    : program_(program),
      number_(program.narrator.new_socket()),
      socket_(create<core::DatagramSocket>(program, number_, "dgram", program.address.family())) {}

UdpSocket::~UdpSocket() {
  program_.narrator.call(
      program_.narrator.begin("close", number_), [&] { return socket_.close(), 0; }, nothing_more);
}

void UdpSocket::bind(const core::Address& address) { programs::bind(program_, number_, socket_, address); }

void UdpSocket::connect(const core::Address& address) {
  Call made = program_.narrator.begin("connect", number_);
  made.args = destination(address);
  program_.narrator.call(
      std::move(made), [&] { return socket_.connect(address), 0; }, nothing_more);
}

void UdpSocket::set_option(const std::string& option, int value) {
  programs::set_option(program_, number_, socket_, option, value);
}

Call UdpSocket::begin_receive(std::size_t most) {
  Call made = program_.narrator.begin("recvfrom", number_);
  made.args = {{"len", static_cast<std::int64_t>(most)}};
  return made;
}

std::optional<UdpSocket::Datagram> UdpSocket::try_receive_from(std::size_t most) {
  std::string bytes(most, '\0');
  const auto received = unless_it_sleeps([&] {
    return program_.narrator.call(
        begin_receive(most), [&] { return socket_.receive_from(std::as_writable_bytes(std::span(bytes))); },
        [&](Call& event, const core::ReceivedDatagram& datagram) {
          event.result = static_cast<std::int64_t>(datagram.copied);
          event.data = bytes.substr(0, datagram.copied);
          event.full_length = static_cast<std::int64_t>(datagram.full_length);
          event.truncated = datagram.truncated();
          program_.narrator.set_datagram(event, datagram.from);
        });
  });
  if (!received) return std::nullopt;
  bytes.resize(received->copied);
  return Datagram{std::move(bytes), received->full_length, received->from};
}

std::optional<UdpSocket::Datagram> UdpSocket::receive_from(std::size_t most, core::Deadline deadline) {
  while (program_.interruption.wait(fd(), POLLIN, deadline)) {
    if (std::optional<Datagram> datagram = try_receive_from(most)) return datagram;
  }
  program_.narrator.give_up(begin_receive(most));
  return std::nullopt;
}

void UdpSocket::send_to(std::string_view bytes, const core::Address& to) {
  Call made = program_.narrator.begin("sendto", number_);
  made.args = destination(to);
  made.args.emplace_back("len", static_cast<std::int64_t>(bytes.size()));
  const auto send = [&] {
    while (true) {
      program_.interruption.wait(fd(), POLLOUT);
      const auto taken = unless_it_sleeps([&] { return socket_.send_to(std::as_bytes(std::span(bytes)), to); });
      if (taken) return *taken;
    }
  };
  program_.narrator.call(std::move(made), send, [&](Call& event, std::size_t taken) {
    event.result = static_cast<std::int64_t>(taken);
    event.data = bytes;
    if (!is_for_everyone(to)) program_.narrator.set_datagram(event, to);
  });
}

}  // namespace wirelab::programs
