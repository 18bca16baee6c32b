// What the catalogues are made of, in each language: a file for what calls show, one for what only packets show, one for
// what the bytes of HTTP show, and one for the pages of `wirelab explain`.
#pragma once

#include "labs/explain/catalogue.hh"
#include "labs/explain/pages.hh"

namespace wirelab::explain {

Entries english_of_calls();
Entries english_of_packets();
Entries english_of_http();
RulePages english_pages();

Entries chinese_of_calls();
Entries chinese_of_packets();
Entries chinese_of_http();
RulePages chinese_pages();

}  // namespace wirelab::explain
