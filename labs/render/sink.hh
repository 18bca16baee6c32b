// Where the bytes of a file go that is too large to be held in memory as a whole.
#pragma once

#include <functional>
#include <string_view>

namespace wirelab::render {

/// Takes the next bytes of a file.
using Sink = std::function<void(std::string_view)>;

}  // namespace wirelab::render
