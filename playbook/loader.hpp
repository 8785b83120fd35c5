#pragma once
/// Reads a playbook file into the model, and names everything in it that cannot be run.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "playbook/model.hpp"
#include "playbook/vault/keyring.hpp"

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
  /// Opens `!vault` values and files that are vaults.
  keyring_handle vault;
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

/// Calls `visit` for each task among `items` in order of writing (body, rescue, always); `chain` are the
/// blocks around it, outermost first.
using block_chain = std::vector<const block*>;
void for_each_task(const std::vector<item>& items,
                   const std::function<void(const std::shared_ptr<const task>&, const block_chain&)>& visit);

} // namespace mito::playbook
