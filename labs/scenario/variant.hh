// Values that each student has of their own.
#pragma once

#include <string_view>

#include "labs/scenario/patch.hh"
#include "labs/scenario/rubric.hh"

namespace wirelab::scenario {

/// The same for the same student everywhere, and not to be guessed without the instructor's key: HMAC-SHA256 (RFC 2104)
/// of the student, the exercise's file and the path, a zero byte between them. A `seed` is 1 to 999999, a `number` 1
/// to 99, a `word` six to ten small letters in quotes.
Change variant_change(const Variant& variant, std::string_view key, std::string_view student,
                      std::string_view exercise_file);

}  // namespace wirelab::scenario
