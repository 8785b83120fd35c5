#pragma once
/// Hosts and groups: plain data that the parsers fill and patterns select from.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

using host_id = std::uint32_t;
using group_id = std::uint32_t;
inline constexpr std::uint32_t no_id = UINT32_MAX;

struct host {
  std::string name;
  /// Variables of the inventory sources themselves; host_vars folders are the variable store's.
  core::dict vars;
  /// Groups that name it, in order; `all` and ancestors are not listed.
  std::vector<group_id> groups;
  std::string file;      ///< source that named it first (inventory_file); empty: None
  std::string directory; ///< inventory_dir
  /// The localhost that nobody listed: it matches its own name only, never `all`.
  bool implicit = false;
};

struct group {
  std::string name;
  core::dict vars;
  std::vector<group_id> children, parents;
  std::vector<host_id> hosts;
  std::uint32_t depth = 0;   ///< longest way from `all`
  std::int64_t priority = 1; ///< ansible_group_priority
};

/// Grows only: ids stay valid. Not synchronised; variables/store.hpp guards the one of a run.
class inventory {
public:
  /// Holds the groups `all` and `ungrouped`.
  inventory();

  static constexpr group_id all = 0;
  static constexpr group_id ungrouped = 1;

  const std::vector<host>& hosts() const { return hosts_; }
  const std::vector<group>& groups() const { return groups_; }
  const host& at(host_id id) const { return hosts_[id]; }
  const group& group_at(group_id id) const { return groups_[id]; }
  host& at(host_id id) { return hosts_[id]; }
  group& group_at(group_id id) { return groups_[id]; }
  host_id find_host(std::string_view name) const;   ///< no_id when there is none
  group_id find_group(std::string_view name) const; ///< no_id when there is none

  host_id add_host(std::string_view name);
  group_id add_group(std::string_view name);
  /// Listing a host twice is harmless.
  void add_to_group(host_id h, group_id g);
  void remove_from_group(host_id h, group_id g);
  /// An edge that would close a loop is an error in Ansible's words.
  core::expected<void> add_child(group_id parent, group_id child);
  void set_host_var(host_id h, std::string_view name, core::value v);
  /// `ansible_group_priority` sets the priority instead.
  void set_group_var(group_id g, std::string_view name, core::value v);

  /// After reading sources: hosts without a group go to `ungrouped`, groups without a parent to `all`.
  void reconcile();
  /// The host that stands for this machine: the first listed one named localhost, 127.0.0.1 or ::1, else the
  /// implicit one, made on first use under the name that was asked for.
  host_id localhost(std::string_view name = "localhost");
  static bool is_local_name(std::string_view name);
  /// A host that delegate_to names: the listed one, the local one, or one of no group that is made on first
  /// use and that no pattern matches.
  host_id delegate(std::string_view name);
  /// What new hosts get as file and directory.
  void set_source(std::string file, std::string directory);
  /// Number of hosts that were listed (implicit ones do not count).
  std::size_t listed() const;

  /// A group's hosts with those of its descendants, in Ansible's order.
  std::vector<host_id> members(group_id g) const;
  /// All groups of a host with their ancestors, `all` first, then by depth, priority and name.
  std::vector<group_id> groups_of(host_id h) const;
  /// group_names: sorted by name, without `all`.
  std::vector<std::string> group_names(host_id h) const;
  /// Inventory sources as given (-i), made absolute.
  std::vector<std::string> sources;
  /// Folders that group_vars/ and host_vars/ are looked for in: of each source, in order.
  std::vector<std::string> directories;
  /// The controller's Python, which the implicit localhost gets as ansible_python_interpreter.
  std::string python = "/usr/bin/python3";

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  template <class T>
  using name_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;
  void raise_depth(group_id g, std::uint32_t depth);
  std::vector<group_id> walk(group_id from, std::vector<group_id> group::*relation) const;

  std::vector<host> hosts_;
  std::vector<group> groups_;
  name_map<host_id> host_ids_;
  name_map<group_id> group_ids_;
  name_map<host_id> outside_; ///< hosts that only delegate_to named
  host_id local_ = no_id;
  std::string source_file_, source_directory_;
};

} // namespace mito::playbook
