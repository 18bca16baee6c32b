#include "labs/scenario/variant.hh"

#include <fmt/format.h>
#include <nettle/hmac.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace wirelab::scenario {
namespace {

using Digest = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

Digest hmac_sha256(std::string_view key, std::string_view message) {
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, key.size(), bytes_of(key));
  hmac_sha256_update(&context, message.size(), bytes_of(message));
  Digest digest{};
  hmac_sha256_digest(&context, digest.size(), digest.data());
  return digest;
}

std::uint64_t first_number(const Digest& digest) {
  std::uint64_t number = 0;
  for (std::size_t index = 0; index < sizeof number; ++index) number = number << 8 | digest[index];
  return number;
}

// Its length from the first byte, a letter from each byte behind it.
std::string word(const Digest& digest) {
  const std::size_t length = 6 + digest[0] % 5U;
  std::string letters;
  for (std::size_t index = 1; index <= length; ++index) letters += static_cast<char>('a' + digest[index] % 26);
  return letters;
}

}  // namespace

Change variant_change(const Variant& variant, std::string_view key, std::string_view student,
                      std::string_view exercise_file) {
  std::string message(student);
  for (const std::string_view part : {exercise_file, std::string_view(variant.path)}) (message += '\0') += part;
  const Digest digest = hmac_sha256(key, message);
  Node value{.kind = Node::Kind::scalar, .at = variant.at};
  switch (variant.kind) {
    case Variant::Kind::seed:
      value.text = fmt::format("{}", first_number(digest) % 999'999 + 1);
      break;
    case Variant::Kind::number:
      value.text = fmt::format("{}", first_number(digest) % 99 + 1);
      break;
    case Variant::Kind::word:
      value.quoted = true;
      value.text = word(digest);
      break;
  }
  return {variant.path, std::move(value), variant.at};
}

}  // namespace wirelab::scenario
