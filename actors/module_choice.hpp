#pragma once
/// The one place that decides whether a native module or the installed one runs.
#include <string>

#include "actions/action.hpp"
#include "actors/environment.hpp"

namespace mito::actors {

struct module_choice {
  bool native = true;
  /// The installed module, as pymodules::library knows it; empty: there is none to fall back on.
  std::string installed;
  std::string called_as; ///< its name in messages
  core::value args;      ///< for the installed one
  std::string why;       ///< why not the native one; for -vvv
};

/// Native when there is one, the name means ansible-core's own module and nobody has turned natives off (`mito_native`, or the
/// setting). What an action calls by itself ("copy" for template) counts as ansible.legacy.*, as in Ansible.
core::expected<module_choice> choose_module(const environment& env, const actions::module_call& call, const engine::action_request& request,
                                            const engine::task_spec& spec, const templating::scope& vars);

/// Why a native module's result says that the installed one is to run instead; empty: it does not.
std::string hand_over_reason(const core::value& result);
/// The result without that word.
core::value without_hand_over(core::value result);

} // namespace mito::actors
