#include "templating/lookups.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/lookup_plugins.hpp"
#include "templating/render.hpp"
#include "templating/semantics.hpp"
#include "templating/templar.hpp"

namespace mito::templating {

namespace {

/// The terms' own templates are evaluated, unless they may come from data.
core::value evaluated(machine& m, const core::value& v) {
  if (m.tainted() || m.failed()) return v;
  auto source = core::as_source(v);
  return source.templated() ? m.nested(source, {}) : v;
}

core::value from_host(machine& m, std::string_view name, const core::list& terms, const core::dict& options) {
  auto* host = m.shared().host;
  if (!host) return m.fail("lookup", "the lookup '" + std::string(name) + "' is not available here");
  auto found = host->lookup(name, terms, options, m.shared().vars);
  if (found) return *found;
  auto e = found.error();
  if (e.what().category == "missing_lookup" && needs_plugin_host(name))
    e.what().message = "the lookup plugin '" + std::string(name) + "' needs the Python plugin host, which does not exist yet";
  return m.fail(std::move(e));
}

/// lookup() joins strings with commas; a single other value comes alone.
core::value joined(const core::value& ran) {
  if (!ran.is_sequence()) return ran;
  std::string out;
  auto& items = ran.as_list();
  if (items.size() == 1 && items[0].is_string()) return items[0];
  bool verbatim = !items.empty() && items[0].subtype() == core::subtype::verbatim;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_string()) return items.size() == 1 ? items[0] : ran;
    if (i) out += ',';
    out += items[i].as_string();
  }
  return core::value(out).with_subtype(verbatim ? core::subtype::verbatim : core::subtype::plain);
}

} // namespace

core::value run_lookup(machine& m, const core::value& plugin, core::list terms, core::dict options,
                       bool want_list) {
  auto full = str(m, plugin);
  std::string_view name = full;
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  auto take = [&](std::string_view key) {
    auto* v = options.find(key);
    core::value found = v ? *v : core::value();
    options.erase(key);
    return found;
  };
  want_list = take("wantlist").truthy() || want_list;
  bool unsafe_fine = take("allow_unsafe").truthy();
  auto on_error = take("errors");
  auto mode = on_error.is_string() ? std::string(on_error.as_string()) : "strict";
  for (auto& t : terms) {
    if (t.has_undefined()) {
      auto u = t;
      while (!u.is_undefined()) {
        core::value inner;
        for (auto& i : u.as_list())
          if (i.has_undefined()) inner = i;
        for (auto& e : u.as_dict())
          if (e.val.has_undefined()) inner = e.val;
        u = inner;
      }
      return m.undefined_error(u);
    }
    t = evaluated(m, t);
    if (t.is_undefined()) return m.undefined_error(t);
  }
  if (m.failed()) return {};
  auto* own = find_lookup(name);
  auto ran = own ? own->run(m, terms, options) : from_host(m, full, terms, options);
  if (m.failed()) {
    auto category = m.error().what().category;
    if (category == "undefined" || category == "limit" || category == "recursion" ||
        category == "lookup_options")
      return {};
    if (category == "missing_lookup") return {};
    if (mode == "ignore" || mode == "warn") {
      m.clear_error();
      return want_list ? core::value(core::list{}) : core::value();
    }
    if (category == "lookup") return {};
    auto inner = m.error();
    m.clear_error();
    auto message = "An unhandled exception occurred while running the lookup plugin '" + full +
                   "'. Error was a " + python_class(category == "type" ? "type" : category) +
                   ", original message: " + inner.message() + ". " + inner.message();
    return m.fail("error", std::move(message));
  }
  if (unsafe_fine || (ran.is_sequence() && ran.as_list().empty())) return ran;
  m.taint();
  return core::as_data(want_list ? ran : joined(ran));
}

} // namespace mito::templating
