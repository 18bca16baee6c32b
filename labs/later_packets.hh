// Packets that are too many to be kept, written down while the run goes on, until their place in the output has come.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "labs/grader/output_file.hh"
#include "labs/timeline/event.hh"

namespace wirelab {

class LaterPackets {
 public:
  /// In the folder of that output, which has room for them; empty: in that for temporary files.
  explicit LaterPackets(const std::string& output);

  /// Throws core::SystemError.
  void add(timeline::Nanoseconds at, std::string_view bytes);

  void copy_to(grader::OutputFile& output) const;

  bool is_empty() const { return !file_; }
  /// When the first of them came.
  timeline::Nanoseconds from() const { return from_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, std::fclose};
  timeline::Nanoseconds from_ = 0;
};

}  // namespace wirelab
