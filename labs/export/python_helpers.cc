#include "labs/export/python_helpers.hh"

namespace wirelab::exporter {

std::span<const Helper> python_helpers() {
  // In each the code is as it stands in the program.
  static const std::vector<Helper> helpers = {
    {"step", {}, {}, R"py(def step(line):
    """Shows which line of the scenario follows."""
    print("line", line, flush=True)
)py"},
    {"calls", {"quoted"}, {"enum", "os", "socket"}, R"py(def call(method, *arguments):
    """Makes a call and shows it, then what it returned, as strace(1) does."""
    print(f"  {method.__name__}({', '.join(map(shown, arguments))})", end="", flush=True)
    try:
        result = method(*arguments)
    except OSError as error:
        print(f" = -1 ({os.strerror(error.errno) if error.errno else error})")
        raise
    print(" =", as_in_c(result))
    return result


def shown(argument):
    if isinstance(argument, enum.Enum):
        return argument.name
    return quoted(argument, 60) if isinstance(argument, bytes) else repr(argument)


def as_in_c(result):
    """What the system call returned: a descriptor, how many bytes, or 0."""
    if isinstance(result, tuple):  # of accept() and recvfrom(): the second is who it came from
        result = result[0]
    if isinstance(result, socket.socket):
        return result.fileno()
    return len(result) if isinstance(result, (bytes, list)) else result or 0
)py"},
    {"quoted", {}, {}, R"py(def quoted(data, most=1000):
    """Everything but plain ASCII as \\xNN; the beginning only if there is very much."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\"} | {byte: chr(byte) for byte in range(32, 127) if byte not in b'"\\'}
    text = "".join(plain.get(byte, f"\\x{byte:02x}") for byte in data[:most])
    return f'"{text}"' + ("..." if len(data) > most else "")
)py"},
    {"wait_until", {}, {"sys"}, R"py(def wait_until(fact):
    """What happens in another program this one cannot know. You can: press Enter."""
    print("press Enter when:", fact, flush=True)
    sys.stdin.readline()
)py"},
    {"load", {}, {"pathlib"}, R"py(def load(name):
    return pathlib.Path(name).read_bytes()
)py"},
    {"load_received", {}, {"pathlib"}, R"py(def load_received(name):
    """What is in a file that this program receives: nothing as long as there is none."""
    path = pathlib.Path(name)
    return path.read_bytes() if path.exists() else b""
)py"},
    {"received_number", {}, {"errno", "os", "re"}, R"py(def received_number(data):
    """What was received last as a number, with no zero in front; blanks and line ends may be around it."""
    digits = data.strip(b" \t\r\n")
    # More digits than of any number below 2**63 are none, before int() is asked: it refuses thousands in its own way.
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", digits) or int(digits) >= 1 << 63:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return int(digits)
)py"},
    {"part_of", {}, {}, R"py(def part_of(data, begin, most):
    """A part of a file, as pread(2) has it: behind the end there is nothing."""
    return data[begin : begin + most]
)py"},
    {"send_in_pieces", {"calls"}, {"socket"}, R"py(sent = {}  # bytes so far, by connection


def send_in_pieces(connection, data):
    """Cuts what is sent. The receiver's kernel may have joined the pieces by the time they are received: that one has
    arrived alone no sender can know."""
    # Else this kernel would join them already.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    before = sent.get(connection, 0)
    ends = [end for end in range(1, len(data)) if {{IS_CUT}}] + [len(data)]
    for begin, end in zip([0] + ends, ends):
        call(connection.sendall, data[begin:end])
    sent[connection] = before + len(data)
)py"},
    {"frame_delimiter", {}, {}, R"py(def frame(payload):
    """A message as it is sent: the delimiter behind it."""
    return payload + DELIMITER
)py"},
    {"frame_escaped", {}, {}, R"py(def frame(payload):
    """A message as it is sent: the delimiter behind it, and an escape before each delimiter and escape inside."""
    # A delimiter may also begin inside the message and end in the one behind it.
    text = payload + DELIMITER
    framed = bytearray()
    for at in range(len(payload)):
        if text.startswith((ESCAPE, DELIMITER), at):
            framed += ESCAPE
        framed.append(text[at])
    return bytes(framed) + DELIMITER
)py"},
    {"frame_length", {}, {"errno", "os"}, R"py(def frame(payload):
    """A message as it is sent: its length before it."""
    if len(payload) >= 1 << 8 * LENGTH_BYTES:
        raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
    return len(payload).to_bytes(LENGTH_BYTES, BYTE_ORDER) + payload
)py"},
    {"show", {"quoted"}, {}, R"py(def show(data):
    """Shows what a receive brought."""
    print(f"  {len(data)} bytes: {quoted(data)}")
)py"},
    {"show_stream", {"show"}, {}, R"py(def show_stream(data):
    """The same on a stream, where nothing means the end."""
    if data:
        show(data)
    else:
        print("  end of stream")
)py"},
    {"expect", {}, {}, R"py(unmet = 0


def expect(met):
    """What the scenario expects of a call. If it is not so, this is told, and the program goes on."""
    global unmet
    print("  as expected" if met else "  NOT as expected")
    if not met:
        unmet += 1
)py"},
    {"failure", {"expect"}, {"contextlib"}, R"py(@contextlib.contextmanager
def failure(expected):
    """What the scenario expects to fail, and how: an errno, or that a timeout passes."""
    try:
        yield
        expect(False)
    except OSError as error:
        expect(isinstance(error, TimeoutError) if expected is TimeoutError else error.errno == expected)
)py"},
    {"wait_ready", {"calls"}, {"select"}, R"py(def wait_ready(waiting):
    """Waits until there is something to receive, or a connection to accept."""
    poll = select.poll()
    poll.register(waiting, select.POLLIN)
    call(poll.poll)
)py"},
    {"too_early", {}, {"errno"}, R"py(def too_early():
    return OSError(errno.ENODATA, "the stream has ended too early")
)py"},
    {"wait_readable", {"calls", "too_early"}, {"socket"}, R"py(def wait_readable(connection, size):
    """Waits until so many bytes can be received, and leaves them where they are."""
    if len(call(connection.recv, size, socket.MSG_PEEK | socket.MSG_WAITALL)) < size:
        raise too_early()
)py"},
    {"wait_unacked", {}, {"fcntl", "struct", "termios", "time"}, R"py(def wait_unacked(connection, most):
    """Waits until at most so many of the bytes that were sent are not acknowledged. No event tells it: one has to
    ask."""
    while struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0] > most:
        time.sleep(0.001)
)py"},
    {"wait_queued", {}, {"socket", "struct", "time"}, R"py(def wait_queued(listener, connections):
    """Waits until so many connections wait to be accepted. No event tells how many: one has to ask."""
    # Of a listener, Linux tells its queue as tcpi_unacked of struct tcp_info, at byte 24.
    while struct.unpack_from("I", listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 24)[0] < connections:
        time.sleep(0.001)
)py"},
    {"receive_exactly", {"calls", "too_early"}, {"socket"}, R"py(def receive_exactly(connection, already, size):
    """Receives until there are so many bytes; `already` are there."""
    data = bytearray(already)
    while len(data) < size:
{{SLOW}}        part = call(connection.recv, size - len(data), socket.MSG_WAITALL)
        if not part:
            raise too_early()
        data += part
    return bytes(data)
)py"},
    {"receive_up_to", {"calls"}, {}, R"py(def receive_up_to(connection, data, most):
    """Receives until so many bytes have come, or the stream ends."""
    while len(data) < most:
{{SLOW}}        part = call(connection.recv, min(4096, most - len(data)))
        if not part:
            break
        data += part
)py"},
    {"receive_until_end", {"receive_up_to"}, {"sys"}, R"py(def receive_until_end(connection, already):
    """Receives until the end of the stream; `already` is there."""
    data = bytearray(already)
    receive_up_to(connection, data, sys.maxsize)
    return bytes(data)
)py"},
    {"take", {}, {}, R"py(def take(inbox, size):
    """Moves so many bytes, or as many as there are, out of what has come and was not asked for yet."""
    taken = bytes(inbox[:size])
    del inbox[:size]
    return taken
)py"},
    {"receive_until", {"calls", "take", "too_early"}, {}, R"py(def receive_until(connection, inbox, end):
    """Receives until these bytes have come. What came behind them stays in the inbox."""
    while (found := inbox.find(end)) == -1:
{{SLOW}}        part = call(connection.recv, 4096)
        if not part:
            raise too_early()
        inbox += part
    return take(inbox, found + len(end))
)py"},
    {"too_long", {}, {"errno", "os"}, R"py(def too_long():
    return OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
)py"},
    {"take_delimiter", {"take", "too_long"}, {}, R"py(def take_message(inbox):
    """Moves the first message out of the inbox; None if it is not complete yet."""
    found = inbox.find(DELIMITER)
    # What may be the beginning of the delimiter is none of the message.
    begun = max((size for size in range(len(DELIMITER)) if inbox.endswith(DELIMITER[:size])), default=0)
    if (found if found != -1 else len(inbox) - begun) > MAX_MESSAGE:
        raise too_long()
    return None if found == -1 else take(inbox, found + len(DELIMITER))[:found]
)py"},
    {"take_escaped", {"too_long"}, {}, R"py(def take_message(inbox):
    """Moves the first message out of the inbox; None if it is not complete yet."""
    payload = bytearray()
    at = 0
    while at < len(inbox):
        if inbox.startswith(ESCAPE, at):
            at += 1  # whatever is behind it, it is a byte of the message
            if at == len(inbox):
                return None
        elif inbox.startswith(DELIMITER, at):
            del inbox[: at + len(DELIMITER)]
            return bytes(payload)
        elif DELIMITER.startswith(inbox[at:]):
            return None  # perhaps the beginning of the delimiter
        if len(payload) == MAX_MESSAGE:
            raise too_long()
        payload.append(inbox[at])
        at += 1
    return None
)py"},
    {"take_length", {"take", "too_long"}, {}, R"py(def take_message(inbox):
    """Moves the first message out of the inbox; None if it is not complete yet."""
    if len(inbox) < LENGTH_BYTES:
        return None
    size = int.from_bytes(inbox[:LENGTH_BYTES], BYTE_ORDER)
    # A stranger wrote this number: it is held against what we are ready to keep before anything else.
    if size > MAX_MESSAGE:
        raise too_long()
    if len(inbox) - LENGTH_BYTES < size:
        return None
    return take(inbox, LENGTH_BYTES + size)[LENGTH_BYTES:]
)py"},
    {"take_record", {"take"}, {"struct"}, R"py(def take_message(inbox):
    """Moves the first record out of the inbox; None if it is not complete yet."""
    return take(inbox, RECORD.size) if len(inbox) >= RECORD.size else None
)py"},
    {"show_message", {"quoted"}, {}, R"py(def show_message(message):
    print("  message:", quoted(message))
)py"},
    {"show_record", {"quoted"}, {"struct"}, R"py(def show_message(message):
    values = zip(FIELDS, RECORD.unpack(message))
    print("  message:", *(f"{name}={quoted(value.rstrip(bytes(1))) if isinstance(value, bytes) else value}"
                          for name, value in values))
)py"},
    {"receive_message", {"calls", "too_early"}, {}, R"py(def receive_message(connection, inbox):
    """Receives until a message is complete. None: the stream has ended."""
    while (message := take_message(inbox)) is None:
{{SLOW}}        part = call(connection.recv, 4096)
        if not part and inbox:
            raise too_early()  # inside a message
        if not part:
            print("  end of stream")
            return None
        inbox += part
    show_message(message)
    return message
)py"},
    {"receive_http", {"calls", "quoted", "show_message", "too_early", "too_long"}, {"errno", "os", "re"}, R"py(TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, section 5.6.2


def malformed():
    return OSError(errno.EBADMSG, os.strerror(errno.EBADMSG))


class Reader:
    """Reads a message of HTTP/1.1. Nothing is taken out of the inbox before the message is whole: a receive may fail in
    the middle, and the next try begins with what is there."""

    def __init__(self, connection, inbox):
        self.connection = connection
        self.inbox = inbox
        self.at = 0

    def more(self):
{{SLOW}}        part = call(self.connection.recv, 4096)
        self.inbox += part
        return len(part)

    def need(self, size):
        while len(self.inbox) - self.at < size:
            if not self.more():
                raise too_early()  # inside the message

    def line(self, most, fault=too_long):
        """The next line, without the \\r\\n that ends it. Neither of the two stands without the other."""
        while True:
            line, feed, _ = self.inbox[self.at : self.at + most + 2].partition(b"\n")
            if b"\r" in line[:-1][:most] or (feed and not line.endswith(b"\r")):
                raise malformed()
            if feed:
                self.at += len(line) + 1
                return bytes(line[:-1])
            if len(line) == most + 2:
                raise fault()
            self.need(len(line) + 1)

    def fields(self):
        """The lines up to the empty one: names in small letters, and values."""
        left = MAX_FIELDS
        while line := self.line(left):
            left -= len(line)
            if not re.fullmatch(TOKEN + rb":[^\x00-\x08\x0a-\x1f\x7f]*", line):
                raise malformed()
            name, value = line.split(b":", 1)
            yield name.lower(), value

    def content(self, size, most=MAX_MESSAGE):
        # A stranger wrote this number: it is held against what we are ready to keep before anything else.
        if size > most:
            raise too_long()
        self.need(size)
        self.at += size
        return bytes(self.inbox[self.at - size : self.at])

    def chunks(self):
        """Each is its size in hexadecimal digits, a line end, so many bytes, a line end. One of size 0 is the last."""
        content = b""
        while True:
            size = re.fullmatch(rb"([0-9a-fA-F]+)[ \t]*(;.*)?", self.line(1024, malformed))
            if not size:
                raise malformed()
            size = number(size[1], 16)
            if size == 0:
                break
            content += self.content(size, MAX_MESSAGE - len(content))
            self.line(0, malformed)
        list(self.fields())  # they say nothing of the content
        return content

    def to_the_end(self):
        while len(self.inbox) - self.at <= MAX_MESSAGE and self.more():
            pass
        return self.content(len(self.inbox) - self.at)

    def message(self):
        start = self.line(MAX_START_LINE)
        is_response = re.fullmatch(rb"HTTP/1\.[01] [1-9][0-9][0-9]( .*)?", start)
        if not is_response and not re.fullmatch(TOKEN + rb" [^\x00-\x20\x7f]+ HTTP/1\.[01]", start):
            raise malformed()
        fields = list(self.fields())
        lengths = entries(fields, b"content-length")
        codings = entries(fields, b"transfer-encoding")
        lacks_host = not is_response and start.endswith(b"1.1") and [name for name, _ in fields].count(b"host") != 1
        # With both a length and chunks, two readers could take two different ends.
        has_two_ends = (lengths and codings) or len(set(lengths)) > 1
        is_unknown = codings not in ([], [b"chunked"]) or not all(re.fullmatch(b"[0-9]+", size) for size in lengths)
        if lacks_host or has_two_ends or is_unknown:
            raise malformed()
        length = number(lengths[0], 10) if lengths else 0
        # Where the content ends: RFC 9112, section 6.3.
        content = b""
        if is_response and (start[9:10] == b"1" or start[9:12] in (b"204", b"304")):
            pass
        elif codings:
            content = self.chunks()
        elif lengths:
            content = self.content(length)
        elif is_response:
            content = self.to_the_end()
        return start + b"\n" + content if content else start


def number(digits, base):
    """Of 64 bits at most. How many digits there are is looked at first: int() refuses thousands in its own way."""
    digits = digits.lstrip(b"0") or b"0"
    if len(digits) > 20 or int(digits, base) >= 1 << 64:
        raise malformed()
    return int(digits, base)


def entries(fields, wanted):
    """What is in a field that is a list, RFC 9110, section 5.6.1, in all the lines that it takes."""
    return [entry.strip(b" \t").lower() for name, value in fields if name == wanted for entry in value.split(b",")]


def receive_message(connection, inbox):
    """Receives a message of HTTP/1.1: its first line and, behind a line feed, its content if there is any. None: the
    stream has ended."""
    reader = Reader(connection, inbox)
    if not inbox and not reader.more():
        print("  end of stream")
        return None
    message = reader.message()
    del inbox[: reader.at]
    show_message(message)
    return message
)py"},
    {"save", {}, {}, R"py(def save(file, data):
    """Writes what was received to a file."""
    file.write(data)
    print(f"  {len(data)} bytes{' more' if file.mode == 'ab' else ''} are in {file.name}")
)py"},
    {"receive_file", {"receive_up_to", "save"}, {"sys"}, R"py(def receive_file(connection, already, file):
    """Receives a file that ends with the stream; `already` is there. If a receive fails, what came is kept."""
    data = bytearray(already)
    try:
        receive_up_to(connection, data, sys.maxsize)
    finally:
        save(file, data)
    return bytes(data)
)py"},
    {"receive_file_of_size",
     {"receive_up_to", "save", "take", "too_early"},
     {"errno", "os"},
     R"py(def receive_file_of_size(connection, inbox, file, size):
    """Receives until the file has so many bytes, and not one more. Whatever fails, what came is kept."""
    # A stranger may have written this number: it is held against what we are ready to keep before anything else.
    if size > 64 * 1024 * 1024:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    lacking = max(0, size - file.tell())
    data = bytearray(take(inbox, lacking))
    try:
        receive_up_to(connection, data, lacking)
    finally:
        save(file, data)
    if len(data) < lacking:
        raise too_early()
    return bytes(data)
)py"},
  };
  return helpers;
}

}  // namespace wirelab::exporter
