#include "engine/loop.hpp"

#include "core/encrypted.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::engine {

namespace {

/// Ansible turns a lone string or dict into a list of one before a lookup sees it.
core::value as_terms(core::value v) {
  if (v.is_sequence()) return v;
  return core::value(core::list{std::move(v)});
}

core::expected<core::list> with_items(const task_spec& spec, const templating::scope& vars,
                                      const templating::templar& templar) {
  core::value over = spec.loop_over.raw;
  // A bare variable name was a template once; only strings with marks are now.
  templating::render_options options;
  options.keep_encrypted = true;
  auto rendered = templar.render(over, vars, options, spec.where);
  if (!rendered) return rendered.error();
  auto terms = as_terms(std::move(*rendered));
  templating::dict_scope inner({}, &vars);
  inner.vars().set("_mito_terms", core::as_data(terms));
  std::string call = "query('" + spec.with_lookup + "', *_mito_terms)";
  auto items = templar.expression(call, inner, spec.where);
  if (!items) return items.error();
  if (!items->is_sequence()) return core::error("the lookup '" + spec.with_lookup + "' did not give a list", spec.where);
  return items->as_list();
}

} // namespace

core::expected<std::optional<core::list>> loop_items(const task_spec& spec, const templating::scope& vars,
                                                     const templating::templar& templar) {
  if (spec.loop == loop_form::none) return std::optional<core::list>();
  if (spec.loop == loop_form::with) {
    auto items = with_items(spec, vars, templar);
    if (!items) return items.error();
    return std::optional<core::list>(std::move(*items));
  }
  templating::render_options options;
  options.keep_encrypted = true;
  auto items = templar.render(spec.loop_over.raw, vars, options, spec.where);
  if (!items) return items.error();
  if (core::as_encrypted(*items)) items = core::decrypted(*items);
  if (!items) return items.error();
  if (!items->is_list())
    return core::error("Invalid data passed to 'loop', it requires a list, got this instead: " + core::to_str(*items) +
                           ". Hint: If you passed a list/dict of just one element, try adding wantlist=True to your "
                           "lookup invocation or use q/query instead of lookup.",
                       spec.where);
  return std::optional<core::list>(items->as_list());
}

core::expected<loop_settings> read_loop_control(const task_spec& spec, const templating::scope& vars,
                                                const templating::templar& templar) {
  loop_settings out;
  if (!spec.loop_control) return out;
  auto& raw = spec.loop_control.raw;
  core::dict rest;
  for (auto& e : raw.as_dict())
    if (e.key.as_string() != "label") rest.set_key(e.key, e.val);
  auto rendered = templar.render(core::value(std::move(rest)), vars, {}, spec.loop_control.where);
  if (!rendered) return rendered.error();
  auto& d = *rendered;
  out.loop_var = d.text("loop_var", "item");
  out.index_var = d.text("index_var");
  auto& pause = d["pause"];
  out.pause = pause.is_string() ? static_cast<double>(core::parse_int(pause.as_string()).value_or(0)) : pause.as_real();
  out.extended = d["extended"].truthy();
  if (d.as_dict().contains("extended_allitems")) out.extended_allitems = d["extended_allitems"].truthy();
  auto& label = raw["label"];
  if (!label.is_none()) out.label = core::to_str(label);
  return out;
}

core::dict iteration_vars(const loop_settings& s, const core::list& items, std::size_t at) {
  core::dict out;
  out.set("ansible_loop_var", s.loop_var);
  out.set(s.loop_var, items[at]);
  auto number = static_cast<std::int64_t>(at), count = static_cast<std::int64_t>(items.size());
  if (!s.index_var.empty()) {
    out.set("ansible_index_var", s.index_var);
    out.set(s.index_var, core::value(number));
  }
  if (!s.extended) return out;
  core::dict loop;
  loop.set("index", core::value(number + 1));
  loop.set("index0", core::value(number));
  loop.set("first", core::value(at == 0));
  loop.set("last", core::value(number + 1 == count));
  loop.set("length", core::value(count));
  loop.set("revindex", core::value(count - number));
  loop.set("revindex0", core::value(count - number - 1));
  if (s.extended_allitems) loop.set("allitems", core::value(items));
  if (at + 1 < items.size()) loop.set("nextitem", items[at + 1]);
  if (at > 0) loop.set("previtem", items[at - 1]);
  out.set("ansible_loop", core::value(std::move(loop)));
  return out;
}

} // namespace mito::engine
