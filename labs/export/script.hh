// What a program has to know of its scenario: an actor's steps with the variables they need, whatever the language.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::exporter {

/// An argument of the program: `HOST`, 127.0.0.1 if it is left out.
struct Parameter {
  std::string name;  ///< as a variable: `host`
  std::string preset;
};

/// Where a socket is bound, or somebody is reached.
struct Address {
  std::string name;  ///< as a variable: `server_address`
  std::string host;  ///< names of parameters
  std::string port;
};

/// A socket is a variable. One name serves several sockets of which each is opened when the one before is closed.
struct SocketVariable {
  std::string name;
  std::string as;  ///< what the scenario calls it; empty: nothing
  scenario::SocketType type = scenario::SocketType::stream;
  bool accepted = false;
  bool listens = false;
  bool is_used = false;    ///< a call is made on it
  bool has_inbox = false;  ///< receives may bring more than a step asks for
  std::string sender;      ///< of a datagram socket that answers: who sent last
};

/// What of HTTP/1.1 is taken besides the content, as core/http.hh has it.
inline constexpr std::size_t longest_start_line = 8000;
inline constexpr std::size_t longest_fields = 16 * 1024;

inline constexpr std::size_t no_socket = static_cast<std::size_t>(-1);

/// A step, and what it is about.
struct Line {
  const scenario::Step* step = nullptr;
  std::size_t socket = no_socket;  ///< the socket the call is made on
  std::size_t opened = no_socket;  ///< the one that `socket` or `accept` makes
  std::string address;             ///< of bind, connect, sendto
  std::vector<std::string> facts;  ///< to wait for before the step, as written
  std::vector<Line> inner;         ///< of repeat and retry
};

struct Script {
  const scenario::Scenario* scenario = nullptr;
  const scenario::Actor* actor = nullptr;
  std::vector<Parameter> parameters;
  std::vector<Address> addresses;
  std::vector<SocketVariable> sockets;
  std::vector<Line> lines;
  /// What must be true before the program is started: the facts its steps wait for before the first of them that
  /// anybody else could notice.
  std::vector<std::string> start_facts;
  std::size_t room = 0;       ///< the most bytes that one receive can bring; 0: it receives nothing
  std::size_t file_room = 0;  ///< the most bytes that a file it receives can have
};

/// A script for each actor, in lane order. What no program can do goes into `problems`.
std::vector<Script> scripts_of(const scenario::Scenario& scenario, scenario::Problems& problems);

/// All lines, those inside loops too, in order of the file.
void for_each_line(const std::vector<Line>& lines, const std::function<void(const Line&)>& look);

/// Does a step have `{i}`, or `{copy}`, in a text in which it is replaced?
bool names(std::string_view placeholder, const std::vector<Line>& lines);

/// What the step sends and expects, in order.
std::vector<const scenario::Data*> data_of(const scenario::Step& step);

/// Does it end an enclosing `repeat` with `until`, if it brings the right bytes?
bool receives(const scenario::Step& step);

/// What the actor has received that these bytes are, or are made from: what came last, or a file. nullptr: none of it.
const scenario::Received* asks_for_received(const scenario::Data& data);

/// Does the actor use what came last, as bytes or as a number?
bool asks_for_last(const Script& script);

/// The files that the actor goes on with where it finds them.
std::set<std::string> files_continued(const Script& script);

}  // namespace wirelab::exporter
