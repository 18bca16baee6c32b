// Errors that begin with the call that failed: "connect: Connection refused (ECONNREFUSED)".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace wirelab::core {

/// A system call that returned -1, with its name and the errno it left. errno(3).
///
/// The code compares with std::errc too: `error.code() == std::errc::connection_refused`.
class SystemError : public std::system_error {
 public:
  SystemError(std::string call, int error);

  /// The call as its man page is titled: "connect", "accept", "bind".
  const std::string& call() const { return call_; }

  /// The errno it left: ECONNREFUSED.
  int error() const { return code().value(); }

  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string call_;
  std::string message_;
};

/// Throws SystemError with the present errno. Call it before anything else can change errno.
[[noreturn]] void throw_errno(std::string call);

/// "ECONNREFUSED" for ECONNREFUSED, "errno 999" for a number without a name.
///
/// Where one number has two names, the one that man pages of socket calls use: EAGAIN, EOPNOTSUPP.
std::string errno_name(int error);

/// ECONNREFUSED for "ECONNREFUSED"; EWOULDBLOCK and ENOTSUP are known too. Nothing for an unknown name.
std::optional<int> errno_by_name(std::string_view name);

/// Every name errno_by_name() knows, for a "did you mean".
std::vector<std::string_view> errno_names();

}  // namespace wirelab::core
