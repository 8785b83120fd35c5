#include "report/side_messages.hpp"

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::report {

namespace {

void take(core::value& result, std::string_view key) {
  auto d = result.as_dict();
  d.erase(key);
  result = core::value(std::move(d));
}

} // namespace

void show_warnings(display& to, core::value& result) {
  if (result["warnings"].truthy()) {
    auto list = result["warnings"];
    for (const auto& w : list.is_list() ? list.as_list() : core::list{list}) to.warning(core::to_str(w));
    take(result, "warnings");
  }
  if (!result["deprecations"].truthy()) return;
  for (const auto& d : result["deprecations"].as_list()) {
    const auto& text = d.is_dict() ? d["msg"] : d;
    to.print(wrap_text("[DEPRECATION WARNING]: " + core::to_str(text), to.options().columns), color::deprecate, true);
  }
  take(result, "deprecations");
}

void show_exception(display& to, core::value& result) {
  if (result["exception"].is_none()) return;
  auto whole = core::to_str(result["exception"]);
  if (to.options().verbosity < 3) {
    auto trimmed = core::trim(whole);
    to.print("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: " +
                 std::string(trimmed.substr(trimmed.rfind('\n') + 1)),
             color::error);
    return;
  }
  to.print("The full traceback is:\n" + whole, color::error);
  take(result, "exception");
}

void show_message(display& to, const message& m) {
  if (m.verbosity > to.options().verbosity) return;
  if (m.level == core::severity::warning) return to.warning(m.text);
  if (m.level == core::severity::error) return to.print("ERROR! " + m.text, color::error, true);
  auto text = m.host.empty() ? m.text : "<" + m.host + "> " + m.text;
  to.print(text, m.verbosity > 0 ? color::verbose : color::none, m.verbosity == 0 && !m.host.empty());
}

bool prints_no_json(const task_info& task) {
  for (std::string_view name : {"command", "shell", "raw", "win_command", "win_shell", "ansible.windows.win_command",
                                "ansible.windows.win_shell"})
    if (task.short_action == name || task.action == name) return true;
  return false;
}

} // namespace mito::report
