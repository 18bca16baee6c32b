// What all programs share: where they may go, how they are called, and text in a stream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "labs/programs/endpoint.hh"
#include "labs/programs/stream_text.hh"
#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

using testing::HasSubstr;

TEST(Endpoint, TakesAddressesOfLoopbackAndItsName) {
  EXPECT_EQ(endpoint("127.0.0.1", "8888", Role::client).to_string(), "127.0.0.1:8888");
  EXPECT_EQ(endpoint("127.9.9.9", "65535", Role::client).to_string(), "127.9.9.9:65535");
  EXPECT_EQ(endpoint("::1", "1", Role::client).to_string(), "[::1]:1");
  EXPECT_EQ(endpoint("localhost", "0", Role::server).to_string(), "127.0.0.1:0");
}

TEST(Endpoint, RefusesEveryOtherAddressWithTheReason) {
  for (const char* host : {"192.168.1.1", "0.0.0.0", "::", "2001:db8::1", "::ffff:10.0.0.1", "example.org", "",
                           "127.0.0.1.example.org", "localhost.example.org", "127.0.0.1 "}) {
    try {
      endpoint(host, "8888", Role::server);
      ADD_FAILURE() << host;
    } catch (const WrongArgument& error) {
      EXPECT_THAT(error.what(), HasSubstr("stays on this machine"));
    }
  }
}

TEST(Endpoint, RefusesWhatIsNoPort) {
  for (const char* port : {"", "-1", "65536", "80x", " 80", "http", "99999999999999999999"}) {
    EXPECT_THROW(endpoint("127.0.0.1", port, Role::server), WrongArgument) << port;
  }
  EXPECT_THROW(endpoint("127.0.0.1", "0", Role::client), WrongArgument);
}

TEST(StreamText, IsTheSameHoweverTheStreamIsCut) {
  const std::string whole = "aé你😀\xff\xe4z\xe4\xbd";
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    StreamText text;
    std::string shown;
    for (std::size_t at = 0; at < whole.size(); at += size) shown += text.take(whole.substr(at, size));
    EXPECT_EQ(shown, "aé你😀\xff\xe4z") << size;
    EXPECT_EQ(text.unfinished(), "\xe4\xbd") << size;
  }
}

TEST(Programs, SpeakTheLanguageThatWasAskedFor) {
  Process server(wirelab({"udp-server", "--lang", "zh", "--explain", "127.0.0.1", "0"}));
  EXPECT_TRUE(server.shows("等待数据报。按 Ctrl-C 结束。\n")) << server.output();
  const std::string port = std::to_string(std::stoi(server.output().substr(server.output().find("127.0.0.1:") + 10)));
  Process client(wirelab({"udp-client", "--lang", "zh", "--explain", "--wait", "600", "127.0.0.1", port}));
  client.type("你好\n\n");
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr("从这一边看不出来"));
  EXPECT_THAT(client.output(), HasSubstr("的 20 字节：Receive your message\n"));
}

/// What make would call, with [] around each word.
std::string called_by_make(const std::vector<std::string>& typed) {
  const std::string stub = testing::TempDir() + "called-by-make-" + std::to_string(getpid());
  std::ofstream(stub) << "printf '[%s]' \"$@\"\n";
  // -o: however old it is, it is not built.
  std::vector<std::string> words = {
      "env", "-u", "MAKEFLAGS",         "-u", "MFLAGS", "make", "-s", "-C", WIRELAB_SOURCE_DIR, "-o", "sh",
      "-o",  stub, "PROGRAM=sh " + stub};
  words.insert(words.end(), typed.begin(), typed.end());
  Process make(words);
  make.end_input();
  EXPECT_EQ(make.wait(), 0) << make.output();
  unlink(stub.c_str());
  return make.output();
}

TEST(Make, GivesTheProgramsWhatWasTyped) {
  SKIP_WITHOUT("make", "make");
  EXPECT_EQ(called_by_make({"file-send", "FILE=it's", "PORT=9"}), "[file-send][it's][127.0.0.1][9]");
  EXPECT_EQ(called_by_make({"http-get", "URL=http://127.0.0.1/it's?a&b", "OUTPUT=a b"}),
            "[http-get][http://127.0.0.1/it's?a&b][-o][a b]");
  EXPECT_EQ(called_by_make({"http-server", "FOLDER=my \"site\""}), "[http-server][my \"site\"][127.0.0.1]");
  EXPECT_EQ(called_by_make({"check1", "EXERCISE=1; echo x"}), "[assess][scenarios/lab1][1; echo x]");
  EXPECT_EQ(called_by_make({"lab1", "FILE=my own.yaml"}), "[run][my own.yaml]");
}

TEST(Programs, WaitForNoTimeThatIsNone) {
  for (const char* seconds : {"nan", "-1", "3601", "soon"}) {
    Process client(wirelab({"udp-client", "--wait", seconds, "127.0.0.1", "9"}));
    client.end_input();
    EXPECT_EQ(client.wait(), 2) << seconds;
  }
}

class EveryProgram : public testing::TestWithParam<const char*> {};

TEST_P(EveryProgram, AnswersWrongArgumentsWithItsUsage) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"127.0.0.1", "8888", "more"}, {"--frobnicate"}, {"10.0.0.1"}, {"127.0.0.1", "port"}}) {
    std::vector<std::string> arguments = {GetParam()};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    Process program(wirelab(arguments));
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.output(), HasSubstr(std::string(GetParam()) + " [OPTIONS] [HOST] [PORT]"));
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, EveryProgram,
                         testing::Values("tcp-server", "tcp-client", "udp-server", "udp-client"));

}  // namespace
}  // namespace wirelab::programs::test
