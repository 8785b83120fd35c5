#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

namespace {

std::string under_root(const context& c, std::string_view path) {
  return joined(c.root, path);
}

} // namespace

std::string raw_content(const context& c, std::string_view path, std::size_t limit) {
  std::string out;
  // O_NONBLOCK: a fifo or a device in the place of a file must not hold the module up.
  const int fd = ::open(under_root(c, path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return out;
  char buffer[4096];
  while (out.size() < limit) {
    const auto n = ::read(fd, buffer, sizeof buffer);
    if (n < 0) out.clear(); // sysfs answers some attributes with an error: nothing, not half of it
    if (n <= 0) break;
    out.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return out;
}

std::optional<std::string> content(const context& c, std::string_view path) {
  const auto raw = raw_content(c, path);
  const auto stripped = core::trim(raw);
  if (stripped.empty() || !core::is_utf8(stripped)) return std::nullopt;
  return std::string(stripped);
}

std::string text(const context& c, std::string_view path) {
  return content(c, path).value_or(std::string());
}

bool exists(const context& c, std::string_view path) {
  return ::access(under_root(c, path).c_str(), F_OK) == 0;
}

bool readable(const context& c, std::string_view path) {
  return ::access(under_root(c, path).c_str(), R_OK) == 0;
}

bool is_directory(const context& c, std::string_view path) {
  struct stat st;
  return ::stat(under_root(c, path).c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::vector<std::string> names_in(const context& c, std::string_view directory) {
  std::vector<std::string> out;
  DIR* d = ::opendir(under_root(c, directory).c_str());
  if (d == nullptr) return out;
  while (const dirent* e = ::readdir(d)) {
    const std::string_view name = e->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
  ::closedir(d);
  return out;
}

std::string link_target(const context& c, std::string_view path) {
  char buffer[4096];
  const auto n = ::readlink(under_root(c, path).c_str(), buffer, sizeof buffer);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

std::string real_path(const context& c, std::string_view path) {
  std::string out;
  if (char* found = ::realpath(under_root(c, path).c_str(), nullptr)) {
    out = found;
    ::free(found);
  }
  if (!c.root.empty() && out.starts_with(c.root)) out.erase(0, c.root.size());
  return out;
}

} // namespace mito::modules::setup
