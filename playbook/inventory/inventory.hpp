#pragma once
/// Hosts and groups: plain data that the parsers fill and patterns select from.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/inventory/names.hpp"

namespace mito::playbook {

using host_id = std::uint32_t;
using group_id = std::uint32_t;
inline constexpr std::uint32_t no_id = UINT32_MAX;

struct host {
  std::string name;
  /// Variables of the inventory sources themselves (inventory_file and inventory_dir among them); host_vars
  /// folders are the variable store's.
  core::dict vars;
  /// Groups that name it, in order; `all` and ancestors are not listed.
  std::vector<group_id> groups;
  /// The localhost that nobody listed, or a host that only delegate_to names: no pattern but its own name
  /// matches it.
  bool implicit = false;
  /// A refresh of the inventory did not find it again: it is no host any more, only its id is taken.
  bool gone = false;
};

struct group {
  std::string name;
  core::dict vars;
  std::vector<group_id> children, parents;
  std::vector<host_id> hosts;
  std::uint32_t depth = 0;   ///< longest way from `all`
  std::int64_t priority = 1; ///< ansible_group_priority
};

/// What to do about a pattern that matches nothing (host_pattern_mismatch).
enum class mismatch : std::uint8_t { warning, error, ignore };

/// Settings that hold for all of an inventory.
struct inventory_rules {
  group_names names = group_names::never;      ///< force_valid_group_names
  mismatch unmatched = mismatch::warning;      ///< host_pattern_mismatch
  bool merge_hashes = false;                   ///< hash_behaviour = merge
  std::string python = "/usr/bin/python3";     ///< the controller's, for the implicit localhost
};

/// Grows only: ids stay valid. Not synchronised; variables/store.hpp guards the one of a run.
class inventory {
public:
  /// Holds the groups `all` and `ungrouped`.
  explicit inventory(inventory_rules rules = {});

  static constexpr group_id all = 0;
  static constexpr group_id ungrouped = 1;

  /// By id, whoever they are; `listed()` names those that count.
  const std::vector<host>& hosts() const { return hosts_; }
  const std::vector<group>& groups() const { return groups_; }
  const host& at(host_id id) const { return hosts_[id]; }
  const group& group_at(group_id id) const { return groups_[id]; }
  host& at(host_id id) { return hosts_[id]; }
  group& group_at(group_id id) { return groups_[id]; }
  host_id find_host(std::string_view name) const;   ///< no_id when there is none
  group_id find_group(std::string_view name) const; ///< no_id when there is none
  /// The hosts that sources or add_host named, in that order.
  const std::vector<host_id>& listed() const { return listed_; }

  /// `port` (0: none) becomes ansible_port when the host is new.
  host_id add_host(std::string_view name, std::int64_t port = 0);
  /// Under its safe name where the rules say so.
  group_id add_group(std::string_view name);
  /// Listing a host twice is harmless.
  void add_to_group(host_id h, group_id g);
  void remove_from_group(host_id h, group_id g);
  /// An edge that would close a loop is an error in Ansible's words.
  core::expected<void> add_child(group_id parent, group_id child);
  /// The same for a name, which is a group's before it is a host's.
  core::expected<void> add_child(group_id parent, std::string_view child);
  /// Sets a variable of the group of that name, else of the host: Ansible's inventory keeps both in one name space.
  core::expected<void> set_variable(std::string_view entity, const core::value& name, core::value v);
  void set_host_var(host_id h, const core::value& name, core::value v);
  /// `ansible_group_priority` sets the priority instead; one that is no number is the error.
  core::expected<void> set_group_var(group_id g, const core::value& name, core::value v);

  /// After reading sources: hosts without a group go to `ungrouped`, groups without a parent to `all`.
  core::expected<void> reconcile();
  /// The host that stands for this machine: the first listed one named localhost, 127.0.0.1 or ::1, else the
  /// implicit one, made on first use under the name that was asked for.
  host_id localhost(std::string_view name = "localhost");
  static bool is_local_name(std::string_view name);
  /// A host that delegate_to names: the listed one, the local one, or one of no group that is made on first
  /// use and that no pattern matches.
  host_id delegate(std::string_view name);
  /// What new hosts get as inventory_file and inventory_dir; empty: None.
  void set_source(std::string_view file, std::string_view directory);

  /// A group's hosts with those of its descendants, in Ansible's order.
  std::vector<host_id> members(group_id g) const;
  /// All groups of a host with their ancestors, `all` first, then by depth, priority and name.
  std::vector<group_id> groups_of(host_id h) const;
  /// The same before reconcile(): `all` only where something leads to it.
  std::vector<group_id> reached_groups(host_id h) const;
  /// group_names: sorted by name, without `all`.
  std::vector<std::string> group_names(host_id h) const;

  /// An empty inventory in which the same hosts will have the same ids; those that are not added again are gone.
  inventory renewed() const;

  const inventory_rules& rules() const { return rules_; }
  /// What happened so far and is worth a word, in order: warnings; errors that stopped nothing; notes whose category is
  /// the verbosity from which they are shown ("v" to "vvvv").
  void say(core::severity level, std::string text, std::string category = "inventory");
  std::vector<core::diagnostic> take_messages() { return std::exchange(messages_, {}); }

  /// Inventory sources as given (-i), made absolute.
  std::vector<std::string> sources;
  /// Folders that group_vars/ and host_vars/ are looked for in: of each source, in order.
  std::vector<std::string> directories;

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  template <class T>
  using name_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;
  host_id new_host(std::string_view name);
  void set(core::dict& vars, const core::value& name, core::value v) const;
  void raise_depth(group_id g, std::uint32_t depth);
  std::vector<group_id> walk(group_id from, std::vector<group_id> group::*relation) const;
  void sort_by_depth(std::vector<group_id>& groups) const;

  inventory_rules rules_;
  std::vector<host> hosts_;
  std::vector<group> groups_;
  std::vector<host_id> listed_;
  name_map<host_id> host_ids_;
  name_map<group_id> group_ids_;
  name_map<host_id> outside_; ///< hosts that only delegate_to named
  name_map<host_id> former_;  ///< all of the inventory that this one renews
  host_id local_ = no_id;
  core::value source_file_, source_directory_;
  std::vector<core::diagnostic> messages_;
  std::set<std::string, std::less<>> said_;
};

} // namespace mito::playbook
