// Programs for two terminals: a server in the one, a client in the other (docs/programs.md). They talk with any program
// that follows the same exchange.
//
// Each returns the exit status: 0 when it was ended, Ctrl-C included; 1 if the network said no, after advice on what to
// do. Throws WrongArgument (labs/programs/endpoint.hh) before anything is sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/deadline.hh"
#include "labs/words/language.hh"

namespace wirelab::programs {

using Patience = core::Deadline::Clock::duration;

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8888";  ///< of a server, 0: any that is free
  bool explain = false;       ///< tells each call, and what it shows
  words::Language language = words::Language::english;
};

struct TcpServerOptions : Options {
  bool concurrent = false;  ///< many clients at once, instead of one after the other
};
int tcp_server(const TcpServerOptions& options);

int tcp_client(const Options& options);

int udp_server(const Options& options);

struct UdpClientOptions : Options {
  Patience patience = std::chrono::seconds(5);  ///< how long it waits for an answer
};
int udp_client(const UdpClientOptions& options);

struct FileReceiveOptions : Options {
  std::filesystem::path into = "received";       ///< made if it is not there
  std::int64_t most = std::int64_t{4} << 30;     ///< bytes of a file
  Patience patience = std::chrono::seconds(30);  ///< how long a sender may be silent; meanwhile the others wait
};
int file_receive(const FileReceiveOptions& options);

struct FileSendOptions : Options {
  std::filesystem::path file;
};
/// Interrupted, it has not done its work: that is 1.
int file_send(const FileSendOptions& options);

struct HttpServerOptions : Options {
  std::string folder = ".";                      ///< whose files it serves
  Patience patience = std::chrono::seconds(10);  ///< for a request, and for each part of a response
};
int http_server(const HttpServerOptions& options);

struct HttpGetOptions : Options {
  std::string url;                               ///< http://127.0.0.1:8080/page.html; host and port are taken from it
  std::string output;                            ///< the file for the page; empty: standard output
  Patience patience = std::chrono::seconds(30);  ///< how long the server may be silent
};
/// 1 as well if the page did not come whole, interrupted or not, or the server's status is 400 or more.
int http_get(const HttpGetOptions& options);

// Those for broadcasts have no choice of host: it is everyone on the loopback device.

struct BroadcastSendOptions : Options {
  std::string text;
  Patience patience = std::chrono::seconds(1);  ///< how long it collects answers
};
int broadcast_send(const BroadcastSendOptions& options);

int broadcast_listen(const Options& options);

}  // namespace wirelab::programs
