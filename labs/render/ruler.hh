// What the pictures of bytes and datagrams have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "labs/render/page.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

constexpr std::size_t most_rulers = 4;

/// `client → server`
std::string direction_text(const timeline::Timeline& timeline, timeline::LaneIndex from, timeline::LaneIndex to,
                           const Page& page);

/// `direction  counts` as the title of a picture; the counts on a line of their own where one has no room for both.
void draw_title(const std::string& direction, const std::string& counts, Page& page);

/// All if they are few. Else the first few of those that show something, or one example if none does.
template <typename Item, typename IsDull>
std::vector<Item> most_telling(std::vector<Item> items, IsDull is_dull) {
  if (items.size() <= most_rulers) return items;
  const auto dull = std::stable_partition(items.begin(), items.end(), std::not_fn(is_dull));
  const auto telling = static_cast<std::size_t>(std::distance(items.begin(), dull));
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(telling, 1, most_rulers)),
              items.end());
  return items;
}

}  // namespace wirelab::render
