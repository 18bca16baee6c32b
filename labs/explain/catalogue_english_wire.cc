#include "labs/explain/catalogues.hh"

namespace wirelab::explain {

Entries english_of_packets() {
  return {
      // ---------------------------------------------------------------------------------------- handshake
      {"handshake",
       {"Three packets made the connection: {packets}.",
        "Each side says from which number on it counts its bytes, and the other acknowledges it; a SYN takes one "
        "number, so both go on at 1. Numbers begin at 0 here; really each side begins where nobody can guess, so that "
        "neither an old segment nor a stranger's fits in. In brackets is what each side offers: the largest segment it "
        "takes (MSS), and what is used if both offer it.",
        {"RFC 9293 §3.5", "RFC 6528", "RFC 7323", "RFC 2018", "tcp(7)"},
        "In this run {client} really began with {client_number} and {server} with {server_number}.{units}"}},

      {"handshake-before-accept.seen",
       {"SYN, SYN-ACK and ACK had crossed the wire, and {client}'s connect had returned, before {server} called "
        "accept.",
        "The kernel of a listening socket finishes the three-way handshake by itself and puts the connection into the "
        "queue that listen made. accept only takes it out of there.",
        {"RFC 9293 §3.5", "listen(2)", "accept(2)"}}},
      {"accept-asleep.seen",
       {"{server} was asleep in accept until the last packet of {client}'s handshake came.",
        "accept blocks as long as no finished connection waits in the queue; the kernel wakes the caller when there is "
        "one.",
        {"accept(2)"}}},
      {"connect-asleep.queue-full.seen",
       {"{client}'s SYN came to {server} and got no answer: {waiting:finished connection|finished connections} waited "
        "in the queue that {server} had made with listen({backlog}).",
        "Linux lets one connection more wait than the backlog says. When the queue is full it drops a new SYN without "
        "a word, as if it had been lost: the client's kernel sends it again after about a second, and in the "
        "long run less and less often.",
        {"listen(2)", "tcp(7)", "RFC 6298 §2"}}},
      {"connect-asleep.half-open",
       {"{client}'s SYN came to {server} and got no answer while {half_open:handshake was|handshakes were} half done "
        "there, after listen({backlog}).",
        "The kernel remembers a handshake from the SYN to the last ACK, but only so many of them (listen's backlog, "
        "tcp_max_syn_backlog): a flood of SYNs would fill its memory. What is beyond is dropped, or answered with a "
        "cookie in its number and not remembered (tcp_syncookies).",
        {"RFC 4987", "tcp(7)", "listen(2)"}}},
      {"connect-unanswered.lost",
       {"{client}'s connect failed with ETIMEDOUT: its SYN was sent {syns:time|times}, and each time {how}.",
        "A kernel without an answer tries again, first after a second, in the long run less and less often, and gives "
        "up in the end (tcp_syn_retries). It cannot tell a lost SYN from a host that is not there.",
        {"connect(2)", "RFC 6298 §5", "tcp(7)"}}},
      {"handshake-not-taken.ignored",
       {"The last ACK of {client}'s handshake came to {server} when {waiting:finished connection|finished connections} "
        "waited in the queue of listen({backlog}): its kernel ignored the ACK and sent its SYN-ACK again.",
        "connect returns as soon as the SYN-ACK is there; the other kernel takes the connection only when the ACK "
        "finds room in its queue. Until then it is half open there, and the answer to the next SYN-ACK is its next "
        "chance.",
        {"listen(2)", "tcp(7)", "RFC 9293 §3.5"}}},
      {"handshake-not-taken.reset",
       {"The last ACK of {client}'s handshake came to {server} when {waiting:finished connection|finished connections} "
        "waited in the queue of listen({backlog}): its kernel answered with RST.",
        "connect had returned already, so {client} learns of it by its next call. By default a kernel ignores such an "
        "ACK and lets the client try again; with tcp_abort_on_overflow it says no at once.",
        {"listen(2)", "tcp(7)", "RFC 9293 §3.5.2"}}},

      // ------------------------------------------------------------------------------------------- ending
      {"ending.four",
       {"Four packets ended the connection: FIN from {first}, ACK from {second}, FIN from {second}, ACK from {first}.",
        "A connection is two streams, and each ends with a FIN of its own, which takes a number and is acknowledged "
        "like a byte. The kernel of {second} acknowledged at once; its own FIN had to wait until its program ended its "
        "side.",
        {"RFC 9293 §3.6"}}},
      {"ending.three",
       {"Three packets ended the connection: FIN from {first}, FIN and ACK in one from {second}, ACK from {first}.",
        "Each stream ends with a FIN of its own, and each FIN is acknowledged. The kernel of {second} had not "
        "acknowledged yet when its program ended its side too, so ACK and FIN went in one packet. After an ACK at once "
        "there would have been four.",
        {"RFC 9293 §3.6", "RFC 9293 §3.8.6.3"}}},
      {"ending.with-data",
       {"The connection ended with FIN from {first}, which {second} acknowledged together with data, then FIN from "
        "{second}, ACK from {first}.",
        "A FIN ends one stream only. {second} still had something to send, and an acknowledgement travels with data at "
        "no cost.",
        {"RFC 9293 §3.6", "RFC 9293 §3.8.6.3"}}},
      {"ending.crossed",
       {"The FINs of {first} and {second} crossed on the wire: both keep the connection in TIME-WAIT.",
        "In a simultaneous close each side has sent its FIN before the other's came. Both go through CLOSING, "
        "acknowledge the other's FIN, and as neither was second, both have to be ready to repeat that last ACK.",
        {"RFC 9293 §3.6"}}},

      {"reset-unheard",
       {"{actor} aborted the connection with {peer}: its kernel sent RST, and no call of {peer}'s program told of "
        "it.",
        "With SO_LINGER set to 0 seconds, close throws away what is still to be sent and ends the connection at once "
        "with RST. The error waits on the other side's socket for the next send, or for the next recv that finds no "
        "bytes.",
        {"socket(7)", "RFC 9293 §3.5.2", "RFC 9293 §3.5.3"}}},

      // --------------------------------------------------------------------------------------------- loss
      {"syn-lost",
       {"{lost:SYN|SYNs} of {client} {lost:!was|were} {how}; the next one got through.",
        "Nobody tells a kernel that a packet was lost: it only hears no answer. For a SYN it waits a second the first "
        "time, as it does not know the way yet, and in the long run longer. connect sleeps meanwhile.",
        {"RFC 6298 §2", "RFC 6298 §5", "connect(2)", "tcp(7)"},
        "From the first SYN to the one that got through it took {later}."}},
      {"syn-ack-lost",
       {"{server}'s SYN-ACK was {how}; the handshake went on only when it had been sent again.",
        "{client} cannot tell a lost answer from a lost question: its kernel sends the SYN again after about a second, "
        "and that is answered again. {server}'s kernel has a timer for its SYN-ACK as well (tcp_synack_retries).",
        {"RFC 6298 §2", "RFC 9293 §3.5", "tcp(7)"},
        "It took {later}."}},
      {"segment-lost.timer",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}, and nothing came back that told "
        "of it: {lost:!it was|they were} sent again when the retransmission timer had run out{again}.",
        "A sender keeps every byte until it is acknowledged. How long it waits for that follows the round-trip times "
        "it has measured, at least 200 ms on Linux unless set otherwise, and twice as long each time it waits in vain.",
        {"RFC 6298 §2", "RFC 6298 §5", "RFC 9293 §3.8.1"},
        "It took {later}."}},
      {"segment-lost.fin",
       {"{sender}'s FIN was {how}, and was sent again when the retransmission timer had run out{again}.",
        "A FIN takes a number like a byte and is repeated like one. The program of {sender} does nothing for that: its "
        "kernel sees to it, even when the program has ended.",
        {"RFC 9293 §3.6", "RFC 6298 §5"},
        "It took {later}."}},
      {"segment-lost.early",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}, and nothing came back that told "
        "of it. {lost:!It was|They were} sent again all the same, sooner than the 200 ms that the retransmission timer "
        "of Linux waits at least unless set otherwise.",
        "With tcp_early_retrans, a kernel that hears nothing for about two round trips sends its last segment once "
        "more, so that the answer tells whether something is missing (tail loss probe). If it was not that, the timer "
        "had been set to less (tcp_rto_min_us).",
        {"RFC 8985 §7", "RFC 6298 §5"},
        "It took {later}."}},
      {"segment-lost.again",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}. {heard:ACK|ACKs} of {receiver} "
        "told that something behind had come. {lost:!It was|They were} sent again, but {times:repetition was "
        "lost|repetitions were lost} too before one got through.",
        "A repetition can be lost like any segment. If something that was sent after it has come, it is not just late "
        "and is sent once more (RACK); or else the retransmission timer runs out.",
        {"RFC 8985", "RFC 6298 §5"},
        "It took {later}."}},
      {"segment-lost.again-timer",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}. {heard:ACK|ACKs} of {receiver} "
        "told that something behind had come. {lost:!It was|They were} sent again, but {times:repetition was "
        "lost|repetitions were lost} too, and the next one went only when the retransmission timer had run out.",
        "A repetition can be lost like any segment. Repeated ACKs make a kernel send again once; they say nothing of "
        "what became of that. So the timer decides, which waits for at least 200 ms on Linux unless set otherwise, "
        "and twice as long each time it waits in vain.",
        {"RFC 5681 §3.2", "RFC 6298 §2", "RFC 6298 §5"},
        "It took {later}."}},
      {"segment-lost.never",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}, and "
        "{times:repetition|repetitions} "
        "too: in this run {receiver} never got {lost:!it|them}.",
        "A kernel without an answer tries again, less and less often, and gives the connection up in the end: after "
        "tcp_retries2 repetitions, a quarter of an hour by default, or after TCP_USER_TIMEOUT. Until then nobody tells "
        "the program, whose send had returned long before.",
        {"RFC 9293 §3.8.3", "RFC 6298 §5", "tcp(7)"}}},
      {"segment-lost.few",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}. {heard:ACK|ACKs} of {receiver} "
        "told that something behind it had come, and it was sent again.",
        "Three repeated ACKs are the sign of a loss. With fewer, time decides: what was sent later has come, so what "
        "is missing is not just late (RACK), or else the retransmission timer runs out.",
        {"RFC 8985", "RFC 5681 §3.2", "RFC 6298 §5"},
        "It took {later}."}},
      {"segment-lost.fast",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}. {heard} ACKs of {receiver} asked "
        "for byte {asked} once more, and {sender}'s kernel sent it again without waiting for a timer.",
        "Each segment that comes behind a gap makes the receiver repeat its last ACK: it can acknowledge only what has "
        "come without a gap. One repetition may mean that segments overtook each other; the third counts as a loss, "
        "unless tcp_reordering says otherwise: fast retransmit.",
        {"RFC 5681 §3.2", "RFC 9293 §3.8.2"},
        "It took {later}."}},
      {"segment-lost.fast-sack",
       {"{lost:segment|segments} of {sender} ({sizes} bytes) {lost:!was|were} {how}. {heard} ACKs of {receiver} asked "
        "for byte {asked} once more and told by SACK what had come behind it ({sack}); {sender}'s kernel sent again "
        "what was missing, without waiting for a timer.",
        "An ACK can acknowledge only what has come without a gap; with SACK, which both have to offer in the "
        "handshake, it says besides what lies behind the gap. The third repetition counts as a loss unless "
        "tcp_reordering says otherwise (fast retransmit), and only what is missing is sent again.",
        {"RFC 5681 §3.2", "RFC 2018", "RFC 6675"},
        "It took {later}."}},
      {"ack-lost",
       {"An ACK of {sender} (ack {acknowledged}) was {how}, and nothing had to be sent again.",
        "Acknowledgements are cumulative: the next one, ack {next}, says that everything before it has come. ACKs are "
        "never acknowledged or repeated themselves.",
        {"RFC 9293 §3.4", "RFC 9293 §3.10.7.4"}}},
      {"ack-lost.repeated",
       {"An ACK of {sender} (ack {acknowledged}) was {how}, and {peer}'s kernel sent {bytes:byte|bytes} again that had "
        "come already; they were acknowledged once more.",
        "A sender cannot tell a lost ACK from a lost segment. As no later ACK came in its place, its retransmission "
        "timer ran out. The numbers tell the receiver that it has these bytes: it throws them away.",
        {"RFC 9293 §3.4", "RFC 6298 §5"},
        "That was {later} later."}},
      {"ack-lost.duplicate-sack",
       {"An ACK of {sender} (ack {acknowledged}) was {how}, and {peer}'s kernel sent {bytes:byte|bytes} again that had "
        "come already; the answer says that they came twice.",
        "A sender cannot tell a lost ACK from a lost segment. As no later ACK came in its place, its retransmission "
        "timer ran out. A first SACK range that lies before the ack number names what came twice (D-SACK): so the "
        "sender learns that nothing had been missing.",
        {"RFC 9293 §3.4", "RFC 6298 §5", "RFC 2883 §4"},
        "That was {later} later."}},
      {"ack-lost.fin",
       {"{sender}'s ACK of the FIN of {peer} was {how}: the FIN came again and was acknowledged once more.",
        "A FIN that is not acknowledged is sent again like a byte, when the retransmission timer has run out. A sender "
        "cannot tell a lost ACK from a lost FIN.",
        {"RFC 9293 §3.6", "RFC 6298 §5"},
        "That was {later} later."}},
      {"ack-lost.time-wait",
       {"The last ACK of the connection, from {sender}, was {how}: {peer}'s FIN came again, and {sender}'s kernel "
        "answered it from TIME-WAIT.",
        "Nobody acknowledges the last ACK, so its sender cannot know that it came. That is what TIME-WAIT is for: the "
        "kernel that has sent it remembers the connection and can say it again. Without that it would answer RST.",
        {"RFC 9293 §3.6", "RFC 6298 §5"},
        "That was {later} later."}},
      {"ack-lost.handshake",
       {"The last ACK of {sender}'s handshake was {how}, and {sender}'s next packet did in its place.",
        "Every packet but the first SYN acknowledges, and acknowledgements are cumulative: {peer}'s kernel has its "
        "connection with the first one that comes.",
        {"RFC 9293 §3.5", "RFC 9293 §3.4"}}},
      {"ack-lost.handshake-repeated",
       {"The last ACK of {sender}'s handshake was {how}: {peer}'s kernel sent its SYN-ACK again, and {sender}'s kernel "
        "acknowledged that.",
        "connect returns as soon as the SYN-ACK is there. The other side is not connected before the ACK has come: it "
        "repeats its SYN-ACK after about a second, then less and less often (tcp_synack_retries).",
        {"RFC 9293 §3.5", "RFC 6298 §5", "tcp(7)"},
        "That was {later} later."}},
      {"connection-timed-out",
       {"{actor}'s {call} failed with ETIMEDOUT: its kernel had given up the connection with {peer}.",
        "A kernel that has something to send, or to ask, and hears nothing tries again for a while, then gives up. No "
        "packet has said that the connection is gone, and the other side may not know.",
        {"RFC 9293 §3.8.3", "tcp(7)"}}},
      {"connection-timed-out.unacknowledged",
       {"{actor}'s {call} failed with ETIMEDOUT: what it had sent to {peer} went out {times:time|times} and was never "
        "acknowledged.",
        "A kernel that hears no ACK sends again, waits twice as long each time, and gives up after tcp_retries2 "
        "repetitions, a quarter of an hour by default, or after TCP_USER_TIMEOUT. The error waits for the next call, "
        "and {peer} is told nothing.",
        {"RFC 9293 §3.8.3", "RFC 6298 §5", "tcp(7)"}}},
      {"connection-timed-out.keep-alive",
       {"{actor}'s {call} failed with ETIMEDOUT: it had SO_KEEPALIVE set, and its kernel had given up the connection "
        "with {peer}.",
        "With keep-alive a kernel asks a silent peer whether it is still there: after TCP_KEEPIDLE seconds, then every "
        "TCP_KEEPINTVL, at most TCP_KEEPCNT times. Without an answer it takes the connection for dead.",
        {"RFC 9293 §3.8.4", "socket(7)", "tcp(7)"}}},
      {"segments-reordered",
       {"{receiver}'s kernel got seq {late_seq}, {late}, after seq {early_seq}, {early}, though it was sent before.",
        "What comes behind a gap is kept until the gap is filled: the numbers in the segments tell where each belongs. "
        "A program that reads from TCP never sees that segments overtook each other.",
        {"RFC 9293 §3.4", "RFC 9293 §3.10.7.4"}}},
      {"segments-reordered.sent-again",
       {"{receiver}'s kernel got seq {late_seq}, {late}, after seq {early_seq}, {early}, though it was sent before. "
        "{sender}'s kernel had sent it again: it took it for lost, but it was only late.",
        "What comes behind a gap is kept until the gap is filled, and tells of the gap by repeated ACKs. Those look "
        "the same for a segment that is lost and one that is late: a kernel that waits longer before it sends again "
        "errs less often, and mends a loss later.",
        {"RFC 9293 §3.4", "RFC 5681 §3.2", "RFC 8985"}}},
      {"segment-duplicated",
       {"The wire delivered {data} to {receiver} twice (line {line}), and {receiver}'s kernel kept it once.",
        "The number of a segment tells that its bytes have been there before: they are acknowledged again and thrown "
        "away. A program that reads from TCP never sees a byte twice.",
        {"RFC 9293 §3.4", "RFC 9293 §3.10.7.4"}}},

      // ---------------------------------------------------------------------------------------- fragments
      {"fragments",
       {"{sender}'s datagram of {bytes:byte|bytes} went in {fragments:fragment|fragments}: {sizes} bytes.",
        "No packet is longer than the link's MTU. UDP divides nothing, so IP does: only the first fragment has the UDP "
        "header with the ports, and the receiver's kernel puts the datagram together before anybody can read it.",
        {"RFC 791 §3.2", "ip(7)", "udp(7)"}}},
      {"fragments.lost",
       {"{lost} of the {fragments} fragments of {sender}'s datagram of {bytes:byte|bytes} {lost:!was|were} {how}: "
        "{receiver} got nothing of it, and {sender} was not told.",
        "A datagram comes whole or not at all. The receiver's kernel keeps the other fragments for a while "
        "(ipfrag_time), then throws them away; nobody sends a fragment again. The more fragments, the likelier one is "
        "lost.",
        {"RFC 791 §3.2", "RFC 8085 §3.2", "RFC 8900", "ip(7)"}}},
      {"fragments.reported",
       {"{lost} of the {fragments} fragments of {sender}'s datagram of {bytes:byte|bytes} {lost:!was|were} {how}: "
        "{receiver} got nothing of it. Its kernel gave up waiting and answered with ICMP \"reassembly time exceeded\".",
        "A datagram comes whole or not at all: what is there of it is thrown away after ipfrag_time. The report goes "
        "to the kernel of {sender}, which does not hand it to a program that has not asked for it with IP_RECVERR.",
        {"RFC 792", "RFC 1122 §3.3.2", "ip(7)"}}},

      // --------------------------------------------------------------------------------------------- flow
      {"segmentation",
       {"One send of {sender} ({bytes:byte|bytes}) left in {segments:segment|segments}: {sizes} bytes.",
        "{receiver} had said in the handshake that it takes at most {mss} bytes in a segment (MSS): the MTU of its "
        "link without the IP and TCP headers, or less if TCP_MAXSEG is set. Where a segment ends is the kernel's "
        "affair, and the receiver does not see it.",
        {"RFC 9293 §3.7.1", "RFC 6691", "tcp(7)"}}},
      {"segmentation.timestamps",
       {"One send of {sender} ({bytes:byte|bytes}) left in {segments:segment|segments}: {sizes} bytes.",
        "{receiver} had said in the handshake that it takes at most {mss} bytes in a segment (MSS): the MTU of its "
        "link without the IP and TCP headers, or less if TCP_MAXSEG is set. Timestamps take 12 of them in every "
        "segment. Where a segment ends is the kernel's affair, and the receiver does not see it.",
        {"RFC 9293 §3.7.1", "RFC 6691", "RFC 7323 §3", "tcp(7)"}}},
      {"nagle",
       {"{sends:send|sends} of {sender} ({sizes} bytes) had returned, but {sends:!its|their} bytes left only when the "
        "ACK of the {unacknowledged:byte|bytes} before had come, in one segment.",
        "Nagle's algorithm: while a small segment is unacknowledged, the next small one waits, so that many little "
        "sends do not become as many packets. TCP_NODELAY switches it off.",
        {"RFC 9293 §3.7.4", "RFC 1122 §4.2.3.4", "tcp(7)"},
        "They waited for {later}."}},
      {"nagle.delayed-ack",
       {"{sends:send|sends} of {sender} ({sizes} bytes) had returned, but {sends:!its|their} bytes waited for the ACK "
        "of the {unacknowledged:byte|bytes} before, and {receiver}'s kernel put that ACK off.",
        "Two economies wait for each other: Nagle's algorithm sends no second small segment before the ACK, and "
        "delayed ACK sends no ACK before there is something to send with it, until its timer runs out. One send "
        "instead of two, or TCP_NODELAY, helps.",
        {"RFC 1122 §4.2.3.2", "RFC 1122 §4.2.3.4", "RFC 9293 §3.7.4", "tcp(7)"},
        "They waited for {later}."}},
      {"nagle.fin",
       {"{sends:send|sends} of {sender} ({sizes} bytes) had returned, but {sends:!its|their} bytes left only together "
        "with its FIN: {receiver}'s ACK of the {unacknowledged:byte|bytes} before had not come yet.",
        "Nagle's algorithm: while a small segment is unacknowledged, the next small one waits for more. Behind a FIN "
        "nothing more can come, so the last bytes go with it at once.",
        {"RFC 9293 §3.7.4", "RFC 1122 §4.2.3.4", "tcp(7)"}}},
      {"cork",
       {"{sends:send|sends} of {sender} ({sizes} bytes) had returned, but {sends:!its|their} bytes left only when "
        "TCP_CORK was taken off.",
        "With TCP_CORK a kernel sends full segments only, until the option is taken off again: what a program writes "
        "in "
        "several sends can travel together.",
        {"tcp(7)"},
        "They waited for {later}."}},
      {"cork.timer",
       {"{sends:send|sends} of {sender} ({sizes} bytes) had returned, but TCP_CORK held {sends:!its|their} bytes back "
        "for a while.",
        "With TCP_CORK a kernel sends full segments only. What does not fill one is held back until a timer of "
        "about 200 ms has run out, and goes then all the same.",
        {"tcp(7)"},
        "They waited for {later}."}},
      {"nagle-off",
       {"{sender} had TCP_NODELAY set: {segments:small segment|small segments} ({sizes} bytes) left while earlier "
        "bytes were unacknowledged.",
        "Without TCP_NODELAY, Nagle's algorithm would have kept them until the ACK came, and put them together. With "
        "it, a small segment does not wait for that ACK, and has headers of 40 bytes and more to itself.",
        {"RFC 9293 §3.7.4", "tcp(7)"}}},
      {"delayed-ack.with-data",
       {"{receiver}'s kernel did not acknowledge {bytes:byte|bytes} of {sender} when they came: the ACK went with "
        "{receiver}'s own next packet.",
        "A kernel may put an acknowledgement off, as there is often something to send soon that can carry it.",
        {"RFC 9293 §3.8.6.3", "RFC 1122 §4.2.3.2"},
        "It went {later} later."}},
      {"delayed-ack.with-next",
       {"{receiver}'s kernel did not acknowledge {bytes:byte|bytes} of {sender} when they came: one ACK did for them "
        "and the next segment.",
        "A kernel may put an acknowledgement off, but not for long: every second full segment is to be acknowledged.",
        {"RFC 9293 §3.8.6.3", "RFC 1122 §4.2.3.2", "RFC 5681 §4.2"},
        "It went {later} later."}},
      {"delayed-ack.alone",
       {"{receiver}'s kernel acknowledged {bytes:byte|bytes} of {sender} only some time after they had come.",
        "A kernel may put an acknowledgement off, in the hope that data to send will carry it: at most half a second "
        "by the standard, 40 to 200 ms on Linux.",
        {"RFC 9293 §3.8.6.3", "RFC 1122 §4.2.3.2"},
        "It went {later} later."}},
      {"zero-window",
       {"{receiver}'s kernel told {sender} that it had no room left (win=0).",
        "Every ACK says for how many bytes there is room. At 0 the other side may send nothing more, but probes from "
        "time to time whether that has changed.",
        {"RFC 9293 §3.8.6", "RFC 9293 §3.8.6.1"}}},
      {"zero-window.opened",
       {"{receiver}'s kernel told {sender} that it had no room left (win=0), and when {receiver} had read, that there "
        "was room again.",
        "Every ACK says for how many bytes there is room. At 0 the other side may send nothing more, and a packet that "
        "says no more than \"room again\" could get lost: so it probes from time to time (persist timer).",
        {"RFC 9293 §3.8.6", "RFC 9293 §3.8.6.1"},
        "It took {later}, with {probes:probe|probes} in between."}},

      // ---------------------------------------------------------------------------------------- datagrams
      {"datagram-refused.seen",
       {"{actor}'s {call} failed with ECONNREFUSED: ICMP \"port unreachable\" had come back for a datagram sent "
        "before.",
        "No socket was bound to that port, and the kernel there said so. On a UDP socket that is connected, or has "
        "IP_RECVERR set, that error waits for the next call, whichever it is.",
        {"RFC 1122 §4.1.3", "RFC 792", "connect(2)", "ip(7)"}}},
      {"datagram-never-refused.seen",
       {"{datagrams:datagram|datagrams} from {sender} found nobody at the port of {receiver}. ICMP \"port "
        "unreachable\" came back, and {sender}'s program was not told.",
        "Linux hands that error only to a UDP socket that is connected, or asked for it with IP_RECVERR: on another "
        "one it could not say which of all the receivers it is about. A kernel limits how many ICMP messages it sends "
        "(icmp_ratelimit), so not every datagram need have its own.",
        {"RFC 1122 §4.1.3", "RFC 792", "ip(7)", "icmp(7)"}}},
      {"datagram-never-refused.answer-lost",
       {"{datagrams:datagram|datagrams} from {sender} found nobody at the port of {receiver}. ICMP \"port "
        "unreachable\" was lost on its way back, and {sender} was not told.",
        "The socket is connected, so that its next call would have failed with ECONNREFUSED. But ICMP is carried by IP "
        "like everything else, and nobody sends it again: that no error comes does not mean that somebody is there.",
        {"RFC 1122 §4.1.3", "RFC 792", "icmp(7)"}}},
      {"datagram-never-refused.other-peer",
       {"{datagrams:datagram|datagrams} from {sender} found a socket at the port of {receiver}, but a connected one "
        "that "
        "takes none from there; {sender} was not told.",
        "A UDP socket that is connected takes datagrams of its peer alone, from just that address and port. For all "
        "others nobody is at the port: the kernel answers them with ICMP \"port unreachable\".",
        {"connect(2)", "udp(7)", "RFC 1122 §4.1.3"}}},
      {"datagrams-reordered.kept-back",
       {"{receiver} got {late} after {early}, though it was sent before: the wire kept it back (line {line}).",
        "In a real network two packets may take different ways. UDP keeps each datagram whole, but promises nothing "
        "about their order: who minds has to number them.",
        {"RFC 768", "udp(7)"}}},
      {"datagram-duplicated.by-rule",
       {"{receiver} got {data} from {sender} more than once, though it was sent once: the wire delivered it twice "
        "(line {line}).",
        "A network may deliver a packet twice. UDP does not notice: who minds has to number datagrams.",
        {"RFC 768", "udp(7)"}}},
  };
}

}  // namespace wirelab::explain
