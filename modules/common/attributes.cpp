#include "modules/common/attributes.hpp"

#include <cerrno>
#include <cstdio>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/accounts.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"

namespace mito::modules {

core::value diff_sides::dict() const {
  core::dict d;
  return d.set("before", before).set("after", after);
}

void diff_sides::note(std::string_view name, core::value was, core::value is) {
  before.set(name, std::move(was));
  after.set(name, std::move(is));
}

std::string mode_text(std::int64_t mode) {
  // Python's '0%03o', whose width counts the sign.
  char text[24];
  std::snprintf(text, sizeof text, mode < 0 ? "0-%02llo" : "0%03llo",
                static_cast<unsigned long long>(mode < 0 ? -mode : mode));
  return text;
}

file_arguments load_file_arguments(const call& c, std::optional<std::string> path) {
  file_arguments a;
  a.path = expand_path(c.req(), path ? *path : c.given("path") ? c.text("path") : c.text("dest"));
  if (c.flag("follow") && is_link(a.path)) a.path = real_path(a.path);
  a.mode = c["mode"];
  a.owner = c["owner"];
  a.group = c["group"];
  a.attributes = c["attributes"];
  int i = 0;
  for (const char* name : {"seuser", "serole", "setype", "selevel"}) a.context[i++] = c[name];
  return a;
}

namespace {

core::dict at_path(const std::string& path) {
  return core::dict().set("path", path);
}

/// The id that `who` names: digits, or an account that must exist.
template <class Entry, class Id>
std::optional<std::int64_t> account_id(const core::value& who, std::optional<Entry> (*find)(std::string_view),
                                       Id id) {
  if (auto n = core::parse_int(core::trim(who.as_string()))) return n;
  auto entry = find(who.as_string());
  return entry ? std::optional<std::int64_t>((*entry).*id) : std::nullopt;
}

/// What owner and group have in common; `id` is the wanted one, `user` says which of the two it is.
bool set_id(call& c, const std::string& path, std::int64_t id, bool user, bool changed, diff_sides* diff) {
  struct stat st;
  if (::lstat(path.c_str(), &st) != 0) {
    c.crash("FileNotFoundError: " + os_error(errno, path));
    return changed;
  }
  std::int64_t was = user ? st.st_uid : st.st_gid;
  if (was == id) return changed;
  if (diff) diff->note(user ? "owner" : "group", was, id);
  if (c.check()) return true;
  auto wanted = static_cast<unsigned>(id);
  if (::lchown(path.c_str(), user ? wanted : -1u, user ? -1u : wanted) != 0)
    c.fail(at_path(path), user ? "chown failed: " + os_error(errno, path) : "chgrp failed");
  return true;
}

/// os.lchmod does not exist on Linux: Ansible's way of setting a link's mode without touching its target's.
int change_mode(const std::string& path, unsigned mode) {
  if (!is_link(path)) return ::chmod(path.c_str(), mode);
  struct stat before, after;
  if (::stat(path.c_str(), &before) != 0 || ::chmod(path.c_str(), mode) != 0) return -1;
  if (::stat(path.c_str(), &after) == 0 && before.st_mode != after.st_mode)
    ::chmod(path.c_str(), before.st_mode & 07777);
  return 0;
}

/// int(mode, 8), else the symbolic form.
bool parse_mode(call& c, const std::string& path, const core::value& mode, unsigned st_mode,
                std::int64_t& wanted) {
  if (mode.is_int() || mode.is_bool()) {
    wanted = mode.as_int();
    return true;
  }
  std::string text(core::trim(mode.as_string()));
  bool octal = false;
  wanted = 0;
  std::size_t at = text.size() > 1 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  if (text.size() > at + 2 && text[at] == '0' && (text[at + 1] | 32) == 'o') at += 2;
  for (; at < text.size() && text.size() < 20; ++at) {
    octal = text[at] >= '0' && text[at] <= '7';
    if (!octal) break;
    wanted = wanted * 8 + (text[at] - '0');
  }
  if (octal && text[0] == '-') wanted = -wanted;
  unsigned symbolic = 0;
  std::string error;
  if (!octal && !mode.is_string())
    error = "'" + std::string(core::type_name(mode)) + "' object has no attribute 'split'";
  if (!octal && (!error.empty() || !symbolic_mode(mode.as_string(), st_mode, symbolic, error)))
    return c.fail(at_path(path).set("details", error), "mode must be in octal or symbolic form");
  if (!octal) wanted = symbolic;
  return true;
}

} // namespace

bool symbolic_mode(std::string_view text, unsigned st_mode, unsigned& mode, std::string& error) {
  mode_t mask = ::umask(0);
  ::umask(mask);
  unsigned previous = st_mode & 07777;
  bool execute = S_ISDIR(st_mode) || (previous & 0111);
  mode = previous;
  for (std::string_view part : core::split(text, ',')) {
    std::size_t at = part.find_first_of("+=-");
    std::string_view users = part.substr(0, at);
    bool masked = users.empty();
    if (users == "a" || users.empty()) users = "ugo";
    auto bad = [&] {
      error = "bad symbolic permission for mode: " + std::string(part);
      return false;
    };
    // Ansible looks at the first character only; a later one that makes no sense is a KeyError.
    if (std::string_view("ugo").find(users[0]) == std::string_view::npos) return bad();
    while (at != part.npos) {
      char operation = part[at];
      std::size_t end = part.find_first_of("+=-", at + 1);
      std::string_view letters = part.substr(at + 1, end == part.npos ? end : end - at - 1);
      at = end;
      if (!letters.empty() && std::string_view("rwxXstugo").find(letters[0]) == std::string_view::npos)
        return bad();
      for (char user : users) {
        int shift = user == 'u' ? 6 : user == 'g' ? 3 : user == 'o' ? 0 : -1;
        if (shift < 0) return error = "'" + std::string(1, user) + "'", false;
        unsigned bits = 0;
        for (char letter : letters) {
          unsigned one = 0;
          switch (letter) {
          case 'r':
            one = 4u << shift;
            break;
          case 'w':
            one = 2u << shift;
            break;
          case 'x':
            one = 1u << shift;
            break;
          case 'X':
            bits |= execute ? 1u << shift : 0;
            break;
          case 's':
            bits |= user == 'u' ? 04000 : user == 'g' ? 02000 : 0;
            break;
          case 't':
            bits |= user == 'o' ? 01000 : 0;
            break;
          case 'u':
            bits |= (previous >> 6 & 7) << shift;
            break;
          case 'g':
            bits |= (previous >> 3 & 7) << shift;
            break;
          case 'o':
            bits |= (previous & 7) << shift;
            break;
          default:
            return error = "'" + std::string(1, letter) + "'", false;
          }
          bits |= masked ? one & ~mask : one;
        }
        unsigned own = 7u << shift | (user == 'u' ? 04000 : user == 'g' ? 02000 : 01000);
        mode = operation == '=' ? (mode & ~own) | bits : operation == '+' ? mode | bits : mode & ~bits;
      }
    }
  }
  return true;
}

bool set_owner(call& c, const std::string& path, const core::value& owner, bool changed, diff_sides* diff) {
  if (owner.is_none() || c.ended()) return changed;
  if (c.check() && !exists(path)) return true;
  auto id = account_id(owner, static_cast<std::optional<user_entry> (*)(std::string_view)>(find_user),
                       &user_entry::uid);
  if (id) return set_id(c, path, *id, true, changed, diff);
  c.fail(at_path(path), "chown failed: failed to look up user " + core::to_str(owner));
  return changed;
}

bool set_group(call& c, const std::string& path, const core::value& group, bool changed, diff_sides* diff) {
  if (group.is_none() || c.ended()) return changed;
  if (c.check() && !exists(path)) return true;
  auto id = account_id(group, static_cast<std::optional<group_entry> (*)(std::string_view)>(find_group),
                       &group_entry::gid);
  if (id) return set_id(c, path, *id, false, changed, diff);
  c.fail(at_path(path), "chgrp failed: failed to look up group " + core::to_str(group));
  return changed;
}

bool set_mode(call& c, const std::string& path, const core::value& mode, bool changed, diff_sides* diff) {
  if (mode.is_none() || c.ended()) return changed;
  if (c.check() && !exists(path)) return true;
  struct stat st;
  if (::lstat(path.c_str(), &st) != 0) {
    c.crash("FileNotFoundError: " + os_error(errno, path));
    return changed;
  }
  std::int64_t wanted;
  unsigned was = st.st_mode & 07777;
  if (!parse_mode(c, path, mode, st.st_mode, wanted) || wanted == was) return changed;
  if (diff) diff->note("mode", mode_text(was), mode_text(wanted));
  if (c.check()) return true;
  if (change_mode(path, static_cast<unsigned>(wanted)) != 0) {
    int error = errno;
    bool link = is_link(path) && (error == EACCES || error == EPERM || error == EROFS);
    if (!link && error != ENOENT && error != ELOOP) {
      c.crash("PermissionError: " + os_error(error, path));
      return changed;
    }
  }
  return (::lstat(path.c_str(), &st) == 0 && (st.st_mode & 07777) != was) || changed;
}

flag_info read_flags(const request& r, const std::string& path, bool with_version) {
  flag_info info;
  std::string program = find_program(r, "lsattr");
  if (program.empty()) return info;
  program_result result = run_program(r, {program, with_version ? "-vd" : "-d", path});
  if (result.error != 0 || result.rc != 0) return info;
  std::vector<std::string_view> words;
  for (std::string_view word : core::split(result.out, ' '))
    if (!core::trim(word).empty()) words.push_back(core::trim(word));
  std::size_t at = with_version ? 1 : 0;
  if (words.size() <= at) return info;
  info.known = true;
  if (with_version) info.version = words[0];
  for (char letter : words[at])
    if (letter != '-') info.flags += letter;
  return info;
}

std::string_view flag_name(char letter) {
  static constexpr char letters[] = "AacCdDeEhiIjNsStTuXZ";
  static constexpr std::string_view words =
      "noatime,append,compressed,nocow,nodump,dirsync,extents,encrypted,blocksize,immutable,indexed,"
      "journalled,"
      "inline,zero,synchronous,notail,blockroot,undelete,compressedraw,compresseddirty";
  std::size_t at = std::string_view(letters).find(letter);
  return at == std::string_view::npos ? std::string_view() : core::split(words, ',')[at];
}

namespace {

bool set_flags(call& c, const std::string& path, const core::value& wanted, bool changed, diff_sides* diff) {
  if (wanted.is_none() || c.ended()) return changed;
  if (c.check() && !exists(path)) return true;
  std::string flags(wanted.as_string());
  flag_info existing = read_flags(c.req(), path, false);
  char operation = '=';
  if (!flags.empty() && (flags[0] == '-' || flags[0] == '+')) {
    operation = flags[0];
    flags.erase(0, 1);
  }
  if (existing.flags == flags && operation != '-') return changed;
  std::string program = find_program(c.req(), "chattr");
  if (program.empty()) return changed;
  std::string change = operation + flags;
  if (diff) diff->note("attributes", existing.known ? core::value(existing.flags) : core::value(), change);
  if (c.check()) return true;
  program_result result = run_program(c.req(), {program, change, path});
  if (result.rc != 0 || !result.err.empty())
    c.fail(at_path(path).set("details", "Error while setting attributes: " + result.out + result.err),
           "chattr failed");
  return true;
}

bool set_context(call& c, const file_arguments& a, bool changed, diff_sides* diff) {
  if (c.ended() || !selinux_enabled()) return changed;
  if (c.check() && !exists(a.path)) return true;
  std::string current = selinux_context(a.path);
  std::vector<std::string_view> parts = core::split(current, ':');
  core::list was, is;
  std::string wanted;
  for (std::size_t i = 0; i < parts.size() && i < 4; ++i) {
    // The level is the rest: it may hold colons itself.
    std::string_view old =
        i == 3 ? std::string_view(current).substr(static_cast<std::size_t>(parts[3].data() - current.data()))
               : parts[i];
    core::value next = a.context[i].is_none() ? core::value(old) : a.context[i];
    if (next.as_string() == "_default") {
      c.fail(at_path(a.path), "SELinux's _default is not known to the native module: name the context");
      return changed;
    }
    was.push_back(core::value(old));
    wanted += (i ? ":" : "") + std::string(next.as_string());
    is.push_back(std::move(next));
  }
  if (wanted == current) return changed;
  if (diff) diff->note("secontext", core::value(std::move(was)), core::value(std::move(is)));
  if (!c.check() &&
      ::lsetxattr(a.path.c_str(), "security.selinux", wanted.c_str(), wanted.size() + 1, 0) != 0)
    c.fail(at_path(a.path), "invalid selinux context: " + os_error(errno));
  return true;
}

} // namespace

bool set_attributes(call& c, const file_arguments& a, bool changed, diff_sides* diff) {
  changed = set_context(c, a, changed, diff);
  changed = set_owner(c, a.path, a.owner, changed, diff);
  changed = set_group(c, a.path, a.group, changed, diff);
  changed = set_mode(c, a.path, a.mode, changed, diff);
  return set_flags(c, a.path, a.attributes, changed, diff);
}

bool selinux_enabled() {
  return exists("/sys/fs/selinux/enforce");
}

std::string selinux_context(const std::string& path) {
  char text[512];
  ssize_t n = ::lgetxattr(path.c_str(), "security.selinux", text, sizeof text);
  while (n > 0 && text[n - 1] == '\0') --n;
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : std::string();
}

void add_path_info(core::dict& d) {
  const core::value* named = d.contains("path") ? d.find("path") : d.find("dest");
  if (!named || !named->is_string()) return;
  std::string path(named->as_string());
  struct stat st, target;
  if (::stat(path.c_str(), &target) != 0 || ::lstat(path.c_str(), &st) != 0) return;
  auto user = find_user(static_cast<std::int64_t>(st.st_uid));
  auto group = find_group(static_cast<std::int64_t>(st.st_gid));
  d.set("uid", static_cast<std::int64_t>(st.st_uid)).set("gid", static_cast<std::int64_t>(st.st_gid));
  d.set("owner", user ? user->name : std::to_string(st.st_uid));
  d.set("group", group ? group->name : std::to_string(st.st_gid));
  d.set("mode", mode_text(st.st_mode & 07777));
  d.set("state", S_ISLNK(st.st_mode)   ? "link"
                 : S_ISDIR(st.st_mode) ? "directory"
                 : target.st_nlink > 1 ? "hard"
                                       : "file");
  if (selinux_enabled()) d.set("secontext", selinux_context(path));
  d.set("size", static_cast<std::int64_t>(st.st_size));
}

} // namespace mito::modules
