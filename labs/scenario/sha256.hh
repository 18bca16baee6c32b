// SHA-256 (FIPS 180-4) of files that travel and of the scenario a record came from.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sha256_ctx;

namespace wirelab::scenario {

/// In lower-case hexadecimal, 64 characters.
std::string sha256(std::string_view bytes);

/// The same of bytes that come one after the other.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void add(std::string_view bytes);
  /// Of all that was added; it begins anew then.
  std::string digits();

 private:
  std::unique_ptr<sha256_ctx> context_;
};

}  // namespace wirelab::scenario
