#include "labs/render/ruler.hh"

#include <fmt/format.h>

#include "labs/render/text.hh"

namespace wirelab::render {

std::string direction_text(const timeline::Timeline& timeline, timeline::LaneIndex from, timeline::LaneIndex to,
                           const Page& page) {
  const auto name_of = [&](timeline::LaneIndex lane) -> std::string {
    if (lane < 0 || static_cast<std::size_t>(lane) >= timeline.lanes.size()) return "?";
    return page.foreign(timeline.lanes[static_cast<std::size_t>(lane)].name);
  };
  return fmt::format("{} {} {}", name_of(from), page.style().ascii ? "->" : "→", name_of(to));
}

void draw_title(const std::string& direction, const std::string& counts, Page& page) {
  constexpr int left = 1, gap = 2, counts_left = 3;
  const bool fits = left + display_width(direction) + gap + display_width(counts) <= page.columns();
  Line title = page.line();
  const int after = title.put(left, direction, Ink::strong);
  if (fits) title.put(after + gap, counts, Ink::faint);
  page.add(title);
  if (!fits) page.prose(counts, counts_left, Ink::faint);
}

}  // namespace wirelab::render
