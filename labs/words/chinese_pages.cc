#include "labs/words/texts.hh"

namespace wirelab::words::chinese {

Texts of_pages() { return {}; }

}  // namespace wirelab::words::chinese
