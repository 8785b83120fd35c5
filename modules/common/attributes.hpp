#pragma once
/// File attributes: mode, owner, group, chattr flags and SELinux contexts, as Ansible's *_if_different
/// functions.
#include <optional>
#include <string>
#include <string_view>

#include "modules/common/arguments.hpp"

namespace mito::modules {

/// The before and after sides of a `diff` that collects attributes; each becomes a member when it has
/// entries.
struct diff_sides {
  core::dict before, after;
  core::value dict() const;
  void note(std::string_view name, core::value was, core::value is);
};

/// load_file_common_arguments: which file, and what it should be.
struct file_arguments {
  std::string path;
  core::value mode; ///< none, an integer, or text (octal or symbolic)
  core::value owner, group, attributes;
  core::value context[4]; ///< seuser, serole, setype, selevel
};

/// From the parameters; `path` overrides theirs. Follows a link at the path when `follow` says so.
file_arguments load_file_arguments(const call& c, std::optional<std::string> path = std::nullopt);

/// set_fs_attributes_if_different: the new value of `changed`. A failure is recorded in `c`.
bool set_attributes(call& c, const file_arguments& a, bool changed, diff_sides* diff = nullptr);
bool set_owner(call& c, const std::string& path, const core::value& owner, bool changed,
               diff_sides* diff = nullptr);
bool set_group(call& c, const std::string& path, const core::value& group, bool changed,
               diff_sides* diff = nullptr);
bool set_mode(call& c, const std::string& path, const core::value& mode, bool changed,
              diff_sides* diff = nullptr);

/// "0644".
std::string mode_text(std::int64_t mode);
/// The mode that symbolic text ("u=rwX,g-w") makes of `mode` (st_mode); false with Python's words in `error`.
bool symbolic_mode(std::string_view text, unsigned st_mode, unsigned& mode, std::string& error);

/// What `lsattr` says about a file.
struct flag_info {
  bool known = false;
  std::string version, flags;
};
flag_info read_flags(const request& r, const std::string& path, bool with_version);
/// "immutable", … for a letter of lsattr's; empty: not named by Ansible.
std::string_view flag_name(char letter);

/// Whether this kernel enforces or permits SELinux (and not merely contains it).
bool selinux_enabled();
/// The context of a file itself (not of a link's target); empty without one.
std::string selinux_context(const std::string& path);

} // namespace mito::modules
