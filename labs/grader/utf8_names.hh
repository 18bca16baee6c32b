// Names in archives that are not only ASCII.
#pragma once

#include <locale.h>

namespace wirelab::grader {

/// As long as it lives, libarchive can tell names in UTF-8 and UTF-16, as zip and 7z have them: it turns them into the
/// locale's characters, of which a program that set no locale has only ASCII, and gives no name at all where it cannot.
/// Of this thread alone, uselocale(3).
class Utf8Names {
 public:
  Utf8Names() : utf8_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (utf8_ != nullptr) before_ = uselocale(utf8_);
  }
  ~Utf8Names() {
    if (utf8_ == nullptr) return;
    uselocale(before_);
    freelocale(utf8_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t utf8_;
  locale_t before_ = nullptr;
};

}  // namespace wirelab::grader
