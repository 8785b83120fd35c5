#include "actions/folder_walk.hpp"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

namespace mito::actions {

namespace {

using identity = std::pair<dev_t, ino_t>;
using identities = std::set<identity>;

/// Deeper than this is no tree that anybody copies.
constexpr int depth_limit = 200;

std::string real_path(const std::string& path) {
  char* full = ::realpath(path.c_str(), nullptr);
  std::string out = full ? full : path;
  ::free(full);
  return out;
}

std::string link_target(const std::string& path) {
  char target[PATH_MAX];
  auto n = ::readlink(path.c_str(), target, sizeof target);
  return n > 0 ? std::string(target, static_cast<std::size_t>(n)) : std::string();
}

identity identity_of(const std::string& path) {
  struct stat st {};
  ::stat(path.c_str(), &st);
  return {st.st_dev, st.st_ino};
}

class walker {
public:
  walker(folder_tree& out, bool follow) : out_(out), follow_(follow) {}

  /// `name`: what `folder` is called below the destination; empty for the destination itself.
  void walk(const std::string& folder, const std::string& name, const identities& parents, int depth) {
    DIR* dir = depth < depth_limit ? ::opendir(folder.c_str()) : nullptr;
    if (!dir) return;
    std::vector<folder_entry> below, plain;
    while (auto* e = ::readdir(dir)) {
      std::string entry = e->d_name;
      if (entry == "." || entry == "..") continue;
      folder_entry found{folder + "/" + entry, name.empty() ? entry : name + "/" + entry};
      struct stat st;
      bool is_folder = ::stat(found.from.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
      (is_folder ? below : plain).push_back(std::move(found));
    }
    ::closedir(dir);
    for (auto& f : plain) add_file(std::move(f));
    std::vector<folder_entry> deeper;
    for (auto& f : below)
      if (add_folder(f, parents, depth)) deeper.push_back(f);
    for (auto& f : deeper) walk(f.from, f.to, parents, depth + 1);
  }

private:
  void add_file(folder_entry f) {
    struct stat st;
    if (::lstat(f.from.c_str(), &st) != 0 || !S_ISLNK(st.st_mode)) return out_.files.push_back(std::move(f));
    auto real = real_path(f.from);
    if (follow_ && ::stat(real.c_str(), &st) == 0 && S_ISREG(st.st_mode))
      out_.files.push_back({std::move(real), std::move(f.to)});
    else
      out_.links.push_back({link_target(f.from), std::move(f.to)});
  }

  /// True: an ordinary folder, to be walked with the others of its kind.
  bool add_folder(const folder_entry& f, const identities& parents, int depth) {
    struct stat st;
    if (::lstat(f.from.c_str(), &st) != 0) return false;
    if (!S_ISLNK(st.st_mode)) {
      out_.folders.push_back(f);
      return true;
    }
    auto real = real_path(f.from);
    auto around = parents;
    if (!follow_ || circular(f.from, identity_of(real), around)) {
      out_.links.push_back({link_target(f.from), f.to});
      return false;
    }
    out_.folders.push_back({real, f.to});
    walk(real, f.to, around, depth + 1);
    return false;
  }

  /// Whether what a link points at is above it in what is copied; `around` gets the folders between.
  static bool circular(const std::string& link, identity target, identities& around) {
    if (around.count(target)) return true;
    identities above;
    for (auto folder = link.substr(0, link.rfind('/')); !folder.empty(); folder = folder.substr(0, folder.rfind('/'))) {
      auto id = identity_of(folder);
      if (around.count(id)) break;
      above.insert(id);
    }
    if (above.count(target)) return true;
    around.insert(above.begin(), above.end());
    return false;
  }

  folder_tree& out_;
  bool follow_;
};

} // namespace

folder_tree walk_folder(const std::string& root, bool whole, bool follow) {
  folder_tree out;
  walker(out, follow).walk(root, whole ? root.substr(root.rfind('/') + 1) : std::string(), {identity_of(root)}, 0);
  return out;
}

} // namespace mito::actions
