#include "labs/stage/private_network.hh"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hh"
#include "labs/stage/capabilities.hh"

namespace wirelab::stage {
namespace {

/// The thread's own: /proc/self would be the main thread's, proc(5).
constexpr const char* own_namespace = "/proc/thread-self/ns/net";

core::FileDescriptor open_or_throw(const char* path, int flags, const std::string& what) {
  core::FileDescriptor file(::open(path, flags | O_CLOEXEC));
  if (!file.is_open()) core::throw_errno(what);
  return file;
}

void write_whole(const std::string& path, const std::string& text) {
  const core::FileDescriptor file = open_or_throw(path.c_str(), O_WRONLY, "open(" + path + ")");
  if (::write(file.get(), text.data(), text.size()) < 0) core::throw_errno("write(" + path + ")");
}

/// In the calling thread's namespace.
void apply(const StackSetting& setting) {
  const std::string path = "/proc/sys/net/" + setting.path;
  try {
    write_whole(path, setting.value);
  } catch (const core::SystemError& error) {
    if (setting.required || error.error() != ENOENT) throw;
  }
}

core::FileDescriptor control_socket() {
  core::FileDescriptor control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!control.is_open()) core::throw_errno("socket(AF_INET)");
  return control;
}

/// The calling thread's network namespace from now on is a new one; its descriptor.
core::FileDescriptor new_namespace() {
  if (unshare(CLONE_NEWNET) != 0) core::throw_errno("unshare(CLONE_NEWNET)");
  return open_or_throw(own_namespace, O_RDONLY, "open(/proc/thread-self/ns/net)");
}

constexpr int loopback_device = 1;  // every namespace's first link

}  // namespace

UserNamespace UserNamespace::enter() {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER) != 0) core::throw_errno("unshare(CLONE_NEWUSER)");
  // In this order: the group map may be written by an ordinary user only where setgroups(2) is denied.
  write_whole("/proc/self/setgroups", "deny");
  write_whole("/proc/self/uid_map", user + " " + user + " 1");
  write_whole("/proc/self/gid_map", group + " " + group + " 1");
  return {};
}

WireNamespace::WireNamespace(const UserNamespace& /*right*/)
    : namespace_(new_namespace()), control_(control_socket()), links_(std::make_unique<LinkTable>()) {
  // The wire's ends of the cables are no hosts: they must not greet the neighbourhood. (The loopback device is there
  // already, and keeps its IPv6.)
  apply({"ipv6/conf/default/disable_ipv6", "1"});
  // For scenarios of the same command that ask for loopback: the process cannot go back to the machine's own.
  links_->bring_up(loopback_device);
}

HostNamespace::HostNamespace(const WireNamespace& wire, const std::vector<StackSetting>& settings) {
  struct BackToTheWire {
    int wire;
    // The thread has been there before: the kernel has no reason to refuse.
    ~BackToTheWire() { setns(wire, CLONE_NEWNET); }
  } const back{wire.fd()};
  namespace_ = new_namespace();
  for (const StackSetting& setting : settings) apply(setting);
  control_ = control_socket();
  links_ = std::make_unique<LinkTable>();
  links_->bring_up(loopback_device);
  sockets_ = std::make_unique<SocketTable>();
}

void HostNamespace::enter() const {
  if (setns(namespace_.get(), CLONE_NEWNET) != 0) core::throw_errno("setns");
  drop_capabilities();
}

void switch_off_offloads(int control, const std::string& link) {
  for (const std::uint32_t command :
       {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_SSG}) {
    ethtool_value off{command, 0};
    ifreq request{};
    std::strncpy(request.ifr_name, link.c_str(), sizeof request.ifr_name - 1);
    request.ifr_data = reinterpret_cast<char*>(&off);
    if (ioctl(control, SIOCETHTOOL, &request) != 0) core::throw_errno("ioctl(SIOCETHTOOL)");
  }
}

}  // namespace wirelab::stage
