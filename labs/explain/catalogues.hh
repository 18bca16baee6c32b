// What the catalogues are made of: a file for what calls show and one for what only packets show, in each language.
#pragma once

#include "labs/explain/catalogue.hh"

namespace wirelab::explain {

Entries english_of_calls();
Entries english_of_packets();
Entries chinese_of_calls();
Entries chinese_of_packets();

}  // namespace wirelab::explain
