#include "labs/words/language.hh"

#include <gtest/gtest.h>

namespace wirelab::words {
namespace {

TEST(Locale, OfChineseMeansChinese) {
  for (const char* name : {"zh", "zh_CN", "zh_TW", "zh_CN.UTF-8", "zh_HK.utf8", "zh_CN.UTF-8@stroke", "zh-Hans"}) {
    EXPECT_EQ(language_of_locale(name), Language::chinese) << name;
  }
}

TEST(Locale, OfAnythingElseMeansEnglish) {
  for (const char* name : {"", "C", "POSIX", "C.UTF-8", "en_US.UTF-8", "de_DE", "za_CN", "zhx", "Zh"}) {
    EXPECT_EQ(language_of_locale(name), Language::english) << name;
  }
}

TEST(Locale, WhoseCharsetIsNotUtf8MeansEnglish) {
  EXPECT_EQ(language_of_locale("zh_CN.GBK"), Language::english);
  EXPECT_EQ(language_of_locale("zh_TW.Big5"), Language::english);
}

}  // namespace
}  // namespace wirelab::words
