#include "labs/render/annotation.hh"

#include <string>

namespace wirelab::render {

void add_annotation(Page& page, const explain::Annotation& annotation, std::string_view mark, int indent) {
  const bool is_measured = !annotation.measured.empty() && !page.style().canonical;
  const std::string seen = is_measured ? annotation.seen + " " + annotation.measured : annotation.seen;
  page.prose_after(mark, Ink::mark, page.foreign(seen), indent, Ink::strong);
  if (!annotation.why.empty()) page.prose(page.foreign(annotation.why), indent);
  if (annotation.see.empty()) return;
  std::string references;
  for (const std::string& reference : annotation.see) references += (references.empty() ? "Read: " : ", ") + reference;
  page.prose(page.foreign(references), indent, Ink::faint);
}

}  // namespace wirelab::render
