// What has been graded so far: a line of JSON a finished case. And what a process that plays a case tells the one that
// waits for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/grade/scorecard.hh"

namespace wirelab::render {

struct JournalEntry {
  std::string student;
  int lab = 0;
  std::string exercise;     ///< its file
  std::string fingerprint;  ///< of the answer and of what it is graded by: of another one the score says nothing
  grade::CaseScore score;
};

/// Without a newline at its end, and with none inside. Bytes that are no UTF-8 are `{"hex": "ff 00"}`, so that every
/// field is read back as it was.
std::string to_journal_line(const JournalEntry& entry);

/// Nothing if `line` is not a whole line as to_journal_line() writes it: torn, empty, or written by something else.
/// A line is never half believed. So whoever goes on with a journal whose last line is torn begins with a newline.
std::optional<JournalEntry> from_journal_line(std::string_view line);

/// The same spelling for the findings alone. What is read may come from a process that a submission has made its own:
/// whatever it says is either findings or nothing.
std::string to_json(const std::vector<grade::Finding>& findings);
std::optional<std::vector<grade::Finding>> findings_from_json(std::string_view text);

}  // namespace wirelab::render
