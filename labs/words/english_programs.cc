#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_programs() {
  return {
      {"program.interrupted", "Interrupted: every socket is closed."},
      {"program.message", "Message (empty or q ends this): "},
      {"program.line-too-long", "That line is longer than {bytes:byte|bytes}. It was not sent."},
      {"program.waits-for-client", "Waiting for a client at {address}. Ctrl-C ends this."},
      {"program.waits-for-datagram", "Waiting for a datagram at {address}. Ctrl-C ends this."},
      {"program.listens-for-broadcasts", "Listening for broadcasts at {address}, as process {process}. Ctrl-C ends this."},
      {"program.sent-to-everyone", "Sent {bytes:byte|bytes} to everyone at {address}, as one datagram."},
      {"program.nobody-answered",
       "No answer within {seconds} s. Nobody refuses a broadcast: nobody listens, or nobody answers."},
      {"program.all-answers", "{answers:answer|answers} within {seconds} s. How many there would be, nobody could know."},
      {"program.client-connected", "{client} has connected."},
      {"program.connected", "Connected to {address}."},
      {"program.sent", "Sent {bytes:byte|bytes}."},
      {"program.received", "Received {bytes:byte|bytes} from {sender}: {text}"},
      {"program.received.cut", "Received {bytes} of {full:byte|bytes} from {sender}, the rest is gone: {text}"},
      {"program.late", "This came too late for the message before:"},
      {"program.no-answer", "No answer so far: it is late, or a datagram was lost, the message or the answer."},
      {"program.fed-back", "Fed back {bytes:byte|bytes} to {receiver}: {text}"},
      {"program.not-fed-back", "Could not answer {receiver}: {error}."},
      {"program.unfinished", "{sender} left a character unfinished: {rest}"},
      {"program.closed", "{sender} has closed: recv returned 0 bytes."},
      {"program.gone", "{client} is gone: {error}."},
      {"program.no-descriptor", "{error}. Whoever comes now waits until one of {clients} is done."},

      {"http.waits", "Waiting for clients at {url}. Ctrl-C ends this."},
      {"http.answered", "{client} {request}: {status}, {bytes:byte|bytes}"},
      {"http.broken-off", "{client} has closed inside a request."},
      {"http.file-shorter", "{client} got less than was promised: the file has become shorter."},
      {"http.silent", "The server is silent."},
      {"http.not-http", "That is not HTTP/1.1: {fault}."},
      {"http.too-early", "The stream ended too early: {bytes:byte|bytes} of the page came."},
      {"http.came.length", "{bytes:byte|bytes} of content, as its Content-Length says."},
      {"http.came.chunked", "{bytes:byte|bytes} of content, to the chunk of size 0."},
      {"http.came.close", "{bytes:byte|bytes} of content, to the end of the stream."},
      {"http.came.none", "{bytes:byte|bytes} of content: by its status there is none."},

      {"transfer.waits", "Waiting for a file at {address}. Ctrl-C ends this."},
      {"transfer.refused", "{client} is refused: {reason}."},
      {"transfer.no-offer", "{client} has closed before it said which file, and of what size."},
      {"transfer.bad-exchange", "{client} does not follow the exchange: {fault}."},
      {"transfer.no-size", "\"{text}\" is no size"},
      {"transfer.long-line", "a line is longer than any that is due"},
      {"transfer.answers", "it answers \"{text}\""},
      {"transfer.cut",
       "{client} was cut after {bytes} of {size:byte|bytes} of {file}: they are kept, and the next file-send goes on "
       "from there."},
      {"transfer.no-digest",
       "{client} has closed before it told the SHA-256 of {file}: its {size:byte|bytes} are kept."},
      {"transfer.received",
       "{client} has sent {file}: {size:byte|bytes}, {now} of them now, and the SHA-256 is the one that was told."},
      {"transfer.sent",
       "The receiver has {file}: {size:byte|bytes}, {now} of them sent now, and its SHA-256 is the same."},
      {"transfer.rest", "The receiver has {had} of {size:byte|bytes} already: sending the rest."},
      {"transfer.shorter", "{file} has become shorter while it was sent."},
      {"transfer.broken-off", "{error}\nSent again, it goes on from the bytes that the receiver has."},
      {"transfer.interrupted", "Interrupted.\nSent again, it goes on from the bytes that the receiver has."},
      {"transfer.receiver-closed",
       "The receiver has closed before it had the whole file.\nSent again, it goes on from the bytes that the receiver "
       "has."},
      {"transfer.receiver-refuses", "The receiver refuses {file}: {reason}."},
      {"transfer.receiver-bad", "The receiver does not follow the exchange: {fault}."},

      // Lines that are indented are for typing.
      {"advice.in-use", "Port {port} is taken. Which program has it is shown by\n  {look}"},
      {"advice.in-use.time-wait",
       "If that shows none, connections of a server that has ended are in TIME-WAIT, for 60 seconds:\n  {look}"},
      {"advice.in-use.reuse",
       "They are in the way unless both servers, the old one and the new one, set SO_REUSEADDR before bind. This one "
       "does."},
      {"advice.in-use.other-port", "Or take another port:\n  {command}"},
      {"advice.refused", "Nobody waits at {address}. Start the server first, in another terminal:\n  {command}"},
      {"advice.privileged",
       "Ports below 1024 are kept for programs with the capability CAP_NET_BIND_SERVICE. Take one from 1024 on."},
      {"advice.no-address", "This machine has no such address. Take 127.0.0.1."},
      {"advice.ended", "The other program has ended the connection, or has died."},
  };
}

}  // namespace wirelab::words::english
