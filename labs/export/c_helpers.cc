#include "labs/export/c_helpers.hh"

namespace wirelab::exporter {

std::span<const Helper> c_helpers() {
  // In each the code is as it stands in the program.
  static const std::vector<Helper> helpers = {
    {"step", {}, {"stdio.h"}, R"c(// Shows which line of the scenario follows.
static void step(int line) {
    printf("line %d\n", line);
    fflush(stdout);
}
)c"},
    {"calls",
     {},
     {"errno.h", "stdio.h", "stdlib.h", "string.h"},
     R"c(// Shows a call before it is made, so that one that sleeps is seen asleep.
static void about_to(const char *call) {
    printf("  %s", call);
    fflush(stdout);
}

static long returned(long result) {
    int error = errno;
    if (result == -1)
        printf(" = -1 (%s)\n", strerror(error));
    else
        printf(" = %ld\n", result);
    errno = error;
    return result;
}

// Ends the program if a call has failed.
static long must(const char *call, long result) {
    if (result == -1) {
        fflush(stdout);
        perror(call);
        exit(EXIT_FAILURE);
    }
    return result;
}

// Makes a call and shows what it returned, as strace(1) does.
#define TRY(call) (about_to(#call), returned(call))
// The same for a call that has to succeed.
#define CALL(call) must(#call, (about_to(#call), returned(call)))
)c"},
    {"wait_until", {}, {"stdio.h"}, R"c(// What happens in another program this one cannot know. You can: press Enter.
static void wait_until(const char *fact) {
    printf("press Enter when: %s\n", fact);
    fflush(stdout);
    for (int byte = getchar(); byte != '\n' && byte != EOF;)
        byte = getchar();
}
)c"},
    {"address_of",
     {},
     {"arpa/inet.h", "netinet/in.h", "stdint.h", "stdio.h", "stdlib.h"},
     R"c(// A host and a port as bind(), connect() and sendto() take them.
static struct sockaddr_in address_of(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "%s is no IPv4 address\n", host);
        exit(2);
    }
    return address;
}
)c"},
    {"address_of_6",
     {},
     {"arpa/inet.h", "netinet/in.h", "stdint.h", "stdio.h", "stdlib.h"},
     R"c(// A host and a port as bind(), connect() and sendto() take them.
static struct sockaddr_in6 address_of(const char *host, const char *port) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1) {
        fprintf(stderr, "%s is no IPv6 address\n", host);
        exit(2);
    }
    return address;
}
)c"},
    {"set_timeout",
     {"calls"},
     {"sys/socket.h", "sys/time.h"},
     R"c(// How long a call on this socket may sleep; 0: as long as it takes.
static void set_timeout(int socket, long milliseconds) {
    struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    must("setsockopt(SO_RCVTIMEO)", setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
    must("setsockopt(SO_SNDTIMEO)", setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time));
}
)c"},
    {"data", {}, {"stddef.h"}, R"c(// What is sent next, where it has to be put together first.
static char data[{{DATA_ROOM}}];
)c"},
    {"data_size", {"data"}, {}, R"c(static size_t data_size;
)c"},
    {"fill", {"data"}, {"stddef.h"}, R"c(// Fills `data` with so many bytes, the pattern over and over.
static const char *fill(const char *pattern, size_t pattern_size, size_t size) {
    for (size_t i = 0; i < size; ++i)
        data[i] = pattern[i % pattern_size];
    return data;
}
)c"},
    {"load", {"data"}, {"stdio.h", "stdlib.h"}, R"c(// Fills `data` from a file.
static const char *load(const char *name, size_t size) {
    FILE *file = fopen(name, "rb");
    if (file == NULL || fread(data, 1, size, file) != size) {
        perror(name);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return data;
}
)c"},
    {"load_received",
     {"data_size"},
     {"stdio.h", "stdlib.h"},
     R"c(// Fills `data` with a file that this program receives: with nothing as long as there is none.
static void load_received(const char *name) {
    FILE *file = fopen(name, "rb");
    data_size = file == NULL ? 0 : fread(data, 1, sizeof data, file);
    if (data_size == sizeof data) {
        fprintf(stderr, "%s is too large\n", name);
        exit(EXIT_FAILURE);
    }
    if (file != NULL)
        fclose(file);
}
)c"},
    {"size_of_file",
     {},
     {"sys/stat.h"},
     R"c(// Of a file that this program receives: 0 as long as there is none.
static long size_of_file(const char *name) {
    struct stat status;
    return stat(name, &status) == -1 ? 0 : (long)status.st_size;
}
)c"},
    {"sha256_of",
     {},
     {"inttypes.h", "stdint.h", "stdio.h", "string.h"},
     R"c(static uint32_t rotated(uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

// SHA-256, from FIPS 180-4: what a block of 64 bytes makes of the hash.
static void add_block(uint32_t hash[8], const unsigned char *block) {
    // Of the cube roots of the first 64 primes what stands behind the point, the first 32 bits.
    static const uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    uint32_t words[64];
    for (int i = 0; i < 16; ++i)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
                   (uint32_t)block[4 * i + 3];
    for (int i = 16; i < 64; ++i) {
        uint32_t early = words[i - 15];
        uint32_t late = words[i - 2];
        words[i] = words[i - 16] + (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) + words[i - 7] +
                   (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
    }
    uint32_t v[8];  // a to h of the standard
    memcpy(v, hash, sizeof v);
    for (int i = 0; i < 64; ++i) {
        uint32_t first = v[7] + (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) +
                         ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + words[i];
        uint32_t second = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) +
                          ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; ++i)
        hash[i] += v[i];
}

// The hash of these bytes in 64 hexadecimal digits.
static const char *sha256_of(const char *bytes, size_t size) {
    // Of the square roots of the first 8 primes what stands behind the point.
    uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    size_t at = 0;
    for (; size - at >= 64; at += 64)
        add_block(hash, (const unsigned char *)bytes + at);
    // The rest, a bit that is 1, zeros, and at the end of a block how many bits all the bytes are.
    unsigned char last[128] = {0};
    memcpy(last, bytes + at, size - at);
    last[size - at] = 0x80;
    size_t end = size - at < 56 ? 64 : 128;
    for (int byte = 0; byte < 8; ++byte)
        last[end - 1 - (size_t)byte] = (unsigned char)((uint64_t)size * 8 >> 8 * byte);
    for (at = 0; at < end; at += 64)
        add_block(hash, last + at);
    static char digits[65];
    for (int i = 0; i < 8; ++i)
        snprintf(digits + 8 * i, 9, "%08" PRIx32, hash[i]);
    return digits;
}
)c"},
    {"put_number",
     {"data_size"},
     {"stdint.h"},
     R"c(// A number of so many bytes, in network byte order: the most significant first.
static void put_number(int bytes, int64_t number) {
    for (int byte = bytes - 1; byte >= 0; --byte)
        data[data_size++] = (char)((uint64_t)number >> (8 * byte));
}
)c"},
    {"put_text", {"data_size"}, {"string.h"}, R"c(// A text, filled up with zeros to so many bytes.
static void put_text(size_t bytes, const char *text, size_t size) {
    memset(data + data_size, 0, bytes);
    memcpy(data + data_size, text, size);
    data_size += bytes;
}
)c"},
    {"send_all",
     {"calls"},
     {"sys/socket.h"},
     R"c(// send() may take a part only: then the rest is sent, until all is.
static long send_all(int socket, const char *bytes, size_t size) {
    size_t sent = 0;
    do {
        // Without MSG_NOSIGNAL, a connection that is gone would end the program: SIGPIPE.
        ssize_t taken = TRY(send(socket, bytes + sent, size - sent, MSG_NOSIGNAL));
        if (taken == -1)
            return -1;
        sent += (size_t)taken;
    } while (sent < size);
    return (long)size;
}
)c"},
    {"send_in_pieces",
     {"send_all"},
     {"netinet/in.h", "netinet/tcp.h", "stdbool.h"},
     R"c(// Is what was sent on a connection cut behind so many bytes?
static bool is_cut(size_t offset) {
{{IS_CUT}}}

// Sends in pieces; `sent` counts the bytes of the connection. The receiver's kernel may have joined the pieces by the
// time they are received: that one has arrived alone no sender can know.
static long send_in_pieces(int socket, size_t *sent, const char *bytes, size_t size) {
    // Else this kernel would join them already.
    must("setsockopt(TCP_NODELAY)", setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
    size_t begin = 0;
    for (size_t end = 1; end <= size; ++end) {
        if (end < size && !is_cut(*sent + end))
            continue;
        if (send_all(socket, bytes + begin, end - begin) == -1)
            return -1;
        begin = end;
    }
    *sent += size;
    return (long)size;
}
)c"},
    {"frame_delimiter",
     {},
     {"string.h"},
     R"c(// A message as it is sent: the delimiter behind it.
static char framed[{{FRAMED_ROOM}}];
static size_t framed_size;

static int frame(const char *payload, size_t size) {
    memcpy(framed, payload, size);
    memcpy(framed + size, DELIMITER, DELIMITER_SIZE);
    framed_size = size + DELIMITER_SIZE;
    return 0;
}
)c"},
    {"frame_escaped",
     {},
     {"string.h"},
     R"c(// A message as it is sent: the delimiter behind it, and an escape before each delimiter and escape inside.
static char framed[{{FRAMED_ROOM}}];
static size_t framed_size;

static int frame(const char *payload, size_t size) {
    // A delimiter may also begin inside the message and end in the one behind it.
    static char text[{{FRAMED_ROOM}}];
    memcpy(text, payload, size);
    memcpy(text + size, DELIMITER, DELIMITER_SIZE);
    framed_size = 0;
    for (size_t at = 0; at < size; ++at) {
        if (text[at] == ESCAPE || memcmp(text + at, DELIMITER, DELIMITER_SIZE) == 0)
            framed[framed_size++] = ESCAPE;
        framed[framed_size++] = text[at];
    }
    memcpy(framed + framed_size, DELIMITER, DELIMITER_SIZE);
    framed_size += DELIMITER_SIZE;
    return 0;
}
)c"},
    {"frame_length",
     {},
     {"errno.h", "stdint.h", "string.h"},
     R"c(// A message as it is sent: its length before it, {{ORDER}}.
static char framed[{{FRAMED_ROOM}}];
static size_t framed_size;

static int frame(const char *payload, size_t size) {
    if ((uint64_t)size > {{LARGEST_LENGTH}}) {
        errno = EMSGSIZE;
        return -1;
    }
    for (int byte = 0; byte < LENGTH_BYTES; ++byte)
        framed[byte] = (char)((uint64_t)size >> (8 * {{BYTE_PLACE}}));
    memcpy(framed + LENGTH_BYTES, payload, size);
    framed_size = LENGTH_BYTES + size;
    return 0;
}
)c"},
    {"send_message",
     {"send_all"},
     {},
     R"c(static long send_message(int socket, {{SENT_PARAMETER}}const char *payload, size_t size) {
    if (frame(payload, size) == -1)
        return -1;
    return {{SEND}}framed, framed_size);
}
)c"},
    {"buffer", {}, {}, R"c(// What the last receive brought.
static char buffer[{{ROOM}}];
)c"},
    {"length", {"buffer"}, {"sys/types.h"}, R"c(static ssize_t length;  // how many bytes these are
)c"},
    {"note_length",
     {"length"},
     {},
     R"c(// Notes how many bytes came. Where an attempt failed the length stays: the next one may use what came before.
static long note_length(long came) {
    if (came != -1)
        length = came;
    return came;
}
)c"},
    {"at_end",
     {},
     {"stdbool.h"},
     R"c(static bool at_end;  // the peer has closed its direction, and all that came is received
)c"},
    {"received_number",
     {"length"},
     {"errno.h", "limits.h", "stdbool.h"},
     R"c(static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

// What was received last as a number, in decimal digits with no zero in front; blanks and line ends may be around it.
static long received_number(void) {
    const char *at = buffer;
    const char *end = buffer + length;
    while (at < end && is_blank(*at))
        ++at;
    while (at < end && is_blank(end[-1]))
        --end;
    bool is_number = at < end && (*at != '0' || end - at == 1);
    long number = 0;
    for (; is_number && at < end; ++at) {
        is_number = '0' <= *at && *at <= '9' && number <= (LONG_MAX - 9) / 10;
        if (is_number)
            number = 10 * number + (*at - '0');
    }
    if (!is_number) {
        errno = EINVAL;
        return -1;
    }
    return number;
}
)c"},
    {"find_part",
     {"received_number"},
     {"stddef.h"},
     R"c(static const char *part;
static size_t part_size;

// The part of these bytes that begins at the number received last, as pread(2) has it: behind the end there is nothing.
static int find_part(const char *bytes, size_t size, size_t most) {
    long from = received_number();
    if (from == -1)
        return -1;
    size_t begin = (size_t)from < size ? (size_t)from : size;
    part = bytes + begin;
    part_size = size - begin < most ? size - begin : most;
    return 0;
}
)c"},
    {"print_quoted",
     {},
     {"stdio.h"},
     R"c(// Everything but plain ASCII as \xNN; the beginning only if there is very much.
static void print_quoted(const char *bytes, size_t size) {
    const size_t most = 1000;
    putchar('"');
    for (size_t i = 0; i < size && i < most; ++i) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < ' ' || byte > '~')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
    printf(size > most ? "\"..." : "\"");
}
)c"},
    {"show", {"length", "print_quoted"}, {"stdio.h"}, R"c(// Shows what a receive brought.
static void show(void) {
    printf("  %zd bytes: ", length);
    print_quoted(buffer, (size_t)length);
    putchar('\n');
}
)c"},
    {"show_stream", {"at_end", "show"}, {"stdio.h"}, R"c(// The same on a stream, where nothing means the end.
static void show_stream(void) {
    at_end = length == 0;
    if (at_end)
        puts("  end of stream");
    else
        show();
}
)c"},
    {"is_received", {"length"}, {"stdbool.h", "string.h"}, R"c(static bool is_received(const char *bytes, size_t size) {
    return (size_t)length == size && memcmp(buffer, bytes, size) == 0;
}
)c"},
    {"expect",
     {},
     {"stdbool.h", "stdio.h"},
     R"c(// What the scenario expects of a call. If it is not so, this is told, and the program goes on.
static int unmet;
static void expect(bool met) {
    puts(met ? "  as expected" : "  NOT as expected");
    if (!met)
        ++unmet;
}
)c"},
    {"expect_failure", {"calls", "expect"}, {"errno.h"}, R"c(static void expect_failure(int error, long result) {
    expect(result == -1 && errno == error);
}
)c"},
    {"wait_ready",
     {"calls"},
     {"poll.h"},
     R"c(// Waits until there is something to receive, or a connection to accept.
static int wait_ready(int socket) {
    struct pollfd wanted = {.fd = socket, .events = POLLIN};
    return (int)TRY(poll(&wanted, 1, -1));
}
)c"},
    {"wait_readable",
     {"calls"},
     {"errno.h", "sys/socket.h"},
     R"c(// Waits until so many bytes can be received, and leaves them where they are.
static int wait_readable(int socket, size_t bytes) {
    static char peeked[{{PEEK_ROOM}}];
    ssize_t waiting = TRY(recv(socket, peeked, bytes, MSG_PEEK | MSG_WAITALL));
    if (waiting != -1 && (size_t)waiting < bytes) {
        errno = ENODATA;  // the stream has ended: so many will never come
        return -1;
    }
    return waiting == -1 ? -1 : 0;
}
)c"},
    {"wait_unacked",
     {"calls"},
     {"linux/sockios.h", "poll.h", "sys/ioctl.h"},
     R"c(// Waits until at most so many of the bytes that were sent are not acknowledged. No event tells it: one has to ask.
static int wait_unacked(int socket, int most) {
    for (;;) {
        int unacked = 0;
        if (ioctl(socket, SIOCOUTQ, &unacked) == -1)
            return -1;
        if (unacked <= most)
            return 0;
        poll(NULL, 0, 1);
    }
}
)c"},
    {"wait_queued",
     {"calls"},
     {"netinet/in.h", "netinet/tcp.h", "poll.h", "sys/socket.h"},
     R"c(// Waits until so many connections wait to be accepted. No event tells how many: one has to ask.
static int wait_queued(int listener, unsigned connections) {
    for (;;) {
        struct tcp_info info;
        socklen_t size = sizeof info;
        if (getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &size) == -1)
            return -1;
        if (info.tcpi_unacked >= connections)  // of a listener, Linux tells its queue here
            return 0;
        poll(NULL, 0, 1);
    }
}
)c"},
    {"receive_exactly",
     {"buffer", "calls"},
     {"errno.h", "sys/socket.h"},
     R"c(// Receives until there are so many bytes; `already` are there.
static long receive_exactly(int socket, size_t already, size_t wanted) {
    while (already < wanted) {
{{SLOW}}        ssize_t came = TRY(recv(socket, buffer + already, wanted - already, MSG_WAITALL));
        if (came == -1)
            return -1;
        if (came == 0) {
            errno = ENODATA;  // the stream has ended too early
            return -1;
        }
        already += (size_t)came;
    }
    return (long)wanted;
}
)c"},
    {"receive_up_to",
     {"buffer", "calls"},
     {"errno.h", "sys/socket.h"},
     R"c(// Receives until so many bytes have come (1), the stream ends (0), or a receive fails (-1). `came` counts them.
static int receive_up_to(int socket, size_t *came, size_t most) {
    while (*came < most) {
        size_t room = sizeof buffer - *came;
        if (room == 0) {
            errno = ENOBUFS;
            return -1;
        }
        if (room > most - *came)
            room = most - *came;
{{SLOW}}        ssize_t received = TRY(recv(socket, buffer + *came, room < 4096 ? room : 4096, 0));
        if (received <= 0)
            return (int)received;
        *came += (size_t)received;
    }
    return 1;
}
)c"},
    {"receive_until_end",
     {"receive_up_to"},
     {"stdint.h"},
     R"c(// Receives until the end of the stream; `already` bytes are there.
static long receive_until_end(int socket, size_t already) {
    return receive_up_to(socket, &already, SIZE_MAX) == 0 ? (long)already : -1;
}
)c"},
    {"inbox",
     {},
     {"stddef.h"},
     R"c(// What has come on a connection and was not asked for yet.
struct inbox {
    char bytes[{{INBOX_ROOM}}];
    size_t length;
};
)c"},
    {"take",
     {"buffer", "inbox"},
     {"string.h"},
     R"c(// Moves so many bytes, or as many as there are, out of the inbox into `buffer`.
static size_t take(struct inbox *inbox, size_t bytes) {
    if (bytes > inbox->length)
        bytes = inbox->length;
    memcpy(buffer, inbox->bytes, bytes);
    inbox->length -= bytes;
    memmove(inbox->bytes, inbox->bytes + bytes, inbox->length);
    return bytes;
}
)c"},
    {"receive_more",
     {"calls", "inbox"},
     {"errno.h", "sys/socket.h"},
     R"c(// One recv, into the inbox. 0: the stream has ended.
static long receive_more(int socket, struct inbox *inbox) {
    size_t room = sizeof inbox->bytes - inbox->length;
    if (room == 0) {
        errno = ENOBUFS;
        return -1;
    }
{{SLOW_ONCE}}    ssize_t came = TRY(recv(socket, inbox->bytes + inbox->length, room < 4096 ? room : 4096, 0));
    if (came > 0)
        inbox->length += (size_t)came;
    return came;
}
)c"},
    {"receive_until",
     {"receive_more", "take"},
     {"errno.h", "string.h"},
     R"c(// Receives until these bytes have come. What came behind them stays in the inbox.
static long receive_until(int socket, struct inbox *inbox, const char *end, size_t end_size) {
    for (size_t at = 0;; ++at) {
        // The inbox holds more than `buffer`, and a stranger may send more than the scenario tells.
        if (at + end_size > sizeof buffer) {
            errno = ENOBUFS;
            return -1;
        }
        while (at + end_size > inbox->length) {
            long came = receive_more(socket, inbox);
            if (came == 0)
                errno = ENODATA;  // the stream has ended too early
            if (came <= 0)
                return -1;
        }
        if (memcmp(inbox->bytes + at, end, end_size) == 0)
            return (long)take(inbox, at + end_size);
    }
}
)c"},
    {"drop",
     {"inbox"},
     {"string.h"},
     R"c(static void drop(struct inbox *inbox, size_t bytes) {
    inbox->length -= bytes;
    memmove(inbox->bytes, inbox->bytes + bytes, inbox->length);
}
)c"},
    {"take_delimiter",
     {"drop", "length"},
     {"errno.h", "stdbool.h", "string.h"},
     R"c(// Moves the first message of the inbox into `buffer`. 0: it is not complete yet; -1: it is too long.
static int take_message(struct inbox *inbox) {
    size_t at = 0;
    size_t size = 0;
    while (at < inbox->length) {
        const char *rest = inbox->bytes + at;
        size_t left = inbox->length - at;
{{ESCAPED}}        if (left < DELIMITER_SIZE && memcmp(rest, DELIMITER, left) == 0)
            return 0;  // perhaps the beginning of the delimiter
        if (left >= DELIMITER_SIZE && memcmp(rest, DELIMITER, DELIMITER_SIZE) == 0) {
            drop(inbox, at + DELIMITER_SIZE);
            length = (ssize_t)size;
            return 1;
        }
        if (size == MAX_MESSAGE) {
            errno = EMSGSIZE;
            return -1;
        }
        buffer[size++] = *rest;
        ++at;
    }
    return 0;
}
)c"},
    {"take_length",
     {"drop", "length"},
     {"errno.h", "stdint.h", "string.h"},
     R"c(// Moves the first message of the inbox into `buffer`. 0: it is not complete yet; -1: it is too long.
static int take_message(struct inbox *inbox) {
    if (inbox->length < LENGTH_BYTES)
        return 0;
    uint64_t size = 0;
    for (int byte = 0; byte < LENGTH_BYTES; ++byte)
        size |= (uint64_t)(unsigned char)inbox->bytes[byte] << (8 * {{BYTE_PLACE}});
    // A stranger wrote this number: it is held against what there is room for before anything else.
    if (size > MAX_MESSAGE) {
        errno = EMSGSIZE;
        return -1;
    }
    if (inbox->length - LENGTH_BYTES < size)
        return 0;
    length = (ssize_t)size;
    memcpy(buffer, inbox->bytes + LENGTH_BYTES, (size_t)size);
    drop(inbox, LENGTH_BYTES + (size_t)size);
    return 1;
}
)c"},
    {"take_record",
     {"drop", "length"},
     {"string.h"},
     R"c(// Moves the first record of the inbox into `buffer`. 0: it is not complete yet.
static int take_message(struct inbox *inbox) {
    if (inbox->length < RECORD_SIZE)
        return 0;
    length = RECORD_SIZE;
    memcpy(buffer, inbox->bytes, RECORD_SIZE);
    drop(inbox, RECORD_SIZE);
    return 1;
}
)c"},
    {"show_message", {"length", "print_quoted"}, {"stdio.h"}, R"c(static void show_message(void) {
    printf("  message: ");
    print_quoted(buffer, (size_t)length);
    putchar('\n');
}
)c"},
    {"show_record",
     {"buffer", "print_quoted"},
     {"stdint.h", "stdio.h", "string.h"},
     R"c({{GET_NUMBER}}// The fields of a record, each at its place, with nothing between them.
static void show_message(void) {
    printf("  message:");
{{FIELDS}}    putchar('\n');
}
)c"},
    {"receive_message",
     {"at_end", "length", "receive_more"},
     {"errno.h"},
     R"c(// Receives until a message is complete: it is in `buffer` then, and the result is 1. 0: the stream has ended, and the
// message before stays there.
static int receive_message(int socket, struct inbox *inbox) {
    at_end = false;
    for (;;) {
        int complete = take_message(inbox);
        if (complete == 1)
            show_message();
        if (complete != 0)
            return complete;
        long came = receive_more(socket, inbox);
        if (came == -1)
            return -1;
        if (came == 0 && inbox->length > 0) {
            errno = ENODATA;  // the stream has ended inside a message
            return -1;
        }
        if (came == 0) {
            at_end = true;
            puts("  end of stream");
            return 0;
        }
    }
}
)c"},
    {"http_line",
     {"receive_more"},
     {"errno.h", "stdbool.h", "string.h"},
     R"c(// Where in the inbox the message goes on. Nothing is taken out before the message is whole: a receive may fail in the
// middle, and the next try begins with what is there.
static size_t next;

static int failed(int error) {
    errno = error;
    return -1;
}

// Receives until so many bytes of the message are there.
static int need(int socket, struct inbox *inbox, size_t bytes) {
    while (inbox->length - next < bytes) {
        long came = receive_more(socket, inbox);
        if (came == 0)
            return failed(ENODATA);  // the stream has ended inside the message
        if (came == -1)
            return -1;
    }
    return 0;
}

static char line[MAX_FIELDS + 1];

// The next line, without the \r\n that ends it, into `line`; the result is its length.
static long read_line(int socket, struct inbox *inbox, size_t most, int too_long) {
    for (size_t size = 0;; ++size) {
        if (need(socket, inbox, size + 1) == -1)
            return -1;
        const char *begin = inbox->bytes + next;
        bool follows_return = size > 0 && begin[size - 1] == '\r';
        if (size > most && begin[size] != '\n')
            return failed(too_long);
        // Neither of the two stands without the other. A zero would end what C takes for a text.
        if (follows_return != (begin[size] == '\n') || begin[size] == '\0')
            return failed(EBADMSG);
        if (follows_return) {
            memcpy(line, begin, size - 1);
            line[size - 1] = '\0';
            next += size + 1;
            return (long)size - 1;
        }
    }
}
)c"},
    {"http_head",
     {"http_line"},
     {"errno.h", "regex.h", "stdbool.h", "stdlib.h", "string.h", "strings.h"},
     R"c(#define TOKEN "[!#$%&'*+.^_`|~0-9A-Za-z-]+"  // RFC 9110, section 5.6.2

static bool matches(const char *text, const char *pattern) {
    regex_t regex;
    regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static char *trimmed(char *text) {
    text += strspn(text, " \t");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t", text[size - 1]) != NULL)
        --size;
    text[size] = '\0';
    return text;
}

// What the lines before the content say of it.
struct head {
    int hosts;
    int codings;
    bool is_chunked;
    int lengths;
    unsigned long long length;  // what each of them says
    bool is_malformed;
};

// Fields that say where the content ends are lists, RFC 9110, section 5.6.1.
static void note_field(struct head *head, const char *name, char *value) {
    if (strcasecmp(name, "Host") == 0) {
        ++head->hosts;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        for (char *entry; (entry = strsep(&value, ",")) != NULL; ++head->codings)
            head->is_chunked = strcasecmp(trimmed(entry), "chunked") == 0;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        for (char *entry; (entry = strsep(&value, ",")) != NULL; ++head->lengths) {
            unsigned long long before = head->length;
            errno = 0;
            head->length = strtoull(entry = trimmed(entry), NULL, 10);
            bool is_too_large = errno == ERANGE;  // for any number that there is
            if (is_too_large || !matches(entry, "^[0-9]+$") || (head->lengths > 0 && before != head->length))
                head->is_malformed = true;
        }
    }
}

// The lines up to the empty one; `head` is NULL for those behind the last chunk, which say nothing of the content.
static int read_fields(int socket, struct inbox *inbox, struct head *head) {
    size_t left = MAX_FIELDS;
    for (;;) {
        long size = read_line(socket, inbox, left, EMSGSIZE);
        if (size <= 0)
            return (int)size;
        left -= (size_t)size;
        if (!matches(line, "^" TOKEN ":([^[:cntrl:]]|\t)*$"))
            return failed(EBADMSG);
        char *value = line;
        const char *name = strsep(&value, ":");
        if (head != NULL)
            note_field(head, name, value);
    }
}

static int read_head(int socket, struct inbox *inbox, struct head *head) {
    if (read_fields(socket, inbox, head) == -1)
        return -1;
    // With both a length and chunks, two readers could take two different ends.
    bool has_two_ends = head->lengths > 0 && head->codings > 0;
    if (head->is_malformed || has_two_ends || head->codings > 1 || (head->codings == 1 && !head->is_chunked))
        return failed(EBADMSG);
    return 0;
}
)c"},
    {"http_content",
     {"buffer", "http_head"},
     {"errno.h", "stdlib.h", "string.h"},
     R"c(static size_t message_size;  // in `buffer`, so far
static size_t content_size;  // of these

static int read_content(int socket, struct inbox *inbox, unsigned long long bytes) {
    // A stranger wrote this number: it is held against what there is room for before anything else.
    if (bytes > MAX_MESSAGE - content_size)
        return failed(EMSGSIZE);
    if (bytes == 0)
        return 0;
    if (need(socket, inbox, (size_t)bytes) == -1)
        return -1;
    if (content_size == 0)
        buffer[message_size++] = '\n';
    memcpy(buffer + message_size, inbox->bytes + next, (size_t)bytes);
    message_size += (size_t)bytes;
    content_size += (size_t)bytes;
    next += (size_t)bytes;
    return 0;
}

// Each chunk is its size in hexadecimal digits, a line end, so many bytes, a line end. One of size 0 is the last.
static int read_chunks(int socket, struct inbox *inbox) {
    for (;;) {
        if (read_line(socket, inbox, 1024, EBADMSG) == -1)
            return -1;
        if (!matches(line, "^[0-9a-fA-F]+[ \t]*(;.*)?$"))
            return failed(EBADMSG);
        errno = 0;
        unsigned long long size = strtoull(line, NULL, 16);
        if (errno == ERANGE)
            return failed(EBADMSG);
        if (size == 0)
            return read_fields(socket, inbox, NULL);
        if (read_content(socket, inbox, size) == -1 || read_line(socket, inbox, 0, EBADMSG) == -1)
            return -1;
    }
}

static int read_to_the_end(int socket, struct inbox *inbox) {
    long came = 1;
    while (came > 0 && inbox->length - next <= MAX_MESSAGE)
        came = receive_more(socket, inbox);
    return came == -1 ? -1 : read_content(socket, inbox, inbox->length - next);
}
)c"},
    {"receive_http",
     {"at_end", "drop", "http_content", "length"},
     {"errno.h", "stdio.h"},
     R"c(static int read_message(int socket, struct inbox *inbox) {
    long size = read_line(socket, inbox, MAX_START_LINE, EMSGSIZE);
    if (size == -1)
        return -1;
    bool is_response = matches(line, "^HTTP/1[.][01] [1-9][0-9][0-9]( .*)?$");
    if (!is_response && !matches(line, "^" TOKEN " [^[:cntrl:] ]+ HTTP/1[.][01]$"))
        return failed(EBADMSG);
    bool needs_host = !is_response && line[size - 1] == '1';
    int status = is_response ? atoi(line + strlen("HTTP/1.1 ")) : 0;
    memcpy(buffer, line, (size_t)size);
    message_size = (size_t)size;
    content_size = 0;
    struct head head = {0};
    if (read_head(socket, inbox, &head) == -1)
        return -1;
    if (needs_host && head.hosts != 1)
        return failed(EBADMSG);
    // Where the content ends: RFC 9112, section 6.3.
    if (is_response && (status < 200 || status == 204 || status == 304))
        return 0;
    if (head.is_chunked)
        return read_chunks(socket, inbox);
    if (head.lengths > 0)
        return read_content(socket, inbox, head.length);
    return is_response ? read_to_the_end(socket, inbox) : 0;
}

// Receives a message of HTTP/1.1. Then its first line is in `buffer` and, behind a line feed, its content if there is
// any; the result is 1. 0: the stream has ended, and the message before stays there.
static int receive_message(int socket, struct inbox *inbox) {
    at_end = false;
    if (inbox->length == 0) {
        long came = receive_more(socket, inbox);
        if (came == 0) {
            at_end = true;
            puts("  end of stream");
        }
        if (came <= 0)
            return (int)came;
    }
    next = 0;
    if (read_message(socket, inbox) == -1)
        return -1;
    drop(inbox, next);
    length = (ssize_t)message_size;
    show_message();
    return 1;
}
)c"},
    {"save",
     {"buffer"},
     {"errno.h", "stdio.h", "stdlib.h"},
     R"c(// Writes what was received to a file, with the mode "ab" behind what it has. Of a receive that failed, errno stays.
static void save(const char *name, const char *mode, size_t size) {
    int error = errno;
    FILE *file = fopen(name, mode);
    if (file == NULL || fwrite(buffer, 1, size, file) != size || fclose(file) != 0) {
        perror(name);
        exit(EXIT_FAILURE);
    }
    printf("  %zu bytes%s are in %s\n", size, *mode == 'a' ? " more" : "", name);
    errno = error;
}
)c"},
    {"receive_file",
     {"receive_up_to", "save"},
     {"stdint.h"},
     R"c(// Receives a file that ends with the stream; `already` bytes are there. If a receive fails, what came is kept.
static long receive_file(int socket, size_t already, const char *name, const char *mode) {
    int result = receive_up_to(socket, &already, SIZE_MAX);
    save(name, mode, already);
    return result == 0 ? (long)already : -1;
}
)c"},
    {"receive_file_of_size",
     {"receive_up_to", "save", "size_of_file", "take"},
     {"errno.h"},
     R"c(// Receives until the file has so many bytes, and not one more. Whatever fails, what came is kept.
static long receive_file_of_size(int socket, struct inbox *inbox, const char *name, const char *mode, long size) {
    const long largest = 64 * 1024 * 1024;
    size_t came = 0;
    int result = -1;
    if (size > largest) {
        errno = EFBIG;  // a stranger may have written this number: it is held against what we are ready to keep
    } else if (size != -1) {  // else errno says already what is wrong with the number
        long had = *mode == 'a' ? size_of_file(name) : 0;
        size_t lacking = size > had ? (size_t)(size - had) : 0;
        came = take(inbox, lacking < sizeof buffer ? lacking : sizeof buffer);
        result = receive_up_to(socket, &came, lacking);
    }
    if (result == 0)
        errno = ENODATA;  // the stream has ended too early
    save(name, mode, came);
    return result == 1 ? (long)came : -1;
}
)c"},
  };
  return helpers;
}

}  // namespace wirelab::exporter
