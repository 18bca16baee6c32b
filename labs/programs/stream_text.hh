// Bytes of a stream as text.
#pragma once

#include <string>
#include <string_view>

namespace wirelab::programs {

/// A recv may end within a character: its bytes are kept until the rest has come, three at the most.
class StreamText {
 public:
  /// What can be shown of the stream with these bytes, the next of it; of the rest nothing is lost.
  std::string take(std::string_view bytes);

  /// Bytes of a character that is not complete.
  const std::string& unfinished() const { return unfinished_; }

 private:
  std::string unfinished_;
};

}  // namespace wirelab::programs
