#include "actors/module_choice.hpp"

#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

namespace {

constexpr std::string_view hand_over_key = "_mito_hand_over", builtin_prefix = "ansible.builtin.", legacy_prefix = "ansible.legacy.";

core::expected<bool> natives_on(const environment& env, const templating::scope& vars) {
  auto raw = vars.lookup("mito_native");
  if (!raw || raw->is_none()) return env.module_settings.native;
  auto v = env.templar->render(*raw, vars);
  if (!v) return core::error("mito_native: " + v.error().message());
  auto flag = engine::to_boolean(*v);
  if (!flag) return core::error("mito_native: '" + core::to_str(*v) + "' is not a boolean");
  return *flag;
}

/// Ansible's module behind an action: shell is command with one more argument.
void name_installed(module_choice& c, const actions::module_call& call, const engine::action_request& request, const engine::task_spec& spec) {
  auto* entry = actions::find(request.action);
  bool by_action = (entry && entry->make) || call.module != request.action;
  bool own = call.module == "command" || call.module == "shell";
  if (!entry && !by_action) {
    c.installed = request.action;
    c.called_as = spec.action_as_written;
  } else if (by_action || own) {
    c.installed = c.called_as = std::string(legacy_prefix) + (own ? "command" : call.module);
  } else {
    c.installed = c.called_as = spec.action_as_written;
  }
  c.args = call.args;
  if (call.module != "shell") return;
  core::dict args = call.args.as_dict();
  args.set("_uses_shell", true);
  c.args = core::value(std::move(args));
}

} // namespace

core::expected<module_choice> choose_module(const environment& env, const actions::module_call& call, const engine::action_request& request,
                                            const engine::task_spec& spec, const templating::scope& vars) {
  module_choice c;
  if (call.module == "raw") return c;
  bool content = call.blob || !call.upload_path.empty() || call.upload_text;
  bool has_native = actions::find(call.module) != nullptr;
  if (env.modules) name_installed(c, call, request, spec);
  if (!has_native) {
    c.native = false;
    return c;
  }
  // The content that travels with a copy is our own way to send files: only the native module reads it.
  if (!env.modules || content) {
    c.installed.clear();
    return c;
  }
  auto on = natives_on(env, vars);
  if (!on) return on.error();
  if (!*on)
    c.why = "native modules are turned off (mito_native)";
  else if (!std::string_view(c.called_as).starts_with(builtin_prefix) && env.modules->overridden(c.called_as))
    c.why = "another module of that name is installed";
  c.native = c.why.empty();
  return c;
}

std::string hand_over_reason(const core::value& result) {
  auto& word = result[hand_over_key];
  if (!word.truthy()) return {};
  return word.is_string() ? std::string(word.as_string()) : std::string(result.text("msg"));
}

core::value without_hand_over(core::value result) {
  if (!result.as_dict().contains(hand_over_key)) return result;
  core::dict d = result.as_dict();
  d.erase(hand_over_key);
  return core::value(std::move(d));
}

} // namespace mito::actors
