#include "pymodules/files.hpp"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mito::pymodules {

namespace {

constexpr std::size_t most_bytes = 256u << 20;

/// Names in a folder for which `wanted` holds, sorted.
template <class Wanted>
std::vector<std::string> names_in(const std::string& folder, const Wanted& wanted) {
  std::vector<std::string> out;
  DIR* d = ::opendir(folder.c_str());
  if (!d) return out;
  while (const dirent* e = ::readdir(d)) {
    std::string name = e->d_name;
    if (name != "." && name != ".." && wanted(*e, name)) out.push_back(std::move(name));
  }
  ::closedir(d);
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

std::string joined(std::string_view folder, std::string_view name) {
  std::string out(folder);
  if (!out.empty() && out.back() != '/') out += '/';
  out += name;
  return out;
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1));
}

std::string folder_of(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == path.npos ? "." : slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::pair<std::string, std::string> split_extension(std::string_view name) {
  auto dot = name.rfind('.');
  auto first = name.find_first_not_of('.');
  if (dot == name.npos || first == name.npos || dot < first) return {std::string(name), ""};
  return {std::string(name.substr(0, dot)), std::string(name.substr(dot))};
}

bool is_file(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

bool is_folder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::optional<std::string> read_file(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  struct stat st;
  if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) text.reserve(static_cast<std::size_t>(st.st_size) + 1);
  char portion[65536];
  ssize_t n;
  while ((n = ::read(fd, portion, sizeof portion)) > 0 && text.size() <= most_bytes)
    text.append(portion, static_cast<std::size_t>(n));
  ::close(fd);
  if (n < 0 || text.size() > most_bytes) return std::nullopt;
  return text;
}

std::vector<std::string> files_in(const std::string& folder) {
  return names_in(folder, [&](const dirent& e, const std::string& name) {
    return e.d_type == DT_REG || ((e.d_type == DT_LNK || e.d_type == DT_UNKNOWN) && is_file(joined(folder, name)));
  });
}

std::vector<std::string> folders_in(const std::string& folder) {
  return names_in(folder, [&](const dirent& e, const std::string& name) {
    return e.d_type == DT_DIR || ((e.d_type == DT_LNK || e.d_type == DT_UNKNOWN) && is_folder(joined(folder, name)));
  });
}

const folder_cache::content& folder_cache::of(const std::string& folder) {
  auto [at, fresh] = known_.try_emplace(folder);
  if (fresh) {
    at->second.there = is_folder(folder);
    if (at->second.there) {
      at->second.files = files_in(folder);
      at->second.folders = folders_in(folder);
    }
  }
  return at->second;
}

bool folder_cache::has_file(const std::string& folder, const std::string& name) {
  auto& files = of(folder).files;
  return std::binary_search(files.begin(), files.end(), name);
}

bool folder_cache::has_folder(const std::string& path) {
  auto& folders = of(folder_of(path)).folders;
  return std::binary_search(folders.begin(), folders.end(), base_name(path));
}

} // namespace mito::pymodules
