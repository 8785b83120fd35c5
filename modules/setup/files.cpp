#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

char* arena::bytes(std::size_t n) {
  constexpr std::size_t block = 32768;
  n = (n + 15) & ~std::size_t{15};
  if (n > left_ || blocks_.empty()) {
    left_ = n > block ? n : block;
    void* more = ::malloc(left_);
    if (more == nullptr) ::_exit(70); // as operator new does in the agent
    // What was left of the last block is lost, which is little.
    blocks_.push_back(more);
  }
  left_ -= n;
  return static_cast<char*>(blocks_.back()) + left_;
}

arena::~arena() {
  for (void* b : blocks_) ::free(b);
}

std::string_view arena::join(std::initializer_list<std::string_view> pieces) {
  std::size_t n = 0;
  for (const auto p : pieces) n += p.size();
  char* const out = bytes(n + 1);
  char* at = out;
  for (const auto p : pieces) {
    if (!p.empty()) ::memcpy(at, p.data(), p.size());
    at += p.size();
  }
  *at = 0;
  return {out, n};
}

text_list arena::array(std::size_t n) {
  auto* at = reinterpret_cast<std::string_view*>(bytes(n * sizeof(std::string_view)));
  for (std::size_t i = 0; i < n; ++i) new (at + i) std::string_view();
  return {at, n};
}

core::dict& arena::new_dict() {
  return *dicts_.emplace_back(new core::dict);
}
core::list& arena::new_list() {
  return *lists_.emplace_back(new core::list);
}

namespace {

const char* under_root(context& c, std::initializer_list<std::string_view> path) {
  return c.join({c.root, c.join(path)}).data();
}

} // namespace

std::string_view raw_content(context& c, std::initializer_list<std::string_view> path, std::size_t limit) {
  // O_NONBLOCK: a fifo or a device in the place of a file must not hold the module up.
  const int fd = ::open(under_root(c, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return {};
  std::size_t room = 4000, have = 0;
  char* out = c.memory.bytes(room);
  while (have < limit) {
    if (have == room) {
      room *= 8;
      char* more = c.memory.bytes(room);
      ::memcpy(more, out, have);
      out = more;
    }
    const auto n = ::read(fd, out + have, room - have);
    if (n < 0) have = 0; // sysfs answers some attributes with an error: nothing, not half of it
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  ::close(fd);
  return {out, have};
}

std::string_view text(context& c, std::initializer_list<std::string_view> path) {
  const auto stripped = trim(raw_content(c, path));
  return core::is_utf8(stripped) ? stripped : std::string_view();
}

bool exists(context& c, std::initializer_list<std::string_view> path) {
  return ::access(under_root(c, path), F_OK) == 0;
}

bool is_directory(context& c, std::initializer_list<std::string_view> path) {
  struct stat st;
  return ::stat(under_root(c, path), &st) == 0 && S_ISDIR(st.st_mode);
}

text_list names_in(context& c, std::initializer_list<std::string_view> directory) {
  DIR* d = ::opendir(under_root(c, directory));
  if (d == nullptr) return {};
  std::size_t have = 0;
  auto out = c.memory.array(64);
  while (const dirent* e = ::readdir(d)) {
    const std::string_view name = e->d_name;
    if (name == "." || name == "..") continue;
    if (have == out.size()) {
      auto more = c.memory.array(have * 4);
      for (std::size_t i = 0; i < have; ++i) more[i] = out[i];
      out = more;
    }
    out[have++] = c.join({name});
  }
  ::closedir(d);
  return out.first(have);
}

std::string_view link_target(context& c, std::initializer_list<std::string_view> path) {
  char buffer[PATH_MAX];
  const auto n = ::readlink(under_root(c, path), buffer, sizeof buffer);
  return n > 0 ? c.join({{buffer, static_cast<std::size_t>(n)}}) : std::string_view();
}

std::string_view real_path(context& c, std::initializer_list<std::string_view> path) {
  char buffer[PATH_MAX];
  if (::realpath(under_root(c, path), buffer) == nullptr) return {};
  const auto out = c.join({buffer});
  return starts(out, c.root) ? out.substr(c.root.size()) : out;
}

} // namespace mito::modules::setup
