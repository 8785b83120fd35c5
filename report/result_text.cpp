#include "report/result_text.hpp"

#include "core/python.hpp"

namespace mito::report {

namespace {

constexpr std::string_view hidden_text =
    "the output has been hidden due to the fact that 'no_log: true' was specified for this result";

bool kept_internal(std::string_view k) {
  return k == "_ansible_verbose_always" || k == "_ansible_item_label" || k == "_ansible_no_log" || k == "_ansible_verbose_override";
}

bool is_internal(const core::value& key, bool keep_some) {
  auto k = key.is_string() ? key.as_string() : std::string_view();
  return k.starts_with("_ansible_") && !(keep_some && kept_internal(k));
}

bool has_internal(const core::value& v, bool keep_some) {
  if (v.is_list())
    for (auto& i : v.as_list())
      if (has_internal(i, keep_some)) return true;
  if (v.is_dict())
    for (auto& e : v.as_dict())
      if (is_internal(e.key, keep_some) || has_internal(e.val, keep_some)) return true;
  return false;
}

/// Without internal keys at any depth; what has none is shared, not copied.
core::value strip(const core::value& v, bool keep_some) {
  if (!has_internal(v, keep_some)) return v;
  if (v.is_list()) {
    core::list out;
    out.reserve(v.as_list().size());
    for (auto& i : v.as_list()) out.push_back(strip(i, keep_some));
    return core::value(std::move(out));
  }
  if (!v.is_dict()) return v;
  core::dict out;
  out.reserve(v.as_dict().size());
  for (auto& e : v.as_dict()) {
    if (is_internal(e.key, keep_some)) continue;
    out.set_key(e.key, strip(e.val, keep_some));
  }
  return core::value(std::move(out));
}

} // namespace

core::value visible(const core::value& result, const task_info& task) {
  core::dict out;
  if (task.no_log || result["_ansible_no_log"].truthy()) {
    for (auto key : {"attempts", "changed", "retries"})
      if (auto* v = result.as_dict().find(key)) out.set(key, *v);
    out.set("censored", core::value(hidden_text));
    return core::value(std::move(out));
  }
  out = strip(result, true).as_dict();
  out.erase("failed");
  out.erase("skipped");
  if (task.short_action == "debug") out.erase("invocation");
  return core::value(std::move(out));
}

core::dict abridged(const core::value& shown, int verbosity) {
  core::dict out = strip(shown, false).as_dict();
  if (verbosity < 3) {
    out.erase("invocation");
    out.erase("diff");
  }
  out.erase("exception");
  return out;
}

core::value only_what_debug_shows(const core::value& shown, const task_info& task) {
  if (task.short_action != "debug") return shown;
  core::dict out;
  bool message = shown.as_dict().contains("msg");
  for (auto& e : shown.as_dict()) {
    auto k = e.key.is_string() ? e.key.as_string() : std::string_view();
    bool keep = message ? k == "msg" || k == "exception" || k == "warnings" || k == "deprecations" || k.starts_with('_')
                        : k != "changed" && k != "failed" && k != "skipped" && k != "invocation" && k != "skip_reason";
    if (keep) out.set_key(e.key, e.val);
  }
  return core::value(std::move(out));
}

std::string item_label(const core::value& shown) {
  if (shown["_ansible_no_log"].truthy()) return "(censored due to no_log)";
  auto* label = shown.as_dict().find("_ansible_item_label");
  if (!label) label = shown.as_dict().find("item");
  return label ? core::to_str(*label) : "None";
}

bool is_verbose(const core::value& shown, int verbosity, int above) {
  return (verbosity > above || shown["_ansible_verbose_always"].truthy()) && !shown["_ansible_verbose_override"].truthy();
}

} // namespace mito::report
