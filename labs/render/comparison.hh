// Two runs beside each other: what of the story is another one, and which edit made it so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "labs/render/record.hh"
#include "labs/render/terminal.hh"
#include "labs/scenario/difference.hh"
#include "labs/scenario/edits.hh"

namespace wirelab::render {

/// Something that both runs tell of, and not in the same way. Empty: not at all.
struct Changed {
  std::string subject;  ///< server.recv.sizes
  std::string was;
  std::string is;
};

/// The first event at which two stories are not the same any more.
struct Parting {
  struct Scene {
    std::string text;  ///< client: send("Hello") = 5; empty: this story had come to its end
    int line = 0;      ///< of its file; 0: none
  };
  std::size_t events_alike = 0;  ///< before it
  Scene was;
  Scene is;
};

struct StoryChanges {
  std::vector<Changed> verdicts;  ///< of checks, predictions and expectations that both have
  std::vector<Changed> metrics;   ///< of the summary; without observed times and what either still hides
  std::vector<explain::Annotation> went;
  std::vector<explain::Annotation> came;
  std::optional<Parting> parting;

  bool none() const { return verdicts.empty() && metrics.empty() && went.empty() && came.empty() && !parting; }
};

/// Compares what is the same in every run of a scenario: times and what only a timer put on the wire do not count.
StoryChanges compare(const RunRecord& before, const RunRecord& after);

/// One edit, made without the others.
struct Attempt {
  scenario::LineEdit edit;
  std::optional<StoryChanges> changes;  ///< absent: what came out was no scenario
};

/// Everything `wirelab diff` found out.
struct Comparison {
  std::vector<scenario::Difference> edits;
  StoryChanges changes;
  std::vector<Attempt> alone;  ///< empty if there was only one edit
  std::size_t not_tried = 0;   ///< more edits, which were not made alone
};

/// The page that tells it, ending in a newline.
std::string to_terminal(const Comparison& comparison, const TerminalStyle& style);

}  // namespace wirelab::render
