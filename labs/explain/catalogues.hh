// What the catalogues are made of: a file for what calls show, one for what only packets show and one for what the bytes
// of HTTP show, in each language.
#pragma once

#include "labs/explain/catalogue.hh"

namespace wirelab::explain {

Entries english_of_calls();
Entries english_of_packets();
Entries english_of_http();
Entries chinese_of_calls();
Entries chinese_of_packets();
Entries chinese_of_http();

}  // namespace wirelab::explain
