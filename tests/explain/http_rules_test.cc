// What is said of HTTP is found in the bytes that were sent, whoever made them.
#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TimelineBuilder;

const std::string request = "GET / HTTP/1.1\r\nHost: server\r\n\r\n";
const std::string ok = "HTTP/1.1 200 OK\r\n";

/// A client that asks and a server that answers, over one connection.
struct Visit {
  TimelineBuilder run = server_and_client();
  int connection = run.connected("client", "server");

  void ask(const std::string& bytes = request) { run.send("client", connection, bytes); }
  void answer(const std::string& bytes) { run.send("server", connection, bytes); }
  /// One side closes, and the other reads all of it and is told so.
  void ends(const std::string& from) {
    const std::string to = from == "server" ? "client" : "server";
    run.close(from, connection);
    run.recv(to, connection);
    run.recv(to, connection);
  }
};

TEST(HttpExchange, NamesTheRequestAndItsAnswer) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 5\r\n\r\nHello");
  EXPECT_THAT(seen(visit.run, "http-exchange"),
              ElementsAre("client asked \"GET / HTTP/1.1\", and server answered \"HTTP/1.1 200 OK\"."));
}

TEST(HttpExchange, TellsTheLengthOfALongLineInTheLanguageOfThePage) {
  Visit visit;
  visit.ask("GET /" + std::string(46, 'x') + " HTTP/1.1\r\nHost: server\r\n\r\n");
  visit.answer(ok + "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-exchange"), ElementsAre(HasSubstr("HTTP/1.1\" (60 bytes), and")));
  for (const Annotation& one : explain(visit.run.timeline(), words::Language::chinese)) {
    EXPECT_THAT(one.seen, testing::Not(HasSubstr("bytes"))) << one.rule;
    if (one.rule == "http-exchange") {
      EXPECT_THAT(one.seen, HasSubstr("（60 字节）"));
    }
  }
}

TEST(HttpExchange, IsFoundHoweverTheBytesAreSent) {
  Visit visit;
  visit.run.send_in_pieces("client", visit.connection, {"GET / HT", "TP/1.1\r", "\nHost: server\r\n\r", "\n"});
  visit.answer(ok);
  visit.answer("Content-Length: 5\r\n");
  visit.answer("\r\nHello");
  EXPECT_THAT(seen(visit.run, "http-exchange"), ElementsAre(HasSubstr("GET / HTTP/1.1")));
}

TEST(Http, IsNotSeenInOtherStreams) {
  Visit visit;
  visit.ask("Hello\nWorld\n");
  visit.answer("GET out\r\n\r\n");
  visit.ends("server");
  for (const char* rule : {"http-exchange", "http-content", "http-head-and-more", "http-kept-open", "http-pipelined",
                           "http-cut-short", "http-malformed"}) {
    EXPECT_THAT(told(visit.run, rule), IsEmpty()) << rule;
  }
}

TEST(HttpContent, ByLengthIsTold) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 5\r\n\r\nHello");
  EXPECT_THAT(seen(visit.run, "http-content"),
              ElementsAre("server's Content-Length is 5: so many bytes behind the empty line are the content."));
}

TEST(HttpContent, InChunksIsCounted) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n1\r\n!\r\n0\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-content"),
              ElementsAre("server sent 6 bytes of content in 2 chunks; what frames them took 15 bytes."));
}

TEST(HttpContent, ToTheEndOfTheStreamIsToldOnlyWhenThatHasCome) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "\r\nHello");
  EXPECT_THAT(told(visit.run, "http-content"), IsEmpty());
  visit.ends("server");
  EXPECT_THAT(seen(visit.run, "http-content"),
              ElementsAre("server's head says neither Content-Length nor chunked: the content, 5 bytes, ended with the "
                          "stream."));
}

TEST(HttpContent, IsAbsentFromTheAnswerToHead) {
  Visit visit;
  visit.ask("HEAD / HTTP/1.1\r\nHost: server\r\n\r\n" + request);
  visit.answer(ok + "Content-Length: 5\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nHi");
  EXPECT_THAT(seen(visit.run, "http-content"),
              ElementsAre("server's \"HTTP/1.1 200 OK\" ended with its head.", HasSubstr("Content-Length is 2")));
}

TEST(HttpContent, DoesNotEndWithAStreamWhoseEndItsReceiverWasNotTold) {
  Visit reset;
  reset.ask();
  reset.answer(ok + "\r\nHello");
  reset.run.recv("client", reset.connection);
  reset.run.close("server", reset.connection);
  reset.run.fails(reset.run.recv("client", reset.connection), "ECONNRESET");
  EXPECT_THAT(told(reset.run, "http-content"), IsEmpty());
  EXPECT_THAT(seen(reset.run, "http-cut-short"),
              ElementsAre("client's recv failed with ECONNRESET inside a message of server."));
  Visit gave_up;
  gave_up.ask();
  gave_up.answer(ok + "Content-Length: 10\r\n\r\nHello");
  gave_up.run.recv("client", gave_up.connection);
  gave_up.run.fails(gave_up.run.recv("client", gave_up.connection), "timeout");
  gave_up.ends("client");
  gave_up.run.close("server", gave_up.connection);
  EXPECT_THAT(told(gave_up.run, "http-cut-short"), IsEmpty()) << "the client had closed before";
}

TEST(HttpHeadAndMore, CountsWhatARecvBroughtOnBothSidesOfTheEmptyLine) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 5\r\n\r\nHello");
  visit.run.recv("client", visit.connection, 30);
  visit.run.recv("client", visit.connection, 100);
  EXPECT_THAT(seen(visit.run, "http-head-and-more"),
              ElementsAre("One recv of client brought the last 8 bytes of a head and 5 bytes of what follows."));
}

TEST(HttpHeadAndMore, IsNotToldWhereARecvEndsWithTheHead) {
  Visit visit;
  visit.ask();
  visit.run.recv("server", visit.connection);
  EXPECT_THAT(told(visit.run, "http-head-and-more"), IsEmpty());
}

TEST(HttpKeptOpen, CountsTheRequestsOfOneConnection) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(told(visit.run, "http-kept-open"), IsEmpty());
  visit.ask();
  visit.answer(ok + "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-kept-open"),
              ElementsAre("2 requests of client went to server over one connection."));
  EXPECT_THAT(told(visit.run, "http-pipelined"), IsEmpty());
}

TEST(HttpKeptOpen, TellsOfARequestBehindTheEndThatGotNoAnswer) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Connection: close\r\nContent-Length: 0\r\n\r\n");
  visit.ask("GET /2 HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_THAT(told(visit.run, "http-kept-open"), IsEmpty()) << "it may still come";
  visit.ends("server");
  EXPECT_THAT(seen(visit.run, "http-kept-open"),
              ElementsAre("server sent no answer to client's \"GET /2 HTTP/1.1\": behind \"HTTP/1.1 200 OK\" the "
                          "connection was to end."));
}

TEST(HttpKeptOpen, TellsOfAServerThatDoesNotClose) {
  Visit visit;
  visit.ask("GET / HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
  visit.answer(ok + "Content-Length: 0\r\n\r\n");
  visit.run.recv("client", visit.connection);
  EXPECT_THAT(told(visit.run, "http-kept-open"), IsEmpty());
  visit.run.never_returns(visit.run.call("client", "recv"));
  visit.run.edit(visit.run.timeline().events.back().id).connection = visit.connection;
  EXPECT_THAT(seen(visit.run, "http-kept-open"),
              ElementsAre("Behind \"GET / HTTP/1.1\" the connection was to end, and server had not closed it when the "
                          "run ended: client was still waiting."));
}

TEST(HttpMalformed, IsNotToldOfAnotherProtocolThatHttpWasSwitchedTo) {
  for (const auto& [asked, answered] :
       {std::pair(std::string("GET / HTTP/1.1\r\nHost: s\r\nUpgrade: echo\r\n\r\n"),
                  std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n")),
        std::pair(std::string("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), ok + "\r\n")}) {
    Visit visit;
    visit.ask(asked);
    visit.answer(answered);
    visit.answer("welcome\n");
    visit.ask("hello\n");
    visit.ends("server");
    visit.ends("client");
    EXPECT_THAT(told(visit.run, "http-malformed"), IsEmpty()) << asked;
    EXPECT_THAT(told(visit.run, "http-cut-short"), IsEmpty()) << asked;
    EXPECT_THAT(told(visit.run, "http-exchange"), testing::SizeIs(1)) << asked;
    EXPECT_THAT(seen(visit.run, "http-content"), ElementsAre(HasSubstr("ended with its head."))) << asked;
  }
}

TEST(HttpMalformed, SaysOfWhatTheStandardAllowsOnlyThatItIsNotReadHere) {
  for (const auto& [field, words] : {std::pair("Transfer-Encoding: gzip, chunked", "which is all that Wirelab reads"),
                                     std::pair("A: b\r\n c", "Wirelab does not read on there")}) {
    Visit visit;
    visit.ask();
    visit.answer(ok + field + "\r\n\r\n");
    EXPECT_THAT(seen(visit.run, "http-malformed"), ElementsAre(HasSubstr(words)));
  }
  Visit space;
  space.ask();
  space.answer(ok + "Content-Length : 3\r\n\r\nabc");
  EXPECT_THAT(seen(space.run, "http-malformed"), ElementsAre(HasSubstr("whitespace between the name of a field and")));
}

TEST(HttpPipelined, IsToldOfRequestsThatDidNotWait) {
  Visit visit;
  visit.ask(request + request);
  visit.ask();
  visit.answer(ok + "Content-Length: 0\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-pipelined"),
              ElementsAre("client had sent 3 requests before server sent a byte of the first answer."));
}

TEST(HttpCutShort, SaysHowMuchIsMissingIfThatIsKnown) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 50\r\n\r\nHello");
  EXPECT_THAT(told(visit.run, "http-cut-short"), IsEmpty()) << "the rest may still come";
  visit.ends("server");
  EXPECT_THAT(seen(visit.run, "http-cut-short"),
              ElementsAre("server's Content-Length is 50, and the stream ended after 5 bytes of content."));
}

TEST(HttpCutShort, MissesTheLastChunkAndTheEndOfAHead) {
  Visit chunks;
  chunks.ask();
  chunks.answer(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n");
  chunks.ends("server");
  EXPECT_THAT(seen(chunks.run, "http-cut-short"), ElementsAre(HasSubstr("before the chunk of size 0")));
  Visit head;
  head.ask("GET / HTTP/1.1\r\nHost: server\r\n");
  head.ends("client");
  EXPECT_THAT(seen(head.run, "http-cut-short"), ElementsAre("client's stream ended inside a head."));
}

TEST(HttpCutShort, IsNotToldOfContentThatTheEndOfTheStreamEnds) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "\r\nHello");
  visit.ends("server");
  EXPECT_THAT(told(visit.run, "http-cut-short"), IsEmpty());
}

TEST(HttpMalformed, NamesWhatIsWrongWithARequest) {
  Visit visit;
  visit.ask("GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-malformed"),
              ElementsAre("client's request is not HTTP/1.1: HTTP/1.1 wants exactly one Host field, and it has not."));
  EXPECT_THAT(why(visit.run, "http-malformed"), HasSubstr("answers 400"));
}

TEST(HttpMalformed, HasWordsForEveryFault) {
  for (const char* bytes : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost\r\n", "GET / HTTP/1.1\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"}) {
    Visit visit;
    visit.ask(request + bytes);
    EXPECT_THAT(told(visit.run, "http-malformed"), testing::SizeIs(1)) << bytes;
  }
  for (const std::string& line : {std::string("PUT / HTTP/3.0\r\n"), std::string("no\r\n"), std::string(9000, 'x')}) {
    Visit visit;
    visit.ask(request + line);
    EXPECT_THAT(told(visit.run, "http-malformed"), testing::SizeIs(1)) << line;
  }
}

TEST(HttpMalformed, LooksForAWrongLengthIfContentIsFollowedByNoStartLine) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 3\r\n\r\nHello\r\n");
  EXPECT_THAT(seen(visit.run, "http-malformed"),
              ElementsAre("Behind the 3 bytes that server's Content-Length had promised comes no start line."));
}

TEST(HttpMalformed, LooksForAWrongLengthWhateverIsWrongWithTheLineBehind) {
  const std::string rest_of_the_content = ok + "Content-Length: 4\r\n\r\nHello\n";
  const std::string swallowed = ok + "Content-Length: 8\r\n\r\nHello\n" + "HTTP/1.1 404 Not Found\r\n\r\n";
  for (const std::string& bytes : {rest_of_the_content, swallowed}) {
    Visit visit;
    visit.ask();
    visit.answer(bytes);
    EXPECT_THAT(seen(visit.run, "http-malformed"), ElementsAre(HasSubstr("comes no start line."))) << bytes;
  }
  Visit broken_off;
  broken_off.ask();
  broken_off.answer(ok +
                    "Content-Length: 5\r\n\r\nGr\xC3\xBC\xC3\x9F"
                    "e");
  broken_off.ends("server");
  EXPECT_THAT(seen(broken_off.run, "http-malformed"), ElementsAre(HasSubstr("Behind the 5 bytes")));
  EXPECT_THAT(told(broken_off.run, "http-cut-short"), IsEmpty());
}

TEST(HttpMalformed, DoesNotBlameTheLengthForAFaultOfTheNextHead) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Content-Length: 2\r\n\r\nHi" + ok + "no field\r\n\r\n");
  EXPECT_THAT(seen(visit.run, "http-malformed"), ElementsAre(HasSubstr("a line of its head is not a field")));
  Visit broken_off;
  broken_off.ask();
  broken_off.answer(ok + "Content-Length: 2\r\n\r\nHi" + "HTT");
  broken_off.ends("server");
  EXPECT_THAT(seen(broken_off.run, "http-cut-short"), ElementsAre("server's stream ended inside a head."));
}

TEST(HttpMalformed, NamesTheMessageThatHasNoContentIfSomethingFollows) {
  Visit form;
  form.ask("POST / HTTP/1.1\r\nHost: s\r\n\r\nname=Ann\r\n");
  EXPECT_THAT(
      seen(form.run, "http-malformed"),
      ElementsAre("Behind the head of client's \"POST / HTTP/1.1\", which has no content, comes no start line."));
  Visit head;
  head.ask("HEAD / HTTP/1.1\r\nHost: s\r\n\r\n");
  head.answer(ok + "Content-Length: 5\r\n\r\nHello");
  head.ends("server");
  EXPECT_THAT(seen(head.run, "http-malformed"), ElementsAre(HasSubstr("server's \"HTTP/1.1 200 OK\", which has no")));
  EXPECT_THAT(told(head.run, "http-cut-short"), IsEmpty());
}

/// Both look for messages of HTTP.
Visit with_framing() {
  Visit visit;
  for (timeline::Lane& lane : visit.run.edit().lanes)
    lane.framing = scenario::Framing{scenario::HttpFraming{}, 65536, {}};
  return visit;
}

TEST(HttpMalformed, IsToldOfTheVeryFirstLineToWhoeverLookedForHttp) {
  for (const char* bytes : {"GET / HTTP/1.1\nHost: s\n\n", "GET / HTTP/2.0\r\nHost: s\r\n\r\n"}) {
    Visit visit = with_framing();
    visit.ask(bytes);
    EXPECT_THAT(told(visit.run, "http-malformed"), IsEmpty()) << "nobody has refused it";
    visit.run.message_failed("server", "malformed");
    EXPECT_THAT(told(visit.run, "http-malformed"), testing::SizeIs(1)) << bytes;
  }
}

TEST(HttpMalformed, BlamesAnEmptyLineBeforeARequestOnlyIfItWasRefused) {
  Visit visit = with_framing();
  visit.ask(request + "\r\n");
  visit.ask();
  EXPECT_THAT(told(visit.run, "http-malformed"), IsEmpty());
  visit.run.message_failed("server", "malformed");
  EXPECT_THAT(seen(visit.run, "http-malformed"),
              ElementsAre("An empty line comes where client's request line should be."));
}

TEST(HttpCutShort, TellsTheEmptyLineFromTheLastChunk) {
  Visit visit;
  visit.ask();
  visit.answer(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n");
  visit.ends("server");
  EXPECT_THAT(seen(visit.run, "http-cut-short"),
              ElementsAre("server's stream ended behind the chunk of size 0: the empty line is missing."));
}

TEST(HttpKeptOpen, IsToldAsAgainstTheRulesBehindAMessageThatEndsTheConnection) {
  const std::string closing = ok + "Connection: close\r\nContent-Length: 0\r\n\r\n";
  const std::string old = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n";
  for (const std::string& first : {closing, old}) {
    Visit visit;
    visit.ask();
    visit.answer(first);
    visit.ask();
    visit.answer(closing);
    EXPECT_THAT(seen(visit.run, "http-kept-open"), ElementsAre(HasSubstr("it was to end."))) << first;
  }
}

TEST(HttpIncomplete, SaysWhatTheReceiverStillWaitsFor) {
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"Content-Length: 10\r\n\r\nHello\n", "Content-Length is 10, and 6 bytes of content had come."},
      {"Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n", "the chunk of size 0 of server had not come."},
      {"Transfer-Encoding: chunked\r\n\r\n0\r\n", "no empty line had come."},
      {"\r\nHello", "only the end of the stream would end the content."},
      {"Content-Length: 2\r\n\r\nHello", "3 bytes of server had come, and no empty line."},
  };
  for (const auto& [bytes, missing] : answers) {
    Visit visit = with_framing();
    visit.ask();
    visit.answer(ok + bytes);
    visit.run.recv("client", visit.connection);
    EXPECT_THAT(told(visit.run, "http-incomplete"), IsEmpty());
    visit.run.never_returns(visit.run.call("client", "recv"));
    visit.run.edit(visit.run.timeline().events.back().id).connection = visit.connection;
    EXPECT_THAT(seen(visit.run, "http-incomplete"), ElementsAre(testing::EndsWith(missing))) << bytes;
  }
}

}  // namespace
}  // namespace wirelab::explain
