// Scores to render: a small class in which everything occurs, and any number of others from a seed.
#pragma once

#include <cstdint>

#include "labs/grade/scorecard.hh"

namespace wirelab::render::test {

/// Every outcome there is, and names in which there is something to escape.
grade::ClassScore small_class();

/// As many exercises as a term has.
grade::ClassScore whole_term();

/// What a student's own check comes to: public cases only.
grade::SubmissionScore own_check();

/// Another class for each seed, the same for the same one: up to five submissions under names that are meant to break
/// out of every format, exercises that some of them have and others lack, all verdicts and endings.
grade::ClassScore hostile_class(std::uint32_t seed);

}  // namespace wirelab::render::test
