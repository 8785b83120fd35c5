#include "templating/templar.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/cache.hpp"
#include "templating/conditions.hpp"
#include "templating/entropy.hpp"
#include "templating/machine.hpp"
#include "templating/render.hpp"
#include "templating/results.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

struct templar::impl final : loader {
  const host_services* host;
  mutable template_cache cache;
  std::string omit;
  /// One environment for each combination of what render_options can change.
  environment plain, native, text_only, whole_file;

  explicit impl(const host_services* services) : host(services) {
    omit = "__omit_place_holder__" + random_text(40, "0123456789abcdef");
    plain.parsing.rules.trim_blocks = true;
    native = text_only = whole_file = plain;
    native.native = true;
    text_only.convert = false;
    whole_file.escape_backslashes = false;
    whole_file.convert = false;
    for (auto* e : {&plain, &native, &text_only, &whole_file}) e->signature = signature(*e);
  }

  core::expected<code_ptr> load(std::string_view name) const override {
    core::error missing{std::string(name)};
    missing.what().category = "not_found";
    if (!host) return missing;
    auto text = host->read_file(name, "template");
    if (!text)
      return text.error().what().category == "not_found" || text.error().what().category.empty()
                 ? missing
                 : text.error();
    auto options = plain.parsing;
    auto made = parse(*text, options, name);
    return made;
  }
};

templar::templar(const host_services* services) : impl_(std::make_unique<impl>(services)) {}
templar::~templar() = default;

std::string_view templar::omit() const {
  return impl_->omit;
}
bool templar::is_omit(const core::value& v) const {
  return v.is_string() && v.as_string() == impl_->omit;
}

namespace {

void set_marks(syntax& rules, const template_marks& marks) {
  auto set = [](std::string& to, const std::string& mark) {
    if (!mark.empty()) to = mark;
  };
  set(rules.variable_start, marks.variable_start);
  set(rules.variable_end, marks.variable_end);
  set(rules.block_start, marks.block_start);
  set(rules.block_end, marks.block_end);
  set(rules.comment_start, marks.comment_start);
  set(rules.comment_end, marks.comment_end);
}

/// Errors inside a file say where by themselves; those in a playbook's string get the string's place.
core::error placed(core::error e, const core::location& where) {
  if (e.what().where.file || !where.file) return e;
  auto inside = e.what().where;
  e.what().where = where;
  if (inside.line > 1)
    e.what().notes.push_back({core::severity::note,
                              "line " + std::to_string(inside.line) + ", column " +
                                  std::to_string(inside.column) + " of the template",
                              {},
                              {},
                              {},
                              {}});
  return e;
}

} // namespace

core::expected<core::value> templar::render(const core::value& v, const scope& vars,
                                            const render_options& opt, const core::location& where) const {
  if (!v.templated()) return v;
  budget left;
  environment own;
  const environment* env = opt.native ? &impl_->native : opt.convert_data ? &impl_->plain : &impl_->text_only;
  if (!opt.escape_backslashes || opt.lstrip_blocks || opt.newline_sequence != "\n") {
    own = *env;
    own.escape_backslashes = opt.escape_backslashes;
    own.parsing.rules.lstrip_blocks = opt.lstrip_blocks;
    own.parsing.rules.newline_sequence = opt.newline_sequence;
    own.signature = signature(own);
    env = &own;
  }
  session s{*env, vars, left, impl_->cache, impl_.get(), impl_->host, nullptr, nullptr, impl_->omit};
  auto out = template_value(s, v, {opt.fail_on_undefined, opt.preserve_trailing_newlines});
  return out ? std::move(out) : placed(out.error(), where);
}

core::expected<bool> templar::condition(const core::value& cond, const scope& vars,
                                        const core::location& where) const {
  budget left;
  session s{impl_->plain, vars, left, impl_->cache, impl_.get(), impl_->host, nullptr, nullptr, impl_->omit};
  auto out = evaluate_condition(s, cond);
  return out ? out : placed(out.error(), where);
}

core::expected<core::value> templar::expression(std::string_view expr, const scope& vars,
                                                const core::location& where) const {
  budget left;
  session s{impl_->plain, vars, left, impl_->cache, impl_.get(), impl_->host, nullptr, nullptr, impl_->omit};
  auto code = impl_->cache.get(expr, impl_->plain, template_cache::form::expression);
  if (!code) return placed(code.error(), where);
  machine m(s, **code);
  auto v = m.run_expression();
  if (!m.failed() && v.has_undefined()) m.undefined_error(first_undefined(v));
  if (!m.failed()) v = exported(m, v);
  if (m.failed()) return placed(m.error(), where);
  return m.tainted() ? core::as_data(v) : core::as_source(v);
}

core::expected<std::string> templar::render_file(std::string_view text, std::string_view name,
                                                 const scope& vars, const render_options& opt) const {
  auto env = impl_->whole_file;
  env.parsing.rules.trim_blocks = opt.trim_blocks;
  env.parsing.rules.lstrip_blocks = opt.lstrip_blocks;
  env.parsing.rules.newline_sequence = opt.newline_sequence;
  set_marks(env.parsing.rules, opt.marks);
  env.escape_backslashes = opt.escape_backslashes;
  env.signature = signature(env);
  budget left;
  session s{env, vars, left, impl_->cache, impl_.get(), impl_->host, nullptr, nullptr, impl_->omit};
  auto out = render_text(s, text, name, {opt.fail_on_undefined, opt.preserve_trailing_newlines});
  return out;
}

core::expected<void> templar::check(std::string_view text, bool bare_expression,
                                    const core::location& where) const {
  auto form = bare_expression ? template_cache::form::condition : template_cache::form::text;
  auto code = impl_->cache.get(text, impl_->plain, form);
  if (!code) return placed(code.error(), where);
  return {};
}

bool templar::is_template(std::string_view text) {
  for (auto at = text.find('{'); at != text.npos && at + 1 < text.size(); at = text.find('{', at + 1))
    if (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#') return true;
  return false;
}

bool templar::is_template(const core::value& v) {
  return v.templated();
}

} // namespace mito::templating
