#include "tests/grading/archive_file.hh"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include "labs/grader/utf8_names.hh"

namespace wirelab::grader::test {
namespace {

struct Free {
  void operator()(archive* packed) const { archive_write_free(packed); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

void require(int result, archive* packed) {
  if (result != ARCHIVE_OK) throw std::runtime_error(archive_error_string(packed));
}

void set_format(Format format, archive* packed) {
  switch (format) {
    case Format::tar:
      archive_write_set_format_pax_restricted(packed);
      break;
    case Format::tar_gz:
      archive_write_add_filter_gzip(packed);
      archive_write_set_format_pax_restricted(packed);
      // Nothing of when it was made.
      require(archive_write_set_options(packed, "gzip:!timestamp"), packed);
      break;
    case Format::tar_bz2:
      archive_write_add_filter_bzip2(packed);
      archive_write_set_format_pax_restricted(packed);
      break;
    case Format::zip:
      archive_write_set_format_zip(packed);
      break;
    case Format::seven_zip:
      archive_write_set_format_7zip(packed);
      // Of what there is the one that packs a bomb soonest.
      require(archive_write_set_options(packed, "7zip:compression=deflate"), packed);
      break;
  }
}

void set_link(const Member& member, archive_entry* entry) {
  if (member.is_hard_link) return archive_entry_set_hardlink(entry, member.link.c_str());
  archive_entry_set_filetype(entry, AE_IFLNK);
  archive_entry_set_symlink(entry, member.link.c_str());
}

void write_content(const Member& member, archive* packed) {
  archive_write_data(packed, member.text.data(), member.text.size());
  const std::string piece(std::min<std::uintmax_t>(member.zeros, std::uintmax_t{1} << 20), '\0');
  for (std::uintmax_t left = member.zeros; left > 0;) {
    const std::size_t next = std::min<std::uintmax_t>(left, piece.size());
    archive_write_data(packed, piece.data(), next);
    left -= next;
  }
}

}  // namespace

void pack(const std::filesystem::path& file, const std::vector<Member>& members, Format format) {
  const Utf8Names names;
  const std::unique_ptr<archive, Free> packed(archive_write_new());
  set_format(format, packed.get());
  require(archive_write_open_filename(packed.get(), file.c_str()), packed.get());
  for (const Member& member : members) {
    const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), member.name.c_str());
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (member.link.empty()) {
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.text.size() + member.zeros));
    } else {
      set_link(member, entry.get());
    }
    require(archive_write_header(packed.get(), entry.get()), packed.get());
    write_content(member, packed.get());
  }
  require(archive_write_close(packed.get()), packed.get());
}

}  // namespace wirelab::grader::test
