// All the wire's ends as one packet(7) socket: one descriptor to wait on, one order in which frames came.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_descriptor.hh"

namespace wirelab::stage {

class PacketPort {
 public:
  static constexpr int every_link = 0;

  /// On that link of the calling thread's network namespace, or on all of them, also those made later. Needs
  /// CAP_NET_RAW there. Throws core::SystemError.
  explicit PacketPort(int link = every_link);

  /// Readable when a host has sent something.
  int fd() const { return socket_.get(); }
  /// Waits until there are frames, at most that long: are there any?
  bool wait_for_frames(std::chrono::milliseconds longest) const;

  /// Hands over the frames that have come, oldest first, at most some dozens at once; never blocks. False if there
  /// were none. Throws core::SystemError, also when the kernel had to throw a frame away (ENOBUFS): no packet may be
  /// missing unseen.
  bool receive(const std::function<void(int link, std::string_view frame)>& take);

  struct Outgoing {
    int link = 0;
    std::string frame;
  };
  /// Puts frames on their links, in this order. Blocks only while the kernel has no memory. Throws core::SystemError.
  void send(const std::vector<Outgoing>& frames);

 private:
  core::FileDescriptor socket_;
  std::unique_ptr<char[]> room_;  ///< where frames are received
};

}  // namespace wirelab::stage
