// Writes what the fuzzers of packets and framings begin with, and makes a place for what that of the loader finds:
// fuzz_seeds DIRECTORY.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/timeline/frames.hh"

namespace {

namespace fs = std::filesystem;
using namespace wirelab::tests;

void write(const fs::path& folder, const std::vector<std::string>& inputs) {
  fs::create_directories(folder);
  int number = 0;
  for (const std::string& input : inputs) std::ofstream(folder / std::to_string(++number), std::ios::binary) << input;
}

/// As packet_fuzz reads them.
std::string in_a_row(const std::vector<std::string>& frames) {
  std::string input;
  for (const std::string& frame : frames) input += big_endian(frame.size(), 2) + frame;
  return input;
}

std::vector<std::string> conversation(Ip ip) {
  const auto client = [&](int flags, std::uint32_t seq, std::uint32_t ack, std::string options, std::string payload) {
    return tcp_frame({.flags = flags, .seq = seq, .ack = ack, .options = options, .payload = payload, .ip = ip});
  };
  const auto server = [&](int flags, std::uint32_t seq, std::uint32_t ack, std::string options, std::string payload) {
    return tcp_frame({.from = 2,
                      .to = 1,
                      .source_port = 8888,
                      .destination_port = 40000,
                      .flags = flags,
                      .seq = seq,
                      .ack = ack,
                      .options = options,
                      .payload = payload,
                      .ip = ip});
  };
  const std::string syn_options =
      option::maximum_segment_size(1460) + option::sack_permitted() + option::window_scale(7);
  using namespace flag;
  return {client(syn, 0xFFFFFFF8, 0, syn_options, ""),
          server(syn | ack, 5, 0xFFFFFFF9, syn_options, ""),
          client(ack, 0xFFFFFFF9, 6, option::timestamps(1, 2), ""),
          client(ack | psh, 0xFFFFFFF9, 6, "", "HelloWorldAgain"),
          server(ack, 6, 0xFFFFFFF9, option::sack(0, 5), ""),
          client(fin | ack, 8, 6, "", ""),
          server(fin | ack, 6, 9, "", ""),
          client(ack, 9, 7, "", ""),
          server(rst, 7, 0, "", "")};
}

std::vector<std::string> datagrams() {
  const std::string large = udp_datagram({.payload = std::string(300, 'x')});
  const std::string refused = udp_frame({.payload = "hi"}).substr(14);
  return {udp_frame({.payload = "Hello"}),
          udp_frame({.payload = "Hello", .ip = Ip::v6}),
          ipv4_frame(1, 2, 17, large.substr(0, 160), 0x2000),
          ipv4_frame(1, 2, 17, large.substr(160), 160 / 8),
          icmp_frame(2, 1, 3, 3, refused),
          icmpv6_frame(2, 1, 1, 4, "quoted"),
          ipv6_frame(1, 2, 0, bytes({44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 7}) + udp_datagram({.ip = Ip::v6})),
          ethernet(1, 2, 0x0806, bytes({0, 1, 8, 0, 6, 4, 0, 1}) + std::string(20, '\0'))};
}

std::vector<std::string> streams() {
  const std::string text = "Hello\nWorld\r\n\r\naab a\\\nb aa!abababab\n";
  const std::string numbers = bytes({0, 0, 0, 5}) + "Hello" + bytes({0, 2}) + "hi" + bytes({1, 0, 0, 0, 0, 0, 0, 0, 7});
  std::vector<std::string> inputs;
  for (int format = 0; format < 14; ++format) {
    inputs.push_back(bytes({format, 200, format}) + text);
    inputs.push_back(bytes({format, 4, format}) + text + numbers);
    inputs.push_back(bytes({format, 200, format}) + numbers + text);
  }
  for (const char* messages :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\nPUT /b HTTP/1.0\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nHello\r\na\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
        "HTTP/1.1 204 None\r\n\r\nHTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nto the end"}) {
    inputs.push_back(bytes({14, 200, 3}) + messages);
  }
  return inputs;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const fs::path folder = arguments[1];
  write(folder / "packet", {in_a_row(conversation(Ip::v4)), in_a_row(conversation(Ip::v6)), in_a_row(datagrams())});
  write(folder / "framing", streams());
  write(folder / "loader", {});
  return 0;
}
