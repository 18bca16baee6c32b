#include "labs/later_packets.hh"

#include <array>
#include <cstdio>

#include "core/error.hh"
#include "core/file.hh"

namespace wirelab {

LaterPackets::LaterPackets(const std::string& output)
    : folder_(output.empty() ? std::filesystem::temp_directory_path()
                             : std::filesystem::absolute(output).parent_path()) {}

void LaterPackets::add(timeline::Nanoseconds at, std::string_view bytes) {
  if (!file_) {
    from_ = at;
    core::FileDescriptor unnamed = core::unnamed_file(folder_);
    file_.reset(fdopen(unnamed.get(), "w+"));
    if (!file_) core::throw_errno("fdopen");
    unnamed.release();
  }
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) core::throw_errno("write");
}

void LaterPackets::copy_to(grader::OutputFile& output) const {
  if (!file_) return;
  std::rewind(file_.get());
  std::array<char, 65536> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file_.get())) {
    output.write({buffer.data(), size});
  }
}

}  // namespace wirelab
