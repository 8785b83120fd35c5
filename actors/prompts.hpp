#pragma once
/// vars_prompt: questions to whoever runs the playbook.
#include <functional>
#include <optional>
#include <string>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/model.hpp"
#include "templating/templar.hpp"

namespace mito::actors {

struct prompter {
  /// Shows a question, gives what was typed; nullopt: nobody is there. Unset: not interactive.
  std::function<std::optional<std::string>(const std::string& question, bool echo)> ask;
  std::function<void(std::string)> warn;
};

/// The play's prompted variables. Those that `known` (the extra variables) has are not asked for; without anybody to ask
/// the defaults count, as in Ansible.
core::expected<core::dict> ask_variables(const playbook::play& play, const core::dict& known, const templating::templar& templar,
                                         const prompter& with);

} // namespace mito::actors
