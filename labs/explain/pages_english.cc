#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

RulePages english_pages() {
  return {
      // ------------------------------------------------------------------------------------ connections
      {"handshake",
       {"Three packets make a connection",
        "SYN, SYN-ACK and ACK crossed the wire. Each side said from which number on it counts its bytes, and what it "
        "offers.",
        "Both sides have to know that the other is there and from where it counts before a byte can be acknowledged. A "
        "SYN takes one number itself, so that it can be acknowledged too."}},
      {"handshake-before-accept",
       {"connect returns before accept is called",
        "A client's connect returned although the server had not called accept yet.",
        "The kernel of a listening socket finishes the handshake by itself and puts the connection into the queue that "
        "listen made. accept only takes it out of there."}},
      {"handshake-not-taken",
       {"A full queue does not take a connection",
        "The last ACK of a handshake came while the queue of listen was full, and the server's kernel did not take the "
        "connection.",
        "connect returns at the SYN-ACK, but the other kernel needs room in its queue when the ACK comes. Linux "
        "ignores "
        "the ACK and sends its SYN-ACK again, or answers with RST if it is set to (tcp_abort_on_overflow)."}},
      {"accept-asleep",
       {"accept sleeps until somebody connects", "A server was asleep in accept until a connection came.",
        "accept blocks as long as no finished connection waits in the queue; the kernel wakes the caller when there is "
        "one."}},
      {"never-accepted",
       {"A connection that nobody accepts", "A client was connected, and the server never called accept for it.",
        "A finished handshake says that the other kernel has the connection, not that its program knows of it. What "
        "still waits in the queue when the listening socket is closed is reset."}},
      {"connect-asleep",
       {"connect sleeps until the handshake is done", "A client was asleep in connect.",
        "connect blocks until the SYN is answered. When the queue of listen is full Linux drops a new SYN, and the "
        "client's kernel sends it again after about a second, and in the long run less and less often."}},
      {"connect-refused",
       {"Nobody listens: connect is refused", "connect failed with ECONNREFUSED.",
        "The kernel answers a SYN to a port where no socket listens with RST. bind alone does not open a port for "
        "connections, and with its listening socket a port is closed again."}},
      {"connect-unanswered",
       {"No answer at all: connect gives up", "connect failed with ETIMEDOUT.",
        "A kernel without an answer sends its SYN again, in the long run less and less often, and gives up in the end "
        "(tcp_syn_retries). It cannot tell lost packets from a host that is not there."}},

      // ----------------------------------------------------------------------------------------- stream
      {"coalesced-recv",
       {"Several sends come out of one recv", "One recv brought bytes of more than one send.",
        "TCP carries a stream of bytes: it keeps their order, not the boundaries between sends. What waits in the "
        "receive buffer comes out together. Where a message ends the programs have to say themselves: by a length, by "
        "a delimiter, or by a fixed size."}},
      {"nodelay-keeps-no-boundaries",
       {"TCP_NODELAY does not keep sends apart",
        "The sender had set TCP_NODELAY, and several of its sends came out of one recv all the same.",
        "The option only stops the sender's kernel from keeping small segments back. In the receive buffer their bytes "
        "lie one after the other as ever."}},
      {"split-send",
       {"One send comes out of several recvs", "The bytes of one send came out of more than one recv.",
        "recv takes what is there, and at most what it has room for; what is left or comes later is for the next "
        "recv."}},
      {"short-recv",
       {"recv leaves bytes for the next one", "More bytes were waiting than recv had room for.",
        "recv returns at most as many bytes as it is asked for. The rest is not lost: it stays in the receive buffer "
        "for the next recv."}},
      {"recv-loop",
       {"All that is wanted takes several recvs", "recv had to be called more than once until all bytes were there.",
        "One recv need not bring all that is wanted. A program that needs a certain number of bytes, or all up to some "
        "mark, has to call it in a loop."}},
      {"send-buffered",
       {"send returns before anybody has read",
        "A send had returned before the other program called recv, or even accept.",
        "send returns when the kernel has taken the bytes into its buffer. It does not tell that the other program has "
        "read them, or ever will."}},
      {"send-asleep",
       {"send sleeps while the buffers are full", "A program was asleep in send.",
        "A blocking send sleeps while the send buffer has no room: bytes stay there until they are acknowledged. When "
        "the other side does not read, its receive buffer fills up, the window closes, and nothing leaves here any "
        "more. Reading opens it again: flow control."}},
      {"short-send",
       {"send takes only a part", "A send returned a smaller number than it was given bytes.",
        "send says how many bytes the kernel took. The rest has to be sent again: by a loop."}},
      {"recv-woken",
       {"recv sleeps until bytes come", "A program was asleep in recv until bytes came.",
        "A blocking recv on an empty buffer sleeps; the kernel wakes it for bytes, for the end of the stream or for an "
        "error. With MSG_WAITALL it sleeps until the room it was given is full."}},

      // ---------------------------------------------------------------------------------------- closing
      {"ending",
       {"Three or four packets end a connection", "Each side sent a FIN, and each FIN was acknowledged.",
        "A connection is two streams, and each ends with a FIN of its own. If the second side ends before its kernel "
        "has acknowledged the first FIN, ACK and FIN go in one packet; else there are four. Data may go on between "
        "them, and the two FINs may cross."}},
      {"end-of-file",
       {"recv returns 0: the stream has ended", "recv returned 0.",
        "0 is how recv tells the end of a stream: the other side has closed, shut down writing, or ended, and all that "
        "it had sent before has been read. No error and no empty message: nothing will ever come again."}},
      {"half-close",
       {"One direction ends, the other goes on",
        "A program had shut down writing, and still received what the other side sent afterwards.",
        "A TCP connection is two streams, one each way. A FIN ends the one it was sent on; the other goes on until its "
        "own FIN."}},
      {"shutdown-read",
       {"Shutting down reading stops nothing",
        "A program had shut down reading, and recv still brought bytes that were sent afterwards.",
        "shutdown for reading sends nothing to the other side. Linux goes on taking what arrives, and recv hands it "
        "over."}},
      {"reset",
       {"The connection was reset", "A call failed with ECONNRESET.",
        "An RST ends a connection at once, both ways; the next call tells it. A kernel sends one when a socket is "
        "closed with bytes unread, when a program aborts, and when the listening socket of a waiting connection is "
        "closed."}},
      {"reset-unheard",
       {"A reset of which no call tells",
        "One side aborted the connection, and no call of the other program told of it.",
        "With SO_LINGER set to 0 seconds, close throws away what is still to be sent and sends RST. The error waits on "
        "the other side's socket for the next send, or for the next recv that finds no bytes."}},
      {"closed-unread",
       {"Closing with bytes unread sends RST",
        "A socket was closed while bytes in it were unread, and its kernel sent RST instead of FIN.",
        "The kernel throws unread bytes away. A FIN would let their sender believe that they had been read."}},
      {"sent-to-closed",
       {"Bytes for a socket that is closed",
        "A program sent to a socket that the other side had already closed, and was answered with RST.",
        "A FIN says that the peer sends no more, not that it reads no more, so send takes bytes as ever. Where no "
        "program is left to read them the kernel answers with RST. recv returns 0 after the FIN, whatever comes then; "
        "it is the next send that tells of the RST, with EPIPE."}},
      {"broken-pipe",
       {"send fails with EPIPE", "send failed with EPIPE.",
        "There is no connection any more that bytes could be sent on: the program has shut down writing itself, or the "
        "connection was reset. Without MSG_NOSIGNAL the call would raise SIGPIPE, which ends a program that does not "
        "handle it."}},
      {"time-wait",
       {"Who closes first keeps TIME-WAIT", "After the end one kernel kept the connection in TIME-WAIT.",
        "Who sends the first FIN has to be able to repeat the last ACK, and old segments have to die out: Linux waits "
        "60 seconds. A server that closes first blocks its own port with that, unless it sets SO_REUSEADDR. After a "
        "reset there is no TIME-WAIT."}},
      {"closed-by-exit",
       {"The kernel closes what a program left open", "A program ended while its connection was open.",
        "A process that ends closes everything it has open. A program that forgets close still ends its connections, "
        "but only then."}},

      // -------------------------------------------------------------------------------------- datagrams
      {"datagram-boundaries",
       {"One call takes one datagram", "Several datagrams were read, one with each call.",
        "UDP keeps boundaries: one call takes one datagram, as it was sent, even when several wait and the buffer has "
        "room for all of them."}},
      {"datagram-truncated",
       {"What does not fit of a datagram is lost", "A datagram was read into less room than it needed.",
        "A call takes one datagram, and what does not fit is thrown away: it is not kept for the next call. The flag "
        "MSG_TRUNC is the only sign of it."}},
      {"empty-datagram",
       {"A datagram of 0 bytes is no end", "A receive returned 0 because a datagram of 0 bytes came.",
        "A datagram may be empty. Its 0 is not the end of anything: UDP has no connection that could end."}},
      {"datagram-woke",
       {"A receive sleeps until a datagram comes", "A program was asleep in a receive until a datagram came.",
        "A blocking receive on an empty buffer sleeps; the kernel wakes it for the next datagram."}},
      {"datagrams-lost",
       {"Datagrams are lost, and nobody is told",
        "Datagrams did not arrive: they were lost on the way, or found the receive buffer full.",
        "UDP neither repeats a lost datagram nor tells of it: every send returned as if all were well. Nothing tells a "
        "sender to wait either. Who must know has to number datagrams, answer them, and send again."}},
      {"datagram-refused",
       {"ICMP tells a connected UDP socket", "A call on a connected UDP socket failed with ECONNREFUSED.",
        "A datagram sent before had found nobody at its port, and the kernel there answered with ICMP \"port "
        "unreachable\". That error waits for the next call, whichever it is."}},
      {"datagram-never-refused",
       {"ICMP does not tell an unconnected socket",
        "Datagrams found nobody at their port, and their sender was not told.",
        "The other kernel answers with ICMP \"port unreachable\", but Linux hands that error only to a UDP socket that "
        "is connected, or asked for it with IP_RECVERR."}},
      {"datagrams-unread",
       {"Datagrams are delivered and never read",
        "Datagrams were still in a receive buffer when the socket was closed.",
        "What is delivered waits in the receive buffer of the socket. It goes when the socket is closed, and the "
        "sender never learns of it."}},
      {"datagrams-reordered",
       {"Datagrams overtake each other", "A datagram came after one that was sent later.",
        "In a real network two packets may take different ways. UDP keeps each datagram whole, but promises nothing "
        "about their order: who minds has to number them."}},
      {"datagram-duplicated",
       {"A datagram comes twice", "A datagram that was sent once came more than once.",
        "A network may deliver a packet twice. UDP does not notice: who minds has to number datagrams."}},
      {"broadcast",
       {"One datagram for many, and who hears it", "One sendto went to everyone, or to a multicast group.",
        "It is sent once, for every host of the network. Each kernel that is given it puts a copy into every socket "
        "that is bound to the port and to any address; of a group, if somebody on the host has joined it. IPv6 has no "
        "broadcast: there everyone is the group of all nodes."}},
      {"broadcast-lost",
       {"One for many is lost for all, or for one", "A datagram for many did not come everywhere.",
        "It is sent once: lost before the other hosts were given it, none of them has it. Then each host is given a "
        "copy over a cable of its own, and one of these can be lost alone. sendto returned as if all were well."}},
      {"broadcast-limit",
       {"A multicast leaves with a TTL of 0", "A datagram left its host, though it was to reach no network.",
        "IP_MULTICAST_TTL and IPV6_MULTICAST_HOPS say how many networks a datagram may reach. Linux looks at it only "
        "over IPv4 if the sender's host is itself a member of the group, and over IPv6 if it is to have a copy."}},
      {"broadcast-echo",
       {"A sender hears its own broadcast", "A program read a datagram that it had itself sent to many.",
        "What is sent to many comes back to the sender's own host, and its sockets hear it like all others."}},
      {"broadcast-unheard",
       {"Why a broadcast was not heard", "A program was bound, and did not hear a datagram that was sent to many.",
        "A broadcast is for one port of each host. A socket that is bound to one address hears what is sent to this "
        "address alone, and one that is connected what its peer sends there. A kernel takes what is sent to a group "
        "only while one of its sockets is a member, and gives its own host no copy if IP_MULTICAST_LOOP is 0."}},
      {"group",
       {"Joining a multicast group, and leaving it", "A program set IP_ADD_MEMBERSHIP or IP_DROP_MEMBERSHIP.",
        "While one of its sockets is a member, a kernel takes what is sent to the group's address. The sender need not "
        "be a member."}},
      {"answers-together",
       {"Many answers come at once", "Several hosts had answered a question before the first answer was read.",
        "Who hears a question answers it at once, and so do all the others. The answers wait in one receive buffer; "
        "what it has no room for is dropped, and nobody knows how many there will be."}},
      {"fragments",
       {"IP cuts a large datagram into fragments",
        "A datagram was too long for one packet, and IP sent it in fragments.",
        "No packet is longer than the link's MTU. The receiver's kernel puts the datagram together before anybody can "
        "read it. If one fragment is lost, nothing of the datagram comes, and nobody sends a fragment again."}},

      // ---------------------------------------------------------------------------------------- framing
      {"framing-restored",
       {"Framing makes messages again", "What several recvs brought became the messages that were sent.",
        "A recv ends where the bytes at hand end, a message where the framing says. The decoder keeps what is "
        "incomplete until the rest has come."}},
      {"delimiter-cut",
       {"A recv ends inside a delimiter", "Only a part of a delimiter had come when a recv returned.",
        "TCP knows nothing of delimiters: one may come in two parts. A decoder that looked for it in each recv alone "
        "would miss it."}},
      {"message-cut",
       {"A message comes in several recvs", "One message, or the length in front of it, came in more than one recv.",
        "TCP knows nothing of messages: a recv may end in the middle of one. What is incomplete has to be kept until "
        "the rest has come."}},
      {"delimiter-in-payload",
       {"The data contain the delimiter", "A message had the delimiter in it.",
        "Nothing tells a delimiter from the same bytes in the data, so the receiver ends the message there. An escape "
        "before it, or a length prefix instead, tells them apart."}},
      {"message-too-long",
       {"A message longer than is allowed", "A message was refused because it is longer than the limit.",
        "How long a message is, is for its sender to say, and the sender may be wrong or hostile. Without a limit, "
        "checked before memory is set aside, it could use up the receiver's memory. A length prefix sets a limit of "
        "its "
        "own: its bytes cannot hold a greater length."}},
      {"message-truncated",
       {"The stream ends inside a message", "The stream ended before all of a message had come.",
        "The end of a stream says that nothing more comes, not that all has come. Only the framing, or a count, shows "
        "that something is missing."}},
      {"framing-mismatch",
       {"The two sides frame differently",
        "The sender put messages into the stream in one way, and the receiver took them out in another.",
        "Framing is an agreement between the two programs. TCP carries the bytes either way; what they mean, only the "
        "two ends know."}},

      // ------------------------------------------------------------------------------------------ files
      {"file-without-size",
       {"A file whose size nobody has told",
        "A program took whatever came until the end of the stream, or until a reset, for the file.",
        "recv returns 0 when the peer has closed. Its kernel does that for a program that was ended in the middle as "
        "well: without a size told before, or a mark behind the bytes, half a file looks like a whole one."}},
      {"file-whole",
       {"All bytes that were promised have come", "A program received as many bytes of a file as had been promised.",
        "A size that is told first says where the file ends, and the stream need not end there: an answer, a hash or "
        "the next file can follow on the same connection."}},
      {"file-cut-short",
       {"A file is cut before its end", "A connection ended, or was reset, before all of a file had come.",
        "That something is missing is seen only if the program has been told how much would come, and counts. What "
        "had come before is in order, and worth keeping: the rest can be sent over another connection."}},
      {"file-resumed",
       {"A file goes on where it broke off", "A program put bytes of a file behind those it had from before.",
        "How much has arrived only its receiver knows: what send took may have been lost on the way or in a buffer. "
        "A sender that is to go on there has to learn it from the receiver."}},
      {"file-hash",
       {"The hash of a file is compared", "A program told a SHA-256, and the other one had a file to compare it with.",
        "A size says how many bytes there are, and TCP that they came as they were sent; whether these are the bytes "
        "that were meant only a hash can tell."}},

      // ----------------------------------------------------------------------------------------- sleeps
      {"sleep-seemed-to-work",
       {"Sleeping between sends seems to work",
        "The sender slept between its sends, and each came out of a recv of its own.",
        "The receiver happened to read before the next bytes came. Nothing promises that: one that reads later gets "
        "them together, however long the sleep was."}},
      {"sleep-defeated",
       {"Sleeping between sends does not help",
        "The sender slept between its sends, and still several of them came out of one recv.",
        "A sleep of the sender says nothing about when the receiver reads. Bytes that are there when recv takes them "
        "lie together in the buffer, and may even have come in one segment."}},
      {"sleep-cost",
       {"What sleeping between sends costs", "There were pauses between the sends.",
        "The pause is paid every time, needed or not, and on a slower machine it may be too short. A delimiter or a "
        "length costs a few bytes and does not depend on time."}},

      // ------------------------------------------------------------------------------------------- segments
      {"segmentation",
       {"One send leaves in several segments", "The bytes of one send left in more than one packet.",
        "Each side says in the handshake how much it takes in a segment (MSS): the MTU of its link without the IP and "
        "TCP headers, or less if TCP_MAXSEG is set. Where a segment ends is the kernel's affair, and the receiver does "
        "not see it."}},
      {"nagle",
       {"Nagle's algorithm keeps small sends back",
        "Sends had returned, but their bytes left only when the bytes before were acknowledged.",
        "While a small segment is unacknowledged, the next small one waits, so that many little sends do not become as "
        "many packets; with a FIN the last one goes at once. With an acknowledgement that the other kernel puts off it "
        "waits long. One send instead of two, "
        "or TCP_NODELAY, helps."}},
      {"cork",
       {"TCP_CORK holds bytes back",
        "Sends had returned, but their bytes left only when TCP_CORK was taken off, or after a while.",
        "With TCP_CORK a kernel sends full segments only, until the option is taken off again. What does not fill one "
        "is held back for about 200 ms at the most."}},
      {"nagle-off",
       {"TCP_NODELAY does not wait for acknowledgements",
        "With TCP_NODELAY small segments left while earlier bytes were unacknowledged.",
        "The option switches Nagle's algorithm off: a small segment does not wait until earlier bytes are "
        "acknowledged, and has headers of 40 bytes and more to itself."}},
      {"delayed-ack",
       {"An acknowledgement is put off", "A kernel did not acknowledge bytes when they came, but later.",
        "There is often something to send soon that can carry the acknowledgement. A kernel may wait for that, but "
        "not for long: at most half a second by the standard, 40 to 200 ms on Linux, and no longer than to the second "
        "full segment."}},
      {"zero-window",
       {"No room left: the window closes", "A kernel told the other side that it had no room left (win=0).",
        "Every ACK says for how many bytes there is room. At 0 the other side may send nothing more, but probes from "
        "time to time whether that has changed."}},
      {"syn-lost",
       {"A SYN is lost", "A SYN did not arrive, and a later one got through.",
        "Nobody tells a kernel that a packet was lost: it only hears no answer. For a SYN it waits a second the first "
        "time, and longer if that happens again and again. connect sleeps meanwhile."}},
      {"syn-ack-lost",
       {"A SYN-ACK is lost", "The answer to a SYN did not arrive.",
        "The client cannot tell a lost answer from a lost question: its kernel sends the SYN again. The server's "
        "kernel "
        "has a timer for its SYN-ACK as well."}},
      {"segment-lost",
       {"A segment is lost and sent again", "Bytes or a FIN did not arrive, and the sender's kernel sent them again.",
        "A sender keeps every byte until it is acknowledged. Each segment that comes behind a gap makes the receiver "
        "repeat its last ACK; the third repetition counts as a loss (fast retransmit). Where nothing comes back, the "
        "retransmission timer decides, which follows the round-trip times."}},
      {"ack-lost",
       {"An ACK is lost", "An ACK did not arrive.",
        "Acknowledgements are cumulative: the next one says that everything before it has come, and nothing has to be "
        "sent again. Where none follows in time, the other side sends again what had come already: bytes, its FIN, or "
        "its SYN-ACK."}},
      {"connection-timed-out",
       {"A connection is given up", "A call on a connection failed with ETIMEDOUT.",
        "A kernel that hears no ACK sends again, waits twice as long each time, and gives up in the end (tcp_retries2, "
        "TCP_USER_TIMEOUT). With SO_KEEPALIVE it asks a silent peer too. No packet has said that the connection is "
        "gone: the other side may not know."}},
      {"segments-reordered",
       {"Segments overtake each other", "A segment came after one that was sent later.",
        "What comes behind a gap is kept until the gap is filled: the numbers in the segments tell where each belongs. "
        "A program that reads from TCP never sees that segments overtook each other."}},
      {"segment-duplicated",
       {"A segment comes twice", "A segment was delivered twice, and the receiver's kernel kept it once.",
        "The number of a segment tells that its bytes have been there before: they are acknowledged again and thrown "
        "away. A program that reads from TCP never sees a byte twice."}},

      // ------------------------------------------------------------------------------------------ http
      {"http-exchange",
       {"A request and its response", "A client asked for something by HTTP/1.1, and a server answered.",
        "Request and response are lines of text: a start line, fields with a name and a value, and an empty line, "
        "which "
        "ends the head. The content comes behind it. For TCP all of it is bytes."}},
      {"http-content",
       {"Where the content ends", "The content of a message ended where its head, or the end of the stream, says.",
        "With Content-Length the receiver counts bytes; with chunked each part follows its own size, and one of size 0 "
        "ends it. With neither, a response ends with its connection, and cannot be told from one that was cut off."}},
      {"http-head-and-more",
       {"One recv brings a head and what follows", "One recv brought the end of a head and bytes behind it.",
        "The empty line ends the head, but no recv knows of it. What came behind it is the beginning of the content or "
        "of the next message, and a program that looks for the line has to keep it."}},
      {"http-kept-open",
       {"Several requests over one connection", "More than one request went over the same connection.",
        "HTTP/1.1 keeps the connection unless one of them says Connection: close, and HTTP/1.0 only with Connection: "
        "keep-alive. That saves a handshake for each, and needs messages whose end can be told without the end of the "
        "stream."}},
      {"http-pipelined",
       {"Requests that do not wait for answers", "A client had sent several requests before the first answer began.",
        "Requests lie one behind the other in the stream, like any bytes. The answers have to come in the same order: "
        "nothing in them says which request they belong to."}},
      {"http-cut-short",
       {"The stream ends inside a message of HTTP", "A head or a content was not complete when the stream ended.",
        "The end of a stream does not say that all has come. The receiver can tell by a length that was not reached, "
        "or "
        "by a last chunk or an empty line that is missing."}},
      {"http-malformed",
       {"What came is not HTTP/1.1", "A receiver could not read what came as a message of HTTP/1.1.",
        "In what breaks the rules two receivers may see two different ends of a message, so who reads it closes the "
        "connection; a server says why before. A Content-Length that is wrong has the same effect on what comes behind "
        "it."}},
      {"http-incomplete",
       {"A message of HTTP does not end", "A receiver waited for the rest of a message until the end of the run.",
        "What says where a message ends, a length, a last chunk, an empty line or the end of the stream, did not come. "
        "As long as the connection is open, the receiver cannot know whether it will."}},

      // --------------------------------------------------------------------------------------- failures
      {"address-in-use",
       {"The port is taken", "A call failed with EADDRINUSE.",
        "A port has one owner: another socket that is bound to it, or a connection of it that has not come to its end, "
        "be it only in TIME-WAIT. Against connections helps SO_REUSEADDR, set before bind on the old socket and on the "
        "new one. Sockets share a port if all set SO_REUSEPORT before bind; datagram sockets, SO_REUSEADDR. Of "
        "IP_ADD_MEMBERSHIP the error says that the socket is in that group already."}},
      {"permission",
       {"The kernel does not allow it", "A call failed with EACCES.",
        "Ports below 1024 are kept for programs with the capability CAP_NET_BIND_SERVICE. A broadcast reaches every "
        "host of the network, so the kernel wants SO_BROADCAST to be set first."}},
      {"datagram-too-long",
       {"Too long for one datagram", "A send failed with EMSGSIZE.",
        "A datagram carries at most 65507 bytes of data over IPv4, 65527 over IPv6, and where IP_MTU_DISCOVER forbids "
        "fragments, what fits into one packet. The kernel does not divide longer data into several datagrams."}},
      {"not-connected",
       {"The socket has no connection", "A call failed with ENOTCONN.",
        "On a server, data goes over the socket that accept returned, not over the listening one. A datagram socket is "
        "connected when connect has named its peer."}},
      {"option-refused",
       {"The kernel does not set an option", "A setsockopt failed with EINVAL or EADDRNOTAVAIL.",
        "EINVAL says of a known option that it does not take that value. EADDRNOTAVAIL of IP_DROP_MEMBERSHIP says that "
        "the socket is not in that group. Either way nothing has changed."}},
      {"no-room-to-send",
       {"A datagram and a small send buffer", "A send failed with ENOBUFS.",
        "What a socket has not handed to its link yet takes room in its send buffer, all fragments of a datagram at "
        "once. Where SO_SNDBUF has made it too small for them, nothing of the datagram is sent."}},
      {"no-destination",
       {"Nobody was named to send to", "A call failed with EDESTADDRREQ.",
        "A datagram socket that is not connected has no fixed peer: use sendto, which names one each time, or connect "
        "first."}},
      {"timeout",
       {"A call is given up after a time", "A call was given up when the step's timeout was over.",
        "A blocking call waits as long as it takes. Programs of your own use poll, or the socket options SO_RCVTIMEO "
        "and SO_SNDTIMEO. A datagram that is lost tells nobody: only a limit on the waiting finds out."}},
      {"deadlock",
       {"Everybody waits for somebody else", "Nobody could move any more.",
        "Each waits for something that only a call could bring, and nobody is left to make that call. With full "
        "buffers "
        "both ways, both ends are asleep in send, and somebody has to receive before sending more."}},
      {"unexpected-failure",
       {"A failure that no step expected", "A call failed, no step had expected it, and its actor ended there.",
        "A program that does not handle an error ends. Its kernel closes its sockets, and the others see that."}},
      {"buffer-size",
       {"The kernel sets another buffer size", "getsockopt told another size than setsockopt had asked for.",
        "Linux doubles the size, as it needs room for its own bookkeeping too, and keeps it between a smallest and a "
        "largest one (net.core.rmem_max, net.core.wmem_max)."}},
  };
}

}  // namespace wirelab::explain
