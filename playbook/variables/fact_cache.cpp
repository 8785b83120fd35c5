// Ansible's cache plugin jsonfile: one JSON file a host.
#include "playbook/variables/fact_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "core/json.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/ansible_json.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

constexpr std::string_view builtin = "ansible.builtin.";

std::string trouble(const std::string& doing, const std::string& path) {
  return "error in 'jsonfile' cache plugin while trying to " + doing + " " + path + " : " + std::strerror(errno);
}

/// Writes beside the target and renames: a reader sees the old or the new file. Empty, or what went wrong.
std::string replace_file(const std::string& path, const std::string& text) {
  auto temporary = path.substr(0, path.rfind('/') + 1) + "tmpXXXXXX";
  int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return trouble("write to", path);
  std::size_t done = 0;
  while (done < text.size()) {
    auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  bool written = done == text.size() && ::close(fd) == 0;
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  auto why = trouble("write to", path);
  if (done < text.size()) ::close(fd);
  ::unlink(temporary.c_str());
  return why;
}

} // namespace

core::expected<std::shared_ptr<fact_cache>> fact_cache::open(const fact_cache_settings& given) {
  auto settings = given;
  if (settings.plugin.starts_with(builtin)) settings.plugin.erase(0, builtin.size());
  if (settings.plugin == "memory" || settings.plugin.empty()) return std::shared_ptr<fact_cache>();
  if (settings.plugin != "jsonfile") {
    core::error e("fact_caching = " + given.plugin + " is not supported: use memory or jsonfile");
    e.what().category = "unsupported";
    return e;
  }
  if (settings.connection.empty())
    return core::error("error, 'jsonfile' cache plugin requires the 'fact_caching_connection' config option to be set (to a "
                       "writeable directory path)");
  settings.connection = unfrack_path(settings.connection);
  std::error_code code;
  if (!std::filesystem::exists(settings.connection, code)) {
    std::filesystem::create_directories(settings.connection, code);
    if (code)
      return core::error("error in 'jsonfile' cache plugin while trying to create cache dir " + settings.connection + " : " +
                         code.message());
  }
  if (::access(settings.connection.c_str(), R_OK | W_OK | X_OK) != 0)
    return core::error("error in 'jsonfile' cache, configured path (" + settings.connection +
                       ") does not have necessary permissions (rwx), disabling plugin");
  return std::shared_ptr<fact_cache>(new fact_cache(std::move(settings)));
}

std::string fact_cache::path_of(std::string_view host) const {
  return settings_.connection + "/" + settings_.prefix + std::string(host);
}

std::optional<core::dict> fact_cache::get(std::string_view host) {
  if (host.empty() || host.find('/') != host.npos) return std::nullopt; // no file name
  auto path = path_of(host);
  std::lock_guard lock(mutex_);
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) {
    if (errno != ENOENT) warnings_.push_back(trouble("stat", path));
    return std::nullopt;
  }
  auto age = std::difftime(std::time(nullptr), st.st_mtime);
  if (settings_.timeout != 0 && age > settings_.timeout && !known_.contains(host)) return std::nullopt;
  auto text = read_text_file(path);
  if (!text) {
    warnings_.push_back(trouble("read", path));
    return std::nullopt;
  }
  auto facts = core::parse_json(*text, {.depth = 200});
  if (!facts || !facts->is_dict()) {
    warnings_.push_back("error in 'jsonfile' cache plugin while trying to read " + path +
                        ": it holds no JSON object. Most likely a corrupt file, so erasing it and going on without.");
    ::unlink(path.c_str());
    return std::nullopt;
  }
  known_.emplace(host);
  return revive_json(*facts, path).as_dict();
}

void fact_cache::set(std::string_view host, const core::dict& facts) {
  if (host.empty() || host.find('/') != host.npos) return;
  auto text = core::to_json(core::value(facts), {.spaced = true, .indent = 4, .sort_keys = true, .ascii = true});
  std::lock_guard lock(mutex_);
  if (auto why = replace_file(path_of(host), text); !why.empty())
    warnings_.push_back(std::move(why));
  else
    known_.emplace(host);
}

void fact_cache::erase(std::string_view host) {
  if (host.empty() || host.find('/') != host.npos) return;
  std::lock_guard lock(mutex_);
  if (auto it = known_.find(host); it != known_.end()) known_.erase(it);
  ::unlink(path_of(host).c_str());
}

std::vector<std::string> fact_cache::take_warnings() {
  std::lock_guard lock(mutex_);
  return std::exchange(warnings_, {});
}

} // namespace mito::playbook
