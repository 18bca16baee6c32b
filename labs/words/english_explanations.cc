#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_explanations() {
  return {
      {"list", "; "},
      {"between-sentences", " "},
      {"again", " (and {times:more time|more times} in this run)"},

      {"deadlock.waits", "{actor} is {doing}, line {line}"},
      {"deadlock.waits-for", "{actor} is {doing}, line {line}, and needs {other}"},
      {"deadlock.waits-for-ended", "{actor} is {doing}, line {line}, and needs {other}, which has ended"},

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
  };
}

}  // namespace wirelab::words::english
