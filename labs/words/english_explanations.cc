#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_explanations() {
  return {
      {"list", "; "},
      {"between-sentences", " "},
      {"again", " (and {times:more time|more times} in this run)"},

      {"subject.connections", "Connections"},
      {"subject.stream", "A stream of bytes"},
      {"subject.endings", "Ends of connections"},
      {"subject.datagrams", "Datagrams"},
      {"subject.framing", "Messages in a stream"},
      {"subject.files", "Files"},
      {"subject.http", "HTTP/1.1"},
      {"subject.sleeps", "Sleeping between sends"},
      {"subject.failures", "Failures"},
      {"subject.segments", "Segments: sent, acknowledged, lost"},

      {"deadlock.waits", "{actor} is {doing}, line {line}"},
      {"deadlock.waits-for", "{actor} is {doing}, line {line}, and needs {other}"},
      {"deadlock.waits-for-ended", "{actor} is {doing}, line {line}, and needs {other}, which has ended"},

      {"handshake.offer.segment", "MSS {bytes}"},
      {"handshake.offer.sack", "SACK"},
      {"handshake.offer.timestamps", "timestamps"},
      {"handshake.offer.window-scale", "window scale"},
      {"handshake.offers", "{offered}, {more}"},
      {"handshake.syn", "SYN from {sender}, seq 0"},
      {"handshake.syn.offering", "SYN from {sender}, seq 0 ({offer})"},
      {"handshake.syn-ack", "SYN-ACK from {sender}, seq 0 ack 1"},
      {"handshake.syn-ack.offering", "SYN-ACK from {sender}, seq 0 ack 1 ({offer})"},
      {"handshake.syn-ack.same", "SYN-ACK from {sender}, seq 0 ack 1 (the same)"},
      {"handshake.ack", "ACK from {sender}, seq 1 ack 1"},
      {"handshake.ack.with-more", "ACK from {sender}, seq 1 ack 1, together with more"},
      {"handshake.unit", " Their windows count in units of {unit:byte|bytes}."},
      {"handshake.units",
       " {client}'s windows count in units of {client_unit:byte|bytes}, {server}'s of {server_unit}."},

      {"lost", "lost on the way"},
      {"lost.rule", "dropped by the rule at line {line}"},
      {"lost.again", " ({times:repetition was|repetitions were} lost too)"},

      {"data.shortened", "{data} ({bytes} bytes)"},

      {"http.line-end", "a line does not end with \"\\r\\n\""},
      {"http.start-line", "it does not begin with a request line or a status line"},
      {"http.version", "its version is neither HTTP/1.0 nor HTTP/1.1"},
      {"http.field", "a line of its head is not a field, a name and a value with a colon between"},
      {"http.field-space", "in a line of its head there is whitespace between the name of a field and its colon"},
      {"http.folded-field", "a field of its head goes on in a second line, which begins with whitespace"},
      {"http.host", "HTTP/1.1 wants exactly one Host field, and it has not"},
      {"http.length", "its Content-Length does not say how long the content is"},
      {"http.two-ends", "both Content-Length and Transfer-Encoding say where its content ends, and only one may"},
      {"http.coding", "its content has another transfer coding than chunked"},
      {"http.chunk", "a chunk is not its size in hexadecimal digits, so many bytes, and a line end after each"},
      {"http.too-long", "a part of it is longer than is taken"},
  };
}

}  // namespace wirelab::words::english
