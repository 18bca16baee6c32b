// http-server and http-get as real processes: against curl, Python's http modules, nginx, and peers that behave badly.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <optional>
#include <span>
#include <string>

#include "core/error.hh"
#include "core/socket.hh"
#include "tests/programs/process.hh"

namespace wirelab::programs::test {
namespace {

namespace fs = std::filesystem;
using core::Address;
using core::Family;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string page = "<!doctype html>\n<title>Hello</title>\n<p>Grüße, 世界</p>\n";

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A folder of its own that is gone with the test.
class Folder {
 public:
  Folder() {
    std::string path = fs::temp_directory_path() / "wirelab-http-XXXXXX";
    if (!mkdtemp(path.data())) throw std::runtime_error("mkdtemp");
    path_ = path;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }
  fs::path write(const std::string& name, const std::string& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  fs::path path_;
};

/// What it says before it waits, then where.
int port_in(const std::string& output) {
  const std::string place = "http://127.0.0.1:";
  return std::stoi(output.substr(output.find(place) + place.size()));
}

/// Our server, with a site of three pages and a secret beside it.
class HttpServer : public testing::Test {
 protected:
  HttpServer() {
    folder.write("site/index.html", page);
    folder.write("site/notes/index.html", "notes\n");
    folder.write("site/notes/a b.txt", "a blank\n");
    folder.write("secret.txt", "nobody may read this\n");
    fs::create_symlink(folder.path() / "secret.txt", site() / "link.txt");
    fs::create_directory_symlink(folder.path(), site() / "up");
  }

  fs::path site() const { return folder.path() / "site"; }
  Process& start(std::vector<std::string> options = {}) {
    std::vector<std::string> words = {"http-server", site().string(), "127.0.0.1", "0"};
    words.insert(words.end(), options.begin(), options.end());
    server.emplace(wirelab(words));
    EXPECT_TRUE(server->shows(". Ctrl-C ends this.\n")) << server->output();
    return *server;
  }
  std::string url(const std::string& target) const {
    return fmt::format("http://127.0.0.1:{}{}", port_in(server->output()), target);
  }
  std::string curl(std::vector<std::string> words) {
    words.insert(words.begin(), {"curl", "--silent", "--show-error", "--noproxy", "*"});
    Process process(words);
    process.end_input();
    EXPECT_EQ(process.wait(), 0) << process.output();
    return process.output();
  }

  Folder folder;
  std::optional<Process> server;
};

/// A client that says what it likes, and reads to the end of the stream.
class Peer {
 public:
  explicit Peer(const Process& server) : socket_(core::StreamSocket::create(Family::ipv4)) {
    socket_.connect(Address::loopback(Family::ipv4, static_cast<std::uint16_t>(port_in(server.output()))));
  }
  core::StreamSocket& socket() { return socket_; }
  Peer& send(std::string_view text) {
    socket_.send_all(std::as_bytes(std::span(text)));
    return *this;
  }
  /// Sends it again and again until the server does not take it any more.
  void send_for_ever(std::string_view text) {
    try {
      while (true) send(text);
    } catch (const core::SystemError& error) {
      EXPECT_THAT(error.error(), testing::AnyOf(EPIPE, ECONNRESET)) << error.what();
    }
  }
  /// Says that nothing more comes, and waits until the server has closed its end too.
  void leave() {
    socket_.shutdown(core::StreamSocket::Side::write);
    read_all();
  }
  std::string read_all() {
    std::string all;
    std::string part(4096, '\0');
    while (const std::size_t bytes = socket_.receive(std::as_writable_bytes(std::span(part)))) {
      all += part.substr(0, bytes);
    }
    return all;
  }

 private:
  core::StreamSocket socket_;
};

/// One whose request is there when it is accepted, however late this test sends it.
Peer peer_that_asked(const Process& server, std::string_view request) {
  server.signal(SIGSTOP);
  Peer peer(server);
  peer.send(request);
  server.signal(SIGCONT);
  return peer;
}

// ---------------------------------------------------------------------------------------- what curl gets

TEST_F(HttpServer, GivesCurlAPage) {
  SKIP_WITHOUT("curl", "curl");
  start();
  const std::string got = curl({"--include", url("/index.html")});
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Type: text/html; charset=utf-8\r\n"),
                         HasSubstr(fmt::format("Content-Length: {}\r\n", page.size())), HasSubstr("\r\nDate: "),
                         EndsWith("\r\n\r\n" + page)));
  EXPECT_EQ(curl({url("/")}), page) << "of a folder, its index.html";
  EXPECT_EQ(curl({url("/notes")}), "notes\n");
  EXPECT_EQ(curl({url("/notes/a%20b.txt?x=y")}), "a blank\n");
  EXPECT_TRUE(server->shows(fmt::format("GET /index.html HTTP/1.1: 200, {} bytes", page.size()))) << server->output();
}

TEST_F(HttpServer, KeepsTheConnectionForTheNextUrl) {
  SKIP_WITHOUT("curl", "curl");
  start();
  EXPECT_EQ(curl({"--write-out", "%{num_connects} ", url("/notes/"), url("/nothing"), url("/notes/")}),
            "notes\n1 404 Not Found: there is no such file.\n0 notes\n0 ");
}

TEST_F(HttpServer, AnswersHeadWithTheHeadAlone) {
  SKIP_WITHOUT("curl", "curl");
  start();
  EXPECT_THAT(curl({"--head", url("/"), url("/nothing")}),
              AllOf(HasSubstr(fmt::format("Content-Length: {}\r\n", page.size())), HasSubstr("HTTP/1.1 404 Not Found"),
                    Not(HasSubstr("Hello"))));
}

TEST_F(HttpServer, RefusesOtherMethods) {
  SKIP_WITHOUT("curl", "curl");
  start();
  EXPECT_THAT(curl({"--include", "--data", "x=y", url("/")}),
              AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"), HasSubstr("Allow: GET, HEAD\r\n"),
                    HasSubstr("Connection: close\r\n")));
}

TEST_F(HttpServer, LetsNothingOutThatIsNotInItsFolder) {
  SKIP_WITHOUT("curl", "curl");
  start();
  mkfifo((site() / "pipe").c_str(), 0600);
  for (const char* target : {"/../secret.txt", "/notes/../../secret.txt", "/%2e%2e/secret.txt", "/%2E./secret.txt",
                             "/..%2fsecret.txt", "/link.txt", "/up/secret.txt", "/up/", "/index.html%00", "/pipe",
                             "/index.html/", "/%zz", "//secret.txt", "/."}) {
    const std::string got = curl({"--path-as-is", "--include", url(target)});
    EXPECT_THAT(got, Not(HasSubstr("nobody"))) << target;
    if (std::string(target) != "/." && std::string(target) != "/index.html/") {
      EXPECT_THAT(got, StartsWith("HTTP/1.1 404")) << target;
    }
  }
}

TEST_F(HttpServer, SendsALargeFileWhole) {
  SKIP_WITHOUT("curl", "curl");
  std::string large(8 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 + i / 4096);
  folder.write("site/large.bin", large);
  start();
  curl({"--output", (folder.path() / "got").string(), url("/large.bin")});
  EXPECT_EQ(content_of(folder.path() / "got"), large);
}

TEST_F(HttpServer, ServesPythonsClientTwiceOverOneConnection) {
  SKIP_WITHOUT("python3", "python3");
  start();
  Process client({"python3", "-c", R"(
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for target in ["/", "/notes/", "/nothing"]:
    connection.request("GET", target)
    socket = connection.sock
    response = connection.getresponse()
    print(response.status, len(response.read()), connection.sock is socket)
)",
                  std::to_string(port_in(server->output()))});
  EXPECT_EQ(client.wait(), 0);
  EXPECT_EQ(client.output(), fmt::format("200 {} True\n200 6 True\n404 38 True\n", page.size()));
}

// -------------------------------------------------------------------------------- what bad peers get

TEST_F(HttpServer, AnswersRequestsThatCameAtOnceInTheirOrder) {
  start();
  const std::string got = Peer(*server)
                              .send(
                                  "GET /notes/ HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                                  "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /notes/ HTTP/1.1\r\n")
                              .read_all();
  const auto first = got.find("\r\n\r\nnotes\n");
  const auto second = got.find("404 Not Found", first);
  EXPECT_NE(got.find(page, second), std::string::npos) << got;
  EXPECT_THAT(got, EndsWith(page)) << "close was asked for";
}

TEST_F(HttpServer, TakesARequestByteByByte) {
  start();
  Peer peer(*server);
  for (const char c : std::string("GET /notes/ HTTP/1.0\r\n\r\n")) peer.send(std::string_view(&c, 1));
  EXPECT_THAT(peer.read_all(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("\r\n\r\nnotes\n")));
}

TEST_F(HttpServer, RefusesWhatItCannotRead) {
  start();
  const auto status = [&](std::string_view request) { return Peer(*server).send(request).read_all().substr(0, 12); };
  EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400") << "no Host";
  EXPECT_EQ(status("Hello\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/1.1\nHost: a\n\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/2.0\r\n\r\n"), "HTTP/1.1 505");
  EXPECT_EQ(status("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n"), "HTTP/1.1 414");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(status("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 405");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "HTTP/1.1 200") << "and goes on";
}

TEST_F(HttpServer, LetsThoseWaitForWhomItHasNoDescriptor) {
  // It has six open itself: three to the terminal, one for Ctrl-C, one that listens, its folder.
  server.emplace(std::vector<std::string>{"sh", "-c", "ulimit -n 9 && exec \"$@\"", "sh", WIRELAB_PROGRAM,
                                          "http-server", site().string(), "127.0.0.1", "0"});
  ASSERT_TRUE(server->shows(". Ctrl-C ends this.\n")) << server->output();
  std::list<Peer> silent;
  for (int peer = 0; peer < 3; ++peer) silent.emplace_back(*server);
  Peer last(*server);
  last.send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(server->shows("(EMFILE). Whoever comes now waits until one of 3 is done.")) << server->output();
  silent.pop_front();  // whose descriptor is for the last one: for the file there is none
  EXPECT_THAT(last.read_all(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  last.leave();
  for (Peer& peer : silent) peer.leave();
  const std::string again = Peer(*server).send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").read_all();
  EXPECT_THAT(again, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith(page)));
}

TEST_F(HttpServer, OutlivesPeersThatSendForEver) {
  start();
  Peer(*server).send_for_ever(std::string(10000, 'x'));
  Peer(*server).send("GET / HTTP/1.1\r\n").send_for_ever("X: y\r\n");
  Peer(*server).send("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").send_for_ever("1\r\nx\r\n");
  EXPECT_THAT(Peer(*server).send("GET /notes/ HTTP/1.0\r\n\r\n").read_all(), EndsWith("notes\n"));
}

TEST_F(HttpServer, ServesOthersWhileOneIsSlow) {
  start();
  Peer slow(*server);
  slow.send("GET / HT");
  Peer silent(*server);
  EXPECT_THAT(Peer(*server).send("GET /notes/ HTTP/1.0\r\n\r\n").read_all(), EndsWith("notes\n"));
  EXPECT_THAT(slow.send("TP/1.0\r\n\r\n").read_all(), EndsWith(page));
}

TEST_F(HttpServer, RefusesAMethodBeforeItsContent) {
  start();
  EXPECT_THAT(Peer(*server).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n").read_all(),
              StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Peer(*server)
                  .send("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n")
                  .send(std::string(0x100001, 'x'))
                  .read_all(),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServer, PassesOverOneEmptyLineBeforeARequest) {
  start();
  Peer peer(*server);
  for (const char c : std::string("\r\nGET /notes/ HTTP/1.1\r\nHost: a\r\n\r\n")) peer.send(std::string_view(&c, 1));
  EXPECT_THAT(peer.send("\r\nGET /notes/ HTTP/1.0\r\n\r\n").read_all(),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("notes\nHTTP/1.1 200"), EndsWith("\r\n\r\nnotes\n")));
  EXPECT_THAT(Peer(*server).send("\r\n\r\n").read_all(), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServer, SaysWhomItLeaves) {
  folder.write("site/large.bin", std::string(16 * 1024 * 1024, 'x'));
  start({"--wait", "0.1"});
  const Peer peer = peer_that_asked(*server, "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(server->shows(" takes too long to read what is sent: it is left.")) << server->output();
}

TEST_F(HttpServer, CountsNoBytesOfAHead) {
  start();
  Peer(*server).send("HEAD / HTTP/1.0\r\n\r\n").read_all();
  EXPECT_TRUE(server->shows("HEAD / HTTP/1.0: 200, 0 bytes")) << server->output();
}

TEST_F(HttpServer, LosesPatienceWithARequestThatDoesNotEnd) {
  start({"--wait", "0.05"});
  EXPECT_THAT(peer_that_asked(*server, "GET / HTTP/1.1\r\nHo").read_all(),
              StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(Peer(*server).read_all(), "") << "who says nothing is told nothing";
}

TEST_F(HttpServer, OutlivesAPeerThatResets) {
  folder.write("site/large.bin", std::string(4 * 1024 * 1024, 'x'));
  start();
  {
    Peer peer(*server);
    peer.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string part(1000, '\0');
    peer.socket().receive(std::as_writable_bytes(std::span(part)));
  }
  EXPECT_TRUE(server->shows(" is gone: ")) << server->output();
  EXPECT_THAT(Peer(*server).send("GET /notes/ HTTP/1.0\r\n\r\n").read_all(), EndsWith("notes\n"));
}

TEST_F(HttpServer, EndsWithCtrlC) {
  start();
  Peer peer(*server);
  peer.send("GET / HT");
  server->signal(SIGINT);
  EXPECT_EQ(server->wait(), 0);
}

TEST_F(HttpServer, ExplainsWhatItSaw) {
  start({"--explain"});
  Peer(*server).send("GET /notes/ HTTP/1.0\r\n\r\n").read_all();
  EXPECT_TRUE(server->shows("Content-Length is 6")) << server->output();
  EXPECT_THAT(server->output(), HasSubstr("client asked \"GET /notes/ HTTP/1.0\", and server answered"));
}

TEST(HttpServerArguments, AreAFolderAndAnAddressOfThisMachine) {
  Process nowhere(wirelab({"http-server", "/nowhere", "127.0.0.1", "0"}));
  EXPECT_EQ(nowhere.wait(), 2);
  EXPECT_THAT(nowhere.output(), HasSubstr("\"/nowhere\": No such file or directory."));
  Process outside(wirelab({"http-server", "/", "192.0.2.1", "0"}));
  EXPECT_EQ(outside.wait(), 2);
}

// ------------------------------------------------------------------------------------------- http-get

/// nginx in a folder of its own, without any rights.
class Nginx {
 public:
  Nginx() {
    for (const auto& [name, content] : {std::pair{"plain.html", page},
                                        {"mixed.html", std::string("<p><!--# echo var=\"request_method\" --></p>\n")},
                                        {"empty.html", std::string()}}) {
      folder_.write(std::string("html/") + name, content);
    }
    // Another process may take a port before nginx does, which then ends.
    for (int attempt = 1; attempt <= 10 && !is_up(); ++attempt) start();
  }
  bool is_up() const { return process_ && answers(); }
  std::string url(const std::string& target) const { return fmt::format("http://127.0.0.1:{}{}", port_, target); }
  const fs::path& folder() const { return folder_.path(); }

 private:
  void start() {
    {
      core::StreamSocket probe = core::StreamSocket::create(Family::ipv4);
      probe.bind(Address::loopback(Family::ipv4, 0));
      port_ = probe.local_address().port();
    }
    const std::string place = folder_.path().string();
    folder_.write("nginx.conf", fmt::format(R"(
daemon off;
master_process off;
error_log stderr notice;
pid {0}/pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  root {0}/html;
  server {{
    listen 127.0.0.1:{1};
    location /chunked/ {{ alias {0}/html/; ssi on; ssi_types *; }}
    location /closed/ {{ alias {0}/html/; ssi on; ssi_types *; chunked_transfer_encoding off; }}
    location /moved {{ return 301 /plain.html; }}
    location /nothing {{ return 204; }}
  }}
}}
)",
                                            place, port_));
    process_.emplace(std::vector<std::string>{"nginx", "-p", place, "-c", place + "/nginx.conf", "-e", "stderr"});
    process_->shows("getrlimit");  // said when it listens
  }
  bool answers() const {
    try {
      core::StreamSocket::create(Family::ipv4).connect(Address::loopback(Family::ipv4, port_));
      return true;
    } catch (const core::SystemError&) {
      return false;
    }
  }

  Folder folder_;
  std::optional<Process> process_;
  std::uint16_t port_ = 0;
};

struct Got {
  int status = 0;
  std::string shown;  ///< the heads, and how it ended
  std::string content;
};

Got get(const std::string& url, const Folder& folder) {
  const fs::path file = folder.path() / "got";
  Process process(wirelab({"http-get", url, "-o", file.string()}));
  const int status = process.wait();
  return {status, process.output(), content_of(file)};
}

TEST(HttpGet, FetchesFromNginxHoweverItSaysWhereThePageEnds) {
  SKIP_WITHOUT("nginx", "nginx-light");
  const Nginx nginx;
  ASSERT_TRUE(nginx.is_up());
  const Folder folder;
  const Got by_length = get(nginx.url("/plain.html"), folder);
  EXPECT_EQ(by_length.status, 0);
  EXPECT_EQ(by_length.content, page);
  EXPECT_THAT(by_length.shown, AllOf(HasSubstr("> GET /plain.html HTTP/1.1\n"), HasSubstr("< HTTP/1.1 200 OK\n"),
                                     HasSubstr("< Server: nginx"), HasSubstr("as its Content-Length says.")));
  const Got chunked = get(nginx.url("/chunked/mixed.html"), folder);
  EXPECT_EQ(chunked.status, 0);
  EXPECT_EQ(chunked.content, "<p>GET</p>\n");
  EXPECT_THAT(chunked.shown, AllOf(HasSubstr("< Transfer-Encoding: chunked\n"), HasSubstr("to the chunk of size 0.")));
  const Got closed = get(nginx.url("/closed/mixed.html"), folder);
  EXPECT_EQ(closed.status, 0);
  EXPECT_EQ(closed.content, "<p>GET</p>\n");
  EXPECT_THAT(closed.shown, HasSubstr("to the end of the stream."));
}

TEST(HttpGet, TakesNginxAtItsStatus) {
  SKIP_WITHOUT("nginx", "nginx-light");
  const Nginx nginx;
  ASSERT_TRUE(nginx.is_up());
  const Folder folder;
  EXPECT_EQ(get(nginx.url("/empty.html"), folder).status, 0);
  EXPECT_THAT(get(nginx.url("/nothing"), folder).shown, HasSubstr("by its status there is none."));
  EXPECT_THAT(get(nginx.url("/moved"), folder).shown, HasSubstr("< Location: "));
  const Got missing = get(nginx.url("/missing"), folder);
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.shown, HasSubstr("< HTTP/1.1 404 Not Found\n"));
  EXPECT_THAT(missing.content, HasSubstr("404 Not Found"));
}

TEST(HttpGet, FetchesFromPythonsServerAndFromOurs) {
  const Folder folder;
  folder.write("site/index.html", page);
  Process ours(wirelab({"http-server", (folder.path() / "site").string(), "127.0.0.1", "0"}));
  ASSERT_TRUE(ours.shows(". Ctrl-C ends this.\n"));
  EXPECT_EQ(get(fmt::format("http://localhost:{}/", port_in(ours.output())), folder).content, page);

  SKIP_WITHOUT("python3", "python3");
  Process python({"python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory",
                  (folder.path() / "site").string(), "0"});
  ASSERT_TRUE(python.shows("(http://127.0.0.1:"));
  const Got got = get(fmt::format("http://127.0.0.1:{}/index.html#top", port_in(python.output())), folder);
  EXPECT_EQ(got.status, 0) << got.shown;
  EXPECT_EQ(got.content, page);
}

/// What http-get makes of a server that answers with these bytes and closes.
Got answered_with(const std::string& bytes) {
  core::StreamSocket socket = core::StreamSocket::create(Family::ipv4);
  socket.bind(Address::loopback(Family::ipv4, 0));
  core::Listener listener(std::move(socket), 1);
  const Folder folder;
  const fs::path file = folder.path() / "got";
  Process process(wirelab({"http-get", "http://" + listener.local_address().to_string(), "-o", file.string()}));
  {
    core::Accepted accepted = listener.accept();
    std::string request(4096, '\0');
    accepted.socket.receive(std::as_writable_bytes(std::span(request)));
    accepted.socket.send_all(std::as_bytes(std::span(bytes)));
  }
  const int status = process.wait();
  return {status, process.output(), content_of(file)};
}

TEST(HttpGet, NoticesAPageThatIsCutShort) {
  const Got length = answered_with("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHello");
  EXPECT_EQ(length.status, 1);
  EXPECT_EQ(length.content, "Hello");
  EXPECT_THAT(length.shown, HasSubstr("The stream ended too early: 5 bytes of the page came."));
  EXPECT_EQ(answered_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n").status, 1);
  EXPECT_EQ(answered_with("HTTP/1.1 200 OK\r\nContent-Le").status, 1);
  EXPECT_EQ(answered_with("").status, 1);
}

TEST(HttpGet, GoesOnBehindAStatusThatIsNotTheAnswer) {
  const Got got = answered_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nHello");
  EXPECT_EQ(got.status, 0) << got.shown;
  EXPECT_EQ(got.content, "Hello");
}

TEST(HttpGet, RefusesWhatIsNotHttp) {
  const Got got = answered_with("220 mail.example ESMTP\r\n");
  EXPECT_EQ(got.status, 1);
  EXPECT_THAT(got.shown, HasSubstr("That is not HTTP/1.1: "));
}

TEST(HttpGet, KnowsARequestAndTwoEnds) {
  EXPECT_THAT(answered_with("GET / HTTP/1.1\r\nHost: a\r\n\r\n").shown,
              HasSubstr("That is not HTTP/1.1: it is a request, and no response."));
  EXPECT_THAT(answered_with("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n").shown,
              HasSubstr("both Content-Length and Transfer-Encoding say where"));
}

/// http-get with a file for the page, and a server that is no program of ours.
class HttpGetInto : public testing::Test {
 protected:
  HttpGetInto() {
    core::StreamSocket socket = core::StreamSocket::create(Family::ipv4);
    socket.bind(Address::loopback(Family::ipv4, 0));
    listener.emplace(std::move(socket), 1);
  }
  core::StreamSocket start(const fs::path& file) {
    client.emplace(wirelab({"http-get", "http://" + listener->local_address().to_string(), "-o", file.string()}));
    core::StreamSocket connection = listener->accept().socket;
    std::string request(4096, '\0');
    connection.receive(std::as_writable_bytes(std::span(request)));
    return connection;
  }
  static void send(core::StreamSocket& connection, std::string_view text) {
    connection.send_all(std::as_bytes(std::span(text)));
  }

  Folder folder;
  std::optional<core::Listener> listener;
  std::optional<Process> client;
};

TEST_F(HttpGetInto, LeavesAnOlderFileUntilThePageComes) {
  const fs::path file = folder.write("got", "older");
  start(file).close();
  EXPECT_EQ(client->wait(), 1);
  EXPECT_EQ(content_of(file), "older");
  core::StreamSocket connection = start(file);
  send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client->wait(), 0);
  EXPECT_EQ(content_of(file), "") << "a page of no bytes is one";
}

TEST_F(HttpGetInto, SaysThatTheFileIsNotWholeWhenItIsInterrupted) {
  const fs::path file = folder.path() / "got";
  core::StreamSocket connection = start(file);
  send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHello");
  while (content_of(file) != "Hello") sched_yield();
  client->signal(SIGINT);
  EXPECT_EQ(client->wait(), 1);
  EXPECT_THAT(client->output(), AllOf(HasSubstr("got is not whole: it has 5 bytes of the page."),
                                      HasSubstr("Interrupted: the page has not come.\n")));
}

TEST_F(HttpGetInto, IsInterruptedWhileNobodyReadsANamedPipe) {
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const core::FileDescriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  core::StreamSocket connection = start(pipe);
  send(connection, "HTTP/1.1 200 OK\r\n\r\n" + std::string(200'000, 'x'));
  ASSERT_TRUE(client->shows("< HTTP/1.1 200 OK"));
  client->signal(SIGINT);
  EXPECT_EQ(client->wait(), 1);
}

TEST(HttpGet, WritesThePageToStandardOutput) {
  const Folder folder;
  folder.write("a.txt", "Hello\n");
  Process server(wirelab({"http-server", folder.path().string(), "127.0.0.1", "0"}));
  ASSERT_TRUE(server.shows(". Ctrl-C ends this.\n"));
  Process client({"sh", "-c", "\"$0\" http-get \"$1\" 2>/dev/null", wirelab({})[0],
                  fmt::format("http://127.0.0.1:{}/a.txt", port_in(server.output()))});
  EXPECT_EQ(client.wait(), 0);
  EXPECT_EQ(client.output(), "Hello\n");
}

TEST(HttpGet, RefusesOtherUrlsAndOtherMachines) {
  for (const char* url : {"https://127.0.0.1/", "127.0.0.1", "http://", "http:///", "http://127.0.0.1:99999/",
                          "http://192.0.2.1/", "http://example.com/", "http://127.0.0.1:80/a b", "http://[::1/"}) {
    Process process(wirelab({"http-get", url}));
    EXPECT_EQ(process.wait(), 2) << url << ": " << process.output();
    EXPECT_THAT(process.output(), testing::AnyOf(HasSubstr("is refused"), HasSubstr("is no port"))) << url;
  }
}

TEST(HttpServerArguments, AreGivenBackAsTheyCanBeTyped) {
  const Folder folder;
  folder.write("my site/index.html", page);
  core::StreamSocket taken = core::StreamSocket::create(Family::ipv4);
  taken.bind(Address::loopback(Family::ipv4, 0));
  Process process(wirelab({"http-server", (folder.path() / "my site").string(), "127.0.0.1",
                           std::to_string(taken.local_address().port())}));
  EXPECT_EQ(process.wait(), 1);
  EXPECT_THAT(process.output(), HasSubstr(" http-server '" + (folder.path() / "my site").string() + "'"));
}

TEST(HttpGet, SaysWhatToDoIfNobodyIsThere) {
  core::StreamSocket bound = core::StreamSocket::create(Family::ipv4);
  bound.bind(Address::loopback(Family::ipv4, 0));
  Process process(wirelab({"http-get", "http://" + bound.local_address().to_string() + "/"}));
  EXPECT_EQ(process.wait(), 1);
  EXPECT_THAT(process.output(), HasSubstr("ECONNREFUSED"));
}

TEST(HttpGet, ExplainsWhatItSaw) {
  const Folder folder;
  folder.write("a.txt", "Hello\n");
  Process server(wirelab({"http-server", folder.path().string(), "127.0.0.1", "0"}));
  ASSERT_TRUE(server.shows(". Ctrl-C ends this.\n"));
  Process client(
      wirelab({"http-get", fmt::format("http://127.0.0.1:{}/a.txt", port_in(server.output())), "--explain"}));
  EXPECT_EQ(client.wait(), 0);
  EXPECT_THAT(client.output(), HasSubstr("server's Content-Length is 6"));
}

}  // namespace
}  // namespace wirelab::programs::test
