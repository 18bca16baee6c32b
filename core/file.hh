// Files: all of it written, all of it read, and none left behind.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/file_descriptor.hh"

namespace wirelab::core {

/// A new file in `folder`, to read and to write (always behind what it has: O_APPEND), that has no name there: it is
/// gone with its last descriptor, however the process ends. open(2) O_TMPFILE; where the file system has no such files
/// mkostemp(3), and unlink(2) at once. Throws SystemError{"open(FOLDER)"}: EMFILE, ENFILE, ENOSPC, EACCES, ENOENT.
FileDescriptor unnamed_file(const std::filesystem::path& folder);

/// write(2) until all is written: it may take a part of what it is given, and a signal may interrupt it before it has
/// taken any (EINTR). Blocks as write(2) does. Throws SystemError{"write"}: ENOSPC, EFBIG, EPIPE, EIO.
void write_whole(int fd, std::string_view bytes);

/// All that is in a regular file, wherever its offset is: pread(2) until the end. Throws SystemError{"fstat"},
/// SystemError{"pread"}: EIO.
std::string read_whole(int fd);

}  // namespace wirelab::core
