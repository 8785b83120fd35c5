#pragma once
/// All modules that can be run on targets with what is installed here: found, read and closed over once a run.
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "pymodules/bundle.hpp"
#include "pymodules/kind.hpp"

namespace mito::pymodules {

/// A module ready to be called.
struct loaded_module {
  found_module where;
  module_text text;                                 ///< kind and #! line
  std::shared_ptr<const std::string> program;       ///< the file's bytes, for all kinds but python
  closure_ptr sources;                              ///< kind python
  std::shared_ptr<const protocol::source_set> sent; ///< kind python: what to have on the target first
};
using loaded_ptr = std::shared_ptr<const loaded_module>;

/// Thread-safe.
class library {
public:
  explicit library(settings s);
  ~library();

  /// Beside a playbook, or a role: see finder::add_folder.
  void add_folder(const std::string& folder, bool playbook);
  core::expected<found_module> find(const std::string& name, const std::vector<std::string>& collections);
  /// Reads a module and collects what it needs. `name`: as `find` gave it (found_module::name), or any other that needs no
  /// collections list. `called_as`: what a module outside ansible-core and collections is called on the target.
  core::expected<loaded_ptr> load(const std::string& name, const std::string& called_as);
  /// A plain or ansible.legacy name means a file in one of the `library` folders, not ansible-core's.
  bool overridden(const std::string& name);
  std::string version() const;

private:
  core::expected<loaded_ptr> read(const found_module& where, const std::string& called_as);

  settings settings_;
  std::mutex mutex_;
  routing routing_;
  finder finder_;
  closure_builder closures_;
  std::string version_;
  std::shared_ptr<bundler> bundler_;
  std::unordered_map<std::string, found_module> found_;
  std::unordered_map<std::string, loaded_ptr> loaded_;
};

} // namespace mito::pymodules
