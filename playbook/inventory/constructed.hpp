#pragma once
/// What `constructed` makes of hosts that other sources brought. Internal to playbook/inventory.
#include <string>

#include "core/expected.hpp"
#include "playbook/inventory/formats.hpp"
#include "templating/scope.hpp"

namespace mito::playbook {

/// The options of a `constructed` source (ansible-doc -t inventory constructed).
struct constructed_options {
  bool strict = false;
  core::dict compose, groups;
  core::list keyed_groups;
  bool use_extra_vars = false;
  bool leading_separator = true;
  bool use_vars_plugins = false;
};

/// Evaluates a source's expressions. Composed values and keys may not use lookups, conditions may: as in Ansible.
class composer {
public:
  composer(const reading& r, const constructed_options& options) : r_(r), options_(options) {}

  /// The value of a bare expression over `vars` (with the extra variables where the options say so).
  core::expected<core::value> value_of(const core::value& expression, const core::dict& vars) const;
  core::expected<bool> holds(const core::value& condition, const core::dict& vars) const;
  /// A template with its braces.
  core::expected<core::value> rendered(const core::value& text, const core::dict& vars) const;

private:
  core::dict with_extra(const core::dict& vars) const;

  const reading& r_;
  const constructed_options& options_;
  templating::templar without_lookups_;
};

/// Puts `host` into the groups that `keyed_groups` makes of its variables.
core::expected<void> add_keyed_groups(inventory& into, const std::string& host, const core::dict& vars,
                                      const constructed_options& options, const composer& compose);

} // namespace mito::playbook
