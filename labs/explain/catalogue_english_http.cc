#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries english_of_http() {
  return {
      {"http-exchange",
       {"{client} asked {request}, and {server} answered {response}.",
        "Request and response are lines of text that end with \"\\r\\n\": a start line, fields with a name and a "
        "value, "
        "and an empty line, which ends the head. The content comes behind it. For TCP all of it is bytes.",
        {"RFC 9112 §2.1", "RFC 9110 §3.4"}}},

      {"http-content.length",
       {"{sender}'s Content-Length is {bytes}: so many bytes behind the empty line are the content.",
        "The receiver counts bytes, from the first one behind the head. So the content may hold anything, and the "
        "connection can stay open behind it.",
        {"RFC 9112 §6.2", "RFC 9110 §8.6"}}},
      {"http-content.chunked",
       {"{sender} sent {bytes:byte|bytes} of content in {chunks:chunk|chunks}; what frames them took "
        "{framing:byte|bytes}.",
        "Each chunk follows its own size in hexadecimal digits, and one of size 0 ends the content. So a sender can "
        "begin before it knows how much there will be, and the connection can stay open.",
        {"RFC 9112 §7.1"}}},
      {"http-content.close",
       {"{sender}'s head says neither Content-Length nor chunked: the content, {bytes:byte|bytes}, ended with the "
        "stream.",
        "Such a response is over when the connection is. No second one can follow it, and one that was cut off looks "
        "like a whole one.",
        {"RFC 9112 §6.3", "RFC 9112 §8"}}},
      {"http-content.none",
       {"{sender}'s {response} ended with its head.",
        "An answer to HEAD has no content, and neither has one with the status 1xx, 204 or 304, or with 2xx to "
        "CONNECT, whatever its fields say.",
        {"RFC 9112 §6.3", "RFC 9110 §6.4.1"}}},

      {"http-head-and-more",
       {"One recv of {receiver} brought the last {head:byte|bytes} of a head and {more:byte|bytes} of what follows.",
        "The empty line ends the head, but no recv knows of it. What came behind it is the beginning of the content or "
        "of the next message, and a program that looks for the line has to keep it.",
        {"RFC 9112 §2.2", "recv(2)"}}},
      {"http-kept-open",
       {"{requests:request|requests} of {client} went to {server} over one connection.",
        "HTTP/1.1 keeps the connection unless one of them says Connection: close, and HTTP/1.0 only with Connection: "
        "keep-alive. That saves a handshake for each, and needs messages whose end can be told without the end of the "
        "stream.",
        {"RFC 9112 §9.3"}}},
      {"http-kept-open.too-long",
       {"{requests:request|requests} of {client} went to {server} over one connection, though behind {last} it was to "
        "end.",
        "Connection: close says that the connection ends behind this answer, and HTTP/1.0 says it without any field, "
        "unless there is Connection: keep-alive. Here both went on. Another server closes there, and a request that "
        "is sent all the same gets no answer.",
        {"RFC 9112 §9.3", "RFC 9112 §9.6"}}},
      {"http-kept-open.unanswered",
       {"{server} sent no answer to {client}'s {request}: behind {last} the connection was to end.",
        "Connection: close says that the connection ends behind this answer, and HTTP/1.0 says it without any field, "
        "unless there is Connection: keep-alive. What is asked behind it needs another connection.",
        {"RFC 9112 §9.3", "RFC 9112 §9.6"}}},
      {"http-kept-open.not-closed",
       {"Behind {last} the connection was to end, and {server} had not closed it when the run ended: {client} was "
        "still "
        "waiting.",
        "Connection: close says that the connection ends behind this answer, and HTTP/1.0 says it without any field, "
        "unless there is Connection: keep-alive. Whichever side has said it, the server closes once it has answered.",
        {"RFC 9112 §9.3", "RFC 9112 §9.6"}}},
      {"http-pipelined",
       {"{client} had sent {requests:request|requests} before {server} sent a byte of the first answer.",
        "Requests lie one behind the other in the stream, like any bytes. The answers have to come in the same order: "
        "nothing in them says which request they belong to.",
        {"RFC 9112 §9.3.2"}}},

      {"http-cut-short.length",
       {"{sender}'s Content-Length is {said}, and the stream ended after {bytes:byte|bytes} of content.",
        "The end of a stream does not say that all has come. Here the receiver can tell, since it knows how much there "
        "should be.",
        {"RFC 9112 §8", "RFC 9112 §6.3"}}},
      {"http-cut-short.chunked",
       {"{sender}'s stream ended before the chunk of size 0 and the empty line behind it.",
        "The end of a stream does not say that all has come. Here the receiver can tell, since the last chunk is "
        "missing.",
        {"RFC 9112 §8", "RFC 9112 §7.1"}}},
      {"http-cut-short.last-line",
       {"{sender}'s stream ended behind the chunk of size 0: the empty line is missing.",
        "Behind the last chunk there may be more fields (a trailer), so only an empty line ends the message.",
        {"RFC 9112 §8", "RFC 9112 §7.1.2"}}},
      {"http-cut-short.head",
       {"{sender}'s stream ended inside a head.",
        "A head is over with its empty line. Without it nobody knows whether a field is missing.",
        {"RFC 9112 §8"}}},

      {"http-cut-short.reset",
       {"{receiver}'s recv failed with ECONNRESET inside a message of {sender}.",
        "A reset is no end of the stream. What it cuts off is incomplete, a response without a length too, which only "
        "an orderly end completes.",
        {"RFC 9112 §8", "recv(2)"}}},

      {"http-malformed.request",
       {"{sender}'s request is not HTTP/1.1: {fault}.",
        "In what breaks the rules two receivers may see two different ends of a message. A server answers {status}, "
        "and closes the connection.",
        {"RFC 9112 §2.2", "RFC 9112 §3", "RFC 9110 §15.5"}}},
      {"http-malformed.response",
       {"{sender}'s response is not HTTP/1.1: {fault}.",
        "In what breaks the rules two receivers may see two different ends of a message. Who cannot tell where it ends "
        "has to close the connection.",
        {"RFC 9112 §2.2", "RFC 9112 §4"}}},
      {"http-malformed.coding",
       {"{sender}'s message has another transfer coding than chunked alone, which is all that Wirelab reads.",
        "HTTP/1.1 has others, such as gzip; only chunked, as the last of them, tells where the content ends. A server "
        "answers 501 to one it does not understand.",
        {"RFC 9112 §6.1", "RFC 9112 §6.3"}}},
      {"http-malformed.folded",
       {"{sender}'s head has a line that begins with whitespace, and Wirelab does not read on there.",
        "Once a field could go on in such a line, and no sender may do that any more. A server answers 400, or reads "
        "it "
        "as one space, as clients have to.",
        {"RFC 9112 §5.2", "RFC 9112 §2.2"}}},
      {"http-malformed.empty-line",
       {"An empty line comes where {sender}'s request line should be.",
        "No client may send one before or behind a request. A server should ignore one all the same, for the sake of "
        "old clients; recv_message takes it for a start line, and finds none.",
        {"RFC 9112 §2.2"}}},
      {"http-malformed.behind",
       {"Behind the {bytes:byte|bytes} that {sender}'s Content-Length had promised comes no start line.",
        "The receiver takes the next bytes for the next message. If the length was too small, they are the rest of the "
        "content; and it counts bytes, of which a character may take several. If it was too large, it took the "
        "beginning of the next message with it.",
        {"RFC 9112 §6.3", "RFC 9110 §8.6"}}},
      {"http-malformed.behind-head",
       {"Behind the head of {sender}'s {message}, which has no content, comes no start line.",
        "A request without Content-Length and without chunks has no content, and neither has an answer to HEAD or one "
        "with the status 1xx, 204 or 304. The receiver takes the next bytes for the next message.",
        {"RFC 9112 §6.3", "RFC 9110 §6.4.1"}}},

      {"http-incomplete.length",
       {"{receiver} waited for the rest of a message until the end of this run: {sender}'s Content-Length is {said}, "
        "and {bytes:byte|bytes} of content had come.",
        "The receiver believes the length. If it is too large, the receiver waits for bytes that nobody will send; the "
        "next message, or the end of the stream, is taken for them.",
        {"RFC 9112 §6.3", "RFC 9110 §8.6"}}},
      {"http-incomplete.chunked",
       {"{receiver} waited for the rest of a message until the end of this run: the chunk of size 0 of {sender} had "
        "not "
        "come.",
        "Only the last chunk says that the content is over. Until then there may always be another one.",
        {"RFC 9112 §7.1"}}},
      {"http-incomplete.last-line",
       {"{receiver} waited for the rest of a message until the end of this run: behind {sender}'s chunk of size 0 no "
        "empty line had come.",
        "Behind the last chunk there may be more fields (a trailer), so only an empty line ends the message.",
        {"RFC 9112 §7.1.2"}}},
      {"http-incomplete.close",
       {"{receiver} waited for the rest of a message until the end of this run: {sender}'s head says neither "
        "Content-Length nor chunked, so that only the end of the stream would end the content.",
        "Who answers without a length has to close: as long as the connection is open, more content may come.",
        {"RFC 9112 §6.3", "RFC 9112 §8"}}},
      {"http-incomplete.head",
       {"{receiver} waited for the rest of a head until the end of this run: {bytes:byte|bytes} of {sender} had come, "
        "and no empty line.",
        "A head is over with its empty line. If these bytes were meant as content, the Content-Length of the message "
        "before was too small.",
        {"RFC 9112 §2.1", "RFC 9112 §6.3"}}},
  };
}

}  // namespace wirelab::explain
