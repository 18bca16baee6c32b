// Network namespaces without any right: what network_namespaces(7) and user_namespaces(7) give to everybody.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/file_descriptor.hh"
#include "labs/stage/link.hh"
#include "labs/stage/socket_table.hh"

namespace wirelab::stage {

/// That the process is in a user namespace of its own: the right to make networks, and no other. It ends with the
/// process; there is no way back out of it.
class UserNamespace {
 public:
  /// unshare(2), and the user's own identity mapped to itself, so that files stay what they were. To be called while
  /// the process has one thread: with a second one the kernel refuses. Throws core::SystemError that names the step.
  static UserNamespace enter();

 private:
  UserNamespace() = default;
};

/// A network namespace for the wire, which the thread that makes it is in from then on: it can reach nothing but what
/// is made inside.
class WireNamespace {
 public:
  /// Throws core::SystemError.
  explicit WireNamespace(const UserNamespace& right);

  int fd() const { return namespace_.get(); }
  LinkTable& links() { return *links_; }
  /// A socket in it, for ioctl(2)s on its links.
  int control() const { return control_.get(); }

 private:
  core::FileDescriptor namespace_;
  core::FileDescriptor control_;
  std::unique_ptr<LinkTable> links_;
};

/// One setting of a namespace's TCP/IP stack: below /proc/sys/net, sysctl(8).
struct StackSetting {
  std::string path;  ///< ipv4/tcp_sack
  std::string value;
  bool required = false;  ///< false: kernels without it are fine as they are
};

/// A network namespace with nothing in it but its loopback device.
class HostNamespace {
 public:
  /// Makes one with these settings; the calling thread is in the wire's namespace before and after. Throws
  /// core::SystemError.
  HostNamespace(const WireNamespace& wire, const std::vector<StackSetting>& settings);

  int fd() const { return namespace_.get(); }
  LinkTable& links() { return *links_; }
  SocketTable& sockets() { return *sockets_; }
  /// A socket in it, for ioctl(2)s on its links.
  int control() const { return control_.get(); }

  /// Moves the calling thread into it, without any capability: setns(2), capabilities(7).
  void enter() const;

 private:
  core::FileDescriptor namespace_;
  core::FileDescriptor control_;
  std::unique_ptr<LinkTable> links_;
  std::unique_ptr<SocketTable> sockets_;
};

/// Switches off what a link would do instead of the stack (checksums, segmentation, joining of segments), so that what
/// is on the wire is what the lesson is about: SIOCETHTOOL. `control` is a socket in the link's namespace.
void switch_off_offloads(int control, const std::string& link);

}  // namespace wirelab::stage
