/// stat: everything about one file.
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/common/accounts.hpp"
#include "modules/common/attributes.hpp"
#include "modules/common/digest.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"path", option_type::path, nullptr, "dest,name", nullptr, true},
    {"follow", option_type::boolean, "no"},
    {"get_md5", option_type::boolean, "no"},
    {"get_checksum", option_type::boolean, "yes"},
    {"get_mime", option_type::boolean, "yes", "mime,mime_type,mime-type"},
    {"get_attributes", option_type::boolean, "yes", "attr,attributes"},
    {"checksum_algorithm", option_type::str, "sha1", "checksum,checksum_algo",
     "md5,sha1,sha224,sha256,sha384,sha512"},
};

void add_numbers(core::dict& d, const struct stat& st) {
  const struct {
    const char* name;
    std::int64_t number;
  } numbers[] = {
      {"uid", st.st_uid},
      {"gid", st.st_gid},
      {"size", st.st_size},
      {"inode", static_cast<std::int64_t>(st.st_ino)},
      {"dev", static_cast<std::int64_t>(st.st_dev)},
      {"nlink", static_cast<std::int64_t>(st.st_nlink)},
      {"blocks", st.st_blocks},
      {"block_size", st.st_blksize},
      {"device_type", static_cast<std::int64_t>(st.st_rdev)},
  };
  for (auto& n : numbers) d.set(n.name, n.number);
  const struct {
    const char* name;
    const timespec& time;
  } times[] = {{"atime", st.st_atim}, {"mtime", st.st_mtim}, {"ctime", st.st_ctim}};
  for (auto& t : times) d.set(t.name, seconds_of(t.time));
}

void add_mode(core::dict& d, mode_t mode) {
  std::string text = mode_text(mode & 07777);
  // Four digits here, where the file module writes a 0 before three.
  d.set("mode", text.substr(text.size() > 4 ? 1 : 0));
  static constexpr struct {
    char name[8];
    mode_t type;
  } types[] = {{"isdir", S_IFDIR},  {"ischr", S_IFCHR}, {"isblk", S_IFBLK},  {"isreg", S_IFREG},
               {"isfifo", S_IFIFO}, {"islnk", S_IFLNK}, {"issock", S_IFSOCK}};
  for (auto& t : types) d.set(t.name, (mode & S_IFMT) == t.type);
  static constexpr struct {
    char name[6];
    mode_t bit;
  } bits[] = {{"wusr", S_IWUSR}, {"rusr", S_IRUSR},  {"xusr", S_IXUSR}, {"wgrp", S_IWGRP},
              {"rgrp", S_IRGRP}, {"xgrp", S_IXGRP},  {"woth", S_IWOTH}, {"roth", S_IROTH},
              {"xoth", S_IXOTH}, {"isuid", S_ISUID}, {"isgid", S_ISGID}};
  for (auto& b : bits) d.set(b.name, (mode & b.bit) != 0);
}

/// What the `file` program says, if there is one.
void add_mime(const request& r, core::dict& d, const std::string& path) {
  std::string type = "unknown", charset = "unknown", program = find_program(r, "file");
  if (!program.empty()) {
    program_result p = run_program(r, {program, "--mime-type", "--mime-encoding", path});
    std::string_view out = p.out;
    auto words = core::split(out.substr(out.rfind(':') + 1), ';');
    if (p.error == 0 && p.rc == 0 && out.find(':') != out.npos && words.size() == 2) {
      type = core::trim(words[0]);
      auto sides = core::split(words[1], '=');
      if (sides.size() > 1) charset = core::trim(sides[1]);
    }
  }
  d.set("mimetype", type).set("charset", charset);
}

void add_flags(const request& r, core::dict& d, const std::string& path) {
  flag_info info = read_flags(r, path, true);
  core::list words;
  for (char letter : info.flags)
    if (auto name = flag_name(letter); !name.empty()) words.push_back(core::value(name));
  d.set("version", info.known ? core::value(info.version) : core::value());
  d.set("attributes", core::value(std::move(words))).set("attr_flags", info.flags);
}

} // namespace

core::value run_stat(const request& r) {
  call c(r, {"stat", options});
  if (c.ended()) return c.result();
  std::string path = c.text("path");
  core::dict d, out;
  struct stat st;
  if ((c.flag("follow") ? ::stat(path.c_str(), &st) : ::lstat(path.c_str(), &st)) != 0) {
    if (errno != ENOENT) return c.fail(error_text(errno)), c.result();
    return c.result(out.set("changed", false).set("stat", d.set("exists", false)));
  }
  d.set("exists", true).set("path", path);
  add_numbers(d, st);
  add_mode(d, st.st_mode);
  bool readable = accessible(path, R_OK);
  d.set("readable", readable)
      .set("writeable", accessible(path, W_OK))
      .set("executable", accessible(path, X_OK));
  if (S_ISLNK(st.st_mode)) d.set("lnk_source", real_path(path)).set("lnk_target", read_link(path));
  if (auto user = find_user(static_cast<std::int64_t>(st.st_uid))) d.set("pw_name", user->name);
  if (auto group = find_group(static_cast<std::int64_t>(st.st_gid))) d.set("gr_name", group->name);
  if (S_ISREG(st.st_mode) && readable) {
    auto sum = [&](hash_kind kind) {
      auto hex = digest_of_file(kind, path);
      return hex ? core::value(*hex) : core::value();
    };
    if (c.flag("get_md5")) d.set("md5", sum(hash_kind::md5));
    if (c.flag("get_checksum")) d.set("checksum", sum(*hash_named(c.text("checksum_algorithm"))));
  }
  if (c.flag("get_mime")) add_mime(r, d, path);
  if (c.flag("get_attributes")) add_flags(r, d, path);
  return c.result(out.set("changed", false).set("stat", std::move(d)));
}

} // namespace mito::modules
