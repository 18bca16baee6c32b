#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries english_of_calls() {
  return {
      // ------------------------------------------------------------------------------------ connections
      {"handshake-before-accept",
       {"{client}'s connect had returned before {server} called accept.",
        "The kernel of a listening socket finishes the three-way handshake by itself and puts the connection into the "
        "queue that listen made. accept only takes it out of there.",
        {"RFC 9293 §3.5", "listen(2)", "accept(2)"}}},
      {"handshake-before-accept.queued",
       {"{server}'s accept found a finished connection of {client}.",
        "The kernel of a listening socket finishes the three-way handshake by itself and puts the connection into the "
        "queue that listen made. accept only takes it out of there.",
        {"RFC 9293 §3.5", "listen(2)", "accept(2)"}}},
      {"handshake-before-accept.connected",
       {"{client}'s connect returned: the two kernels have done the three-way handshake.",
        "The kernel of the listening socket does that by itself. Whether {server} has called accept, or ever will, "
        "cannot be told from this side.",
        {"RFC 9293 §3.5", "connect(2)", "accept(2)"}}},
      {"accept-asleep",
       {"{server} was asleep in accept until the connection of {client} came.",
        "accept blocks as long as no finished connection waits in the queue; the kernel wakes the caller when there is "
        "one.",
        {"accept(2)"}}},
      {"never-accepted",
       {"{client} was connected to {server}, and {server} never accepted that connection.",
        "A finished handshake says that the other kernel has the connection in its queue, not that its program knows "
        "of it. When the listening socket is closed, what waits there is reset.",
        {"listen(2)", "accept(2)"}}},
      {"connect-asleep",
       {"{client} was asleep in connect to {server} while nothing else moved.",
        "connect blocks until the handshake is done. A SYN that stays without an answer is sent again, the first time "
        "after about a second.",
        {"connect(2)", "RFC 6298 §2", "tcp(7)"}}},
      {"connect-asleep.queue-full",
       {"{client} was asleep in connect: {waiting:finished connection|finished connections} waited in the queue that "
        "{server} had made with listen({backlog}).",
        "Linux lets one connection more wait than the backlog says. When the queue is full it drops a new SYN, and the "
        "client's kernel sends it again after about a second, and in the long run less and less often.",
        {"listen(2)", "tcp(7)"}}},
      {"connect-refused",
       {"{client}'s connect failed with ECONNREFUSED.",
        "No socket was listening on that port, so the kernel there answered the SYN with RST.",
        {"connect(2)", "RFC 9293 §3.5.2"}}},
      {"connect-refused.no-listen",
       {"{client}'s connect failed with ECONNREFUSED: {server} never called listen.",
        "The kernel answers a SYN to a port where no socket listens with RST. bind alone does not open a port for "
        "connections.",
        {"connect(2)", "listen(2)", "RFC 9293 §3.5.2"}}},
      {"connect-refused.too-early",
       {"{client}'s connect failed with ECONNREFUSED: {server} called listen only afterwards.",
        "A SYN to a port where no socket listens is answered with RST at once; it does not wait for a listener to "
        "come.",
        {"connect(2)", "listen(2)", "RFC 9293 §3.5.2"}}},
      {"connect-refused.closed",
       {"{client}'s connect failed with ECONNREFUSED: {server}'s listening socket was closed by then.",
        "With its listening socket a port stops taking connections: the kernel answers a SYN to it with RST.",
        {"connect(2)", "close(2)", "RFC 9293 §3.5.2"}}},
      {"connect-refused.other-port",
       {"{client}'s connect to port {port} failed with ECONNREFUSED: {server} listens on port {listening}.",
        "The kernel finds the listening socket by its port. A SYN to any other port is answered with RST.",
        {"connect(2)", "ip(7)", "RFC 9293 §3.5.2"}}},
      {"connect-unanswered",
       {"{client}'s connect failed with ETIMEDOUT.",
        "Nothing answered its SYN, however often the kernel sent it again (tcp_syn_retries). A refusal would have been "
        "an answer.",
        {"connect(2)", "tcp(7)"}}},

      // ----------------------------------------------------------------------------------------- stream
      {"coalesced-recv",
       {"{sends:send|sends} of {sender} ({sizes} bytes) came out of one recv of {bytes:byte|bytes}: {data}.",
        "TCP carries a stream of bytes: it keeps their order, not the boundaries between sends. What waits in the "
        "receive buffer comes out together.",
        {"RFC 9293 §2.2", "RFC 1122 §4.2.2.2", "recv(2)"}}},
      {"coalesced-recv.partly",
       {"One recv of {receiver} brought {bytes:byte|bytes} that came from {sends:send|sends} of {sender} ({sizes}): "
        "{data}. Not every one of them is whole.",
        "TCP carries a stream of bytes: it keeps their order, not the boundaries between sends. A recv ends where its "
        "room or the bytes in the buffer end.",
        {"RFC 9293 §2.2", "RFC 1122 §4.2.2.2", "recv(2)"}}},
      {"coalesced-recv.unknown",
       {"One recv of {receiver} brought {bytes:byte|bytes}. Of how many sends of {sender} cannot be told from this "
        "side.",
        "TCP carries a stream of bytes: it keeps their order, not the boundaries between sends. What waits in the "
        "receive buffer comes out together, as far as there is room for it.",
        {"RFC 9293 §2.2", "RFC 1122 §4.2.2.2", "recv(2)"}}},
      {"nodelay-keeps-no-boundaries",
       {"{sender} had TCP_NODELAY set, and {sends:send|sends} came out of one recv all the same.",
        "TCP_NODELAY only stops the sender's kernel from keeping small segments back. At the receiver their bytes lie "
        "one after the other as ever.",
        {"tcp(7)", "RFC 9293 §3.7.4"}}},
      {"split-send",
       {"One send of {sender} ({bytes:byte|bytes}) came out of {recvs:recv|recvs} of {receiver}: {sizes} bytes.",
        "recv takes what is there, and at most what it has room for; what is left or comes later is for the next recv.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"split-send.cut",
       {"One send of {sender} ({bytes:byte|bytes}), handed over in {pieces:piece|pieces}, came out of "
        "{recvs:recv|recvs} of {receiver}: {sizes} bytes.",
        "recv takes what is there, and at most what it has room for; what is left or comes later is for the next recv.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"short-recv",
       {"After a recv of {bytes:byte|bytes} by {receiver}, {left:byte|bytes} more {left:!was|were} waiting in the "
        "kernel's buffer.",
        "recv returns at most as many bytes as it has room for. The rest is not lost: it stays in the receive buffer "
        "for the next recv.",
        {"recv(2)"}}},
      {"recv-loop",
       {"{receiver} called recv {recvs:time|times} for {bytes:byte|bytes}: {sizes}.",
        "One recv need not bring all that is wanted. A program that needs a certain number of bytes, or all up to some "
        "mark, has to call it in a loop.",
        {"recv(2)"}}},
      {"send-buffered",
       {"{sender}'s send had returned before {receiver} called the recv that took its bytes.",
        "send returns when the kernel has taken the bytes into its buffer. It does not tell that the other program has "
        "read them, or ever will.",
        {"send(2)"}}},
      {"send-buffered.before-accept",
       {"{sender}'s send had returned before {receiver} called accept.",
        "The kernels have a connection as soon as the handshake is done. They take bytes for it into their buffers "
        "before the other program knows of it.",
        {"send(2)", "listen(2)"}}},
      {"send-buffered.unknown",
       {"{sender}'s send returned: the kernel has taken the bytes.",
        "send returns when the bytes are in the kernel's buffer. It does not tell that {receiver} has read them, or "
        "ever will.",
        {"send(2)"}}},
      {"send-asleep",
       {"{sender} was asleep in send.",
        "A blocking send sleeps while the send buffer has no room: bytes stay there until they are acknowledged. When "
        "the other side does not read, the receive buffer there fills up, the advertised window closes, and nothing "
        "leaves here any more.",
        {"send(2)", "RFC 9293 §3.8.6"}}},
      {"send-asleep.acknowledged",
       {"{sender} was asleep in send until bytes it had sent before were acknowledged.",
        "A blocking send sleeps while the send buffer has no room. Bytes stay there until they are acknowledged, as "
        "they might have to be sent again. {receiver}'s kernel had room for more all the while: it was not flow "
        "control that stopped this send.",
        {"send(2)", "tcp(7)", "RFC 9293 §3.8.1"}}},
      {"send-asleep.woken",
       {"{sender} was asleep in send until {receiver} read.",
        "A blocking send sleeps while the send buffer has no room. Reading makes room in the receive buffer, which "
        "opens the window, which lets the sender's buffer drain: flow control.",
        {"send(2)", "RFC 9293 §3.8.6"}}},
      {"short-send",
       {"A send of {sender} took only a part of what it was given.",
        "send returns how many bytes it took, which may be fewer than asked. The rest has to be sent again: by a loop.",
        {"send(2)"}}},
      {"recv-woken",
       {"{receiver} was asleep in recv until bytes of {sender} came.",
        "A blocking recv on an empty buffer sleeps; the kernel wakes it for bytes, for the end of the stream or for an "
        "error.",
        {"recv(2)"}}},
      {"recv-woken.all",
       {"{receiver} was asleep in recv with MSG_WAITALL until all the {bytes:byte|bytes} it had asked for had come "
        "from "
        "{sender}.",
        "MSG_WAITALL lets recv wait until the room it was given is full, however many segments and sends that takes. "
        "Only the end of the stream, an error or a signal makes it return with less.",
        {"recv(2)"}}},

      // ---------------------------------------------------------------------------------------- closing
      {"end-of-file",
       {"{receiver}'s recv returned 0: {peer} sends no more, and all it had sent before has been read.",
        "0 is how recv tells the end of a stream. Whether the other program has closed, has shut down writing or has "
        "ended cannot be told from this side.",
        {"recv(2)", "shutdown(2)", "RFC 9293 §3.6"}}},
      {"end-of-file.close",
       {"{receiver}'s recv returned 0: {peer} had closed, and all it had sent before had been read.",
        "0 is how recv tells the end of a stream. No error and no empty message: nothing will ever come again.",
        {"recv(2)", "RFC 9293 §3.6"}}},
      {"end-of-file.shutdown",
       {"{receiver}'s recv returned 0: {peer} had shut down writing, and all it had sent before had been read.",
        "shutdown ends one direction with a FIN, just as close would, and recv tells it by returning 0. The other "
        "direction needs a FIN of its own.",
        {"recv(2)", "shutdown(2)", "RFC 9293 §3.6"}}},
      {"end-of-file.exit",
       {"{receiver}'s recv returned 0: {peer} had ended, and its kernel had closed its sockets.",
        "A process that ends closes everything it has open. The other side cannot tell it from a close.",
        {"recv(2)", "_exit(2)", "RFC 9293 §3.6"}}},
      {"end-of-file.after-reset",
       {"{receiver}'s recv returned 0 on a connection that had already failed.",
        "The error is told once. After it, recv on that socket reports the end; the connection with {peer} is gone.",
        {"recv(2)"}}},
      {"end-of-file.own-shutdown",
       {"{receiver}'s recv returned 0 because {receiver} itself had shut down reading.",
        "After shutdown for reading, a recv that finds nothing in the buffer returns 0 instead of waiting.",
        {"shutdown(2)", "recv(2)"}}},
      {"half-close",
       {"{actor} had shut down writing and still received {bytes:byte|bytes} that {peer} sent afterwards.",
        "A TCP connection is two streams, one each way. A FIN ends the one it was sent on; the other goes on until its "
        "own FIN.",
        {"shutdown(2)", "RFC 9293 §3.6"}}},
      {"shutdown-read",
       {"{actor} had shut down reading, and recv still brought bytes that {peer} sent afterwards.",
        "shutdown for reading sends nothing to the other side. Linux goes on taking what arrives, and recv hands it "
        "over.",
        {"shutdown(2)"}}},
      {"reset",
       {"{actor}'s {call} failed with ECONNRESET: the connection with {peer} was reset.",
        "An RST from the other side ends a connection at once, both ways; the next call here tells it.",
        {"RFC 9293 §3.5.2", "RFC 9293 §3.5.3"}}},
      {"reset.aborted",
       {"{actor}'s {call} failed with ECONNRESET: {peer} had aborted the connection.",
        "A close with SO_LINGER set to 0 seconds throws away what is still to be sent and sends RST instead of FIN.",
        {"socket(7)", "RFC 9293 §3.5.2"}}},
      {"reset.unread",
       {"{actor}'s {call} failed with ECONNRESET: {peer}'s socket was closed while bytes in it were unread.",
        "Closing a TCP socket with unread bytes throws them away. So that the sender does not believe they were read, "
        "the kernel sends RST instead of FIN.",
        {"RFC 1122 §4.2.2.13", "RFC 2525 §2.17"}}},
      {"reset.answered",
       {"{actor}'s {call} failed with ECONNRESET: {peer}'s socket had been closed, and its kernel answered a segment "
        "that came later with RST.",
        "{peer}'s kernel had sent RST when the socket was closed, but nobody repeats an RST that does not arrive. What "
        "comes for a connection that a kernel does not know is answered with another one.",
        {"RFC 9293 §3.5.2"}}},
      {"reset.never-accepted",
       {"{actor}'s {call} failed with ECONNRESET: {peer}'s listening socket was closed before it had accepted the "
        "connection.",
        "Connections that wait for accept belong to the listening socket. When it is closed, the kernel resets them.",
        {"listen(2)", "close(2)"}}},
      {"closed-unread",
       {"{actor}'s socket was closed with {bytes:byte|bytes} of {peer} unread: its kernel sent RST instead of FIN.",
        "The kernel throws unread bytes away. A FIN would let their sender believe that they had been read.",
        {"RFC 1122 §4.2.2.13", "RFC 2525 §2.17"}}},
      {"sent-to-closed",
       {"{actor} sent {bytes:byte|bytes} to a socket that {peer} had already closed: {peer}'s kernel answered with "
        "RST.",
        "A FIN says that the peer sends no more, not that it reads no more, so send takes bytes as ever. Where no "
        "program is left to read them the kernel answers with RST. recv returns 0 after the FIN, whatever comes then; "
        "it is the next send that tells of the RST, with EPIPE.",
        {"RFC 9293 §3.5.2", "RFC 1122 §4.2.2.13", "send(2)"}}},
      {"broken-pipe",
       {"{actor}'s send failed with EPIPE.",
        "The socket has no connection that bytes could be sent on. Without MSG_NOSIGNAL the call would raise SIGPIPE, "
        "which ends a program that does not handle it.",
        {"send(2)", "signal(7)"}}},
      {"broken-pipe.own-shutdown",
       {"{actor}'s send failed with EPIPE: {actor} itself had shut down writing.",
        "After its own FIN a side can send no more. Without MSG_NOSIGNAL the call would raise SIGPIPE, which ends a "
        "program that does not handle it.",
        {"send(2)", "shutdown(2)", "signal(7)"}}},
      {"broken-pipe.datagram",
       {"{actor}'s {call} failed with EPIPE: {actor} itself had shut down writing.",
        "shutdown of a datagram socket is between a program and its own kernel: UDP has no FIN, and nobody else was "
        "told.",
        {"send(2)", "shutdown(2)", "RFC 768"}}},
      {"broken-pipe.peer-gone",
       {"{actor}'s send failed with EPIPE: {peer} had closed, and the connection had been reset.",
        "After a reset there is no connection that bytes could be sent on. Without MSG_NOSIGNAL the call would raise "
        "SIGPIPE, which ends a program that does not handle it.",
        {"send(2)", "signal(7)", "RFC 9293 §3.5.2"}}},
      {"time-wait",
       {"{actor} was the first to end its direction: its kernel keeps the connection with {peer} in TIME-WAIT.",
        "Who sends the first FIN has to be able to repeat the last ACK, and old segments have to die out: Linux waits "
        "60 seconds. A server that closes first blocks its own port with that, unless it sets SO_REUSEADDR.",
        {"RFC 9293 §3.6", "RFC 1122 §4.2.2.13", "socket(7)"}}},
      {"time-wait.both",
       {"Both FINs were under way at once: {client} and {server} both keep the connection in TIME-WAIT.",
        "In a simultaneous close each side has acknowledged the other's FIN and may have to do it again.",
        {"RFC 9293 §3.6"}}},
      {"time-wait.nobody",
       {"The connection of {client} and {server} ended with a reset: neither keeps it in TIME-WAIT.",
        "TIME-WAIT belongs to the orderly end with two FINs. An RST is not acknowledged and leaves nothing behind.",
        {"RFC 9293 §3.5.3", "RFC 9293 §3.6"}}},
      {"closed-by-exit",
       {"{actor} ended while its connection with {peer} was open: its kernel closed it.",
        "A process that ends closes everything it has open. A script that forgets close still ends its connections, "
        "but only then.",
        {"_exit(2)", "close(2)"}}},

      // -------------------------------------------------------------------------------------- datagrams
      {"datagram-boundaries",
       {"{receiver} read {datagrams:datagram|datagrams} ({sizes} bytes), one with each call.",
        "UDP keeps boundaries: one call takes one datagram, as it was sent, even when several wait and the buffer has "
        "room for all of them.",
        {"RFC 768", "udp(7)", "recv(2)"}}},
      {"datagram-truncated",
       {"A datagram of {full:byte|bytes} from {sender} was read by {receiver} into room for {bytes}: "
        "{lost:byte|bytes} of it {lost:!is|are} gone.",
        "A call takes one datagram, and what does not fit is thrown away: it is not kept for the next call. The flag "
        "MSG_TRUNC is the only sign of it.",
        {"recv(2)", "udp(7)"}}},
      {"empty-datagram",
       {"{receiver}'s {call} returned 0: a datagram of 0 bytes from {sender}.",
        "A datagram may be empty. Its 0 is not the end of anything: UDP has no connection that could end.",
        {"recv(2)", "udp(7)"}}},
      {"datagram-woke",
       {"{receiver} was asleep in {call} until a datagram of {sender} came.",
        "A blocking receive on an empty buffer sleeps; the kernel wakes it for the next datagram.",
        {"recv(2)"}}},
      {"datagrams-lost.rule",
       {"{lost} of {due:datagram|datagrams} from {sender} to {receiver} {lost:!was|were} dropped by the rule at line "
        "{line}; the first was {first}.",
        "UDP neither repeats a lost datagram nor tells of it: every send returned as if all were well. Who must know "
        "has to number datagrams, answer them, and send again.",
        {"RFC 768", "udp(7)"}}},
      {"datagrams-lost.loss",
       {"{lost} of {due:datagram|datagrams} from {sender} to {receiver} {lost:!was|were} lost on the way; the first "
        "was {first}.",
        "UDP neither repeats a lost datagram nor tells of it: every send returned as if all were well. Who must know "
        "has to number datagrams, answer them, and send again.",
        {"RFC 768", "udp(7)"}}},
      {"datagrams-lost.overrun",
       {"{lost} of {due:datagram|datagrams} from {sender} to {receiver} found the receive buffer full; the first was "
        "{first}.",
        "Nothing in UDP tells a sender to wait. What comes while the receive buffer is full is dropped by the "
        "receiver's kernel, and neither program is told. SO_RCVBUF sets the room; each datagram takes of it what the "
        "kernel keeps about it besides its bytes, so that a few small ones can fill it.",
        {"udp(7)", "socket(7)"}}},
      {"datagrams-lost.unknown",
       {"{sender}'s {call} returned {bytes}. Whether the datagram arrives at {receiver} cannot be told from this side.",
        "UDP neither repeats a lost datagram nor tells of it: every send returns as if all were well. Who must know "
        "has to number datagrams, answer them, and send again.",
        {"RFC 768", "udp(7)"}}},
      {"datagram-refused",
       {"{actor}'s {call} failed with ECONNREFUSED: a datagram sent before had found nobody at its port.",
        "The other kernel answered it with ICMP \"port unreachable\". On a UDP socket that is connected, or has "
        "IP_RECVERR set, that error waits for the next call, whichever it is.",
        {"RFC 1122 §4.1.3", "connect(2)", "ip(7)"}}},
      {"datagram-never-refused",
       {"{datagrams:datagram|datagrams} from {sender} found nobody at the port of {receiver}, and {sender} was not "
        "told.",
        "The other kernel answers with ICMP \"port unreachable\", but Linux hands that error only to a UDP socket that "
        "is "
        "connected, or asked for it with IP_RECVERR.",
        {"RFC 1122 §4.1.3", "ip(7)"}}},
      {"datagrams-unread",
       {"{datagrams:datagram|datagrams} that had been delivered to {receiver} {datagrams:!was|were} never read.",
        "What is delivered waits in the receive buffer of the socket. It goes when the socket is closed, and the "
        "sender "
        "never learns of it.",
        {"udp(7)"}}},
      {"datagrams-reordered",
       {"{receiver} got {late} after {early}, though it was sent before.",
        "UDP keeps each datagram whole, but promises nothing about their order.",
        {"RFC 768", "udp(7)"}}},
      {"datagram-duplicated",
       {"{receiver} got {data} from {sender} more than once, though it was sent once.",
        "A network may deliver a datagram twice. UDP does not notice: who minds has to number them.",
        {"RFC 768", "udp(7)"}}},
      {"broadcast.everyone",
       {"One datagram of {sender} to everyone was heard on {hosts:host|hosts}: {names}.",
        "A broadcast is sent once for all hosts of the network, as one frame if it fits into one. Each kernel that is "
        "given it puts a copy into every "
        "socket that is bound to the port and to any address.",
        {"ip(7)", "socket(7)", "RFC 919", "RFC 1122 §3.3.6"}}},
      {"broadcast.all-nodes",
       {"One datagram of {sender} to everyone was heard on {hosts:host|hosts}: {names}.",
        "IPv6 has no broadcast. What is for everyone goes to the group of all nodes, ff02::1, which every host is in "
        "without having joined. It is sent once; each kernel that is given it puts a copy into every socket that is "
        "bound to the port and to any address.",
        {"RFC 4291 §2.7.1", "ipv6(7)"}}},
      {"broadcast.group",
       {"One datagram of {sender} to the group {to} was heard on {hosts:host|hosts}: {names}.",
        "A group is an address that no host has for its own. What goes there is sent once, as one frame if it fits "
        "into one, and each host takes it that "
        "has joined; the sender need not be a member, and has to set no option.",
        {"ip(7)", "RFC 1112 §6"}}},
      {"broadcast.stayed",
       {"One datagram of {sender} to {to} did not leave the host: {option} was 0.",
        "The sender's own host is a member, so the kernel gives it a copy. Then it looks how many networks the "
        "datagram may reach, and with 0 there is no frame: no other host is given anything.",
        {"ip(7)", "ipv6(7)", "RFC 1112 §6.1"}}},
      {"broadcast.stayed-unheard",
       {"One datagram of {sender} to {to} did not leave the host: {option} was 0.",
        "The sender's own host is a member. There the kernel looks how many networks the datagram may reach, and with "
        "0 there is no frame. As IP_MULTICAST_LOOP was 0 too, the host has no copy either: it was for nobody.",
        {"ip(7)", "RFC 1112 §6.1"}}},
      {"broadcast-limit",
       {"One datagram of {sender} to {to} left the host, though {option} was 0.",
        "With 0 a datagram is to stay on its host. But Linux looks at it only over IPv4 if that host is itself a "
        "member of the group, and over IPv6 if it is to have a copy. The hosts that are given the frame do not look "
        "either: it is for routers to count down.",
        {"ip(7)", "ipv6(7)", "RFC 1112 §6.1"}}},
      {"broadcast.nobody",
       {"One datagram of {sender} to {to} was heard by nobody.",
        "sendto succeeded, as it means taken and not arrived. To what is sent to many no kernel answers with ICMP "
        "\"port unreachable\", so nobody is told.",
        {"RFC 1122 §3.2.2", "udp(7)"}}},
      {"broadcast.unknown",
       {"One datagram of {sender} went to {to}. Who hears it cannot be told from this side.",
        "What is sent to many is refused by no kernel and confirmed by nothing: only an answer shows that somebody has "
        "heard it.",
        {"RFC 1122 §3.2.2", "udp(7)"}}},
      {"broadcast-lost.rule",
       {"One datagram of {sender} for all was dropped by the rule at line {line}: no other host was given it.",
        "It is sent once, for all. Lost before the others are given it, none of them has it; and sendto returned as if "
        "all were well. A copy for the sender's own host does not go over the wire.",
        {"RFC 919", "udp(7)"}}},
      {"broadcast-lost.chance",
       {"One datagram of {sender} for all was lost on the way: no other host was given it.",
        "It is sent once, for all. Lost before the others are given it, none of them has it; and sendto returned as if "
        "all were well. A copy for the sender's own host does not go over the wire.",
        {"RFC 919", "udp(7)"}}},
      {"broadcast-lost.copy",
       {"The copy of {names} of a datagram of {sender} for all was dropped by the rule at line {line}.",
        "Each host is given a copy over a cable of its own. One that is lost is missing there alone, and nobody else "
        "notices: not the sender, and not the others.",
        {"RFC 919", "udp(7)"}}},
      {"broadcast-lost.fragment",
       {"A fragment of the copy of {names} of a datagram of {sender} for all was dropped by the rule at line {line}.",
        "Each host is given a copy of each fragment over a cable of its own, and a datagram comes whole or not at all: "
        "with one fragment missing it is lost there. The arrows of the fragments do not show which one it was.",
        {"RFC 791 §3.2", "RFC 919", "udp(7)"}}},
      {"broadcast-echo",
       {"{sender} heard its own datagram.",
        "What is sent to many comes back to the sender's own host, and its sockets hear it like all others. Whoever "
        "asks "
        "and listens on the same port has to know its own question when it reads it.",
        {"ip(7)", "RFC 1112 §6.1"}}},
      {"broadcast-unheard.port",
       {"{listener} did not hear {sender}: it is bound to port {bound}, and the datagram was for port {port}.",
        "What is sent to many is for one port of each host. A host without a socket there throws it away and says "
        "nothing.",
        {"udp(7)", "RFC 1122 §3.2.2"}}},
      {"broadcast-unheard.own-address",
       {"{listener} did not hear {sender}: it is bound to its own address.",
        "A socket that is bound to one address hears what is sent to this address, and the datagram went to another. "
        "Bind to any address to hear broadcasts and groups.",
        {"ip(7)", "bind(2)"}}},
      {"broadcast-unheard.connected",
       {"{listener} did not hear {sender}: its socket is connected.",
        "A UDP socket that is connected has both its ends settled: it takes what its peer alone sends, and to its own "
        "address. What goes to many it does not hear.",
        {"connect(2)", "udp(7)"}}},
      {"broadcast-unheard.own",
       {"{sender} did not hear its own datagram: {option} was 0.",
        "What is sent to a group comes back to the sender's own host if that is a member, unless the socket that sends "
        "it has this option at 0. On the other hosts that changes nothing.",
        {"ip(7)", "ipv6(7)", "RFC 1112 §6.1"}}},
      {"broadcast-unheard.not-joined",
       {"{listener} did not hear {sender}: nobody on its host has joined {group}.",
        "The frame comes to every host of the network. A kernel takes what is sent to a group only while one of its "
        "sockets is a member (IP_ADD_MEMBERSHIP).",
        {"ip(7)", "RFC 1112 §7"}}},
      {"group.joined",
       {"{actor} joined the group {group}.",
        "From now on its kernel takes what is sent to this address. It also tells the routers, with IGMP, so that they "
        "forward it from other networks; on one network nobody has to know.",
        {"ip(7)", "RFC 1112 §7", "RFC 3376"}}},
      {"group.left",
       {"{actor} left the group {group}.",
        "From now on its kernel takes this address for another socket that is still a member, or not at all. Closing "
        "the socket leaves all its groups.",
        {"ip(7)", "RFC 1112 §7"}}},
      {"answers-together",
       {"{answers:answer|answers} to one datagram of {receiver} had come before it read the first of them.",
        "Who hears a question answers it at once, and so do all the others. The answers wait in one receive buffer, in "
        "an order that nobody promises, and the asker does not know how many there will be: only a limit on the "
        "waiting ends it.",
        {"udp(7)", "RFC 8085 §4"}}},
      {"answers-together.lost",
       {"{answers:answer|answers} to one datagram of {receiver} came before it read the first of them; {lost} found "
        "the "
        "receive buffer full.",
        "Who hears a question answers it at once, and so do all the others. What the buffer has no room for is "
        "dropped, "
        "and neither side is told. Ask with a delay by chance for the answers, read soon, or make the buffer larger.",
        {"udp(7)", "socket(7)", "RFC 8085 §4"}}},

      // ---------------------------------------------------------------------------------------- framing
      {"framing-restored",
       {"{recvs:recv|recvs} of {receiver} ({sizes} bytes) became {messages:message|messages}, each as {sender} sent "
        "it.",
        "A recv ends where the bytes at hand end, a message where the framing says. The decoder keeps what is "
        "incomplete until the rest has come.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"framing-restored.decoded",
       {"{recvs:recv|recvs} of {receiver} ({sizes} bytes) became {messages:message|messages}.",
        "A recv ends where the bytes at hand end, a message where the framing says. The decoder keeps what is "
        "incomplete until the rest has come.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"framing-restored.and-more",
       {"{recvs:recv|recvs} of {receiver} ({sizes} bytes) brought {messages:message|messages} of {sender}, and "
        "{rest:byte|bytes} behind that became none.",
        "A recv ends where the bytes at hand end, a message where the framing says. The decoder keeps what is behind a "
        "message for the next one.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"delimiter-cut",
       {"A recv of {receiver} ended after {bytes} of the {length} bytes of the delimiter {delimiter}.",
        "TCP knows nothing of delimiters: one may come in two parts. A decoder that looked for it in each recv alone "
        "would miss it.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"message-cut",
       {"The message {message} came to {receiver} in {recvs:recv|recvs}.",
        "TCP knows nothing of messages: a recv may end in the middle of one. What is incomplete has to be kept until "
        "the rest has come.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"message-cut.prefix",
       {"A recv of {receiver} ended after {bytes} of the {length} bytes that tell the length of {message}.",
        "Even a length prefix can come in two parts. Only when all its bytes are there does it say how many follow.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"delimiter-in-payload",
       {"{sender} sent {message} as one message, and {receiver} took {messages:message|messages} out of it.",
        "The delimiter {delimiter} stands in the data as well, and nothing tells the one from the other. An escape "
        "before it, or a length prefix instead, would.",
        {"RFC 9293 §2.2"}}},
      {"delimiter-in-payload.escaped",
       {"{message} from {sender} contains the delimiter {delimiter}, and {receiver} got it as one message.",
        "The sender's framing put the escape {escape} before it; the receiver's takes the escape out and does not end "
        "the message there.",
        {"RFC 9293 §2.2"}}},
      {"message-too-long",
       {"{actor} refused a message that would be longer than {limit:byte|bytes}.",
        "How long a message is, is for its sender to say, and the sender may be wrong or hostile. Without a limit, "
        "checked before memory is set aside, it could use up the receiver's memory.",
        {"RFC 4732 §2.1"}}},
      {"message-too-long.sent",
       {"{actor} did not send a message that is longer than {limit:byte|bytes}.",
        "Its own framing allows no longer one (max_message).",
        {}}},
      {"message-too-long.prefix",
       {"{actor} did not send a message that is longer than {limit:byte|bytes}.",
        "No greater length can be written into a prefix of {length:byte|bytes}. With the length cut off to what fits "
        "in, the receiver would take the rest for the next message.",
        {}}},
      {"message-truncated",
       {"The stream ended before {receiver} had all of a message.",
        "The end of a stream says that nothing more comes, not that all has come. Here only the framing shows that "
        "something is missing.",
        {"recv(2)", "RFC 9293 §3.6"}}},
      {"message-truncated.bytes",
       {"The stream ended, and {receiver} had {bytes:byte|bytes} that are no whole message.",
        "The end of a stream says that nothing more comes, not that all has come. That it is no message only the "
        "framing shows: something is missing, or these bytes do not belong there.",
        {"recv(2)", "RFC 9293 §3.6"}}},
      {"message-truncated.recv",
       {"The stream ended before {receiver} had all it asked for: {bytes:byte|bytes} had come.",
        "The end of a stream says that nothing more comes, not that all has come. Whoever knows how much it should be "
        "has to count.",
        {"recv(2)", "RFC 9293 §3.6"}}},
      {"framing-mismatch",
       {"{sender} puts messages into the stream with {{{ours}}}, and {receiver} takes them out with {{{theirs}}}.",
        "Framing is an agreement between the two programs. TCP carries the bytes either way; what they mean, only the "
        "two ends know.",
        {"RFC 9293 §2.2"}}},

      // ------------------------------------------------------------------------------------------ files
      {"file-without-size",
       {"The stream ended, and {receiver} took the {bytes:byte|bytes} that had come for all of {file}.",
        "recv returns 0 when the peer has closed. Its kernel does that for a program that was ended in the middle as "
        "well: without a size told before, or a mark behind the bytes, half a file looks like a whole one.",
        {"recv(2)", "_exit(2)", "RFC 9293 §3.6"}}},
      {"file-without-size.reset",
       {"The connection was reset while {receiver} was receiving {file}: {bytes:byte|bytes} had come.",
        "A reset tells that the file was cut, but not how much of it is missing: nobody had said how long it is.",
        {"recv(2)", "RFC 9293 §3.5.3"}}},
      {"file-whole",
       {"{receiver} has all {bytes:byte|bytes} of {file} that had been promised, and read no further.",
        "A size that is told first says where the file ends, and the stream need not end there: an answer, a hash or "
        "the next file can follow on the same connection.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"file-whole.read-before",
       {"{receiver} has all {bytes:byte|bytes} of {file} that had been promised, and took them out of what it had read "
        "before.",
        "A recv brings what is there, and knows no file. The size that was told first says where the file ends; what "
        "was read beyond that is kept for what comes next.",
        {"recv(2)", "RFC 9293 §2.2"}}},
      {"file-cut-short",
       {"The stream ended when {receiver} had {bytes} of the {promised:byte|bytes} of {file} that had been promised.",
        "To TCP that is an end like any other: recv returned 0, and no error. That something is missing was seen only "
        "because the program had been told how much would come, and counted.",
        {"recv(2)", "RFC 9293 §3.6"}}},
      {"file-cut-short.reset",
       {"The connection was reset when {receiver} had {bytes} of the {promised:byte|bytes} of {file} that had been "
        "promised.",
        "recv failed with ECONNRESET. What had come before is in order, and worth keeping: the rest can be sent over "
        "another connection.",
        {"recv(2)", "RFC 9293 §3.5.3"}}},
      {"file-cut-short.timeout",
       {"{receiver} gave up waiting when it had {bytes} of the {promised:byte|bytes} of {file} that had been promised.",
        "A peer that says nothing more need not have closed: its host may be gone. Only a limit on the waiting tells.",
        {"socket(7)", "tcp(7)"}}},
      {"file-resumed",
       {"{receiver} had {had:byte|bytes} of {file} from before and put {more:byte|bytes} behind them.",
        "How much has arrived only its receiver knows: what send took may have been lost on the way or in a buffer. A "
        "sender that is to go on there has to learn it from the receiver.",
        {"send(2)", "RFC 9110 §14"}}},
      {"file-resumed.differs",
       {"{receiver} had {had:byte|bytes} of {file} from before and put {more:byte|bytes} behind them, and together "
        "they "
        "are not what {sender} told the SHA-256 of.",
        "The number is right. So what was there is not the beginning of that file, or what came does not go on where "
        "it ends: where to begin, and with which file, both sides have to agree on.",
        {"send(2)", "RFC 9110 §14"}}},
      {"file-hash",
       {"{sender} told a SHA-256 that begins with {told}, and that of {file} at {receiver} is the same.",
        "No two files are known that have the same SHA-256: the {bytes:byte|bytes} are the ones that {sender} meant.",
        {"RFC 6234", "sha256sum(1)"}}},
      {"file-hash.differs",
       {"{sender} told a SHA-256 that begins with {told}, and that of {file} at {receiver} begins with {found}.",
        "{file} has as many bytes as it was to have, {bytes}, and they are not the ones that {sender} meant. A size "
        "says how many there are, and TCP that they came as they were sent; what was sent only a hash can tell.",
        {"RFC 6234", "sha256sum(1)"}}},
      {"file-hash.differs-without-size",
       {"{sender} told a SHA-256 that begins with {told}, and that of {file} at {receiver} begins with {found}.",
        "The {bytes:byte|bytes} of {file} are not the ones that {sender} meant. A hash does not tell whether some are "
        "missing or others came: how many there should be, nobody had said.",
        {"RFC 6234", "sha256sum(1)"}}},
      {"file-hash.unread",
       {"{receiver} read {digits} of the 64 digits of a SHA-256 that {sender} sent.",
        "A hash can be compared only if all of it is there. Where its digits begin in the stream and where they end, "
        "no byte of them says: the receiver has to know from what came before.",
        {"RFC 6234", "RFC 9293 §2.2"}}},

      // ----------------------------------------------------------------------------------------- sleeps
      {"sleep-seemed-to-work",
       {"{sender} slept between its {sends} sends, and each came out of a recv of its own.",
        "{receiver} happened to read before the next bytes came. Nothing promises that: one that reads later gets them "
        "together, however long the sleep was.",
        {"RFC 9293 §2.2", "recv(2)"}}},
      {"sleep-defeated",
       {"{sender} slept between its sends, and still {sends} of them came out of one recv of {bytes:byte|bytes}.",
        "A sleep of the sender says nothing about when {receiver} reads. Bytes that are there when recv takes them lie "
        "together in the buffer.",
        {"RFC 9293 §2.2", "recv(2)"}}},
      {"sleep-defeated.together",
       {"{sender} slept between its sends, and still {sends} of them came out of one recv of {bytes:byte|bytes}: bytes "
        "of different sends had travelled in one segment.",
        "When bytes leave is the affair of the sender's kernel, whatever the pauses of its program: those that have "
        "to wait for an acknowledgement (Nagle's algorithm), or for room, leave together.",
        {"RFC 9293 §2.2", "RFC 9293 §3.7.4", "tcp(7)"}}},
      {"sleep-cost",
       {"Between the {sends} sends of {sender} there {sleeps:!is|are} {sleeps:sleep|sleeps}, {total} in all.",
        "The pause is paid every time, needed or not, and on a slower machine it may be too short. A delimiter or a "
        "length costs a few bytes and does not depend on time.",
        {"nanosleep(2)"}}},

      // --------------------------------------------------------------------------------------- failures
      {"address-in-use",
       {"{actor}'s {call} failed with EADDRINUSE: its port is taken.",
        "A port has one owner: another socket that is bound to it, or a connection of it that has not come to its end, "
        "be it only in TIME-WAIT. Against connections helps SO_REUSEADDR, set before bind on the old socket and on the "
        "new one; sockets that all set SO_REUSEPORT share a port.",
        {"bind(2)", "socket(7)", "ip(7)"}}},
      {"address-in-use.open",
       {"{actor}'s {call} failed with EADDRINUSE: the connection with {peer} on that port was still open.",
        "The listening socket is closed, but a connection that was accepted from it keeps its port. SO_REUSEADDR lets "
        "bind pass, if the old socket and the new one set it before bind.",
        {"bind(2)", "accept(2)", "socket(7)"}}},
      {"address-in-use.member",
       {"{actor}'s {call} failed with EADDRINUSE: the socket is in that group already.",
        "Here the error is not about a port. A socket joins a group once on each interface, and remains a member until "
        "it leaves the group or is closed.",
        {"ip(7)"}}},
      {"address-in-use.datagram",
       {"{actor}'s {call} failed with EADDRINUSE: its port is taken.",
        "Another datagram socket is bound to it. They share a port only if all of them asked before bind: with "
        "SO_REUSEADDR, or all with SO_REUSEPORT. UDP has no connections, so that nothing keeps the port when that "
        "socket is closed.",
        {"bind(2)", "socket(7)", "udp(7)"}}},
      {"address-in-use.own-socket",
       {"{actor}'s {call} failed with EADDRINUSE: another socket of {actor} is still bound to that port.",
        "A port has one owner, unless all its sockets set SO_REUSEPORT before bind. Otherwise the other socket has to "
        "be closed first.",
        {"bind(2)", "socket(7)", "ip(7)"}}},
      {"address-in-use.own-datagram-socket",
       {"{actor}'s {call} failed with EADDRINUSE: another socket of {actor} is still bound to that port.",
        "Datagram sockets share a port only if all of them asked before bind: with SO_REUSEADDR, or all with "
        "SO_REUSEPORT. It does not help that one alone did. Otherwise the other socket has to be closed first.",
        {"bind(2)", "socket(7)", "udp(7)"}}},
      {"address-in-use.connection",
       {"{actor}'s {call} failed with EADDRINUSE: its kernel still keeps the connection with {peer} on that port.",
        "The listening socket is closed, but {actor} was the first to end that connection and has it in TIME-WAIT when "
        "all is over. SO_REUSEADDR lets bind pass, if the old socket and the new one set it before bind.",
        {"bind(2)", "socket(7)", "RFC 9293 §3.6"}}},
      {"permission.port",
       {"{actor}'s bind to port {port} failed with EACCES.",
        "Ports below 1024 are kept for programs with the capability CAP_NET_BIND_SERVICE. Choose a port from 1024 on.",
        {"ip(7)", "capabilities(7)"}}},
      {"permission.broadcast",
       {"{actor}'s {call} failed with EACCES: it went to everyone.",
        "A broadcast reaches every host of the network, so the kernel wants it to be meant: set SO_BROADCAST first.",
        {"socket(7)", "ip(7)"}}},
      {"datagram-too-long",
       {"{actor}'s {call} failed with EMSGSIZE.",
        "The datagram is too long to be sent. One carries at most 65507 bytes of data over IPv4, 65527 over IPv6, "
        "and where IP_MTU_DISCOVER forbids fragments, what fits into one packet. The kernel does not divide longer "
        "data "
        "into several datagrams.",
        {"send(2)", "udp(7)", "ip(7)"}}},
      {"not-connected",
       {"{actor}'s {call} failed with ENOTCONN.",
        "This socket has no connection. On a server, data goes over the socket that accept returned, not over the "
        "listening one.",
        {"{call}(2)", "accept(2)"}}},
      {"not-connected.datagram",
       {"{actor}'s {call} failed with ENOTCONN.",
        "This datagram socket is not connected: no connect has named its peer. Only then is there something for such a "
        "call to be about; sendto and recvfrom do without.",
        {"{call}(2)", "connect(2)", "udp(7)"}}},
      {"option-refused.not-joined",
       {"{actor}'s setsockopt failed with EADDRNOTAVAIL: the socket is not in the group {group}.",
        "A socket can leave only a group that it has joined itself and has not left yet. That another socket of the "
        "host is a member does not count.",
        {"ip(7)", "setsockopt(2)"}}},
      {"option-refused.value",
       {"{actor}'s setsockopt failed with EINVAL: {option} does not take {value}, or not on this socket now.",
        "The kernel knows the option, looks at the value, and sets nothing: the option stays as it was. Which values "
        "it "
        "takes is in the manual page of the protocol.",
        {"setsockopt(2)", "socket(7)", "ip(7)", "tcp(7)"}}},
      {"no-room-to-send",
       {"{actor}'s {call} failed with ENOBUFS: the datagram, in fragments, needs more than the send buffer.",
        "What a socket has not handed to its link yet takes room in its send buffer, all fragments of a datagram at "
        "once. The program has made that buffer small (SO_SNDBUF), and nothing of the datagram was sent.",
        {"send(2)", "socket(7)"}}},
      {"no-destination",
       {"{actor}'s {call} failed with EDESTADDRREQ.",
        "A datagram socket that is not connected has no fixed peer: use sendto, which names one each time, or connect "
        "first.",
        {"send(2)", "udp(7)"}}},
      {"timeout",
       {"{actor}'s {call} was given up when the step's timeout was over.",
        "A blocking call waits as long as it takes. Here a signal interrupted it; programs of your own use poll, or "
        "the socket options SO_RCVTIMEO and SO_SNDTIMEO.",
        {"poll(2)", "socket(7)", "signal(7)"}}},
      {"timeout.datagram",
       {"{actor}'s {call} had found no datagram when its timeout was over.",
        "A datagram that is lost tells nobody: only a limit on the waiting finds out. Whether it was lost or is late "
        "cannot be told.",
        {"poll(2)", "socket(7)"}}},
      {"deadlock",
       {"Nobody could move any more: {waits}.",
        "Each of them waits for something that only a call could bring, and nobody is left to make that call.",
        {}}},
      {"deadlock.full-buffers",
       {"Nobody could move any more: {waits}.",
        "Both ends of a connection are asleep in send: the buffers are full both ways, and neither reads. Somebody has "
        "to receive before sending more.",
        {"send(2)", "RFC 9293 §3.8.6"}}},
      {"unexpected-failure",
       {"{actor}'s {call} failed with {error} at line {line}, which nobody had expected: {actor} ended there.",
        "A program that does not handle an error ends. Its kernel closes its sockets, and the others see that.",
        {"{call}(2)", "errno(3)"}}},
      {"unexpected-failure.message",
       {"{actor}'s {step} failed with {error} at line {line}, which nobody had expected: {actor} ended there.",
        "A program that does not handle an error ends. Its kernel closes its sockets, and the others see that.",
        {}}},
      {"buffer-size",
       {"{actor} asked for {option} {asked}, and getsockopt tells {got}.",
        "Linux doubles the size, as it needs room for its own bookkeeping too, and keeps it between a smallest and a "
        "largest one (net.core.rmem_max, net.core.wmem_max).",
        {"socket(7)"}}},
  };
}

}  // namespace wirelab::explain
