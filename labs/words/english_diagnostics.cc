#include "labs/words/texts.hh"

namespace wirelab::words::english {

// The first line says what is wrong, a second one what to write instead.
Texts of_diagnostics() {
  return {
      // --------------------------------------------------------------------------------------------------------- files
      {"severity.error", "error"},
      {"severity.warning", "warning"},
      {"unreadable", "the file cannot be read: {fault}"},
      {"ceiling-file",
       "the file is larger than {most} bytes, the most it may have\n"
       "long data goes into a file beside the scenario: `{{file: \"name\"}}`"},
      {"ceiling-tokens",
       "the file has more than {most} lines and punctuation marks, the most it may have\n"
       "long data goes into a file beside the scenario: `{{file: \"name\"}}`"},
      {"ceiling-nesting",
       "nested deeper than {most} levels\n"
       "no part of the language needs that many"},
      {"ceiling-nodes",
       "the file has more than {most} values\n"
       "`repeat`, `copies` and `{{fill: …}}` say much with few words"},
      {"not-utf8",
       "the byte {byte} is no UTF-8\n"
       "save the file as UTF-8; bytes that are no text are written `{{hex: \"ff\"}}`"},
      {"control-character",
       "a control character ({character}) stands here\n"
       "take it out; in a text write it as an escape: `\"\\x00\"`"},
      {"directive",
       "YAML directives (`%…`) are not part of the language\n"
       "leave the line out"},
      {"empty-file",
       "there is nothing in this file\n"
       "begin it with `wirelab: 1`"},
      {"empty-file.rubric",
       "there is nothing in this file\n"
       "begin it with `rubric: 1`"},
      {"file.system-says", "{error}"},
      {"file.cannot-be-read", "it cannot be read: {error}"},
      {"file.folder", "it is a folder"},
      {"file.pipe", "it is a pipe"},
      {"file.socket", "it is a socket"},
      {"file.device", "it is a device"},
      {"file.no-name", "a file name cannot be empty"},
      {"file.long-name", "the name is longer than 255 bytes"},
      {"file.unprintable-name", "the name has characters in it that cannot be printed"},
      {"file.absolute", "the file must lie beside the scenario: no name may begin with `/`"},
      {"file.leads-up", "the file must lie beside the scenario: `..` is not allowed in its name"},
      {"file.missing", "there is no such file beside the scenario"},
      {"file.leads-out", "it is a link that leads out of the scenario's folder"},
      {"file.not-regular", "it is no regular file"},
      {"file.too-large", "it has {bytes} bytes, and {most} is the most"},

      // ---------------------------------------------------------------------------------------------------------- YAML
      {"alias",
       "aliases (`*name`) are not part of the language\n"
       "write the value out again"},
      {"anchor",
       "anchors (`&name`) are not part of the language\n"
       "leave the anchor out"},
      {"tag",
       "tags (`!name`) are not part of the language\n"
       "leave the tag out; if the `!` belongs to a text, put the text in quotes"},
      {"key-no-word",
       "a key must be a word\n"
       "a text with braces or brackets goes in quotes"},
      {"merge-key",
       "merge keys (`<<`) are not part of the language\n"
       "write the keys out"},
      {"duplicate-key",
       "{key} is here twice: line {line} has it already\n"
       "leave one of them out"},
      {"several-documents",
       "a second document begins here\n"
       "a scenario file is exactly one document; put this part into a file of its own"},
      {"tab",
       "a tab in the indentation\n"
       "YAML indents with spaces only: write two spaces for each level"},
      {"question-marks-in-braces",
       "`???` inside braces or brackets needs quotes\n"
       "write `\"???\"`"},
      {"space-after-colon",
       "a space is missing after `{word}:`\n"
       "write `{word}: {rest}`"},
      {"wide-colon",
       "a full-width colon (`：`) after `{word}`: to YAML it is a letter\n"
       "write `{word}: {rest}`, with the colon of ASCII and a blank"},
      {"odd-blank",
       "a blank that YAML does not know ({character}) in the indentation\n"
       "type ordinary spaces instead"},
      {"colon-missing",
       "a colon is missing after `{word}`\n"
       "write `{word}:`"},
      {"colon-missing.item",
       "`{word}` has something under it, so it needs a colon\n"
       "write `- {word}:`"},
      {"colon-missing.before-argument",
       "a colon is missing after `{word}`\n"
       "write `{word}: {rest}`"},
      {"indentation",
       "the indentation of this line fits nothing above it\n"
       "lines that belong together begin in the same column"},
      {"indentation.by",
       "the indentation of this line fits nothing above it\n"
       "indent it by {spaces} spaces, like what it belongs to"},
      {"indentation.too-far",
       "`{word}` is indented too far\n"
       "line it up with `{above}` above it"},
      {"unclosed-quote",
       "this text does not end on its line\n"
       "put a `{quote}` at its end; a text of several lines goes below `|`"},
      {"text-after-quote",
       "the text ends at the quote before this\n"
       "a `\"` inside a text is written `\\\"`"},
      {"text-after-quote.apostrophe",
       "the text ends at the quote before this\n"
       "a text with an apostrophe in it goes in double quotes: `\"don't\"`"},
      {"bad-escape",
       "{escape} is no escape\n"
       "a backslash itself is written `\\\\`; known are `\\n`, `\\r`, `\\t`, `\\0`, `\\\"`, `\\x41`, `\\u20ac`"},
      {"unclosed-bracket",
       "this `{bracket}` is never closed\n"
       "put a `{closing}` at its end"},
      {"extra-bracket",
       "this `{bracket}` closes nothing\n"
       "take it out"},
      {"needs-quotes",
       "a bare word cannot begin with `{sign}`\n"
       "put the text in quotes: `\"{text}\"`"},
      {"second-colon",
       "a second `: ` on the line\n"
       "a text with a colon in it goes in quotes; a map inside a map goes in braces or on a line of its own"},
      {"list-on-a-line",
       "a list cannot begin here\n"
       "begin it on the next line, or write it in brackets: `[a, b]`"},
      {"syntax", "this is no YAML: {parser}"},
      {"syntax.stray",
       "this line is no part of what stands above it\n"
       "each line is `key: value` or `- step`, lined up with its neighbours"},

      // -------------------------------------------------------------------------------------------------------- values
      {"wrong-kind",
       "{what} must be {wanted}, not {found}\n"
       "{mend}"},
      {"wrong-kind.steps",
       "`{actor}` must be a list of steps, not a map\n"
       "begin each step with `- `"},
      {"wrong-kind.scenario",
       "a scenario file is a map of keys such as `title` and `actors`\n"
       "begin it with `wirelab: 1`"},
      {"wrong-type",
       "{what} is {wanted}, and this is {found}\n"
       "{mend}"},
      {"wrong-type.same-as", "`{name}` is {type}, and what it is compared with is {other}"},
      {"unquoted-text",
       "{what} is a text, and texts stand in quotes\n"
       "write `{text}`"},
      {"unquoted-text.curly",
       "{what} is a text, and texts stand in straight quotes\n"
       "write `{text}`; the quotes that stand there are letters to YAML"},
      {"unquoted-text.map",
       "{what} must be a text in quotes, not a map\n"
       "without quotes, braces and a colon make a map in YAML: put the text in quotes"},
      {"unquoted-text.until",
       "{word} is neither `eof` nor a text in quotes\n"
       "write `eof`, or put the text in quotes"},
      {"unquoted-text.braces",
       "{what} must be a text in quotes: bare braces make a map in YAML\n"
       "write `\"{{{word}}}\"`"},
      {"quoted-word",
       "{what} is a word of the language, not a text\n"
       "{mend}"},
      {"quoted-word.key",
       "{word} is a word of the language here\n"
       "write {word}, without quotes"},
      {"bad-name",
       "{name} is no name for {what}\n"
       "a name is a small letter, then small letters, digits or `_`, 40 at most"},
      {"not-a-number",
       "{what} must be a whole number, not {text}\n"
       "{mend}"},
      {"not-a-duration",
       "{what} must be a duration, not {text}\n"
       "{mend}"},
      {"out-of-range", "{what} must be from {least} to {most}, not {number}"},
      {"out-of-range.least", "{what} must be at least {least}, not {number}"},
      {"out-of-range.number",
       "{what} is too large a number\n"
       "at most {most}"},
      {"out-of-range.percentage", "{what} must be from 0% to 100%, not {text}"},
      {"out-of-range.rate", "`rate` must be from 1kbit to 100gbit"},
      {"out-of-range.delimiter", "a delimiter has 1 to {most} bytes"},
      {"out-of-range.escape", "an escape is one byte, not {bytes}"},
      {"out-of-range.prefix", "a length prefix has 1, 2, 4 or 8 bytes"},
      {"ceiling-duration", "{what} must be from {least} to {most}, not {number}"},
      {"ceiling-count", "{what} has {entries} entries, and {most} is the most"},
      {"unknown-word",
       "{what} is not {word}\n"
       "{mend}"},
      {"unknown-word.never",
       "{what} is never {word}\n"
       "{mend}"},
      {"unknown-word.teardown",
       "{what} names sender and packet\n"
       "write it like `[client FIN, server ACK]`"},
      {"unknown-word.forbid",
       "{word} is no action, modifier, option or key\n"
       "{mend}"},
      {"unknown-key",
       "{key} is not a key of {what}\n"
       "{mend}"},
      {"missing-key", "{what} needs `{key}`"},
      {"question-marks",
       "`???` cannot stand here\n"
       "it is for what a student fills in: in `actors`, `wire` and `predict`"},
      {"unknown-actor",
       "there is no actor {actor}\n"
       "{mend}"},
      {"one-line", "a title is one line"},
      {"one-line.text", "{what} is one line"},
      {"empty-text", "{what} cannot be empty"},

      // ------------------------------------------------------------------------------------------- what to do about it
      {"did-you-mean", "did you mean `{meant}`?"},
      {"enumeration.further", "{before}, {next}"},
      {"enumeration.last", "{before} or {next}"},
      {"it-is", "it is {words}"},
      {"it-is-one-of", "it is one of {words}"},
      {"its-keys-are", "its keys are {keys}"},
      {"the-actors-are", "the actors are {actors}"},
      {"write.this", "write `{this}`"},
      {"write.like", "write it like `{example}`"},
      {"write.without-quotes", "write {this}, without quotes"},
      {"write.it-without-quotes", "write it without quotes"},
      {"write.without-zero", "write `{number}`; a leading zero would make it octal in C"},
      {"write.in-decimal", "write it in decimal"},
      {"write.without-plus", "leave the `+` out"},
      {"write.with-unit", "a duration has a unit: write `{number}ms` or `{number}s`"},
      {"write.without-space", "write `{this}`, without a space"},
      {"write.like-duration", "write it like `20ms`, `1.5s` or `500us`"},
      {"write.action", "write `- accept`, or `- recv: 1024`"},
      {"write.abort", "`- abort` is `close` with SO_LINGER 0"},
      {"write.instead-of-poll",
       "a step waits by itself: `timeout: 1s` limits a call, `when: {{readable: 1}}` waits until there is something to "
       "read"},
      {"write.rate", "write it like `10mbit`, `64kbit` or `1gbit`: bits per second"},
      {"write.metric-of-call", "metrics count POSIX calls, whichever step makes them: write `{metric}`"},
      {"write.step-of-call", "it makes the call inside `{step}`: write `{actor}.{step}`"},
      {"begin-each-step", "begin each step with `- `"},
      {"any-order-is-for-lists", "`any_order` is for lists"},

      // ----------------------------------------------------------------------------------------------- kinds of values
      {"kind.nothing", "nothing"},
      {"kind.text", "a text"},
      {"kind.bare", "a bare word or number"},
      {"kind.list", "a list"},
      {"kind.map", "a map"},
      {"kind.other", "something else"},
      {"kind.whole-number", "a whole number"},
      {"kind.yes-or-no", "`yes` or `no`"},
      {"kind.text-in-quotes", "a text in quotes"},
      {"kind.word", "a word"},
      {"kind.numbers", "a list of whole numbers, like `[15, 0]`"},
      {"kind.texts", "a list of texts, like `[\"Hello\", \"World\"]`"},
      {"kind.words", "a list of words, like `[SYN, SYN-ACK, ACK]`"},
      {"kind.values", "a list of values, like `[5, 0]`"},
      {"kind.value", "a value"},
      {"kind.number-or-last", "a number, or `{{received: last}}`"},
      {"kind.number-word-or-text", "a number, a word or a text in quotes"},
      {"kind.duration", "a duration such as `20ms`"},
      {"kind.percentage", "a percentage"},
      {"kind.steps", "a list of steps"},

      // -------------------------------------------------------------------------------------- what a sentence is about
      {"what.scenario", "a scenario"},
      {"what.this-actor", "actor `{actor}`"},
      {"what.actor", "an actor"},
      {"what.hint", "a hint"},
      {"what.offset", "an offset"},
      {"what.step", "a step"},
      {"what.action", "an action"},
      {"what.fact", "a fact"},
      {"what.id", "an id"},
      {"what.socket", "a socket"},
      {"what.group", "the address of a group"},
      {"what.socket-option", "a socket option"},
      {"what.port", "a port"},
      {"what.backlog", "a backlog"},
      {"what.sent", "what {action} sends"},
      {"what.expected", "what is expected"},
      {"what.error", "an error"},
      {"what.message", "a message"},
      {"what.file-name", "the name of a file"},
      {"what.note", "a note"},
      {"what.data", "data"},
      {"what.record", "the record"},
      {"what.field", "a field"},
      {"what.field-type", "the type of `{field}`"},
      {"what.framing", "a framing of kind `{kind}`"},
      {"what.rate", "a rate"},
      {"what.setting-by-direction", "a setting by direction"},
      {"what.rule", "a rule"},
      {"what.check", "a check"},
      {"what.metric", "a metric"},
      {"what.expected-value", "an expected value"},
      {"what.entry", "an entry of {of}"},
      {"what.bound", "a bound"},
      {"what.sender", "a sender in it"},
      {"what.packet", "a packet in it"},
      {"what.rubric", "a rubric"},
      {"what.exercise", "an exercise"},
      {"what.case", "a case"},
      {"what.proof", "a proof"},
      {"what.path", "a path"},
      {"what.forbidden", "what is forbidden"},
      {"what.variant", "a variant"},

      // ------------------------------------------------------------------------- the top of a scenario, and its actors
      {"unknown-version",
       "version {version} of the language is not known here\n"
       "this program knows version 1: write `wirelab: 1`"},
      {"missing-key.version",
       "a scenario needs `wirelab`\n"
       "begin the file with `wirelab: 1`"},
      {"missing-key.actors",
       "a scenario needs `actors`\n"
       "write who is on the network: `actors:`"},
      {"unknown-kernel-setting",
       "{name} is no kernel setting of the language\n"
       "{mend}"},
      {"not-ascending",
       "the offsets of `cut` must go up\n"
       "they count bytes from the start of each connection"},
      {"no-steps",
       "{what} has no steps\n"
       "write them below it, each after `- `"},
      {"reserved-name",
       "{name} cannot be an actor's name: metrics and steps use it for something else\n"
       "not {names}"},
      {"ceiling-lanes", "{actors} actors, and {most} is the most"},
      {"ceiling-lanes.copies", "{lanes} actors, copies counted, and {most} is the most"},
      {"no-actors", "a scenario needs at least one actor"},

      // --------------------------------------------------------------------------------------------------------- steps
      {"unknown-action",
       "{word} is no action\n"
       "{mend}"},
      {"missing-argument",
       "`{action}` needs to know more\n"
       "write it like `{example}`"},
      {"no-argument",
       "`{action}` takes no argument\n"
       "write `{action}:` alone; what else the step needs goes on lines of its own below it"},
      {"two-actions",
       "a step makes one call, and this one has `{first}` already\n"
       "begin a new step: `- {second}: …`"},
      {"no-action",
       "this step makes no call\n"
       "its keys belong to the step above: line them up with that step's action, without `- `"},
      {"no-action.empty",
       "this step makes no call\n"
       "write an action: `- accept`"},
      {"modifier-too-deep",
       "`{modifier}` is a modifier of the step, not an argument of `{action}`\n"
       "line `{modifier}` up with `{action}`"},
      {"modifier-does-not-suit",
       "`{modifier}` makes no sense on `{action}`\n"
       "it goes with {actions}"},
      {"modifier-does-not-suit.close",
       "`close` takes the socket's name itself\n"
       "write `close: {name}`"},
      {"ceiling-steps",
       "the file has more than {most} steps\n"
       "`repeat` says many times what is written once"},
      {"ceiling-rounds", "with this step the actor makes more than {most} steps, rounds and copies multiplied out"},
      {"ceiling-bytes", "with this step the scenario sends more than {most} bytes, rounds and copies multiplied out"},
      {"ceiling-sleep", "with this step the actor sleeps for more than {most} in all, rounds multiplied out"},
      {"bad-fact",
       "{fact} is no fact\n"
       "write `server.accept`, with ` started` or ` blocked` behind it if it need not be done; or `settled`"},
      {"bad-fact.several",
       "{fact} is no fact: several of them make a list\n"
       "write `[{facts}]`"},
      {"id-is-action",
       "{id} is the word of an action already\n"
       "choose another id: `after` could not tell them apart"},
      {"duplicate-id", "the id {id} is taken already, in line {line}"},
      {"unknown-socket-option",
       "there is no socket option {name}\n"
       "{mend}"},
      {"missing-key.option",
       "no option is set here\n"
       "write `{{TCP_NODELAY: 1}}`"},
      {"missing-key.to",
       "`sendto` with braces needs `to`\n"
       "write `{{to: server, data: \"Hello\"}}`; to answer the last sender write the data alone"},
      {"missing-key.group-port",
       "what goes to a group needs `port`: a group has no last bound port\n"
       "write `{{to: \"{group}\", port: 9000, data: \"…\"}}`"},
      {"unknown-socket-option.write-only", "{name} can be set, and not asked for"},
      {"unknown-socket-option.not-offered", "the socket option {name} exists, but a scenario cannot use it"},
      {"missing-key.broadcast-port",
       "a broadcast needs `port`: everyone has no last bound port\n"
       "write `{{to: everyone, port: 9000, data: \"…\"}}`"},
      {"empty-text.until",
       "an empty text is found at once\n"
       "write `until: eof`, or the bytes to wait for"},
      {"one-of-these.recv",
       "`recv` takes one of `exactly` and `until`\n"
       "write `{{exactly: 15}}`, or `{{until: eof}}`"},
      {"one-of-these.repeat",
       "`repeat` needs one of `times` and `until`\n"
       "write `times: 10`, or `until: \"END\"`"},
      {"one-of-these.when", "`when` takes one of {words}"},
      {"one-of-these.expect", "`expect` takes one expectation"},
      {"one-of-these.expectations",
       "`expect` takes `eof`, a text, `{{bytes: …}}`, `{{messages: …}}` or `{{fails: …}}`"},
      {"unknown-error",
       "there is no error {name}\n"
       "{mend}"},
      {"error-needs-fails",
       "{name} is an error, which `expect` takes after `fails`\n"
       "write `expect: {{fails: {word}}}`"},
      {"number-needs-bytes",
       "a bare number could be a count or a text\n"
       "write `expect: {{bytes: {number}}}`, or `expect: \"{number}\"`"},
      {"bad-group",
       "{text} is no group that a lesson may use\n"
       "write the address of a multicast group for private use: `\"239.1.2.3\"`"},
      {"bad-group.broadcast",
       "{text} is no group: an address that ends so is mostly a network's broadcast address\n"
       "to send to all hosts, write `to: everyone`"},
      {"size-and-framing",
       "with a framing, a file is one message, and the framing tells its size\n"
       "leave `size` out, or let the actor do without a framing"},
      {"bad-file.name",
       "{name} is no plain file name\n"
       "the file is the actor's own and gone with the run: write a name without `/`"},

      // --------------------------------------------------------------------------------------------- data and framings
      {"ceiling-data", "the file spells out more than {most} bytes of data"},
      {"placeholder-outside-repeat",
       "`{{i}}` stands in no `repeat`: it is sent as these three characters\n"
       "put the step into a `repeat`, or leave it as it is"},
      {"bad-hex.digit",
       "{digit} is no hexadecimal digit\n"
       "write two digits a byte: `{{hex: \"de ad be ef\"}}`"},
      {"bad-hex.odd",
       "an odd number of hexadecimal digits\n"
       "write two digits a byte: `0a`, not `a`"},
      {"empty-fill",
       "nothing to fill with\n"
       "write at least one character: `{{fill: \"x\", size: 100}}`"},
      {"bad-file.fault", "{name} cannot be used: {fault}"},
      {"bad-file.end", "{name} could not be read to its end"},
      {"not-known-yet",
       "{what} must be known before the run\n"
       "write a text, or `{{hex: \"…\"}}`"},
      {"not-known-yet.measured",
       "what is measured must be known before the run, or be received\n"
       "write the name of a file beside the scenario, or `{{received: \"…\"}}`"},
      {"not-known-yet.value", "{what} must be known before the run"},
      {"record-without-framing",
       "a `record` needs a framing of that kind\n"
       "write `framing: {{kind: record, fields: [{{id: u32}}, {{text: char(16)}}]}}`"},
      {"field-too-long", "{what} has {bytes} bytes, and the field takes {room}"},
      {"one-field-each",
       "each field of a record is one name with its type\n"
       "write `[{{id: u32}}, {{text: char(16)}}]`"},
      {"duplicate-key.field", "the record has a field {field} already"},
      {"no-fields", "a record needs at least one field"},
      {"escape-in-delimiter", "the escape must not be part of the delimiter"},
      {"record-too-long", "the record takes {bytes} bytes, more than its `max_message` of {most}"},

      // ------------------------------------------------------------------------------------------------------ the wire
      {"one-of-these.rule",
       "a rule does one thing: {words}\n"
       "write each rule after a `- ` of its own"},
      {"empty-text.contains",
       "an empty text is in every packet\n"
       "leave `contains` out to mean all packets"},
      {"empty-list.nth", "an empty `nth` fits no packet"},

      // ---------------------------------------------------------------------------------------- checks and predictions
      {"unknown-metric",
       "there is no metric {metric}\n"
       "{mend}"},
      {"unknown-copy", "`{actor}` has only {copies} copies"},
      {"unknown-copy.none", "`{actor}` has no copies"},
      {"unknown-copy.of-one",
       "`{actor}` has no copies\n"
       "leave the `#…` out, or give the actor `copies`"},
      {"predicate-does-not-suit",
       "`{predicate}` makes no sense here: {what} is {type}\n"
       "{mend}"},
      {"wrong-count.between",
       "`between` takes two numbers\n"
       "write `between: [1, 10]`"},
      {"wrong-count.bounds",
       "nothing lies between these two: the first is the larger\n"
       "write the smaller one first"},
      {"empty-list.one-of", "`one_of` nothing can never hold"},
      {"one-of-these.predicate",
       "an expected value is one predicate\n"
       "write a check for each"},
      {"observed-time.same-as", "`{name}` is an observed time, which is never the same twice"},
      {"observed-time.exact",
       "`{name}` is an observed time: another run gives another number\n"
       "use bounds: `at_least`, `at_most` or `between`"},
      {"free-pace",
       "with `pace: free`, {metric} differs from run to run\n"
       "check only what holds in every order"},
      {"two-metrics",
       "a check asks for one metric, and this one has {metric} already\n"
       "begin a new check: `- {second}: …`"},
      {"missing-key.metric",
       "this check names no metric\n"
       "write it like `- server.recv.sizes: [15, 0]`"},
      {"missing-guess",
       "no guess for {metric}\n"
       "write your guess, or `???` for none yet"},
      {"prediction-of-many",
       "a prediction is one value, not {predicate}: in an exercise it counts as not answered\n"
       "write the value that you expect"},
      {"ceiling-count.predictions", "more than {most} predictions"},

      // ----------------------------------------------------------------------------------------- facts and their order
      {"unknown-step",
       "`{actor}` never makes a step {step}\n"
       "{mend}"},
      {"step-too-late.once", "`{actor}` makes `{step}` once at most, so there is no `#{nth}`"},
      {"step-too-late", "`{actor}` makes `{step}` {most} times at most, so there is no `#{nth}`"},
      {"never-blocked",
       "`{step}` never falls asleep in a call\n"
       "write `{actor}.{step}`: it is done at once"},
      {"circle",
       "a circle of `after`s, in which nobody can go first: {chain}\n"
       "take one of them out"},
      {"circle.own-steps",
       "this step waits for `{fact}`, which comes after it in the same actor\n"
       "an actor makes its steps from the top: it can wait for others, and for what stands above"},
      {"circle.wait", "line {line} waits for `{fact}`"},
      {"circle.further-wait", "{before}, line {line} waits for `{fact}`"},
      {"circle.and-so-on", "{waits} …"},
      {"race",
       "nothing orders this `{word}` after the `{needed}` of `{peer}` in line {line}: which comes first is luck\n"
       "write `after: {peer}.{needed}`"},
      {"unordered-closes",
       "nothing orders the end of `{server}` here and the end of `{client}` in line {line}: who closes first is luck\n"
       "let one see the other's end (`expect: eof` on a `recv`), or write `after: {client}.{word}`"},
      {"nobody-there.listens",
       "`{peer}` never makes a `listen`, so this `connect` will be refused\n"
       "if that is the lesson, write `expect: {{fails: ECONNREFUSED}}`"},
      {"nobody-there.listens-on",
       "`{peer}` never makes a `listen` on port {port}, so this `connect` will be refused\n"
       "if that is the lesson, write `expect: {{fails: ECONNREFUSED}}`"},
      {"nobody-there.binds", "`{peer}` never makes a `bind`, so nobody receives this"},
      {"nobody-there.binds-to", "`{peer}` never makes a `bind` on port {port}, so nobody receives this"},

      // ------------------------------------------------------------------------------------------------------- sockets
      {"no-socket",
       "`{word}` needs a socket, and `{actor}` has none yet\n"
       "write `- socket: stream` (or `dgram`) before it"},
      {"closed-socket", "{name} is closed already"},
      {"closed-socket.all",
       "`{actor}` has closed all its sockets before this `{word}`\n"
       "write `- socket: stream` (or `dgram`) before it"},
      {"unknown-socket",
       "`{actor}` has no socket {name}\n"
       "{mend}"},
      {"sockets-get-names", "`as: name` on `socket` or `accept` names one; `listen` makes the `listener`"},
      {"wrong-socket-type.datagram",
       "`{word}` on a datagram socket\n"
       "{mend}"},
      {"wrong-socket-type.stream",
       "`{word}` on a stream socket\n"
       "{mend}"},
      {"instead.no-listen", "datagrams need no `listen`: go on with `recvfrom`"},
      {"instead.no-accept", "datagrams need no `accept`: go on with `recvfrom`"},
      {"instead.no-group", "a stream has one peer: groups are for datagrams"},
      {"instead.send", "a stream knows where it goes: write `send`"},
      {"instead.recv", "a stream has one sender: write `recv`"},
      {"no-connection",
       "`{word}` before there is a connection\n"
       "`connect` first; or `bind`, `listen` and `accept`"},
      {"no-connection.datagram",
       "`{word}` on a datagram socket that is connected to nobody\n"
       "write `sendto: {{to: …, data: …}}`, or `connect` first"},
      {"no-connection.listener",
       "`{word}` on the listener, which is no connection\n"
       "`accept` a connection first"},
      {"no-framing",
       "`{word}` needs a framing, and `{actor}` has none\n"
       "write one at the top: `framing: {{kind: delimiter, delimiter: \"\\n\"}}`"},
      {"nothing-received",
       "`{actor}` has received nothing before this step\n"
       "put a `recv` before it"},
      {"unknown-file",
       "`{actor}` receives no file {file}\n"
       "a file that is received has the name that a `recv_file` gives it; `{{file: …}}` is one beside the scenario"},
      {"listen-on-connection",
       "`listen` on a socket that is connected\n"
       "listen on a socket of its own"},
      {"no-listener",
       "`accept` without a `listen`\n"
       "write `- listen: 5` before it"},
      {"connect-on-listener",
       "`connect` on a socket that listens\n"
       "connect with a socket of its own"},
      {"record-expected",
       "with a record framing, a message is a record\n"
       "write `send_message: {{record: {{…}}}}`"},
      {"http-by-hand",
       "an HTTP message is written by hand\n"
       "write `- send: \"GET / HTTP/1.1\\r\\n…\"`"},
      {"http-by-hand.more-than-a-file",
       "an HTTP message is more than the file in it\n"
       "write `- recv_message`"},
      {"recv-after-recv-message",
       "a plain `{word}` after `recv_message`\n"
       "`recv_message` may have read further bytes already: go on with `recv_message`"},
      {"recv-after-until",
       "a plain `recv` after `recv: {{until: …}}`, which may have read further bytes already\n"
       "a plain `recv` asks the kernel alone: go on with `until` or `exactly`, which take those bytes first"},
      {"group-of-ipv4",
       "groups are of IPv4 here, and this scenario says `family: ipv6`\n"
       "take `family: ipv6` out"},
      {"no-sender",
       "`sendto` without `to` answers the last sender, and nobody has sent yet\n"
       "write `sendto: {{to: …, data: …}}`, or put a `recvfrom` before it"},
      {"endless-repeat",
       "nothing inside this `repeat` receives, so its `until` never comes true\n"
       "put a `recv` or `recv_message` into it, or write `times`"},

      // ---------------------------------------------------------------------- paths into a scenario, and changes of it
      {"unknown-path", "{fault}"},
      {"unknown-path.metric", "there is no metric {metric}"},
      {"unknown-path.actor", "there is no actor {actor}"},
      {"unknown-path.into-key",
       "no path leads into `{key}`\n"
       "write `{key}`"},
      {"unknown-path.key",
       "`{key}` has no key {part}\n"
       "{mend}"},
      {"unknown-path.step",
       "{step} names no step\n"
       "the first `send` is `send#1`"},
      {"unknown-path.into-option",
       "no path leads into `{option}`\n"
       "write `{actor}.{option}`"},
      {"unknown-path.in-actor",
       "`{actor}` has no option, step or id {name}\n"
       "{mend}"},
      {"unknown-path.modifier",
       "{modifier} is no modifier of a step\n"
       "{mend}"},
      {"unknown-path.start",
       "there is no actor and no key {name}\n"
       "{mend}"},
      {"fault.no-scenario", "there is no scenario to change"},
      {"fault.no-step", "`{actor}` has no `{word}` step"},
      {"fault.only-steps", "`{actor}` has only {count} `{word}` {count:!step|steps}"},
      {"fault.other-count", "`{actor}` has {count} `{word}` {count:!step|steps}, and this gives {given}"},

      // ------------------------------------------------------------------------------------------------------- rubrics
      {"unknown-version.rubric",
       "version {version} of rubrics is not known here\n"
       "this program knows version 1: write `rubric: 1`"},
      {"unknown-exercise",
       "there is no {file} in the lab's folder\n"
       "{mend}"},
      {"broken-exercise", "{file} has mistakes of its own; line {line}: {first}"},
      {"bad-file-name",
       "{name} is no name of a file in the lab's folder\n"
       "write the name alone, without a folder"},
      {"bad-file-name.answer",
       "{name} is no name of an answer's file\n"
       "write the name alone, without a folder"},
      {"duplicate-exercise", "{file} is an exercise already, in line {line}"},
      {"impossible-change",
       "{fault}\n"
       "`edit` does not cover it, so no answer can have it otherwise"},
      {"impossible-change.unplayable", "so changed, the exercise cannot be played: {fault}"},
      {"two-one-run-per", "one value of a case may be `{word}`, and `{path}` is already"},
      {"byte-of-no-cut",
       "`byte` is for `cut`: a stream has places to cut it at\n"
       "give a list of values"},
      {"one-run-per-inside",
       "`{word}` stands for a whole value\n"
       "write `{path}: {{{word}: […]}}`"},
      {"empty-list.runs", "a case with no run can never be passed"},
      {"ceiling-count.changes", "more than {most} changes"},
      {"duplicate-case", "there is a case {name} already, in line {line}"},
      {"not-predicted",
       "the exercise asks for no prediction of {metric}\n"
       "{mend}"},
      {"wrong-points", "the cases come to {sum} points, and this says {points}"},
      {"no-cases", "an exercise needs at least one case"},
      {"wrong-proof", "a proof says either `full: yes` or which case the answer `fails`"},
      {"wrong-proof.full",
       "`full` is `yes` or is not there\n"
       "name the case that it must fail: `fails: \"…\"`"},
      {"wrong-proof.says", "an answer that gets all points names no misconception"},
      {"wrong-proof.fails",
       "a proof by a wrong answer says why the case fails\n"
       "write either the misconception that it names (`says`), or how it ends without one (`ends`)"},
      {"unknown-case",
       "there is no case {name}\n"
       "{mend}"},
      {"unknown-misconception",
       "no check and no guess of that case names the misconception {name}\n"
       "{mend}"},
      {"guess-without-misconception",
       "this guess does not say what it shows\n"
       "write `misconception:` and a word under it"},

      // -------------------------------------------------------------------------------------------------- translations
      {"unknown-version.translation",
       "version {version} of translations is not known here\n"
       "this program knows version 1: write `texts: 1`"},
      {"duplicate-translation", "this text has a translation already"},
      {"what.translation", "a translation"},
      {"what.pair", "a pair"},

      // ----------------------------------------------------------------------------------------- scenarios as programs
      {"unanswered-for-a-program",
       "this is not answered yet, and a program needs it\n"
       "write a value for `???`"},
      {"zero-in-a-format",
       "a C program cannot put a number into a text with a zero byte in it: snprintf(3) ends there\n"
       "leave out {{i}} and {{copy}}, or the zero byte"},
      {"name-of-a-module",
       "`{actor}` is a module of Python: a program {actor}.py would be imported in its place\n"
       "give the actor another name"},
      {"no-port-for-a-program",
       "`{peer}` binds no port, and a program needs to know one\n"
       "write the port: `{{to: {peer}, port: 8888}}`"},
      {"no-port-for-a-program.which",
       "`{peer}` binds several ports, and a program has to know which\n"
       "write the port: `{{to: {peer}, port: 8888}}`"},
      {"one-address",
       "`{actor}` binds a port that another actor binds, and a machine has one ::1\n"
       "give them different ports, or write `family: ipv4`"},
      {"no-socket-for-a-program", "a program cannot make this `{word}`: it has no socket to make it on"},
      {"sockets-change-in-a-loop",
       "each round of this `repeat` leaves other sockets open than it found, and a program's variable holds one "
       "socket\n"
       "close in a round what the round has opened"},
      {"group-on-one-machine",
       "a group needs several hosts, and the programs of an export share one\n"
       "play it with `wirelab run`, which makes the hosts"},
      {"broadcast-on-one-machine",
       "a broadcast needs several hosts, and the programs of an export share one\n"
       "play it with `wirelab run`, which makes the hosts"},
      {"datagrams-cannot-be-counted",
       "a program cannot know that {datagrams} datagrams wait: it can ask only whether there is one\n"
       "write `when: {{readable: 1}}`"},

      // ------------------------------------------------------------------------------------------------------- answers
      {"not-allowed.added",
       "`{path}` was added, and in this exercise it has to stay as it was handed out\n"
       "take it out again"},
      {"not-allowed.removed",
       "`{path}` was taken away, and in this exercise it has to stay as it was handed out\n"
       "it was `{was}`"},
      {"not-allowed.changed",
       "`{path}` was changed, and in this exercise it has to stay as it was handed out\n"
       "it was `{was}`"},
      {"not-allowed.word",
       "`{word}` is new here, and in this exercise it may be neither added nor moved\n"
       "take it out here"},
      {"cannot-be-changed", "this check changes `{path}`, and in this file it cannot: {fault}"},
      {"answer.not-handed-in", "{file} was not handed in"},
      {"answer.unreadable", "{file} cannot be read: {fault}"},
      {"answer.untouched", "the file is as it was handed out"},
  };
}

}  // namespace wirelab::words::english
