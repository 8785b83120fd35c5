/// file: makes a path a file, directory, link or nothing, with the attributes asked for.
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/common/accounts.hpp"
#include "modules/common/os.hpp"
#include "modules/common/timestamps.hpp"
#include "modules/common/tree.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"state", option_type::str, nullptr, nullptr, "absent,directory,file,hard,link,touch"},
    {"path", option_type::path, nullptr, "dest,name", nullptr, true},
    {"_original_basename"},
    {"recurse", option_type::boolean, "no"},
    {"force", option_type::boolean, "no"},
    {"follow", option_type::boolean, "yes"},
    {"_diff_peek", option_type::boolean},
    {"src", option_type::path},
    {"modification_time"},
    {"modification_time_format", option_type::str, "%Y%m%d%H%M.%S"},
    {"access_time"},
    {"access_time_format", option_type::str, "%Y%m%d%H%M.%S"},
};

/// What one call works with.
struct job {
  call& c;
  std::string path, src;
  bool has_src;
  std::string before; ///< the state that the path is in
  timestamp modified, accessed;
  diff_sides diff;

  /// Records a failure that shows the path.
  bool fail(const std::string& msg) { return c.fail(core::dict().set("path", path), msg); }
  bool fail_link(const char* path_key, const std::string& msg) {
    return c.fail(core::dict().set(path_key, path).set("src", src), msg);
  }
  bool apply(const file_arguments& a, bool changed, bool with_diff = true) {
    changed = set_attributes(c, a, changed, with_diff ? &diff : nullptr);
    return set_timestamps(c, a.path, modified, accessed, with_diff ? &diff : nullptr) || changed;
  }
  core::dict result(const char* path_key, bool changed) {
    core::dict d;
    d.set(path_key, path).set("changed", changed).set("diff", diff.dict());
    if (path_key[0] == 'd') d.set("src", has_src ? core::value(src) : core::value());
    return d;
  }
};

const char* state_of(const std::string& path) {
  struct stat st;
  if (::lstat(path.c_str(), &st) != 0) return "absent";
  return S_ISLNK(st.st_mode) ? "link" : S_ISDIR(st.st_mode) ? "directory" : st.st_nlink > 1 ? "hard" : "file";
}

core::value path_content(const std::string& path) {
  core::list directories, files;
  tree_walk walk(path);
  for (walk_step step; walk.next(step);) {
    for (const std::string& d : step.directories) directories.push_back(core::value(join_path(step.base, d)));
    for (const std::string& f : step.files) files.push_back(core::value(join_path(step.base, f)));
  }
  core::dict d;
  return d.set("directories", core::value(std::move(directories)))
      .set("files", core::value(std::move(files)));
}

void start_diff(job& j, const char* state) {
  j.diff.note("path", j.path, j.path);
  if (j.before == state) return;
  j.diff.note("state", j.before, state);
  if (state[0] == 'a' && j.before == "directory") j.diff.before.set("path_content", path_content(j.path));
}

bool set_recursively(job& j, const std::string& top, file_arguments a, bool follow, int depth) {
  if (depth > 500)
    return j.c.fail(cat({"Could not recursively set attributes on ", top,
                         ". Original error was: 'maximum recursion depth exceeded'"}));
  bool changed = false;
  tree_walk walk(top);
  for (walk_step step; !j.c.ended() && walk.next(step);) {
    step.directories.insert(step.directories.end(), step.files.begin(), step.files.end());
    for (const std::string& name : step.directories) {
      a.path = join_path(step.base, name);
      changed |= j.apply(a, changed, false);
      if (!follow || j.c.ended() || !is_link(a.path)) continue;
      a.path = join_path(step.base, read_link(a.path));
      if (!exists(a.path)) continue;
      if (is_directory(a.path)) changed |= set_recursively(j, a.path, a, follow, depth + 1);
      changed |= j.apply(a, changed, false);
    }
  }
  return changed;
}

core::dict make_file(job& j) {
  file_arguments a = load_file_arguments(j.c);
  if (j.c.flag("follow") && j.before == "link") {
    a.path = j.path = real_path(j.path);
    j.before = state_of(j.path);
  }
  if (j.before != "file" && j.before != "hard") {
    j.c.fail(core::dict().set("path", j.path).set("state", j.before),
             cat({"file (", j.path, ") is ", j.before, ", cannot continue"}));
    return {};
  }
  start_diff(j, "file");
  return j.result("path", j.apply(a, false));
}

bool make_path(job& j, const file_arguments& a) {
  bool changed = false;
  bool absolute = j.path[0] == '/';
  std::string current;
  std::size_t first = j.path.find_first_not_of('/'), last = j.path.find_last_not_of('/');
  std::string stripped = first == j.path.npos ? "" : j.path.substr(first, last - first + 1);
  for (std::string_view name : core::split(stripped, '/')) {
    current = cat({current, absolute || !current.empty() ? "/" : "", name});
    if (exists(current)) continue;
    if (::mkdir(current.c_str(), 0777) == 0) {
      changed = true;
    } else if (int error = errno; error != EEXIST || !is_directory(current)) {
      return j.fail(
          cat({"There was an issue creating ", current, " as requested: ", os_error(error, current)}));
    }
    file_arguments each = a;
    each.path = current;
    changed = set_attributes(j.c, each, changed, &j.diff);
    if (j.c.ended()) return false;
    changed |= set_timestamps(j.c, a.path, j.modified, j.accessed, &j.diff);
    if (!j.c.ended()) continue;
    // Ansible's exception has no text: its message ends here.
    j.c.take_failure();
    return j.fail(cat({"There was an issue creating ", current, " as requested: "}));
  }
  return changed;
}

core::dict make_directory(job& j) {
  file_arguments a = load_file_arguments(j.c);
  bool follow = j.c.flag("follow");
  if (follow && j.before == "link") {
    a.path = j.path = real_path(j.path);
    j.before = state_of(j.path);
  }
  start_diff(j, "directory");
  if (j.before == "absent") return j.result("path", j.c.check() || make_path(j, a));
  if (j.before != "directory") {
    j.fail(cat({j.path, " already exists as a ", j.before}));
    return {};
  }
  bool changed = j.apply(a, false);
  if (j.c.flag("recurse") && !j.c.ended()) changed |= set_recursively(j, j.path, a, follow, 0);
  return j.result("path", changed);
}

/// Puts a new link where something stands: made beside it and renamed.
bool replace_link(job& j, int (*make)(const char*, const char*), bool unlink_directory) {
  std::string temporary = directory_of(j.path);
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::string pid, stamp;
  core::append_int(pid, ::getpid());
  core::append_int(stamp, now.tv_sec * 1'000'000'000 + now.tv_nsec);
  temporary = cat({temporary, "/.", pid, ".", stamp, ".tmp"});
  auto failed = [&](const std::string& text) {
    ::unlink(temporary.c_str());
    return j.fail(cat({"Error while replacing: ", text}));
  };
  if (j.before == "directory") {
    int status = unlink_directory ? ::unlink(j.path.c_str()) : ::rmdir(j.path.c_str());
    if (status != 0 && errno != ENOENT) return failed(os_error(errno, j.path));
  }
  if (make(j.src.c_str(), temporary.c_str()) != 0) return failed(os_error(errno, j.src, temporary));
  if (::rename(temporary.c_str(), j.path.c_str()) != 0) return failed(os_error(errno, temporary, j.path));
  return true;
}

/// Makes the link, by rename when something is there already.
bool put_link(job& j, int (*make)(const char*, const char*), bool unlink_directory) {
  if (j.before != "absent") return replace_link(j, make, unlink_directory);
  if (make(j.src.c_str(), j.path.c_str()) == 0) return true;
  return j.fail(cat({"Error while linking: ", os_error(errno, j.src, j.path)}));
}

/// For a path that is a link already: whether it leads elsewhere.
bool leads_elsewhere(job& j) {
  std::string old = read_link(j.path);
  if (old == j.src) return false;
  j.diff.note("src", old, j.src);
  return true;
}

bool may_become_link(job& j, bool force) {
  std::string below = !is_link(j.path) && is_directory(j.path) ? j.path : directory_of(j.path);
  std::string target = join_path(below, j.src);
  if (!force && j.has_src && !exists(target))
    return j.fail_link(
        "path",
        cat({"src file does not exist, use \"force=yes\" if you really want to create the link: ", target}));
  if (j.before != "link" && j.before != "absent" && !force)
    return j.fail(cat({"refusing to convert from ", j.before, " to symlink for ", j.path}));
  std::vector<std::string> names;
  if (j.before == "directory" && list_directory(j.path, names) && !names.empty())
    return j.fail(cat({"the directory ", j.path, " is not empty, refusing to convert it"}));
  return true;
}

core::dict make_link(job& j) {
  bool follow = j.c.flag("follow");
  if (!j.has_src && follow && exists(j.path)) {
    j.src = read_link(j.path);
    j.has_src = !j.src.empty();
    if (!j.has_src) j.c.crash(cat({"OSError: ", os_error(errno, j.path)}));
  }
  if (j.c.ended() || !may_become_link(j, j.c.flag("force"))) return {};
  start_diff(j, "link");
  bool changed = j.before != "link";
  if (changed && !j.has_src) {
    j.c.fail("src is required for creating new symlinks");
    return {};
  }
  if (!changed && j.has_src) changed = leads_elsewhere(j);
  if (changed && !j.c.check() && !put_link(j, ::symlink, false)) return {};
  if (j.c.check() && !exists(j.path)) return j.result("dest", changed);
  file_arguments a = load_file_arguments(j.c);
  if (follow && is_link(j.path) && !exists(a.path)) {
    j.c.warn("Cannot set fs attributes on a non-existent symlink target. follow should be set to False to "
             "avoid this.");
  } else {
    changed = j.apply(a, changed);
  }
  return j.result("dest", changed);
}

/// Whether a hard link has to be made; false with a failure when it must not.
bool needs_hard_link(job& j) {
  struct stat here {
  }, there{};
  ::stat(j.path.c_str(), &here);
  ::stat(j.src.c_str(), &there);
  bool force = j.c.flag("force"), same = here.st_ino == there.st_ino;
  if (j.before == "absent") return true;
  if (j.before == "link") return leads_elsewhere(j);
  if (j.before == "file") return force || j.fail_link("dest", "Cannot link, file exists at destination");
  if (j.before == "hard") {
    if (!j.has_src || same) return false;
    return force || j.fail_link("dest", "Cannot link, different hard link exists at destination");
  }
  return !same && (force || j.fail_link("dest", "Cannot link: different hard link exists at destination"));
}

core::dict make_hard_link(job& j) {
  file_arguments a = load_file_arguments(j.c);
  if (j.before != "hard" && !j.has_src) j.c.fail("src is required for creating new hardlinks");
  if (j.has_src && !exists(j.src)) j.fail_link("dest", "src does not exist");
  if (j.c.ended()) return {};
  start_diff(j, "hard");
  bool changed = needs_hard_link(j);
  if (j.c.ended()) return {};
  if (!changed && j.before == "directory") return core::dict().set("path", j.path).set("changed", false);
  if (changed && !j.c.check() && !put_link(j, ::link, true)) return {};
  if (j.c.check() && !exists(j.path)) return j.result("dest", changed);
  return j.result("dest", j.apply(a, changed));
}

core::dict touch(job& j) {
  bool created = false;
  if (j.before == "absent") {
    if (j.c.check()) return core::dict().set("dest", j.path).set("changed", true);
    int fd = ::open(j.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
      j.fail(cat({"Error, could not touch target: ", os_error(errno, j.path)}));
      return {};
    }
    ::close(fd);
    created = true;
  }
  start_diff(j, "touch");
  bool changed = j.apply(load_file_arguments(j.c), created);
  // A file that could not be given its attributes is not left behind.
  if (j.c.ended() && created) ::unlink(j.path.c_str());
  core::dict d = j.result("dest", changed);
  d.erase("src");
  return d;
}

core::dict remove(job& j) {
  core::dict d;
  d.set("path", j.path).set("changed", j.before != "absent").set("state", "absent");
  if (j.before == "absent") return d;
  start_diff(j, "absent");
  d.set("diff", j.diff.dict());
  if (j.c.check()) return d;
  if (j.before == "directory") {
    if (std::string error = remove_tree(j.path); !error.empty()) j.c.fail(cat({"rmtree failed: ", error}));
  } else if (::unlink(j.path.c_str()) != 0 && errno != ENOENT) {
    j.fail(cat({"unlinking failed: ", os_error(errno, j.path), " "}));
  }
  return d;
}

/// Which path is meant and which state is wanted; records what cannot be.
void settle(call& c) {
  std::string path = c.text("path"), state = c.text("state"), src = c.text("src");
  if (state != "link" && state != "absent" && is_directory(path)) {
    std::string base = c["_original_basename"].truthy() ? c.text("_original_basename") : base_of(src);
    if (!base.empty()) c.set("path", path = join_path(path, base));
  }
  if (state.empty()) {
    state = state_of(path);
    if (state == "absent") state = c.flag("recurse") ? "directory" : "file";
    c.set("state", state);
  }
  if (c.flag("recurse") && state != "directory")
    c.fail(core::dict().set("path", path), "recurse option requires state to be 'directory'");
  if (!src.empty() && state != "link" && state != "hard")
    c.fail(core::dict().set("path", path), "src option requires state to be 'link' or 'hard'");
}

void warn_unknown(call& c, const core::value& who, bool user) {
  if (!who.truthy()) return;
  auto id = core::parse_int(core::trim(who.as_string()));
  bool known = user ? (id ? find_user(*id) : find_user(who.as_string())).has_value()
                    : (id ? find_group(*id) : find_group(who.as_string())).has_value();
  if (known) return;
  const char* kind = user ? "user " : "group ";
  c.warn(cat({"failed to look up ", kind, id ? user ? "with uid " : "with gid " : "", who.as_string(),
              ". Create ", kind, "up to this point in real play"}));
}

constexpr struct {
  const char* state;
  core::dict (*make)(job&);
} makers[] = {{"file", make_file}, {"directory", make_directory},
              {"link", make_link}, {"hard", make_hard_link},
              {"touch", touch},    {"absent", remove}};

} // namespace

core::value run_file(const request& r) {
  call c(r, {"file", options, true});
  if (!c.ended()) settle(c);
  if (c.ended()) return c.result();
  std::string state = c.text("state");
  job j{c, c.text("path"), c.text("src"), c.given("src"), state_of(c.text("path")), {}, {}, {}};
  if (c.check() && state != "absent") {
    warn_unknown(c, c["owner"], true);
    warn_unknown(c, c["group"], false);
  }
  if (c.given("_diff_peek")) {
    std::string head;
    bool binary = read_file(j.path, head, 8192) == 0 && head.find('\0') != head.npos;
    return c.result(core::dict().set("path", j.path).set("changed", false).set("appears_binary", binary));
  }
  if (state != "absent") {
    const char* fallback = state == "touch" ? "now" : "preserve";
    j.modified = read_timestamp(c, "modification_time", fallback);
    j.accessed = read_timestamp(c, "access_time", fallback);
  }
  core::dict d;
  for (auto& m : makers)
    if (state == m.state && !c.ended()) d = m.make(j);
  return c.result(std::move(d));
}

} // namespace mito::modules
