#pragma once
/// Facts that outlive a run, in files that ansible-core can share.
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// [CACHE_PLUGIN and its options.]
struct fact_cache_settings {
  std::string plugin = "memory"; ///< fact_caching
  std::string connection;        ///< fact_caching_connection: the folder of jsonfile
  std::string prefix;            ///< fact_caching_prefix
  double timeout = 86400;        ///< fact_caching_timeout in seconds; 0: never stale
};

/// Thread-safe. Trouble with single files is a warning, and the host has no cached facts.
class fact_cache {
public:
  /// Null for `memory`. A plugin that is neither it nor `jsonfile` is an error that names it (category "unsupported");
  /// a folder that cannot be used is one too.
  static core::expected<std::shared_ptr<fact_cache>> open(const fact_cache_settings& settings);

  /// The facts of a host; nullopt when there are none, or when they are stale. What was read or set in this run does not
  /// become stale.
  std::optional<core::dict> get(std::string_view host);
  void set(std::string_view host, const core::dict& facts);
  void erase(std::string_view host);
  std::vector<std::string> take_warnings();

private:
  explicit fact_cache(fact_cache_settings settings) : settings_(std::move(settings)) {}
  std::string path_of(std::string_view host) const;

  const fact_cache_settings settings_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> known_; ///< read or set in this run
  std::vector<std::string> warnings_;
};

} // namespace mito::playbook
