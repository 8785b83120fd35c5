// From a module's answer to the result that a task sees.
#include "actors/task_runner.hpp"
#include "core/text.hpp"

namespace mito::actors {

namespace {

/// Python's str.splitlines().
core::value lines_of(std::string_view text) {
  core::list out;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto begin = at;
    auto point = core::next_utf8(text, at).value_or(0xFFFD);
    bool breaks = (point >= 0x0A && point <= 0x0D) || (point >= 0x1C && point <= 0x1E) || point == 0x85 ||
                  point == 0x2028 || point == 0x2029;
    if (!breaks) continue;
    out.push_back(core::value(text.substr(from, begin - from)));
    if (point == 0x0D && at < text.size() && text[at] == '\n') ++at;
    from = at;
  }
  if (from < text.size()) out.push_back(core::value(text.substr(from)));
  return core::value(std::move(out));
}

/// A password that is wrong or missing ends the task (AnsibleError). Any other refusal is a module that failed, which
/// Ansible reports as MODULE FAILURE: `msg` says what the become program said instead.
core::value become_failure(const std::string& text) {
  core::dict out = engine::failed_result(text).as_dict();
  if (text.ends_with(" password") && core::starts_with_any(text, {"Missing ", "Incorrect "})) {
    out.set(engine::raised_key, core::value("error"));
    return core::value(std::move(out));
  }
  out.set("changed", core::value(false));
  out.set("module_stderr", core::value(text + "\n"));
  out.set("module_stdout", core::value(""));
  out.set("rc", core::value(1)); // of sudo and su, when they refuse
  return core::value(std::move(out));
}

} // namespace

core::value result_of(const module_reply& reply) {
  core::dict out;
  if (reply.failure) {
    auto& why = *reply.failure;
    std::string text = why.message;
    if (!why.hint.empty()) text += " (" + why.hint + ")";
    if (why.what == bootstrap::link_failure::kind::become_failed) return become_failure(text);
    out.set("unreachable", core::value(true));
    out.set("changed", core::value(false));
    out.set("msg", core::value(text));
    return core::value(std::move(out));
  }
  if (!reply.result.is_dict()) return engine::failed_result("the module's result is not a dictionary");
  // What only we may say of a result (Ansible's remove_internal_keys): a target could change the inventory with it.
  for (auto& e : reply.result.as_dict()) {
    auto key = e.key.as_string();
    if (reply.ours || (!key.starts_with("_ansible_") && key != "add_host" && key != "add_group" && key != engine::raised_key))
      out.set_key(e.key, e.val);
  }
  for (auto name : {"stdout", "stderr"}) {
    auto* text = out.find(name);
    if (!text) continue;
    std::string lines = std::string(name) + "_lines";
    if (!out.contains(lines)) out.set(lines, lines_of(text->as_string()));
  }
  return core::value(std::move(out));
}

} // namespace mito::actors
