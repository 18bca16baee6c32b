#include "tests/grading/archive_file.hh"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <stdexcept>

namespace wirelab::grader::test {
namespace {

struct Free {
  void operator()(archive* packed) const { archive_write_free(packed); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

void require(int result, archive* packed) {
  if (result != ARCHIVE_OK) throw std::runtime_error(archive_error_string(packed));
}

}  // namespace

void pack(const std::filesystem::path& file, const std::vector<Member>& members) {
  const std::unique_ptr<archive, Free> packed(archive_write_new());
  archive_write_add_filter_gzip(packed.get());
  archive_write_set_format_pax_restricted(packed.get());
  // Nothing of when it was made.
  archive_write_set_options(packed.get(), "gzip:!timestamp");
  require(archive_write_open_filename(packed.get(), file.c_str()), packed.get());
  for (const Member& member : members) {
    const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), member.name.c_str());
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (member.link.empty()) {
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.text.size()));
    } else {
      archive_entry_set_filetype(entry.get(), AE_IFLNK);
      archive_entry_set_symlink(entry.get(), member.link.c_str());
    }
    require(archive_write_header(packed.get(), entry.get()), packed.get());
    archive_write_data(packed.get(), member.text.data(), member.text.size());
  }
  require(archive_write_close(packed.get()), packed.get());
}

}  // namespace wirelab::grader::test
