#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_pages() { return {}; }

}  // namespace wirelab::words::english
