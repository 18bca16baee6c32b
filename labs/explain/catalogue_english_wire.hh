// The English words for what only packets show.
#pragma once

#include "labs/explain/catalogue.hh"

namespace wirelab::explain {

void add_english_of_the_wire(Catalogue& catalogue);

}  // namespace wirelab::explain
