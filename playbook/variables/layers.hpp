#pragma once
/// A scope made of shared dicts, highest precedence first. Internal to playbook/variables.
#include <memory>
#include <vector>

#include "templating/scope.hpp"

namespace mito::playbook {

class layered_scope final : public templating::scope, public std::enable_shared_from_this<layered_scope> {
public:
  /// Dicts only; empty ones are left out.
  void add(core::value dict);
  /// Puts a layer under the first `above` ones of those that were added, empty ones counted.
  void insert(std::size_t above, core::value dict);
  std::size_t added() const { return added_.size(); }
  /// Mappings of one name in several layers become one (hash_behaviour = merge).
  void merge_hashes(bool on) { merge_ = on; }
  /// Whether there is a variable `vars`: for plays and tasks only.
  void with_vars(bool on) { with_vars_ = on; }
  /// Keeps something alive as long as the scope: the store's state, which lazy values refer to.
  void keep(std::shared_ptr<const void> what) { kept_ = std::move(what); }

  std::optional<core::value> lookup(std::string_view name) const override;
  std::vector<std::string_view> names() const override;

private:
  std::vector<core::value> layers_;
  std::vector<std::size_t> added_; ///< number of non-empty layers before each added one
  std::shared_ptr<const void> kept_;
  bool merge_ = false, with_vars_ = true;
};

} // namespace mito::playbook
