#pragma once
/// Roles: where they are found, how their files are read, and what they add to the variables of their tasks.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "playbook/load_context.hpp"
#include "playbook/role_layers.hpp"

namespace mito::playbook {

/// A role's folder and the name it has from there on.
struct found_role {
  std::string name, collection, path;
};

/// `name` as a collection's role (namespace.collection.role, or a plain name in `collections`), then in roles/ beside
/// the playbook, in DEFAULT_ROLES_PATH, in `beside` (the folder of the role that asks), beside the playbook itself, and
/// as a path. The error lists where it was looked for.
core::expected<found_role> find_role(std::string_view name, const load_options& options, const std::string& playbook_dir,
                                     const std::string& beside, const std::vector<std::string>& collections);

/// Which files of a role are read instead of main.yml (tasks_from and so on); empty: main.
struct role_files {
  std::string tasks, vars, defaults, handlers;
};

/// How a place uses a role.
struct role_use {
  std::string name; ///< final
  core::location where;
  common shared;
  field delegate_to, delegate_facts;
  core::dict params;
  role_files files;
  bool from_include = false;           ///< import_role or include_role
  bool allow_duplicates = false;       ///< include_role, import_role: their option
  bool validate = true;                ///< rolespec_validate
  std::string beside;                  ///< folder above the role that asks
};

/// Reads one entry of `roles:` or of a role's dependencies. Nullopt: the problem is recorded.
std::optional<role_use> read_role_entry(load_context& ctx, const yaml_node& entry);

/// Loads a role with its dependencies, tasks and handlers, or finds the same use among those of this play. Null: the
/// problem is recorded at `use.where`.
std::shared_ptr<const role> load_role(loading& state, const role_use& use);

/// Every role below `r` (dependencies of dependencies too), in Ansible's order.
std::vector<std::shared_ptr<const role>> all_dependencies(const role& r);
/// The handlers of `r` and of the roles it depends on, each wrapped in its role.
std::vector<item> role_handlers(const std::shared_ptr<const role>& r);
/// The tasks of `r` after those of the roles it depends on, ended by the mark that lets it count as run.
std::vector<item> role_tasks(const std::shared_ptr<const role>& r);

/// `chain`: the roles around the task, outermost first, its own last.
role_layers layers_of(const std::vector<std::shared_ptr<const role>>& chain);
/// What a play's roles add to every task: defaults and vars, one role over the other.
role_layers layers_of_play(const std::vector<std::shared_ptr<const role>>& roles);
/// ansible_role_names and their like.
core::dict role_name_variables(const std::vector<std::shared_ptr<const role>>& roles);

} // namespace mito::playbook
