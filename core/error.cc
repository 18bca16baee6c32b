#include "core/error.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace wirelab::core {
namespace {

struct NamedErrno {
  int number;
  std::string_view name;
};

// strerrorname_np(3) would know them, but it is of glibc alone. Where one number has two names, the first one here is
// what errno_name() says.
// clang-format off
constexpr auto known = std::to_array<NamedErrno>({
    {EPERM, "EPERM"}, {ENOENT, "ENOENT"}, {ESRCH, "ESRCH"}, {EINTR, "EINTR"}, {EIO, "EIO"}, {ENXIO, "ENXIO"},
    {E2BIG, "E2BIG"}, {ENOEXEC, "ENOEXEC"}, {EBADF, "EBADF"}, {ECHILD, "ECHILD"}, {EAGAIN, "EAGAIN"},
    {ENOMEM, "ENOMEM"}, {EACCES, "EACCES"}, {EFAULT, "EFAULT"}, {ENOTBLK, "ENOTBLK"}, {EBUSY, "EBUSY"},
    {EEXIST, "EEXIST"}, {EXDEV, "EXDEV"}, {ENODEV, "ENODEV"}, {ENOTDIR, "ENOTDIR"}, {EISDIR, "EISDIR"},
    {EINVAL, "EINVAL"}, {ENFILE, "ENFILE"}, {EMFILE, "EMFILE"}, {ENOTTY, "ENOTTY"}, {ETXTBSY, "ETXTBSY"},
    {EFBIG, "EFBIG"}, {ENOSPC, "ENOSPC"}, {ESPIPE, "ESPIPE"}, {EROFS, "EROFS"}, {EMLINK, "EMLINK"}, {EPIPE, "EPIPE"},
    {EDOM, "EDOM"}, {ERANGE, "ERANGE"}, {EDEADLK, "EDEADLK"}, {ENAMETOOLONG, "ENAMETOOLONG"}, {ENOLCK, "ENOLCK"},
    {ENOSYS, "ENOSYS"}, {ENOTEMPTY, "ENOTEMPTY"}, {ELOOP, "ELOOP"}, {ENOMSG, "ENOMSG"}, {EIDRM, "EIDRM"},
    {ECHRNG, "ECHRNG"}, {EL2NSYNC, "EL2NSYNC"}, {EL3HLT, "EL3HLT"}, {EL3RST, "EL3RST"}, {ELNRNG, "ELNRNG"},
    {EUNATCH, "EUNATCH"}, {ENOCSI, "ENOCSI"}, {EL2HLT, "EL2HLT"}, {EBADE, "EBADE"}, {EBADR, "EBADR"},
    {EXFULL, "EXFULL"}, {ENOANO, "ENOANO"}, {EBADRQC, "EBADRQC"}, {EBADSLT, "EBADSLT"}, {EBFONT, "EBFONT"},
    {ENOSTR, "ENOSTR"}, {ENODATA, "ENODATA"}, {ETIME, "ETIME"}, {ENOSR, "ENOSR"}, {ENONET, "ENONET"},
    {ENOPKG, "ENOPKG"}, {EREMOTE, "EREMOTE"}, {ENOLINK, "ENOLINK"}, {EADV, "EADV"}, {ESRMNT, "ESRMNT"},
    {ECOMM, "ECOMM"}, {EPROTO, "EPROTO"}, {EMULTIHOP, "EMULTIHOP"}, {EDOTDOT, "EDOTDOT"}, {EBADMSG, "EBADMSG"},
    {EOVERFLOW, "EOVERFLOW"}, {ENOTUNIQ, "ENOTUNIQ"}, {EBADFD, "EBADFD"}, {EREMCHG, "EREMCHG"}, {ELIBACC, "ELIBACC"},
    {ELIBBAD, "ELIBBAD"}, {ELIBSCN, "ELIBSCN"}, {ELIBMAX, "ELIBMAX"}, {ELIBEXEC, "ELIBEXEC"}, {EILSEQ, "EILSEQ"},
    {ERESTART, "ERESTART"}, {ESTRPIPE, "ESTRPIPE"}, {EUSERS, "EUSERS"}, {ENOTSOCK, "ENOTSOCK"},
    {EDESTADDRREQ, "EDESTADDRREQ"}, {EMSGSIZE, "EMSGSIZE"}, {EPROTOTYPE, "EPROTOTYPE"}, {ENOPROTOOPT, "ENOPROTOOPT"},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT"}, {ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT"}, {EOPNOTSUPP, "EOPNOTSUPP"},
    {EPFNOSUPPORT, "EPFNOSUPPORT"}, {EAFNOSUPPORT, "EAFNOSUPPORT"}, {EADDRINUSE, "EADDRINUSE"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {ENETDOWN, "ENETDOWN"}, {ENETUNREACH, "ENETUNREACH"}, {ENETRESET, "ENETRESET"},
    {ECONNABORTED, "ECONNABORTED"}, {ECONNRESET, "ECONNRESET"}, {ENOBUFS, "ENOBUFS"}, {EISCONN, "EISCONN"},
    {ENOTCONN, "ENOTCONN"}, {ESHUTDOWN, "ESHUTDOWN"}, {ETOOMANYREFS, "ETOOMANYREFS"}, {ETIMEDOUT, "ETIMEDOUT"},
    {ECONNREFUSED, "ECONNREFUSED"}, {EHOSTDOWN, "EHOSTDOWN"}, {EHOSTUNREACH, "EHOSTUNREACH"}, {EALREADY, "EALREADY"},
    {EINPROGRESS, "EINPROGRESS"}, {ESTALE, "ESTALE"}, {EUCLEAN, "EUCLEAN"}, {ENOTNAM, "ENOTNAM"},
    {ENAVAIL, "ENAVAIL"}, {EISNAM, "EISNAM"}, {EREMOTEIO, "EREMOTEIO"}, {EDQUOT, "EDQUOT"}, {ENOMEDIUM, "ENOMEDIUM"},
    {EMEDIUMTYPE, "EMEDIUMTYPE"}, {ECANCELED, "ECANCELED"}, {ENOKEY, "ENOKEY"}, {EKEYEXPIRED, "EKEYEXPIRED"},
    {EKEYREVOKED, "EKEYREVOKED"}, {EKEYREJECTED, "EKEYREJECTED"}, {EOWNERDEAD, "EOWNERDEAD"},
    {ENOTRECOVERABLE, "ENOTRECOVERABLE"}, {ERFKILL, "ERFKILL"}, {EHWPOISON, "EHWPOISON"},
    {EWOULDBLOCK, "EWOULDBLOCK"}, {ENOTSUP, "ENOTSUP"}, {EDEADLOCK, "EDEADLOCK"},
});
// clang-format on

}  // namespace

SystemError::SystemError(std::string call, int error)
    : std::system_error(error, std::generic_category()),
      call_(std::move(call)),
      message_(fmt::format("{}: {} ({})", call_, code().message(), errno_name(error))) {}

void throw_errno(std::string call) { throw SystemError(std::move(call), errno); }

std::string errno_name(int error) {
  const auto* found = std::find_if(known.begin(), known.end(), [&](const NamedErrno& e) { return e.number == error; });
  return found != known.end() ? std::string(found->name) : fmt::format("errno {}", error);
}

std::optional<int> errno_by_name(std::string_view name) {
  const auto* found = std::find_if(known.begin(), known.end(), [&](const NamedErrno& e) { return e.name == name; });
  return found != known.end() ? std::optional(found->number) : std::nullopt;
}

std::vector<std::string_view> errno_names() {
  std::vector<std::string_view> names;
  for (const NamedErrno& each : known) names.push_back(each.name);
  return names;
}

}  // namespace wirelab::core
