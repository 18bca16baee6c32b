// What no scenario may exceed. Scenarios come from strangers: each of these is refused before anything runs.
// docs/scenario-language.md lists them for people.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wirelab::scenario::ceilings {

inline constexpr std::size_t mebibyte = 1024 * 1024;

// The file as text.
inline constexpr std::size_t file_bytes = mebibyte;
/// Lines and marks of punctuation that may begin a YAML token. yaml-cpp holds up to all tokens of a bracket in memory
/// at once, some 250 bytes each.
inline constexpr std::size_t tokens = 50'000;
inline constexpr std::size_t nodes = 20'000;
inline constexpr int nesting = 24;
inline constexpr std::size_t gathered_diagnostics = 1'000;
inline constexpr std::size_t shown_diagnostics = 100;

// What happens in a run.
inline constexpr int lanes = 200;
inline constexpr std::int64_t rounds = 100'000;
inline constexpr std::int64_t retries = 1'000;
inline constexpr std::int64_t executed_steps = 200'000;  ///< rounds and copies multiplied out
inline constexpr std::int64_t sent_bytes =
    256 * mebibyte;  ///< by all actors together, rounds and copies multiplied out
inline constexpr std::chrono::seconds sleep{10};
inline constexpr std::chrono::seconds sleeps_of_an_actor{60};
inline constexpr std::chrono::seconds step_limit{30};
inline constexpr std::chrono::seconds run_limit{120};
inline constexpr std::chrono::seconds timeout{30};
inline constexpr std::chrono::seconds wire_delay{10};

// Sizes in bytes.
inline constexpr std::int64_t datum = 64 * mebibyte;
inline constexpr std::int64_t written_data = 128 * mebibyte;  ///< all data the file spells out, expectations included
inline constexpr std::int64_t received = 64 * mebibyte;
inline constexpr std::int64_t max_message = 16 * mebibyte;
inline constexpr std::int64_t delimiter = 256;
inline constexpr std::int64_t file_beside = 64 * mebibyte;

// Counts.
inline constexpr std::size_t written_steps = 2'000;
inline constexpr std::size_t checks = 200;
inline constexpr std::size_t predictions = 200;
inline constexpr std::size_t hints = 50;
inline constexpr std::size_t rules = 200;
inline constexpr std::size_t record_fields = 64;
inline constexpr std::size_t cuts = 1'000;
inline constexpr std::size_t list_items = 10'000;
inline constexpr std::int64_t points = 1'000;

// What a rubric may have.
inline constexpr std::size_t exercises = 50;
inline constexpr std::size_t cases = 50;            ///< of an exercise
inline constexpr std::size_t runs_of_a_case = 200;  ///< values of `one_run_per`
inline constexpr std::size_t rubric_entries = 200;  ///< of any other list

}  // namespace wirelab::scenario::ceilings
