#pragma once
/// Every setting of ansible-core 2.14 (`ansible-config list`), and of its plugins those that bear on our runs: one row
/// each, from which reading, `config dump`, `config list` and docs/settings.md come.
#include <span>
#include <string_view>

namespace mito::cli {

enum class setting_state : unsigned char {
  used,     ///< does what it does in Ansible
  unneeded, ///< concerns machinery that we do not have: without effect, no warning
  later,    ///< not supported yet: a warning when it is set to anything but its default
};

struct setting {
  std::string_view id;   ///< ansible-config's name; "plugin/option" for a plugin's
  std::string_view name; ///< how our code asks for it
  std::string_view type; ///< Ansible's word for it; empty: a text as it stands
  /// As an ini file would have it. "None": not set. `{{ANSIBLE_HOME}}` is that setting.
  std::string_view fallback;
  /// Variables, and places "section.key" in ansible.cfg: separated by blanks, the last that is set wins. Deprecated
  /// ones end in '!'.
  std::string_view environment, ini;
  setting_state state;
  std::string_view about;
  /// Allowed values, separated by '|'; empty: any.
  std::string_view choices = {};
  /// What to use instead of a setting that is deprecated as a whole.
  std::string_view instead = {};

  bool of_plugin() const { return id.find('/') != id.npos; }
};

/// The rows by topic; each is sorted by id.
std::span<const setting> general_settings();
std::span<const setting> default_settings();
std::span<const setting> other_settings();
std::span<const setting> plugin_settings();

/// Calls `visit` for each row: Ansible's own in the order of their ids, then those of plugins.
template <class Visit>
void for_each_setting(const Visit& visit) {
  for (auto rows : {general_settings(), default_settings(), other_settings(), plugin_settings()})
    for (auto& row : rows) visit(row);
}

/// By `id` or `name`; null when there is none.
const setting* find_setting(std::string_view name);

} // namespace mito::cli
