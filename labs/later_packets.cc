#include "labs/later_packets.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "core/error.hh"

namespace wirelab {

LaterPackets::LaterPackets(const std::string& output)
    : folder_(output.empty() ? std::filesystem::temp_directory_path()
                             : std::filesystem::absolute(output).parent_path()) {}

void LaterPackets::add(timeline::Nanoseconds at, std::string_view bytes) {
  if (!file_) {
    from_ = at;
    std::string path = (folder_ / "wirelab-XXXXXX").string();
    const int fd = mkostemp(path.data(), O_CLOEXEC);
    if (fd < 0) core::throw_errno("mkstemp(" + path + ")");
    // Without a name it is gone with us, however we end.
    ::unlink(path.c_str());
    file_.reset(fdopen(fd, "w+"));
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
