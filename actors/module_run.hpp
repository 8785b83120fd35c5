#pragma once
/// One module call from the choice of what runs to its result: the native module, interpreter discovery, the installed module.
/// Without CAF: it says what to send, and is told what came back.
#include <optional>
#include <string>
#include <variant>

#include "actors/messages.hpp"
#include "actors/module_choice.hpp"
#include "pymodules/arguments.hpp"

namespace mito::actors {

class module_run {
public:
  /// References live as long as the run.
  struct inputs {
    const environment& env;
    const engine::action_request& request;
    const engine::task_spec& spec;
    std::string host; ///< inventory name, for messages
    /// Of the host that the call goes to: interpreters are its own.
    std::shared_ptr<const templating::scope> host_vars;
    bool local = false;     ///< the connection is: modules start in the playbook's folder
    bool keep_facts = true; ///< a discovered interpreter belongs to this host (nothing is delegated)
    /// Kept by the task: an interpreter that was found for an earlier item of its loop.
    std::optional<std::string>& discovered;
  };
  struct send {
    bootstrap::invocation what;
    bool as_login = false; ///< not through become
  };
  using step = std::variant<send, core::value>;

  module_run(inputs in, actions::module_call call);
  step start();
  step resume(const module_reply& reply);

private:
  enum class phase : std::uint8_t { native, discovery, installed };
  step send_native();
  step begin_installed();
  step send_installed();
  step send_python(const pymodules::loaded_module& m, const core::value& args);
  step send_program(const pymodules::loaded_module& m, const core::value& args, const pymodules::call_context& context);
  step read_found(const module_reply& reply);
  step finish(const module_reply& reply);
  step failed(std::string_view message) const;
  core::expected<std::optional<std::string>> resolve_interpreter();
  core::expected<std::string> variable(std::string_view name) const;
  std::vector<std::string> candidates() const;
  pymodules::call_context context_of() const;
  core::value add_discovery(core::value result);
  void note(std::string text) const;
  void warn(std::string text) const;

  inputs in_;
  actions::module_call call_;
  module_choice choice_;
  pymodules::loaded_ptr module_;
  std::string interpreter_, mode_;
  phase phase_ = phase::native;
  bool found_now_ = false; ///< by this call
  std::vector<std::string> warnings_;
};

} // namespace mito::actors
