// Statements.
#include <algorithm>

#include "core/text.hpp"
#include "templating/parser_state.hpp"

namespace mito::templating {

const node* parser::unknown_tag(std::string_view name) {
  std::string message =
      name.empty() ? "Unexpected end of template." : "Encountered unknown tag '" + std::string(name) + "'.";
  bool known = false;
  for (auto& ends : open_ends_) known = known || std::find(ends.begin(), ends.end(), name) != ends.end();
  if (!open_ends_.empty()) {
    message += known ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
                     : " Jinja was looking for the following tags: ";
    for (std::size_t i = 0; i < open_ends_.back().size(); ++i) {
      if (i) message += " or ";
      message += "'" + std::string(open_ends_.back()[i]) + "'";
    }
    message += ".";
  }
  if (!open_tags_.empty())
    message += " The innermost block that needs to be closed is '" + std::string(open_tags_.back()) + "'.";
  return fail(message);
}

const node* parser::statement() {
  struct entry {
    std::string_view name;
    const node* (parser::*parse)();
  };
  static constexpr entry table[] = {
      {"for", &parser::parse_for},         {"if", &parser::parse_if},
      {"set", &parser::parse_set},         {"with", &parser::parse_with},
      {"block", &parser::parse_block},     {"extends", &parser::parse_extends},
      {"include", &parser::parse_include}, {"import", &parser::parse_import},
      {"from", &parser::parse_from},       {"macro", &parser::parse_macro},
      {"call", &parser::parse_call_block}, {"filter", &parser::parse_filter_block},
      {"do", &parser::parse_do},           {"autoescape", &parser::parse_autoescape},
      {"print", &parser::parse_print_tag},
  };
  if (cur().kind != token_kind::name) return fail("tag name expected");
  auto name = cur().text;
  if (options_.loop_controls && loops_ && (name == "break" || name == "continue")) {
    auto* n = make(name == "break" ? op::break_loop : op::continue_loop);
    next();
    return done(n);
  }
  for (auto& e : table) {
    if (e.name != name || (name == "do" && !options_.do_extension)) continue;
    open_tags_.push_back(name);
    auto* n = (this->*e.parse)();
    if (n) open_tags_.pop_back();
    return n;
  }
  return unknown_tag(name);
}

const node* parser::assignable(const node* n) {
  if (n->type == op::name) return n;
  if (n->type == op::tuple) {
    for (auto* i : n->items)
      if (!assignable(i)) return nullptr;
    return n;
  }
  static constexpr std::pair<op, std::string_view> names[] = {
      {op::constant, "const"}, {op::list, "list"}, {op::dict, "dict"},       {op::call, "call"},
      {op::filter, "filter"},  {op::test, "test"}, {op::getattr, "getattr"}, {op::getitem, "getitem"}};
  std::string_view what = "expression";
  for (auto& [type, text] : names)
    if (n->type == type) what = text;
  return fail("can't assign to '" + std::string(what) + "'");
}

const node* parser::target(bool with_tuple, bool name_only, bool with_namespace) {
  if (with_namespace && ahead().kind == token_kind::op && ahead().text == "." &&
      cur().kind == token_kind::name) {
    // a: null; val: the namespace's name; b: constant with the attribute.
    auto* n = make(op::namespace_ref);
    n->val = core::value(identifier());
    next();
    auto* attribute = make(op::constant);
    attribute->val = core::value(identifier(), core::trust::source);
    n->b = attribute;
    return done(n);
  }
  if (name_only) {
    auto* n = make(op::name);
    n->val = core::value(identifier(), core::trust::source);
    return failed() ? nullptr : n;
  }
  auto saved = uses_.back();
  auto* n = with_tuple ? tuple(true, true, false) : primary();
  uses_.back() = saved;
  return n ? assignable(n) : nullptr;
}

/// a: target, b: iterable, c: filter or null, d: body; items[0]: else body if any.
const node* parser::parse_for() {
  auto* n = make(op::loop);
  next();
  n->a = target(true, false, false);
  if (!n->a || !expect_name("in")) return nullptr;
  n->b = tuple(false, false, false);
  if (!n->b) return nullptr;
  if (skip_name("if") && !(n->c = expression())) return nullptr;
  if (skip_name("recursive")) n->flag |= flag_recursive;
  if (!expect_body()) return nullptr;
  auto outer = uses_.back();
  uses_.back().loop = false;
  ++loops_;
  n->d = body({"endfor", "else"});
  --loops_;
  if (!n->d) return nullptr;
  if (uses_.back().loop || (n->flag & flag_recursive)) n->flag |= flag_uses_loop;
  uses_.back().loop = outer.loop;
  if (is_name("else")) {
    next();
    if (!expect_body()) return nullptr;
    auto* otherwise = body({"endfor"}, true);
    if (!otherwise) return nullptr;
    n->items.push_back(otherwise);
  } else {
    next();
  }
  return done(n);
}

/// items: test, body, test, body …; a: else body or null.
const node* parser::parse_if() {
  auto* n = make(op::branch);
  next();
  ++conditional_;
  for (;;) {
    auto* test = tuple(false, false, false);
    if (!test || !expect_body()) return nullptr;
    auto* then = body({"elif", "else", "endif"});
    if (!then) return nullptr;
    n->items.push_back(test);
    n->items.push_back(then);
    if (skip_name("elif")) continue;
    if (skip_name("else")) {
      if (!expect_body()) return nullptr;
      n->a = body({"endif"}, true);
      if (!n->a) return nullptr;
    } else {
      next();
    }
    break;
  }
  --conditional_;
  return done(n);
}

/// set: a target, b value. set_block: a target, b filter chain or null, c body.
const node* parser::parse_set() {
  auto* n = make(op::set);
  next();
  n->a = target(true, false, true);
  if (!n->a) return nullptr;
  if (skip_op("=")) {
    n->b = tuple(false, true, false);
    return n->b ? done(n) : nullptr;
  }
  n->type = op::set_block;
  const node* chain = nullptr;
  while (skip_op("|"))
    if (!(chain = filter(chain))) return nullptr;
  n->b = chain;
  if (!expect_body()) return nullptr;
  n->c = body({"endset"}, true);
  return n->c ? done(n) : nullptr;
}

/// items: targets and values in turn; a: body.
const node* parser::parse_with() {
  auto* n = make(op::with);
  next();
  while (!failed() && cur().kind != token_kind::block_end) {
    if (!n->items.empty() && !expect_op(",")) return nullptr;
    auto* t = target(false, false, false);
    if (!t || !expect_op("=")) return nullptr;
    auto* val = expression();
    if (!val) return nullptr;
    n->items.push_back(t);
    n->items.push_back(val);
  }
  if (!expect_body()) return nullptr;
  n->a = body({"endwith"}, true);
  return n->a ? done(n) : nullptr;
}

/// val: name; a: body; flag_scoped, flag_required.
const node* parser::parse_block() {
  auto* n = make(op::block);
  next();
  auto name = identifier();
  if (failed()) return nullptr;
  n->val = core::value(name);
  for (auto* b : out_.blocks)
    if (b->val.as_string() == name) return fail("block '" + std::string(name) + "' defined twice");
  if (skip_name("scoped")) n->flag |= flag_scoped;
  if (skip_name("required")) n->flag |= flag_required;
  if (is_op("-"))
    return fail(
        "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an "
        "underscore instead.");
  if (!expect_body()) return nullptr;
  out_.blocks.push_back(n);
  auto loops = loops_;
  loops_ = 0;
  n->a = body({"endblock"}, true);
  loops_ = loops;
  if (!n->a) return nullptr;
  if (n->flag & flag_required)
    for (auto* i : n->a->items)
      if (i->type != op::data || !core::trim(i->val.as_string()).empty())
        return fail("Required blocks can only contain comments or whitespace");
  skip_name(name);
  return done(n);
}

/// a: the parent.
const node* parser::parse_extends() {
  auto* n = make(op::extends);
  next();
  n->a = expression();
  return n->a ? done(n) : nullptr;
}

bool parser::with_context(node* n, bool otherwise) {
  bool with = is_name("with");
  if ((with || is_name("without")) && ahead().kind == token_kind::name && ahead().text == "context") {
    otherwise = with;
    next();
    next();
  }
  if (otherwise) n->flag |= flag_with_context;
  return !failed();
}

/// a: name, or list of names.
const node* parser::parse_include() {
  auto* n = make(op::include);
  next();
  n->a = expression();
  if (!n->a) return nullptr;
  if (is_name("ignore") && ahead().kind == token_kind::name && ahead().text == "missing") {
    n->flag |= flag_ignore_missing;
    next();
    next();
  }
  return with_context(n, true) ? done(n) : nullptr;
}

/// a: template; val: the name it gets.
const node* parser::parse_import() {
  auto* n = make(op::import);
  next();
  n->a = expression();
  if (!n->a || !expect_name("as")) return nullptr;
  n->val = core::value(identifier());
  return !failed() && with_context(n, false) ? done(n) : nullptr;
}

/// a: template; named: exported name -> name node that it gets here.
const node* parser::parse_from() {
  auto* n = make(op::from_import);
  next();
  n->a = expression();
  if (!n->a || !expect_name("import")) return nullptr;
  auto context = [&] {
    if (!(is_name("with") || is_name("without")) || ahead().kind != token_kind::name ||
        ahead().text != "context")
      return false;
    return true;
  };
  bool done_context = false;
  for (;;) {
    if (!n->named.empty()) {
      if (context()) {
        done_context = true;
        break;
      }
      if (!is_op(",")) break;
      next();
      if (context()) {
        done_context = true;
        break;
      }
    }
    auto* alias = make(op::name);
    auto name = identifier();
    if (failed()) return nullptr;
    if (name.starts_with("_")) return fail("names starting with an underline can not be imported");
    core::value exported(name);
    if (skip_name("as")) name = identifier();
    alias->val = core::value(name, core::trust::source);
    n->named.push_back({exported, alias});
  }
  if (done_context && !with_context(n, false)) return nullptr;
  return failed() ? nullptr : done(n);
}

/// items: parameter names; named: those of them with defaults. Shared by macros and call blocks.
bool parser::signature(node* n) {
  if (!expect_op("(")) return false;
  while (!is_op(")")) {
    if (failed()) return false;
    if (!n->items.empty() && !expect_op(",")) return false;
    auto* arg = target(false, true, false);
    if (!arg) return false;
    if (skip_op("=")) {
      auto* otherwise = expression();
      if (!otherwise) return false;
      n->named.push_back({arg->val, otherwise});
    } else if (!n->named.empty()) {
      return fail("non-default argument follows default argument") != nullptr;
    }
    n->items.push_back(arg);
  }
  return expect_op(")");
}

/// val: name; a: body; items, named: signature; flag_caller, flag_kwargs, flag_varargs.
const node* parser::parse_macro() {
  auto* n = make(op::macro);
  next();
  n->val = core::value(identifier(), core::trust::source);
  if (failed() || !signature(n) || !expect_body()) return nullptr;
  uses_.push_back({});
  auto loops = loops_;
  loops_ = 0;
  n->a = body({"endmacro"}, true);
  loops_ = loops;
  auto used = uses_.back();
  uses_.pop_back();
  n->flag = static_cast<std::uint8_t>((used.caller ? flag_caller : 0) | (used.kwargs ? flag_kwargs : 0) |
                                      (used.varargs ? flag_varargs : 0));
  return n->a ? done(n) : nullptr;
}

/// b: the call; a: body; items, named: signature of the caller.
const node* parser::parse_call_block() {
  auto* n = make(op::call_block);
  next();
  if (is_op("(") && !signature(n)) return nullptr;
  n->b = expression();
  if (!n->b) return nullptr;
  if (n->b->type != op::call) return fail("expected call");
  if (!expect_body()) return nullptr;
  auto loops = loops_;
  loops_ = 0;
  n->a = body({"endcall"}, true);
  loops_ = loops;
  return n->a ? done(n) : nullptr;
}

/// b: filter chain without input; a: body.
const node* parser::parse_filter_block() {
  auto* n = make(op::filter_block);
  next();
  auto* chain = filter(nullptr);
  while (chain && skip_op("|")) chain = filter(chain);
  if (!chain || !expect_body()) return nullptr;
  n->b = chain;
  n->a = body({"endfilter"}, true);
  return n->a ? done(n) : nullptr;
}

/// a: expression.
const node* parser::parse_do() {
  auto* n = make(op::run);
  next();
  n->a = tuple(false, true, false);
  return n->a ? done(n) : nullptr;
}

/// items: one print for each expression.
const node* parser::parse_print_tag() {
  auto* n = make(op::body);
  next();
  while (!failed() && cur().kind != token_kind::block_end) {
    if (!n->items.empty() && !expect_op(",")) return nullptr;
    auto* one = make(op::print);
    one->a = expression();
    if (!one->a) return nullptr;
    n->items.push_back(done(one));
  }
  return done(n);
}

/// b: expression; a: body.
const node* parser::parse_autoescape() {
  auto* n = make(op::autoescape);
  next();
  n->b = expression();
  if (!n->b || !expect_body()) return nullptr;
  n->a = body({"endautoescape"}, true);
  return n->a ? done(n) : nullptr;
}

} // namespace mito::templating
