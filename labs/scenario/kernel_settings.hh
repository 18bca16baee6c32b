// The settings of a host's own TCP/IP stack that a scenario may change: sysctls of net.ipv4 and net.core that belong
// to a network namespace. Linux Documentation/networking/ip-sysctl.rst; ranges are ours, narrow enough to be harmless.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wirelab::scenario {

struct KernelSetting {
  std::string_view name;  ///< as under /proc/sys/net/ipv4 or /proc/sys/net/core
  std::int64_t least;
  std::int64_t most;
  bool yes_no = false;       ///< written `yes` or `no`; 1 or 0 in KernelSettings
  std::string_view meaning;  ///< one line for the documentation
};

std::span<const KernelSetting> kernel_settings();

/// nullptr if there is none of that name.
const KernelSetting* find_kernel_setting(std::string_view name);

}  // namespace wirelab::scenario
