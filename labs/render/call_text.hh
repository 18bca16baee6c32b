// A call in words, as the student's own program would have it: `socket(SOCK_STREAM)`, `connect(server:8888) = 0`.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "labs/render/story.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

/// A call that slept has two rows: one without a result, and one that need not show again what was sent.
enum class CallRow { whole, falls_asleep, wakes_up };

/// `client#7`; `?` for none.
std::string lane_name(const timeline::Timeline& timeline, timeline::LaneIndex lane);

/// The call and its arguments.
std::vector<Phrase> call_phrases(const timeline::Call& call, CallRow row, words::Language language);

/// Without a port that is not among `ports_of` the scenario: that of an answer to somebody who was never bound is
/// whatever that kernel had free.
timeline::Call without_chosen_port(timeline::Call call, const std::set<std::int64_t>& ports);

/// What it returned: `= 5`, what it brought, what went wrong.
std::vector<Phrase> result_phrases(const timeline::Timeline& timeline, const timeline::Call& call, CallRow row,
                                   words::Language language);

/// What has been kept of a file: `kept in copy.txt: 200+312 of 512 bytes`.
std::vector<Phrase> file_phrases(const timeline::File& file, words::Language language);

}  // namespace wirelab::render
