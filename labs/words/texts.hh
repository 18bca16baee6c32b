// What a catalogue is made of: a file a subject and language. A new subject is one more function in each namespace, and
// one more line for each in catalogue.cc.
#pragma once

#include "labs/words/catalogue.hh"

namespace wirelab::words {

namespace english {
Texts of_commands();
Texts of_diagnostics();
Texts of_explanations();
Texts of_runs();
Texts of_pages();
Texts of_programs();
}  // namespace english

namespace chinese {
Texts of_commands();
Texts of_diagnostics();
Texts of_explanations();
Texts of_runs();
Texts of_pages();
Texts of_programs();
}  // namespace chinese

}  // namespace wirelab::words
