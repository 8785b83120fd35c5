#pragma once
/// Shorthand of the templating tests: variables as JSON, results as Python's repr.
#include <string>

#include "core/json.hpp"
#include "core/python.hpp"
#include "templating/templar.hpp"

namespace mito::templating_tests {

inline core::value vars(std::string_view json) {
  core::json_limits limits;
  limits.trust = core::trust::source;
  limits.depth = 200;
  auto v = core::parse_json(json, limits);
  return v ? *v : core::value();
}

inline std::string outcome(const core::expected<core::value>& r) {
  return r ? core::to_repr(*r) : r.error().what().category + ": " + r.error().message();
}

/// repr() of what a template gives, or "category: message".
inline std::string render(std::string_view text, std::string_view json = "{}",
                          const templating::render_options& opt = {}) {
  templating::templar t;
  templating::dict_scope scope(core::as_source(vars(json)).as_dict());
  return outcome(t.render(core::value(text, core::trust::source), scope, opt));
}

inline std::string native(std::string_view text, std::string_view json = "{}") {
  templating::render_options opt;
  opt.native = true;
  return render(text, json, opt);
}

inline std::string when(std::string_view text, std::string_view json = "{}") {
  templating::templar t;
  templating::dict_scope scope(core::as_source(vars(json)).as_dict());
  auto r = t.condition(core::value(text, core::trust::source), scope);
  return r ? (*r ? "True" : "False") : r.error().what().category + ": " + r.error().message();
}

} // namespace mito::templating_tests
