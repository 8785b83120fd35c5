#include "templating/render.hpp"

#include "core/python.hpp"
#include "templating/cache.hpp"
#include "templating/results.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

std::size_t newlines_at_end(std::string_view s) {
  auto last = s.find_last_not_of('\n');
  return last == s.npos ? s.size() : s.size() - last - 1;
}

core::error worded(const core::error& e, std::string message, std::string_view category) {
  core::error out(e);
  out.what().message = std::move(message);
  out.what().category = category;
  return out;
}

/// "M" becomes "prefix M. M", for AnsibleError's message ends with what caused it.
core::error wrapped(const core::error& e, std::string prefix, std::string_view category) {
  return worded(e, prefix + e.message() + ". " + e.message(), category);
}

/// What do_template() makes of an exception.
core::error template_error(const core::error& e, const code& c) {
  auto& category = e.what().category;
  if (category == "undefined") return wrapped(e, "", "undefined");
  bool type = category == "type" || category == "filter_type";
  if (type && e.message().find("AnsibleUndefined") != std::string::npos) {
    auto shown = "Unable to look up a name or access an attribute in template string (" + c.source +
                 ").\nMake sure your variable name does not contain invalid characters like '-': ";
    return wrapped(wrapped(e, std::move(shown), "undefined"), "", "undefined");
  }
  if (type)
    return wrapped(e, "Unexpected templating type error occurred on (" + c.source + "): ", "type");
  return e;
}

core::expected<code_ptr> compiled(session& s, std::string_view text) {
  auto made = s.cache.get(text, s.env);
  if (made || !s.env.ansible) return made;
  auto& e = made.error();
  auto& category = e.what().category;
  if (category != "syntax" && category != "unknown_name" && category != "unsupported") return made;
  auto shown = s.env.escape_backslashes ? escape_backslashes(text, s.env.parsing.rules) : std::string(text);
  return worded(
      e, "template error while templating string: " + e.message() + ". String: " + shown + ". " + e.message(),
      "syntax");
}

core::expected<core::value> template_string(session& s, const core::value& source,
                                            const template_options& opt) {
  auto raw = source.as_string();
  auto made = compiled(s, raw);
  if (!made) return made.error();
  auto& c = **made;
  if (c.single_name && !raw.starts_with("#jinja2:")) {
    // A lone variable that is a number, a bool or null is handed over as it is.
    if (auto v = s.vars.lookup(c.root->items[0]->a->val.as_string()))
      if (v->is_bool() || v->is_int() || v->is_real() || v->is_none() || v->kind() == core::kind::big_integer)
        return *v;
  }
  machine m(s, c);
  auto v = m.run();
  if (!m.failed()) v = exported(m, v);
  if (m.failed()) {
    if (m.error().what().category == "undefined" && !opt.fail_on_undefined) return source;
    return template_error(m.error(), c);
  }
  if (v.is_string() && opt.preserve_trailing_newlines) {
    auto wanted = c.trailing_newlines, has = newlines_at_end(v.as_string());
    if (wanted > has) {
      std::string longer(v.as_string());
      for (; has < wanted; ++has) longer += c.newline_sequence;
      v = text(longer);
    }
  }
  return m.tainted() ? core::as_data(v) : core::as_source(v);
}

} // namespace

core::expected<core::value> template_value(session& s, const core::value& v, const template_options& opt) {
  if (!v.templated()) return v;
  if (v.is_string()) return template_string(s, v, opt);
  if (v.depth() > limits::value_depth) {
    core::error e("the value is nested too deeply");
    e.what().category = "limit";
    return e;
  }
  if (v.is_sequence()) {
    core::list out;
    out.reserve(v.as_list().size());
    for (auto& i : v.as_list()) {
      auto item = template_value(s, i, opt);
      if (!item) return item;
      out.push_back(std::move(*item));
    }
    return core::value(std::move(out));
  }
  core::dict out;
  out.reserve(v.as_dict().size());
  for (auto& e : v.as_dict()) {
    auto item = template_value(s, e.val, opt);
    if (!item) return item;
    out.set_key(e.key, std::move(*item));
  }
  return core::value(std::move(out));
}

core::expected<std::string> render_text(session& s, std::string_view source, std::string_view name,
                                        const template_options& opt) {
  auto made = s.cache.get(source, s.env, name);
  if (!made)
    return worded(made.error(),
                  "template error while templating string: " + made.error().message() +
                      ". String: " + std::string(source) + ". " + made.error().message(),
                  made.error().what().category);
  auto& c = **made;
  machine m(s, c);
  auto out = m.run_text();
  if (m.failed()) {
    if (m.error().what().category == "undefined" && !opt.fail_on_undefined) return std::string(source);
    return template_error(m.error(), c);
  }
  if (opt.preserve_trailing_newlines)
    for (auto has = newlines_at_end(out); has < c.trailing_newlines; ++has) out += c.newline_sequence;
  return out;
}

std::string python_class(std::string_view category) {
  static constexpr std::pair<std::string_view, std::string_view> table[] = {
      {"filter", "ansible.errors.AnsibleFilterError"},
      {"lookup", "ansible.errors.AnsibleLookupError"},
      {"zero_division", "ZeroDivisionError"},
      {"value", "ValueError"},
      {"key", "KeyError"},
      {"type", "TypeError"},
      {"attribute", "AttributeError"},
      {"assertion", "AssertionError"},
      {"overflow", "OverflowError"},
      {"regex", "re.error"},
      {"json", "json.decoder.JSONDecodeError"},
      {"runtime", "jinja2.exceptions.TemplateRuntimeError"},
      {"template_syntax", "jinja2.exceptions.TemplateSyntaxError"},
      {"not_found", "jinja2.exceptions.TemplateNotFound"},
      {"filter_argument", "jinja2.exceptions.FilterArgumentError"},
  };
  std::string_view name = "ansible.errors.AnsibleError";
  for (auto& [c, n] : table)
    if (c == category) name = n;
  return "<class '" + std::string(name) + "'>";
}

namespace {

/// Ansible's templar makes lists of the tuples in what it is given.
core::value without_tuples(const core::value& v) {
  if (!v.has_tuple()) return v;
  if (v.is_sequence()) {
    core::list out;
    for (auto& i : v.as_list()) out.push_back(without_tuples(i));
    return core::value(std::move(out));
  }
  core::dict out;
  for (auto& e : v.as_dict()) out.set_key(e.key, without_tuples(e.val));
  return core::value(std::move(out));
}

core::value all_variables(const scope& vars) {
  core::dict out;
  for (auto name : vars.names())
    if (auto v = vars.lookup(name)) out.set_key(core::value(name, core::trust::source), *v);
  return core::value(std::move(out));
}

} // namespace

/// A context variable, its templates evaluated. An undefined leaf makes the whole variable undefined, not the
/// template.
core::value machine::raw_variable(std::string_view name, bool& found) {
  auto raw = s_.vars.lookup(name);
  if (!raw && name == "vars") {
    found = true;
    auto all = all_variables(s_.vars);
    taint(all);
    return all;
  }
  if (!raw) {
    if (name != "omit" || s_.omit.empty()) return {};
    found = true;
    return text(s_.omit);
  }
  found = true;
  if (!s_.env.ansible) return *raw;
  taint(*raw);
  if (name == "vars") return *raw;
  if (!raw->templated()) return without_tuples(*raw);
  auto v = nested(*raw, name);
  return v.is_undefined() ? v : without_tuples(v);
}

core::value machine::nested(const core::value& raw, std::string_view name, bool strict) {
  for (auto* a = s_.active; a; a = a->outer)
    if (!name.empty() && a->name == name) {
      auto message = "recursive loop detected in template string: " + core::to_str(raw);
      return fail("recursion", std::move(message));
    }
  if (s_.left.depth >= limits::call_depth)
    return fail("recursion", "variables refer to each other too deeply (more than " +
                                 std::to_string(limits::call_depth) + " levels)");
  active_name self{s_.active, name};
  session inner{s_.env,       s_.vars, s_.left,    s_.cache,
                s_.templates, s_.host, s_.globals, name.empty() ? s_.active : &self,
                s_.omit};
  ++s_.left.depth;
  auto v = template_value(inner, raw);
  --s_.left.depth;
  if (v) {
    taint(*v);
    return *v;
  }
  auto& e = v.error();
  auto shown = core::to_str(raw);
  if (e.what().category == "undefined" && strict) return fail(e);
  if (e.what().category == "undefined") return core::value::undefined(shown + ": " + e.message());
  if (name.empty()) return fail(e);
  bool loop = e.what().category == "recursion", limit = e.what().category == "limit";
  if (loop && e.message().starts_with("An unhandled")) return fail(e);
  return fail(worded(e,
                     "An unhandled exception occurred while templating '" + shown + "'. Error was a " +
                         python_class(e.what().category == "type" ? "" : e.what().category) +
                         ", original message: " + e.message(),
                     loop    ? "recursion"
                     : limit ? "limit"
                             : "error"));
}

} // namespace mito::templating
