#include "modules/common/os.hpp"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/accounts.hpp"

namespace mito::modules {

std::string cat(std::initializer_list<piece> pieces) {
  std::string out;
  for (const piece& p : pieces) out.append(p.data, p.size == SIZE_MAX ? std::strlen(p.data) : p.size);
  return out;
}

std::string error_text(int error) {
  // Where musl's words differ from glibc's.
  static constexpr struct {
    int error;
    const char* text;
  } texts[] = {
      {ELOOP, "Too many levels of symbolic links"},
      {ENAMETOOLONG, "File name too long"},
      {EXDEV, "Invalid cross-device link"},
      {EBUSY, "Device or resource busy"},
      {EDQUOT, "Disk quota exceeded"},
      {EIO, "Input/output error"},
      {ENOMEM, "Cannot allocate memory"},
      {EMFILE, "Too many open files"},
      {EOPNOTSUPP, "Operation not supported"},
  };
  for (auto& t : texts)
    if (t.error == error) return t.text;
  return std::strerror(error);
}

std::string os_error(int error) {
  std::string out = "[Errno ";
  core::append_int(out, error);
  out += "] ";
  out += error_text(error);
  return out;
}

std::string os_error(int error, std::string_view path) {
  std::string out = os_error(error) + ": ";
  core::append_repr(out, core::value::bytes(path));
  return out;
}

std::string os_error_text(int error, std::string_view path) {
  std::string out = os_error(error) + ": ";
  core::append_repr(out, path);
  return out;
}

std::string os_error(int error, std::string_view from, std::string_view to) {
  std::string out = os_error(error, from) + " -> ";
  core::append_repr(out, core::value::bytes(to));
  return out;
}

std::string traceback(int error, std::string_view text) {
  const char* name = error == ENOENT                     ? "FileNotFoundError"
                     : error == EACCES || error == EPERM ? "PermissionError"
                     : error == ENOTDIR                  ? "NotADirectoryError"
                     : error == EISDIR                   ? "IsADirectoryError"
                     : error == EEXIST                   ? "FileExistsError"
                                                         : "OSError";
  return cat({"Traceback (most recent call last):\n", name, ": ", text, "\n"});
}

std::optional<std::string> environment_variable(const request& r, std::string_view name) {
  if (const core::value* v = r.environment.find(name)) return core::to_str(*v);
  const char* own = std::getenv(std::string(name).c_str());
  return own ? std::optional<std::string>(own) : std::nullopt;
}

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string expand_variables(const request& r, std::string_view s) {
  std::string out;
  for (std::size_t at = 0; at < s.size();) {
    std::size_t begin = at + 1, end = begin, after = begin;
    if (s[at] == '$' && begin < s.size()) {
      if (s[begin] == '{') {
        end = s.find('}', ++begin);
        after = end == s.npos ? at : end + 1;
      } else {
        while (end < s.size() && is_word(s[end])) ++end;
        after = end > begin ? end : at;
      }
      if (after > at) {
        if (auto text = environment_variable(r, s.substr(begin, end - begin))) {
          out += *text;
        } else {
          out += s.substr(at, after - at);
        }
        at = after;
        continue;
      }
    }
    out += s[at++];
  }
  return out;
}

} // namespace

std::string expand_path(const request& r, std::string_view path) {
  std::string s = expand_variables(r, path);
  if (s.empty() || s[0] != '~') return s;
  std::size_t end = s.find('/');
  if (end == s.npos) end = s.size();
  std::string home;
  if (auto from_environment = end == 1 ? environment_variable(r, "HOME") : std::nullopt) {
    home = std::move(*from_environment);
  } else {
    auto entry =
        end == 1 ? find_user(static_cast<std::int64_t>(::getuid())) : find_user(s.substr(1, end - 1));
    if (!entry) return s;
    home = entry->home;
  }
  while (!home.empty() && home.back() == '/') home.pop_back();
  home += s.substr(end);
  return home.empty() ? "/" : home;
}

std::string directory_of(std::string_view path) {
  std::size_t slash = path.rfind('/');
  if (slash == path.npos) return {};
  std::string_view head = path.substr(0, slash + 1);
  std::size_t last = head.find_last_not_of('/');
  return std::string(last == head.npos ? head : head.substr(0, last + 1));
}

std::string base_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (!name.empty() && name[0] == '/') return std::string(name);
  std::string out(directory);
  if (!out.empty() && out.back() != '/') out += '/';
  out += name;
  return out;
}

std::string read_link(const std::string& path) {
  char target[PATH_MAX];
  ssize_t n = ::readlink(path.c_str(), target, sizeof target);
  return n > 0 ? std::string(target, static_cast<std::size_t>(n)) : std::string();
}

std::string real_path(const std::string& path) {
  std::string rest = path, done;
  if (path.empty() || path[0] != '/') {
    char cwd[PATH_MAX];
    if (::getcwd(cwd, sizeof cwd)) done = cwd;
    if (done == "/") done.clear();
  }
  for (int links = 0; !rest.empty();) {
    std::size_t slash = rest.find('/');
    std::string name = rest.substr(0, slash);
    rest = slash == rest.npos ? std::string() : rest.substr(slash + 1);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      std::size_t parent = done.rfind('/');
      done.resize(parent == done.npos ? 0 : parent);
      continue;
    }
    std::string next = done + '/' + name;
    std::string target = links < 64 ? read_link(next) : std::string();
    if (target.empty()) {
      done = next;
      continue;
    }
    ++links;
    if (target[0] == '/') done.clear();
    rest = rest.empty() ? target : target + '/' + rest;
  }
  return done.empty() ? "/" : done;
}

namespace {

bool has_type(const std::string& path, bool follow, mode_t type) {
  struct stat st;
  return (follow ? ::stat(path.c_str(), &st) : ::lstat(path.c_str(), &st)) == 0 &&
         (type == 0 || (st.st_mode & S_IFMT) == type);
}

} // namespace

bool exists(const std::string& path) {
  return has_type(path, true, 0);
}
bool is_directory(const std::string& path) {
  return has_type(path, true, S_IFDIR);
}
bool is_file(const std::string& path) {
  return has_type(path, true, S_IFREG);
}
bool is_link(const std::string& path) {
  return has_type(path, false, S_IFLNK);
}
bool accessible(const std::string& path, int how) {
  return ::access(path.c_str(), how) == 0;
}

int read_file(const std::string& path, std::string& out, std::size_t limit) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  char block[16384];
  ssize_t n;
  while (out.size() < limit && (n = ::read(fd, block, sizeof block)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int error = errno;
      ::close(fd);
      errno = error;
      return -1;
    }
    out.append(block, static_cast<std::size_t>(n));
  }
  ::close(fd);
  if (out.size() > limit) out.resize(limit);
  return 0;
}

bool list_directory(const std::string& path, std::vector<std::string>& names) {
  DIR* d = ::opendir(path.c_str());
  if (!d) return false;
  while (dirent* e = ::readdir(d)) {
    std::string_view name = e->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(d);
  return true;
}

double seconds_of(const timespec& t) {
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void append_padded(std::string& out, std::int64_t v, unsigned width) {
  std::string digits;
  core::append_int(digits, v);
  for (std::size_t n = digits.size(); n < width; ++n) out += '0';
  out += digits;
}

void append_clock(std::string& out, std::int64_t hours, unsigned width, std::int64_t minutes, std::int64_t seconds) {
  append_padded(out, hours, width);
  out += ':';
  append_padded(out, minutes, 2);
  out += ':';
  append_padded(out, seconds, 2);
}

std::string local_time(const request& r, std::int64_t seconds, char between) {
  const char* own = std::getenv("TZ");
  const core::value* zone = r.environment.find("TZ");
  std::string saved = own ? own : "";
  if (zone) ::setenv("TZ", core::to_str(*zone).c_str(), 1);
  ::tzset();
  std::time_t t = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::localtime_r(&t, &parts);
  std::string text;
  append_padded(text, parts.tm_year + 1900, 4);
  text += '-';
  append_padded(text, parts.tm_mon + 1, 2);
  text += '-';
  append_padded(text, parts.tm_mday, 2);
  text += between;
  append_clock(text, parts.tm_hour, 2, parts.tm_min, parts.tm_sec);
  if (zone) {
    own ? ::setenv("TZ", saved.c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
  }
  return text;
}

} // namespace mito::modules
