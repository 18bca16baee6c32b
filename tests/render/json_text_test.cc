#include "labs/render/json_text.hh"

#include <gtest/gtest.h>

#include <string>

namespace wirelab::render {
namespace {

TEST(Base64, IsThatOfTheTestVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(BytesInJson, ComeBackAsTheyWere) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes :
       {std::string(), std::string("text"), std::string("陈\n\0x", 6), std::string("\xff"), all}) {
    EXPECT_EQ(bytes_from(bytes_json(bytes)), bytes);
  }
}

TEST(BytesInJson, AreTextWhereTheyAreText) {
  EXPECT_EQ(bytes_json("ab"), Json("ab"));
  EXPECT_EQ(bytes_json("\xff\x01"), (Json{{"hex", "ff 01"}}));
}

TEST(BytesInJson, AreNotReadFromAnythingElse) {
  for (const char* other : {"1", "null", "[]", "{}", R"({"hex": 1})", R"({"hex": "f"})", R"({"hex": "ff "})",
                            R"({"hex": "ff0"})", R"({"hex": "FF"})", R"({"hex": "ff-00"})", R"({"hex": "", "b": 1})"}) {
    EXPECT_EQ(bytes_from(Json::parse(other)), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace wirelab::render
