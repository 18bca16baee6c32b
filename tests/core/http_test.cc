#include "core/http.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wirelab::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// All that a stream is made of: a word a part, the bytes of one content joined.
struct Read {
  std::vector<std::string> starts;
  std::vector<std::string> contents;
  std::vector<HttpHead> heads;
  HttpEnd last;
  std::optional<HttpFault> fault;
  bool is_inside = false;
};

Read read(std::string_view stream, std::size_t piece = std::string::npos, HttpLimits limits = {},
          std::string_view method = "GET") {
  HttpParser parser(limits);
  parser.expect_answer_to(method);
  Read all;
  std::string content;
  const auto take = [&](const HttpPart& part) {
    if (const auto* head = std::get_if<HttpHead>(&part)) {
      all.starts.push_back(head->start_line);
      all.heads.push_back(*head);
    } else if (const auto* data = std::get_if<HttpData>(&part)) {
      content += data->bytes;
    } else {
      all.last = std::get<HttpEnd>(part);
      all.contents.push_back(std::exchange(content, {}));
    }
  };
  try {
    while (!stream.empty()) {
      std::string_view unread = stream.substr(0, piece);
      stream.remove_prefix(unread.size());
      while (const auto part = parser.next(unread)) take(*part);
      EXPECT_TRUE(unread.empty()) << "all of a piece is looked at";
    }
    all.is_inside = parser.is_inside();
    if (const auto end = parser.finish()) take(*end);
  } catch (const HttpError& error) {
    all.fault = error.fault();
  }
  return all;
}

HttpHead head_of(std::string_view stream) {
  const Read all = read(stream);
  if (all.heads.empty()) throw std::runtime_error("no head");
  return all.heads.front();
}

std::optional<HttpFault> fault_of(std::string_view stream, HttpLimits limits = {}) {
  return read(stream, std::string::npos, limits).fault;
}

const std::string get = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";

// ---------------------------------------------------------------------------------------------- heads

TEST(HttpHead, OfARequestHasMethodTargetAndFields) {
  const HttpHead head = head_of("GET /a?b=c HTTP/1.1\r\nHost: localhost:8080\r\nAccept:  text/html \r\nX:\r\n\r\n");
  EXPECT_TRUE(head.is_request());
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/a?b=c");
  ASSERT_NE(head.field("host"), nullptr);
  EXPECT_EQ(*head.field("host"), "localhost:8080");
  EXPECT_EQ(*head.field("ACCEPT"), "text/html") << "without the spaces around it";
  EXPECT_EQ(*head.field("X"), "");
  EXPECT_EQ(head.field("Cookie"), nullptr);
}

TEST(HttpHead, OfAResponseHasAStatus) {
  const HttpHead head = head_of("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(head.is_request());
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.start_line, "HTTP/1.1 404 Not Found");
  EXPECT_EQ(head_of("HTTP/1.1 200 \r\n\r\n").status, 200) << "the reason may be empty";
}

TEST(HttpHead, TellsWhetherTheConnectionStaysOpen) {
  const auto stays = [](std::string_view version, std::string_view fields) {
    return head_of("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n").keeps_open();
  };
  EXPECT_TRUE(stays("HTTP/1.1", ""));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: upgrade, Close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", ""));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(head_of("HTTP/1.1 200 OK\r\n\r\n").keeps_open()) << "its end is the end of the stream";
}

TEST(HttpHead, IsRefusedIfItIsNone) {
  EXPECT_EQ(fault_of("Hello\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("GET /\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("GET  / HTTP/1.1\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("GET /a b HTTP/1.1\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("G(T / HTTP/1.1\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("HTTP/1.1 20 OK\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("HTTP/1.1 2000 OK\r\n"), HttpFault::start_line);
  EXPECT_EQ(fault_of("GET / HTTP/2.0\r\n"), HttpFault::version);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), HttpFault::field_space);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), HttpFault::folded_field);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost\r\n\r\n"), HttpFault::field);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n: a\r\n\r\n"), HttpFault::field);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n"), HttpFault::field);
}

TEST(HttpHead, WantsLinesThatEndWithCrLf) {
  EXPECT_EQ(fault_of("GET / HTTP/1.1\nHost: a\n\n"), HttpFault::line_end);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\n\r\n"), HttpFault::line_end);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\rHost: a\r\n\r\n"), HttpFault::line_end);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\r\n"), HttpFault::line_end);
}

TEST(HttpHead, OfARequestNamesOneHost) {
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n\r\n"), HttpFault::host);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"), HttpFault::host);
  EXPECT_EQ(fault_of("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
}

TEST(HttpHead, HasALongestStartLineAndLongestFields) {
  const HttpLimits limits{.start_line = 16, .fields = 10};
  EXPECT_EQ(fault_of("GET /12 HTTP/1.1\r\nHost: 1234\r\n\r\n", limits), std::nullopt);
  EXPECT_EQ(fault_of("GET /123 HTTP/1.1\r\n", limits), HttpFault::start_line_too_long);
  EXPECT_EQ(fault_of(std::string(1000, 'G'), limits), HttpFault::start_line_too_long) << "before its end has come";
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: 12345\r\n", limits), HttpFault::fields_too_long);
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: 1\r\nA: 12345\r\n", limits), HttpFault::fields_too_long) << "in all";
}

// -------------------------------------------------------------------------------------------- content

TEST(HttpContent, OfARequestIsThereOnlyIfItsHeadSaysSo) {
  const Read all = read(get + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n" + get);
  EXPECT_EQ(all.starts.size(), 3u);
  EXPECT_THAT(all.contents, ElementsAre("", "\r\n\r\n", ""));
}

TEST(HttpContent, OfAResponseGoesOnToTheEndOfTheStreamUnlessItsHeadSaysOtherwise) {
  const Read all = read("HTTP/1.1 200 OK\r\n\r\nto the end\r\n\r\n");
  EXPECT_EQ(all.heads.at(0).content_end, HttpContentEnd::close);
  EXPECT_TRUE(all.is_inside);
  EXPECT_THAT(all.contents, ElementsAre("to the end\r\n\r\n"));
  EXPECT_EQ(all.last.content, 14u);
}

TEST(HttpContent, IsAbsentWhereTheStatusOrTheMethodSaysSo) {
  for (const char* status : {"100 Continue", "204 No Content", "304 Not Modified"}) {
    const Read all = read("HTTP/1.1 " + std::string(status) +
                          "\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_THAT(all.contents, ElementsAre("", "x")) << status;
  }
  const Read all = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                        std::string::npos, {}, "HEAD");
  EXPECT_THAT(all.contents, ElementsAre("", "x"));
}

TEST(HttpContent, MayComeInChunks) {
  const Read all = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nHello\r\nA;name=\"x\"\r\n0123456789\r\n000\r\n"
      "Trailer: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n");
  EXPECT_EQ(all.fault, std::nullopt);
  EXPECT_THAT(all.contents, ElementsAre("Hello0123456789", ""));
  EXPECT_EQ(all.heads.at(0).content_end, HttpContentEnd::chunked);
}

TEST(HttpContent, InChunksIsCounted) {
  const Read all = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n1\r\n!\r\n0\r\n\r\n");
  EXPECT_EQ(all.last.content, 6u);
  EXPECT_EQ(all.last.chunks, 2u);
}

TEST(HttpContent, IsRefusedIfItsEndCannotBeTrusted) {
  const auto with = [](const std::string& rest) { return fault_of("HTTP/1.1 200 OK\r\n" + rest); };
  EXPECT_EQ(with("Content-Length: ten\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length: -1\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length: +1\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length:\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length: 99999999999999999999\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), HttpFault::length);
  EXPECT_EQ(with("Content-Length: 1, 1\r\n\r\nx"), std::nullopt);
  EXPECT_EQ(with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), HttpFault::two_ends);
  EXPECT_EQ(with("Transfer-Encoding: gzip\r\n\r\n"), HttpFault::coding);
  EXPECT_EQ(with("Transfer-Encoding: gzip, chunked\r\n\r\n"), HttpFault::coding);
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(with(chunked + "\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "x\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + " 5\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "-5\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "0x5\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "10000000000000000\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "4\r\nHello\r\n"), HttpFault::chunk);
  EXPECT_EQ(with(chunked + std::string(2000, '0')), HttpFault::chunk);
  EXPECT_EQ(with(chunked + "4\nHell\r\n"), HttpFault::line_end);
  EXPECT_EQ(with(chunked + "16\r\nHere is the firs\r\n0\r\n\r\n"), HttpFault::chunk) << "16 is 22";
}

TEST(HttpContent, HasALongest) {
  const HttpLimits limits{.content = 5};
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(fault_of(ok + "Content-Length: 5\r\n\r\nHello", limits), std::nullopt);
  EXPECT_EQ(fault_of(ok + "Content-Length: 6\r\n\r\n", limits), HttpFault::content_too_long) << "before its first byte";
  EXPECT_EQ(fault_of(ok + "\r\nHello!", limits), HttpFault::content_too_long);
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nHel\r\n";
  EXPECT_EQ(fault_of(chunked + "2\r\nlo\r\n0\r\n\r\n", limits), std::nullopt);
  EXPECT_EQ(fault_of(chunked + "3\r\n", limits), HttpFault::content_too_long);
  EXPECT_EQ(fault_of(chunked + "ffffffffffffffff\r\n", limits), HttpFault::content_too_long);
}

TEST(HttpParser, KnowsWhetherAMessageHasBegun) {
  EXPECT_FALSE(read(get).is_inside);
  EXPECT_TRUE(read(get + "G").is_inside);
  EXPECT_TRUE(read("GET / HTTP/1.1\r\n").is_inside);
  EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx").is_inside);
  EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n").is_inside);
}

TEST(HttpParser, GivesTheSameByteByByte) {
  const std::string stream =
      get + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n" + get;
  for (const std::size_t piece : {1, 2, 3, 7}) {
    const Read all = read(stream, piece);
    EXPECT_THAT(all.contents, ElementsAre("", "abc", ""));
    EXPECT_EQ(all.starts, read(stream).starts);
  }
}

TEST(HttpFault, HasAStatusToAnswerWith) {
  EXPECT_EQ(status_of(HttpFault::host), 400);
  EXPECT_EQ(status_of(HttpFault::start_line_too_long), 414);
  EXPECT_EQ(status_of(HttpFault::fields_too_long), 431);
  EXPECT_EQ(status_of(HttpFault::content_too_long), 413);
  EXPECT_EQ(status_of(HttpFault::coding), 501);
  EXPECT_EQ(status_of(HttpFault::version), 505);
  EXPECT_STREQ(HttpError(HttpFault::host).what(), "a request of HTTP/1.1 has exactly one Host field");
}

}  // namespace
}  // namespace wirelab::core
