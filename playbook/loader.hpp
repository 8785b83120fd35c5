#pragma once
/// Reads a playbook file into the model, and names everything in it that cannot be run.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "playbook/model.hpp"

namespace mito::playbook {

/// One action that a run can perform.
struct action_info {
  std::string name; ///< short name for ansible.builtin, else the FQCN
  /// Whether words that are no `key=value` are allowed (`command: echo hi`).
  bool free_form = false;
  /// Whether `key=value` words belong to the free form too, but for creates, removes, chdir, executable,
  /// warn, stdin, stdin_add_newline and strip_empty_ends (command, shell, script, raw).
  bool raw_params = false;
};

/// What the caller can run: modules, actions and the names that Ansible has but we do not (yet).
class action_table {
public:
  void add(action_info info) { actions_.push_back(std::move(info)); }
  /// A short name, or ansible.builtin.* / ansible.legacy.* of one, or a FQCN that was added as such.
  const action_info* find(std::string_view name) const;
  std::vector<std::string_view> names() const;

private:
  std::vector<action_info> actions_;
};

struct load_options {
  const action_table* actions = nullptr;
  /// Checks a template's syntax (templar::check bound by the caller); unset: no such check.
  std::function<core::expected<void>(std::string_view text, bool bare_expression, const core::location&)>
      check_template;
  /// DUPLICATE_YAML_DICT_KEY: warn, error or ignore.
  enum class duplicates : std::uint8_t { warn, error, ignore } duplicate_keys = duplicates::warn;
  /// Evaluates names of imports and roles, with these variables and, over them, the extra variables; unset: names with
  /// templates are errors.
  std::function<core::expected<core::value>(const core::value& text, const core::dict& vars, const core::location&)> render;
  /// DEFAULT_ROLES_PATH and COLLECTIONS_PATHS, absolute.
  std::vector<std::string> roles_path, collections_paths;
};

struct loaded_playbook {
  playbook book;
  /// In the file's order. With any error among them the book must not be run.
  std::vector<core::diagnostic> problems;
  bool runnable() const;
};

/// An unreadable file or broken YAML is the error; everything else that is wrong is in `problems`, all of it.
core::expected<loaded_playbook> load_playbook(const std::string& path, const load_options& options);
/// The same from text, named `path` in messages.
core::expected<loaded_playbook> load_playbook_text(std::string path, std::string text,
                                                   const load_options& options);

/// All that is wrong with the playbook at `path`, unreadable files and broken YAML included: what
/// --syntax-check and the pre-flight report.
std::vector<core::diagnostic> check_playbook(const std::string& path, const load_options& options);

/// What an include found while a play runs: tasks to go on with, or handlers.
struct included {
  std::vector<item> items;
  /// include_role: its role, and the handlers that the play has from now on.
  std::shared_ptr<const mito::playbook::role> role;
  std::vector<item> handlers;
  std::vector<core::diagnostic> problems;
};

/// Where an include stands: decides how names inside are looked for.
struct include_place {
  std::shared_ptr<const mito::playbook::role> role;  ///< innermost; null outside roles
  std::vector<std::string> folders;            ///< of the imports and includes around it, outermost first
  core::dict vars;                             ///< for names of imports inside
  bool handlers = false;
  std::vector<std::string> collections;
};

/// The file that `include_tasks: NAME` means there: relative to the including files from the inside out, then to the
/// role's tasks, then to the playbook. What is returned may not exist.
std::string find_included_file(const std::string& name, const include_place& place, const std::string& playbook_dir);
/// Reads a file of tasks. Category "missing" when there is none; anything else that is wrong with it is an error, too.
core::expected<included> load_included_tasks(play& current, const std::string& path, const include_place& place,
                                             const load_options& options);
struct role_use;
/// Loads a role for include_role.
core::expected<included> load_included_role(play& current, const role_use& use, const load_options& options);

/// A block with the keywords that `apply` gives to what is included.
std::shared_ptr<const block> block_of_keywords(const core::dict& keywords, const core::location& where);

/// Calls `visit` for each task among `items` in order of writing (body, rescue, always); `chain` are the
/// blocks around it, outermost first.
using block_chain = std::vector<const block*>;
void for_each_task(const std::vector<item>& items,
                   const std::function<void(const std::shared_ptr<const task>&, const block_chain&)>& visit);

} // namespace mito::playbook
