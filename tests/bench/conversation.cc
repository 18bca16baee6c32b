// The peer that the benchmark measures Wirelab beside: scenarios/lab1/1-conversation.yaml as a bare program. The same
// calls on the same kind of sockets, by two threads, with nobody watching.
#include <cstddef>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "core/address.hh"
#include "core/socket.hh"

namespace {

using namespace wirelab::core;

std::span<const std::byte> as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

void serve(Listener& listener) {
  std::vector<std::byte> buffer(1024);
  Accepted client = listener.accept();
  client.socket.receive(buffer);
  client.socket.send_all(as_bytes("Receive your message!"));
  client.socket.receive(buffer);
}

}  // namespace

int main() {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  Listener listener(std::move(socket), 5);
  const std::jthread server([&] { serve(listener); });

  std::vector<std::byte> buffer(1024);
  StreamSocket client = StreamSocket::create(Family::ipv4);
  client.connect(listener.local_address());
  client.send_all(as_bytes("Hello, server"));
  client.receive(buffer);
}
