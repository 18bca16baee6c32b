// A folder with what a student has: lessons, exercises, and what the program remembers.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/runner/program.hh"

namespace wirelab::student::test {

/// A server that receives twice, each time up to `room` bytes, what a client sends in two sends before that.
inline std::string lesson(const std::string& first, const std::string& second, int room = 100,
                          const std::string& more = "") {
  return "wirelab: 1\n"
         "actors:\n"
         "  server:\n"
         "    - socket: stream\n"
         "    - bind: 8888\n"
         "    - listen: 1\n"
         "    - accept\n"
         "    - recv: " +
         std::to_string(room) +
         "\n"
         "      after: client.second\n"
         "    - recv: " +
         std::to_string(room) +
         "\n"
         "  client:\n"
         "    - socket: stream\n"
         "    - connect: server\n"
         "      after: server.accept blocked\n"
         "    - send: \"" +
         first +
         "\"\n"
         "    - send: \"" +
         second +
         "\"\n"
         "      id: second\n"
         "    - close:\n"
         "      after: server.recv#1\n" +
         more;
}

class Desk : public testing::Test {
 protected:
  const std::filesystem::path& folder() const { return folder_.path(); }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder() / name).parent_path());
    std::ofstream(folder() / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const { return runner::test::content_of(folder() / name); }
  bool is_there(const std::string& name) const { return std::filesystem::exists(folder() / name); }

  /// The program, with a place to remember things in.
  runner::test::Ended wirelab(const std::vector<std::string>& arguments) const {
    return runner::test::run_program(arguments, folder(), {}, {"XDG_STATE_HOME=" + state().string()});
  }
  std::filesystem::path state() const { return state_.path() / "state"; }

 private:
  runner::test::TemporaryFolder folder_;
  runner::test::TemporaryFolder state_;
};

}  // namespace wirelab::student::test
