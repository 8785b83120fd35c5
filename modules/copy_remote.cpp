/// copy with remote_src: files and directories that are on the target already.
#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "core/python.hpp"
#include "modules/common/attributes.hpp"
#include "modules/common/digest.hpp"
#include "modules/common/os.hpp"
#include "modules/common/replace.hpp"
#include "modules/common/tree.hpp"
#include "modules/copy.hpp"

namespace mito::modules {

namespace {

/// The entries of a directory as filecmp.dircmp sees them.
std::vector<std::string> entries(const std::string& directory) {
  std::vector<std::string> names;
  list_directory(directory, names);
  std::erase_if(names, [](const std::string& name) {
    for (const char* ignored : {"RCS", "CVS", "tags", ".git", ".hg", ".bzr", "_darcs", "__pycache__"})
      if (name == ignored) return true;
    return false;
  });
  std::sort(names.begin(), names.end());
  return names;
}

/// filecmp.cmp: the same size and time count as the same content.
bool same_file(const std::string& a, const std::string& b) {
  struct stat x, y;
  if (::stat(a.c_str(), &x) != 0 || ::stat(b.c_str(), &y) != 0) return false;
  if (x.st_size != y.st_size) return false;
  if (x.st_mtim.tv_sec == y.st_mtim.tv_sec && x.st_mtim.tv_nsec == y.st_mtim.tv_nsec) return true;
  return digest_of_file(hash_kind::sha1, a) == digest_of_file(hash_kind::sha1, b);
}

struct tree_copy {
  copy_job& j;

  bool broke(int error, const std::string& path) {
    return error != 0 && (j.c.crash(cat({"OSError: ", os_error(error, path)})), true);
  }

  void own(const std::string& path) {
    set_owner(j.c, path, j.c["owner"], false);
    set_group(j.c, path, j.c["group"], false);
  }

  bool own_all(const std::string& top) {
    bool changed = false;
    if (!j.c.given("owner") && !j.c.given("group")) return false;
    tree_walk walk(top);
    auto each = [&](const std::string& path) {
      changed |= set_owner(j.c, path, j.c["owner"], false);
      changed |= set_group(j.c, path, j.c["group"], false);
    };
    for (walk_step step; !j.c.ended() && walk.next(step);) {
      each(step.base);
      for (const std::string& d : step.directories) each(join_path(step.base, d));
      for (const std::string& f : step.files) each(join_path(step.base, f));
    }
    return changed;
  }

  void copy_one(const std::string& from, const std::string& to) {
    std::string where;
    if (broke(copy_file(from, to, false, where), where)) return;
    // A link's target keeps its own mode to itself.
    if (is_link(from) || !broke(copy_mode(from, to, false), to)) own(to);
  }

  void link_one(const std::string& from, const std::string& to) {
    if (::symlink(read_link(from).c_str(), to.c_str()) != 0) broke(errno, to);
  }

  void tree(const std::string& from, const std::string& to) {
    if (j.c.check()) return;
    std::string error = copy_tree(from, to, !j.c.flag("local_follow"));
    if (!error.empty()) j.c.crash(cat({"shutil.Error: ", error}));
    if (!j.c.ended()) own_all(to);
  }

  /// What is only in the source. Without local_follow Ansible leaves links there out, with yes or no it takes
  /// them.
  void add(const std::string& from, const std::string& to) {
    bool link = is_link(from), decided = j.c.given("local_follow"), follow = j.c.flag("local_follow");
    if (link && !decided) return;
    if (link && !follow) return link_one(from, to);
    if (is_directory(from)) return tree(from, to);
    if (is_file(from)) copy_one(from, to);
  }

  bool merge(const std::string& from, const std::string& to, int depth = 0) {
    bool changed = false;
    std::vector<std::string> there = entries(to);
    for (const std::string& name : entries(from)) {
      if (j.c.ended() || depth > 200) break;
      std::string source = join_path(from, name), target = join_path(to, name);
      bool common = std::find(there.begin(), there.end(), name) != there.end();
      if (!common) {
        changed = true;
        if (!j.c.check()) add(source, target);
      } else if (is_directory(source) && is_directory(target)) {
        changed |= merge(source, target, depth + 1);
      } else if (is_file(source) && is_file(target) && !same_file(source, target)) {
        changed = true;
        if (j.c.check()) continue;
        if (is_link(source) && j.c.given("local_follow") && !j.c.flag("local_follow"))
          link_one(source, target);
        else
          copy_one(source, target);
      }
    }
    return changed;
  }
};

} // namespace

bool copy_directory(copy_job& j, const std::string& dest_option) {
  tree_copy t{j};
  bool slash = j.src.back() == '/';
  if (is_directory(dest_option) && slash) {
    bool changed = t.merge(j.src, dest_option);
    return t.own_all(dest_option) || changed;
  }
  std::string target = slash ? dest_option : join_path(dest_option, base_of(j.src));
  if (exists(target)) {
    bool changed = t.merge(j.src, target);
    return t.own_all(target) || changed;
  }
  if (is_directory(dest_option) || slash) {
    t.tree(j.src, target);
  } else if (!j.c.check() && !t.broke(make_directories(target), target)) {
    t.merge(j.src, target);
    t.own_all(target);
  }
  return true;
}

core::value copy_on_target(call& c) {
  copy_job j{c, c.text("src"), c.text("src"), c.text("dest"), c.text("_original_basename"), {}, {}, {}, {}, {}};
  struct stat st;
  if (::stat(j.src.c_str(), &st) != 0) {
    c.fail(cat({"Source ", c.given("src") ? j.src : "None", " not found"}));
  } else if (!accessible(j.src, R_OK)) {
    c.fail(cat({"Source ", j.src, " not readable"}));
  } else if (S_ISREG(st.st_mode)) {
    j.checksum = digest_of_file(hash_kind::sha1, j.src);
    j.md5 = digest_of_file(hash_kind::md5, j.src);
  } else if (!S_ISDIR(st.st_mode)) {
    c.fail(cat({"Cannot copy invalid source '", j.src, "': not a file"}));
  }
  if (c.ended()) return c.result();
  if (c["mode"].is_string() && c["mode"].as_string() == "preserve")
    c.set("mode", mode_text(st.st_mode & 07777));
  if (c["checksum"].truthy() && j.checksum != c.text("checksum")) {
    c.fail(core::dict()
               .set("checksum", j.checksum ? core::value(*j.checksum) : core::value())
               .set("expected_checksum", c["checksum"]),
           "Copied file does not match the expected checksum. Transfer failed.");
    return c.result();
  }
  if (!settle_destination(j)) return j.result(false);
  bool changed = j.checksum != j.old_checksum || (j.checksum && is_link(j.dest));
  if (changed && !j.checksum && !c.check()) {
    std::string text = os_error(ENOTDIR, j.src, j.dest);
    c.fail(core::dict().set("exception", traceback(ENOTDIR, text)),
           cat({"Could not replace file: ", core::to_repr(core::value::bytes(j.src)), " to ", j.dest, ": ",
                text}));
  } else if (changed && !c.check()) {
    replace_destination(j, false);
  }
  if (!c.ended() && !j.checksum && !j.old_checksum) changed = copy_directory(j, c.text("dest"));
  return j.result(changed);
}

} // namespace mito::modules
