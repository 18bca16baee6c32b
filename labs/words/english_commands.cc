#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_commands() {
  return {
      // ------------------------------------------------------------------------------------------------ files and labs
      {"check.well-formed", "{file}: well formed"},
      {"list.nothing", "wirelab: no labs in {folder}; name the folder they are in: wirelab list FOLDER"},
      {"list.broken", "(not well formed: see wirelab check)"},
      {"run.interrupted", "wirelab: interrupted; nothing is left behind"},

      // ----------------------------------------------------------------------------------------------------- exercises
      {"exercises.none", "wirelab: there are no exercises in {lab}; name the folder of a lab, such as scenarios/lab1"},
      {"exercises.unknown", "wirelab: there is no exercise {exercise} in {lab}. There are:"},
      {"hint.number", "Hint {number} of {all}"},
      {"hint.has-none", "This exercise has no hints."},
      {"hint.none-left", "There is no hint left; --all shows them again."},
      {"hint.none-shown", "No hint has been shown yet."},
      {"hint.read-on", "Read {page}."},
      {"hint.not-remembered",
       "wirelab: it cannot be remembered that this hint was shown: set XDG_STATE_HOME to a folder of yours"},
      {"reset.kept", "{file} is as it was handed out; yours is now {kept}"},
      {"reset.none-of-yours", "{file} is as it was handed out; there was none of yours"},
      {"reset.nothing-to-do", "{file} is as handed out already"},
      {"reset.nothing-to-do-in", "the exercises in {lab} are as handed out already"},
      {"reset.several", "wirelab: several exercises were changed; name the one to be given back:"},
      {"submission.broken", "not well formed: wirelab check says what is wrong"},
      {"submission.unsolved", "not solved yet"},
      {"submission.handed-in", "handed in"},
      {"submission.missing", "missing: make reset{lab} EXERCISE={exercise} gives it back"},
      {"submission.nothing", "wirelab: there are no exercises in the labs of {folder}"},
      {"assess.nothing", "wirelab: there is nothing to assess in {folder}"},

      // ------------------------------------------------------------------------------- the difference between two runs
      {"compare.still-open", "wirelab: {file} still says ???: answer first, then compare"},
      {"diff.no-earlier",
       "wirelab: nothing is known of an earlier {file}: run it, edit it, then ask for the difference"},
      {"diff.nothing-edited", "Nothing was edited that is played: titles, hints, comments and spelling do not count."},
      {"diff.earlier-lost", "wirelab: the earlier one cannot be played any more"},

      // ----------------------------------------------------------------------------------------- scenarios as programs
      {"export.no-actor", "wirelab: the scenario has no actor {actor}"},
      {"export.reads-files", "wirelab: it reads files beside it: have them written with --output FOLDER"},

      // -------------------------------------------------------------------------------------- what this machine allows
      {"doctor.title", "What this machine lets Wirelab do (Linux {release}, {processors} processors)"},
      {"doctor.hosts", "private hosts"},
      {"doctor.hosts-made", "two hosts made, {packets} packets seen between them, in {milliseconds} ms"},
      {"doctor.refused", "{step}: {error}"},
      {"doctor.to-change", "To change it: {remedy}"},
      {"doctor.until-then", "Until then labs play on loopback, and packets are not seen."},
      {"doctor.lost", "{count} scenarios need hosts and are not possible:"},
      {"doctor.ask", "ask whoever runs this machine for user and network namespaces (man 7 user_namespaces)"},
      {"doctor.container", "start the container with: docker run {options} …"},
      {"doctor.loopback-packets", "packets of loopback"},
      {"doctor.can-capture", "CAP_NET_RAW is there: run --stage loopback --capture shows packets"},
      {"doctor.cannot-capture", "{step}: {error}; the wire shows more, and needs no right"},
      {"doctor.ipv6", "IPv6"},
      {"doctor.has-ipv6", "::1 can be bound to"},
      {"doctor.no-ipv6", "{error}: `family: ipv6` is not possible"},
      {"doctor.refusal", "refusal"},
      {"doctor.not-refused", "a port where nobody listens accepted a connection"},
      {"doctor.refuses-after", "{error} after {milliseconds} ms on loopback"},
      {"doctor.scheduler", "scheduler"},
      {"doctor.wakes-after", "a thread runs {median} µs after it is woken ({worst} µs at worst)"},
      {"doctor.descriptors", "descriptors"},
      {"doctor.at-once", "{count} at once"},
      {"doctor.too-few", "{count} at once; for fifty actors: ulimit -n 1024"},

      // ----------------------------------------------------------------------------------------- what a check has seen
      {"finding.nothing", "nothing"},
      {"finding.call", "{call} at line {line} (event {event})"},
      {"finding.message", "the message at line {line} (event {event})"},
      {"finding.file", "the file {file} at line {line} (event {event})"},
      {"finding.event", "event {event}"},
      {"finding.between-places", ", "},
      {"finding.check", "{what}: expected {expected}, saw {observed}"},
      {"finding.check-at", "{what}: expected {expected}, saw {observed}; see {places}"},
      {"finding.not-predicted", "line {line}: {what} still says `???`"},
      {"finding.no-prediction", "a prediction is missing: {what} does not stand below `predict`"},
      {"finding.prediction-of-many", "line {line}: a prediction of {what} is one value, not {guess}"},
      {"finding.prediction", "line {line}: {what} was predicted to be {guess}, and was {was}"},
      {"finding.prediction-at", "line {line}: {what} was predicted to be {guess}, and was {was}; see {places}"},
      {"finding.expectation", "line {line}: the step expects {expected}, and {observed} came (event {event})"},
      {"finding.no-failure", "no failure"},
      {"finding.ended", "{actor} ended with {error}, which nothing had expected"},
      {"finding.ended-at", "{actor} ended with {error}, which nothing had expected: {places}"},
      {"finding.wait", "{actor} is {doing} at line {line}"},
      {"finding.deadlock", "the run ended in a deadlock"},
      {"finding.outcome", "the run ended in a {outcome}"},
      {"finding.colon", ": "},
      {"finding.unanswered", "line {line}: there is still a `???`"},

      // -------------------------------------------------------------------------------------------------------- scores
      {"scores.points", "{points} of {most:point|points}"},
      {"scores.hidden-check", "hidden check"},
      {"scores.hidden", "{cases:more check|more checks}, {points:point|points}, when it is graded"},
      {"scores.looks-like", "looks like"},
      {"scores.because", "because"},
      {"scores.total", "Total"},
      {"scores.still-open", "still open: {open}"},
      {"scores.lab", "Lab {lab}"},
      {"scores.unanswered", "Something in it is not answered yet."},
      {"scores.inconclusive", "The machine was too slow to tell. That is no fault of the answer."},
      {"scores.not-observable", "What it asks for cannot be seen where it was played; make doctor says why."},
      {"scores.not-handed-in", "There is no such file."},
      {"scores.invalid", "The file is no scenario."},
      {"scores.not-allowed", "It was changed where it may not be, or uses what it may not."},
      {"scores.crashed", "The process that played it died."},
      {"scores.over-limit", "It used more time, memory or disk than it may."},
      {"scores.did-not-finish", "Grading was broken off before its turn."},
  };
}

}  // namespace wirelab::words::english
