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

} // namespace

core::value result_of(const module_reply& reply) {
  core::dict out;
  if (reply.failure) {
    auto& why = *reply.failure;
    std::string text = why.message;
    if (!why.hint.empty()) text += " (" + why.hint + ")";
    if (why.what == bootstrap::link_failure::kind::become_failed) {
      out.set("failed", core::value(true));
      out.set("msg", core::value(text));
      out.set(engine::raised_key, core::value("error"));
      return core::value(std::move(out));
    }
    out.set("unreachable", core::value(true));
    out.set("changed", core::value(false));
    out.set("msg", core::value(text));
    return core::value(std::move(out));
  }
  if (!reply.result.is_dict()) return engine::failed_result("the module's result is not a dictionary");
  return with_lines(reply.result);
}

core::value with_lines(const core::value& result) {
  core::dict out = result.as_dict();
  for (auto name : {"stdout", "stderr"}) {
    auto* text = out.find(name);
    if (!text) continue;
    std::string lines = std::string(name) + "_lines";
    if (!out.contains(lines)) out.set(lines, lines_of(text->as_string()));
  }
  return core::value(std::move(out));
}

/// Arguments that are no options: the name that error texts show, and whether the call is to be repeated in the result.
core::value with_hints(core::value args, const environment& env, const engine::task_spec& spec) {
  bool renamed = spec.action_as_written != spec.action && !spec.implicit && spec.action_as_written.find('.') != std::string::npos;
  if (!env.want_invocation && !renamed) return args;
  core::dict d = args.as_dict();
  if (renamed) d.set("_ansible_module_name", core::value(spec.action_as_written));
  if (!env.want_invocation) return core::value(std::move(d));
  d.set("_ansible_verbosity", core::value(3));
  if (spec.action == "shell") d.set("_uses_shell", core::value(true));
  return core::value(std::move(d));
}

} // namespace mito::actors
