// The programs for broadcasts as real processes: several listeners, one sender, and Python's socket module on either
// side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Our listener: at a port of its own, or at that of another.
class Listener : public Process {
 public:
  explicit Listener(const std::string& port = "0", const std::vector<std::string>& options = {})
      : Process(wirelab(arguments(port, options))) {
    EXPECT_TRUE(shows(". Ctrl-C ends this.\n")) << output();
  }
  std::string port() const {
    const std::string place = "127.255.255.255:";
    return std::to_string(std::stoi(output().substr(output().find(place) + place.size())));
  }
  std::string answer() const { return "Process " + std::to_string(id()) + " has heard you."; }

 private:
  static std::vector<std::string> arguments(const std::string& port, const std::vector<std::string>& options) {
    std::vector<std::string> all = {"broadcast-listen", port};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  }
};

std::string in_python(const std::string& body) {
  return "import socket, sys\n"
         "everyone = ('127.255.255.255', int(sys.argv[1]))\n"
         "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n" +
         body;
}

TEST(Broadcast, IsHeardByAllWhoListenAndAnsweredByEach) {
  Listener first;
  Listener second(first.port());
  Listener third(first.port());
  Process sender(wirelab({"broadcast-send", "Who is there?", first.port(), "--wait", "600"}));
  EXPECT_TRUE(sender.shows(" has heard you.\n", 3)) << sender.output();
  sender.signal(SIGINT);
  EXPECT_EQ(sender.wait(), 0);
  EXPECT_THAT(sender.output(),
              HasSubstr("Sent 13 bytes to everyone at 127.255.255.255:" + first.port() + ", as one datagram.\n"));
  for (Listener* listener : {&first, &second, &third}) {
    EXPECT_TRUE(listener->shows(": Who is there?\n")) << listener->output();
    EXPECT_THAT(sender.output(), HasSubstr(": " + listener->answer() + "\n"));
  }
}

// Whether an answer comes in time is up to the machine, and that it is counted then is not.
TEST(Broadcast, IsOverAfterItsTimeWhoeverHasAnsweredTillThen) {
  Listener listener;
  Process sender(wirelab({"broadcast-send", "Who is there?", listener.port()}));
  const bool is_in_time = sender.shows(listener.answer());
  EXPECT_EQ(sender.wait(), 0);
  EXPECT_THAT(sender.output(),
              HasSubstr(is_in_time ? "1 answer within 1 s. How many there would be, nobody could know.\n"
                                   : "No answer within 1 s."));
}

TEST(Broadcast, ThatNobodyHearsIsNoError) {
  std::string port;
  {
    Listener gone;
    port = gone.port();
  }
  Process sender(wirelab({"broadcast-send", "Who is there?", port, "--wait", "0"}));
  EXPECT_EQ(sender.wait(), 0);
  EXPECT_THAT(sender.output(), HasSubstr("No answer within 0 s. Nobody refuses a broadcast"));
}

TEST(Broadcast, OfAPythonProgramIsHeard) {
  SKIP_WITHOUT("python3", "python3");
  Listener listener;
  Process sender({"python3", "-c",
                  in_python("s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
                            "s.sendto('谁在？'.encode(), everyone)\n"
                            "print(s.recvfrom(1024)[0].decode())\n"),
                  listener.port()});
  EXPECT_EQ(sender.wait(), 0) << sender.output();
  EXPECT_EQ(sender.output(), listener.answer() + "\n");
  EXPECT_TRUE(listener.shows(": 谁在？\n")) << listener.output();
}

TEST(Broadcast, ReachesAPythonProgramThatSharesThePort) {
  SKIP_WITHOUT("python3", "python3");
  Listener listener;
  Process other({"python3", "-c",
                 in_python("s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
                           "s.bind(everyone)\n"
                           "print('listening', flush=True)\n"
                           "text, sender = s.recvfrom(1024)\n"
                           "s.sendto(b'and Python', sender)\n"
                           "print(text.decode())\n"),
                 listener.port()});
  ASSERT_TRUE(other.shows("listening")) << other.output();
  Process sender(wirelab({"broadcast-send", "you two", listener.port(), "--wait", "600"}));
  EXPECT_TRUE(sender.shows(listener.answer())) << sender.output();
  EXPECT_TRUE(sender.shows(": and Python\n")) << sender.output();
  EXPECT_EQ(other.wait(), 0);
  EXPECT_THAT(other.output(), HasSubstr("you two"));
}

TEST(Broadcast, ExplainsItselfFromTheRulesOfTheLabs) {
  Listener listener("0", {"--explain"});
  Process sender(wirelab({"broadcast-send", "Who is there?", listener.port(), "--explain", "--wait", "600"}));
  EXPECT_TRUE(sender.shows("Received ")) << sender.output();
  sender.signal(SIGINT);
  EXPECT_EQ(sender.wait(), 0);
  EXPECT_THAT(sender.output(), HasSubstr("setsockopt(SO_BROADCAST, 1)"));
  EXPECT_THAT(sender.output(), HasSubstr("Who hears it cannot be told from"));
  EXPECT_THAT(sender.output(), Not(HasSubstr("heard by nobody"))) << "one side does not know";
  EXPECT_THAT(listener.output(), HasSubstr("setsockopt(SO_REUSEADDR, 1)"));
}

TEST(Broadcast, ListenerEndsWithCtrlC) {
  Listener listener;
  listener.signal(SIGINT);
  EXPECT_EQ(listener.wait(), 0);
  EXPECT_THAT(listener.output(), HasSubstr("Interrupted: every socket is closed."));
}

TEST(Broadcast, WithWrongArgumentsPrintsTheUsage) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{{"broadcast-send"},
                                                                                     {"broadcast-send", "text", "0"},
                                                                                     {"broadcast-listen", "ten"},
                                                                                     {"broadcast-listen", "1", "2"}}) {
    Process program(wirelab(wrong));
    EXPECT_EQ(program.wait(), 2) << wrong.front();
    EXPECT_THAT(program.output(), HasSubstr("PORT")) << wrong.front();
  }
}

TEST(Broadcast, TooLongForADatagramIsRefusedByTheKernel) {
  Process sender(wirelab({"broadcast-send", std::string(66000, 'x'), "8888", "--wait", "0"}));
  EXPECT_EQ(sender.wait(), 1);
  EXPECT_THAT(sender.output(), HasSubstr("EMSGSIZE"));
}

}  // namespace
}  // namespace wirelab::programs::test
