#pragma once
/// What runs on the controller when a task is executed: a state machine that asks for module calls and ends in a result.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/value.hpp"
#include "engine/task_run.hpp"
#include "playbook/vault/keyring.hpp"
#include "templating/templar.hpp"

namespace mito::actions {

/// What an action may know. References live as long as the action runs.
struct context {
  const engine::action_request& request;
  const templating::templar& templar;
  std::string host;                      ///< inventory name
  std::string task_name;
  std::vector<std::string> search_paths; ///< folders for files/ and templates/, the playbook's last
  core::location where;
  int verbosity = 0;
  bool want_invocation = false;          ///< results say what the module was called with
  bool interactive = false;              ///< stdin is a terminal in the foreground
  playbook::keyring_handle vault;        ///< opens files that are vaults; may be null
};

/// A module to run on the target.
struct module_call {
  std::string module;
  core::value args;
  bool check = false, diff = false;
  /// Small content that travels with the request.
  std::optional<std::string> blob;
  /// A local file (or text) that flows in windows; one of the two is set when there is an upload.
  std::string upload_path;
  std::shared_ptr<const std::string> upload_text;
};

struct pause_call {
  std::chrono::milliseconds duration{0};
  /// Printed before the wait.
  std::string text;
};

struct finished {
  core::value result;
};

using step = std::variant<module_call, pause_call, finished>;

class action {
public:
  virtual ~action() = default;
  virtual step start(const context& c) = 0;
  /// The module's result, or a none value after a pause.
  virtual step resume(const context& c, core::value result) = 0;
};

using factory = std::unique_ptr<action> (*)();

struct entry {
  std::string_view name;
  factory make = nullptr; ///< null: the module of the same name is called with the arguments as they are
  bool free_form = false;
  bool raw_params = false;  ///< words that are no known option belong to the command
  bool once = false;        ///< runs on the first host of a round only (Ansible's BYPASS_HOST_LOOP)
};

/// Everything that a task may name. Sorted; the one place where actions are listed.
const std::vector<entry>& all();
const entry* find(std::string_view name);

/// A result that failed with this message.
finished failed(std::string_view message);
/// The failure of an action that gives up at once (Ansible's AnsibleActionFail): nothing judges the result further.
core::value raise_failure(std::string_view message);
/// The failure of the task as such (AnsibleError): it ends a loop, too.
core::value raise_error(std::string_view message);

/// What is in the file at `path` when it is a vault (for `decrypt: true`); nullopt: it is none. Reads no more than the
/// start of a file that is none.
core::expected<std::optional<std::string>> decrypted_file(const context& c, const std::string& path);

/// `name` below `subfolder` of each search path, then in the path itself; Ansible's text when it is nowhere.
core::expected<std::string> find_file(const context& c, std::string_view subfolder, std::string_view name);

} // namespace mito::actions
