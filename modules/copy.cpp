/// copy: content that the controller sent, put into place; what Ansible does in its action, its copy module
/// and, for a destination that has the content already, its file module.
#include "modules/copy.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/common/accounts.hpp"
#include "modules/common/attributes.hpp"
#include "modules/common/digest.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"
#include "modules/common/replace.hpp"
#include "modules/common/shell_words.hpp"
#include "modules/common/tree.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"src", option_type::path},
    {"_original_basename"},
    {"content"},
    {"dest", option_type::path, nullptr, nullptr, nullptr, true},
    {"backup", option_type::boolean, "no"},
    {"force", option_type::boolean, "yes"},
    {"validate"},
    {"directory_mode", option_type::raw},
    {"remote_src", option_type::boolean},
    {"local_follow", option_type::boolean},
    {"checksum"},
    {"follow", option_type::boolean, "no"},
};

/// Makes the missing directories of `directory` and gives each directory_mode, owner and group.
bool make_parents(copy_job& j, const std::string& directory) {
  std::vector<std::string> fresh;
  for (std::string d = directory; !d.empty() && !exists(d) && d != "/"; d = directory_of(d))
    fresh.push_back(d);
  if (j.c.check())
    return j.give(core::dict()
                      .set("msg", cat({"dest directory ", directory, " would be created"}))
                      .set("changed", true)
                      .set("src", j.src));
  if (int error = make_directories(directory))
    return j.c.crash(cat({"OSError: ", os_error(error, directory)}));
  file_arguments a = load_file_arguments(j.c);
  a.mode = j.c["directory_mode"];
  for (auto d = fresh.rbegin(); d != fresh.rend(); ++d) {
    a.path = *d;
    set_attributes(j.c, a, false);
  }
  return !j.c.ended();
}

bool validate(copy_job& j, const std::string& command) {
  set_mode(j.c, j.content_file, j.c["mode"], false);
  set_owner(j.c, j.content_file, j.c["owner"], false);
  set_group(j.c, j.content_file, j.c["group"], false);
  if (j.c.ended()) return false;
  std::size_t at = command.find("%s");
  if (at == command.npos) return j.c.fail(cat({"validate must contain %s: ", command}));
  std::vector<std::string> argv;
  if (const char* error = split_words(cat({command.substr(0, at), j.content_file, command.substr(at + 2)}), argv))
    return j.c.crash(cat({"ValueError: ", error}));
  for (std::string& word : argv) word = expand_path(j.c.req(), word);
  program_result p = run_program(j.c.req(), argv);
  core::dict d;
  if (p.error != 0)
    return j.c.fail(
        d.set("rc", p.error).set("stdout", "").set("stderr", "").set("cmd", printable_command(argv)),
        os_error(p.error, argv[0]));
  if (p.rc != 0)
    return j.c.fail(d.set("exit_status", p.rc).set("stdout", p.out).set("stderr", p.err),
                    "failed to validate");
  return true;
}

/// Removes what was sent when it did not get into place.
struct removed_at_end {
  std::string path;
  ~removed_at_end() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

/// A side of the diff that shows a text: or says why it does not.
void show_side(core::dict& d, bool before, const std::string& text, std::string_view header,
               std::int64_t limit) {
  if (limit > 0 && static_cast<std::int64_t>(text.size()) > limit) {
    d.set(before ? "dst_larger" : "src_larger", limit);
  } else if (std::string_view(text).substr(0, before ? 8192 : text.size()).find('\0') !=
             std::string_view::npos) {
    d.set(before ? "dst_binary" : "src_binary", 1);
  } else {
    d.set(before ? "before_header" : "after_header", header).set(before ? "before" : "after", text);
  }
}

/// Ansible's _get_diff_data. Content that is not here is larger than what a diff shows.
core::value diff_of(const request& r, const std::string& dest, const std::string& sent) {
  core::list sides;
  if (r.diff) {
    core::dict d;
    std::int64_t limit = r.args.integer("_mito_diff_limit", 104448);
    std::string_view header = r.args.text("_mito_source", r.args.text("src"));
    std::string text;
    struct stat st;
    std::size_t bound = limit > 0 ? static_cast<std::size_t>(limit) + 1 : SIZE_MAX;
    if (::stat(dest.c_str(), &st) != 0)
      d.set("before", "");
    else if (read_file(dest, text, bound) == 0)
      show_side(d, true, text, dest, limit);
    text.clear();
    if (r.has_blob)
      show_side(d, false, std::string(r.blob), header, limit);
    else if (!sent.empty() && read_file(sent, text, bound) == 0)
      show_side(d, false, text, header, limit);
    else
      d.set("src_larger", limit);
    sides.push_back(core::value(std::move(d)));
  }
  return core::value(std::move(sides));
}

/// A module's result as the action gives it back: Ansible's names the content and its differences also where it failed.
core::value answer_of(core::dict d, const std::string& checksum, const core::value& diff) {
  const core::value* known = d.find("checksum");
  if (!known || !known->truthy()) d.set("checksum", checksum);
  d.set_default("diff", diff);
  return d;
}

/// The destination has the content: the file module sets its attributes.
core::value only_attributes(const call& c, std::string dest, const std::string& checksum) {
  const request& r = c.req();
  core::dict args;
  for (const char* name : {"mode", "owner", "group", "seuser", "serole", "selevel", "setype", "attributes",
                           "attr", "unsafe_writes", "force", "_original_basename", "_ansible_verbosity"})
    if (const core::value* v = r.args.as_dict().find(name)) args.set(name, *v);
  if (c.flag("follow") && is_link(dest)) dest = real_path(dest);
  args.set("dest", dest).set("state", "file").set("recurse", false);
  args.set("_ansible_module_name", "ansible.legacy.file");
  core::value value(std::move(args));
  core::dict d = run_file({value, r.check, r.diff, r.environment, {}, false, {}, {}}).as_dict();
  if (const core::value* path = d.find("path"); path && !d.contains("failed")) d.set_default("dest", *path);
  return answer_of(std::move(d), checksum, core::value(core::list{}));
}

/// What the action finds before it sends anything.
struct found {
  std::string path; ///< dest, or the name inside it
  bool exists = false, directory = false;
  int error = 0; ///< why nobody knows
  std::optional<std::string> checksum;
};

found look(const call& c, std::string path) {
  found f{std::move(path), false, false, 0, {}};
  struct stat st;
  f.exists = (c.flag("follow") ? ::stat(f.path.c_str(), &st) : ::lstat(f.path.c_str(), &st)) == 0;
  if (!f.exists && errno != ENOENT) f.error = errno;
  f.directory = f.exists && S_ISDIR(st.st_mode);
  if (f.exists && S_ISREG(st.st_mode) && c.flag("force"))
    f.checksum = digest_of_file(hash_kind::sha1, f.path);
  return f;
}

/// The destination itself, or the name in it where it is a directory.
found look_at_destination(const call& c, const std::string& dest, const std::string& base) {
  found at = look(c, !dest.empty() && dest.back() == '/' ? join_path(dest, base) : dest);
  bool content = c.req().args["_mito_content"].truthy();
  return at.directory && !content ? look(c, join_path(dest, base)) : at;
}

/// Where Ansible would have put the content before it called this module: in the login's home, also behind sudo.
std::string sent_source(const request& r) {
  std::string name(r.args.text("src"));
  if (!name.starts_with("~/") || !r.args["_mito_behind_sudo"].truthy()) return expand_path(r, name);
  auto login = environment_variable(r, "SUDO_USER");
  auto user = login ? find_user(*login) : std::nullopt;
  return user ? user->home + name.substr(1) : expand_path(r, name);
}

/// Writes what came with the request beside the destination.
void write_blob(copy_job& j, std::string& name) {
  int fd = make_temporary(directory_of(j.dest), ".ansible_tmp", base_of(j.dest), false, name);
  int error = fd < 0 ? errno : write_all(fd, j.c.req().blob);
  if (fd < 0) name.clear();
  if (fd >= 0 && ::close(fd) != 0 && error == 0) error = errno;
  if (error != 0)
    j.c.fail(cat({"failed to copy to ", j.dest, ": ", os_error(error, directory_of(j.dest))}));
}

/// The content is at `j.src`, in a file that `sent` removes unless it gets into place.
core::dict put_into_place(copy_job& j, removed_at_end& sent) {
  call& c = j.c;
  // The agent has hashed an upload while it was written.
  if (!c.req().has_blob && !c.req().upload_sha1.empty())
    j.checksum = std::string(c.req().upload_sha1);
  else
    j.checksum = digest_of_file(hash_kind::sha1, j.content_file);
  j.md5 = digest_of_file(hash_kind::md5, j.content_file);
  if (c["checksum"].truthy() && j.checksum != c.text("checksum")) {
    c.fail(core::dict()
               .set("checksum", j.checksum.value_or(""))
               .set("expected_checksum", c["checksum"]),
           "Copied file does not match the expected checksum. Transfer failed.");
    return c.result().as_dict();
  }
  if (replace_destination(j, true)) sent.path.clear();
  return j.result(true).as_dict();
}

core::value copy_sent(call& c) {
  const request& r = c.req();
  removed_at_end sent{std::string(r.upload)};
  copy_job j{c, sent_source(r), sent.path, c.text("dest"), c.text("_original_basename"), {}, {}, {}, {}, {}};
  bool has_content = r.has_blob || !sent.path.empty();
  std::string checksum(r.args.text("_mito_checksum", r.args.text("checksum")));
  if (r.has_blob && checksum.empty()) checksum = digest_of(hash_kind::sha1, r.blob);
  found at = look_at_destination(c, j.dest, j.base);
  if (at.error != 0) return core::dict().set("_mito_unknown", at.path).set("msg", error_text(at.error));
  if (at.directory && r.args["_mito_content"].truthy())
    return core::dict().set("failed", true).set("msg", "can not use content with a dir as dest").set(
        "diff", core::value(core::list{}));
  if (at.exists && !c.flag("force"))
    return core::dict()
        .set("dest", j.dest)
        .set("src", r.args.text("_mito_source", r.args.text("src")))
        .set("changed", false);
  c.set("src", j.src);
  if (at.checksum && *at.checksum == checksum) return only_attributes(c, j.dest, checksum);
  core::value diff = diff_of(r, at.path, sent.path);
  if (r.check) return core::dict().set("changed", true).set("diff", diff);
  if (c.ended() || !settle_destination(j)) return answer_of(j.result(false).as_dict(), checksum, diff);
  if (!has_content)
    return core::dict().set("_mito_need_content", true).set("dest", j.dest).set("diff", diff);
  if (r.has_blob) write_blob(j, sent.path);
  if (c.ended()) return answer_of(c.result().as_dict(), checksum, diff);
  j.content_file = sent.path;
  return answer_of(put_into_place(j, sent), checksum, diff);
}

} // namespace

core::value copy_job::result(bool changed) {
  if (c.ended()) return c.result();
  if (answered) return c.result(std::move(answer));
  auto text = [](const std::optional<std::string>& s) { return s ? core::value(*s) : core::value(); };
  changed = set_attributes(c, load_file_arguments(c, dest), changed);
  core::dict d;
  d.set("dest", dest)
      .set("src", src)
      .set("md5sum", text(md5))
      .set("checksum", text(checksum))
      .set("changed", changed);
  if (!backup.empty()) d.set("backup_file", backup);
  return c.result(std::move(d));
}

bool settle_destination(copy_job& j) {
  if (j.dest.find('/') == j.dest.npos) j.dest = "./" + j.dest;
  if (j.dest.back() == '/') {
    j.dest = join_path(j.dest, j.base);
    std::string directory = directory_of(j.dest);
    if (!exists(directory) && !make_parents(j, directory)) return false;
  }
  if (is_directory(j.dest)) j.dest = join_path(j.dest, j.base.empty() ? base_of(j.src) : j.base);
  std::string directory = directory_of(j.dest);
  if (exists(j.dest)) {
    if (is_link(j.dest) && j.c.flag("follow")) j.dest = real_path(j.dest);
    if (!j.c.flag("force"))
      return j.give(core::dict()
                        .set("msg", "file already exists")
                        .set("src", j.src)
                        .set("dest", j.dest)
                        .set("changed", false));
    if (accessible(j.dest, R_OK) && is_file(j.dest)) j.old_checksum = digest_of_file(hash_kind::sha1, j.dest);
  } else if (struct stat st; ::stat(directory.c_str(), &st) != 0) {
    return j.c.fail(cat(
        {"Destination directory ", directory, errno == EACCES ? " is not accessible" : " does not exist"}));
  }
  directory = directory_of(j.dest);
  if (!accessible(directory, W_OK) && !j.c.flag("unsafe_writes"))
    return j.c.fail(cat({"Destination ", directory, " not writable"}));
  return true;
}

bool replace_destination(copy_job& j, bool consume) {
  if (j.c.flag("backup")) j.backup = make_backup(j.c, j.dest);
  if (j.c.ended()) return false;
  if (j.c["validate"].truthy() && !validate(j, j.c.text("validate"))) return false;
  if (consume) return atomic_move(j.c, j.content_file, j.dest);
  removed_at_end copy;
  std::string where;
  int fd = make_temporary(directory_of(j.dest), "tmp", "", false, copy.path);
  int error = fd < 0 ? errno : copy_file(j.src, copy.path, true, where);
  if (fd >= 0) ::close(fd);
  if (error != 0)
    return j.c.fail(core::dict().set("traceback", traceback(error, os_error_text(error, copy.path))),
                    cat({"failed to copy: ", j.src, " to ", j.dest}));
  if (!atomic_move(j.c, copy.path, j.dest)) return false;
  copy.path.clear();
  return true;
}

core::value run_copy(const request& r) {
  call c(r, {"copy", options, true});
  if (c.ended() && c.flag("remote_src")) return c.result();
  return c.flag("remote_src") ? copy_on_target(c) : copy_sent(c);
}

} // namespace mito::modules
