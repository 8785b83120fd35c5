// Statements, and the parser's plumbing.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/parser_state.hpp"

namespace mito::templating {

parser::parser(std::string_view text, const parse_options& options, code& out)
    : options_(options), out_(out) {
  tokenize(tokens_, text, options.rules, options.bare_expression);
  if (cur().kind == token_kind::error) fail(tokens_.message);
}

bool parser::run() {
  if (failed()) return false;
  if (options_.bare_expression) {
    auto* n = expression();
    if (n && cur().kind != token_kind::end) fail("chunk after expression");
    out_.root = n;
  } else {
    out_.root = body({});
  }
  if (!failed() && !unknown_.empty()) {
    auto* n = unknown_.front();
    core::location where;
    where.line = n->line;
    where.column = n->column;
    error_.emplace(std::string("No ") + (n->type == op::filter ? "filter" : "test") + " named '" +
                       std::string(n->val.as_string()) + "'.",
                   where);
    error_->what().category = "syntax";
  }
  return !failed() && out_.root;
}

void parser::next() {
  if (failed() || at_ + 1 >= tokens_.tokens.size()) return;
  ++at_;
  if (cur().kind == token_kind::error) fail(tokens_.message);
}

bool parser::skip_op(std::string_view text) {
  if (failed() || !is_op(text)) return false;
  next();
  return true;
}

bool parser::skip_name(std::string_view text) {
  if (failed() || !is_name(text)) return false;
  next();
  return true;
}

bool parser::expect_op(std::string_view text) {
  if (failed()) return false;
  if (!is_op(text)) return expected_token(text) != nullptr;
  next();
  return !failed();
}

bool parser::expect_name(std::string_view text) {
  if (failed()) return false;
  if (!is_name(text)) return expected_token(text) != nullptr;
  next();
  return !failed();
}

std::string_view parser::identifier() {
  if (failed()) return {};
  if (cur().kind != token_kind::name) {
    expected_token("name");
    return {};
  }
  auto text = cur().text;
  next();
  return text;
}

/// The end of a statement that a body follows: Python's colon is allowed before it.
bool parser::expect_body() {
  skip_op(":");
  return expect_end();
}

bool parser::expect_end() {
  if (failed()) return false;
  if (cur().kind != token_kind::block_end) return expected_token("end of statement block") != nullptr;
  next();
  return !failed();
}

const node* parser::fail_at(std::string message, const token& t) {
  if (error_) return nullptr;
  core::location where;
  where.line = t.line;
  where.column = t.column;
  error_.emplace(std::move(message), where);
  error_->what().category = "syntax";
  return nullptr;
}

const node* parser::fail(std::string message) {
  return fail_at(std::move(message), cur());
}

const node* parser::expected_token(std::string_view wanted) {
  if (cur().kind == token_kind::end)
    return fail("unexpected end of template, expected '" + std::string(wanted) + "'.");
  return fail("expected token '" + std::string(wanted) + "', got '" + describe(cur()) + "'");
}

bool parser::too_deep() {
  if (depth_ <= limits::parse_depth) return false;
  fail("the expression is nested too deeply (more than " + std::to_string(limits::parse_depth) + " levels)");
  return true;
}

node* parser::make(op type) {
  auto& n = out_.nodes.emplace_back();
  n.type = type;
  n.line = cur().line;
  n.column = cur().column;
  return &n;
}

node* parser::make(op type, const node* at) {
  auto* n = make(type);
  n->line = at->line;
  n->column = at->column;
  return n;
}

const node* parser::done(node* n) {
  if (failed()) return nullptr;
  unsigned depth = 0;
  bool fixed = n->type < op::namespace_ref && n->type != op::name && n->type != op::call;
  auto child = [&](const node* c) {
    if (!c) return;
    depth = std::max<unsigned>(depth, c->depth);
    fixed = fixed && c->fixed;
  };
  for (auto* c : {n->a, n->b, n->c, n->d}) child(c);
  for (auto* c : n->items) child(c);
  for (auto& k : n->named) child(k.value);
  if (n->function) fixed = fixed && !(n->function->flags & function_impure);
  n->fixed = fixed;
  n->depth = static_cast<std::uint16_t>(depth + 1);
  if (depth < limits::tree_depth) return n;
  return fail("the template is nested too deeply");
}

/// items: what is printed and done in order.
const node* parser::body(std::initializer_list<std::string_view> ends, bool drop_end) {
  deeper d(*this);
  if (too_deep()) return nullptr;
  if (ends.size()) open_ends_.emplace_back(ends);
  auto* n = make(op::body);
  while (!failed() && cur().kind != token_kind::end) {
    if (cur().kind == token_kind::data) {
      auto* text = make(op::data);
      text->val = cur().val;
      n->items.push_back(text);
      next();
      continue;
    }
    if (cur().kind == token_kind::variable_begin) {
      n->items.push_back(parse_print());
      continue;
    }
    next();
    if (failed()) break;
    bool end = false;
    for (auto e : ends) end = end || is_name(e);
    if (end) {
      open_ends_.pop_back();
      if (drop_end) next();
      return done(n);
    }
    if (auto* s = statement()) n->items.push_back(s);
    if (!failed()) expect_end();
  }
  if (failed()) return nullptr;
  if (ends.size()) {
    std::string message = "Unexpected end of template.";
    message += " Jinja was looking for the following tags: ";
    bool first = true;
    for (auto e : ends) {
      if (!first) message += " or ";
      first = false;
      message += "'" + std::string(e) + "'";
    }
    message += ".";
    if (!open_tags_.empty())
      message += " The innermost block that needs to be closed is '" + std::string(open_tags_.back()) + "'.";
    return fail(message);
  }
  return done(n);
}

/// a: expression; a tuple when there are commas.
const node* parser::parse_print() {
  auto* n = make(op::print);
  next();
  n->a = failed() ? nullptr : tuple(false, true, false);
  if (!n->a) return nullptr;
  n->line = n->a->line;
  n->column = n->a->column;
  if (cur().kind != token_kind::variable_end) return expected_token("end of print statement");
  next();
  return done(n);
}

const node* parser::unknown_tag(std::string_view name) {
  std::string message = "Encountered unknown tag '" + std::string(name) + "'.";
  if (!open_ends_.empty()) {
    message += " Jinja was looking for the following tags: ";
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
  };
  if (cur().kind != token_kind::name) return fail("tag name expected");
  auto name = cur().text;
  if (name == "print") {
    auto* n = make(op::print);
    next();
    n->a = tuple(false, true, false);
    return n->a ? done(n) : nullptr;
  }
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

const node* parser::target(bool with_tuple, bool name_only, bool with_namespace,
                           std::initializer_list<std::string_view> ends) {
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
  auto* n = with_tuple ? tuple(true, true, false, ends) : primary();
  uses_.back() = saved;
  return n ? assignable(n) : nullptr;
}

/// a: target, b: iterable, c: filter or null, d: body; items[0]: else body if any.
const node* parser::parse_for() {
  auto* n = make(op::loop);
  next();
  n->a = target(true, false, false, {"in"});
  if (!n->a || !expect_name("in")) return nullptr;
  n->b = tuple(false, false, false, {"recursive"});
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
    if (name.starts_with("__")) return fail("names starting with two underlines can not be imported");
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

/// b: expression; a: body.
const node* parser::parse_autoescape() {
  auto* n = make(op::autoescape);
  next();
  n->b = expression();
  if (!n->b || !expect_body()) return nullptr;
  n->a = body({"endautoescape"}, true);
  return n->a ? done(n) : nullptr;
}

namespace {

bool single_name(const code& c) {
  auto* r = c.root;
  return r->type == op::body && r->items.size() == 1 && r->items[0]->type == op::print &&
         r->items[0]->a->type == op::name;
}

} // namespace

core::expected<code_ptr> parse(std::string_view text, const parse_options& options, std::string_view name) {
  auto out = std::make_shared<code>();
  auto limit_error = [&](std::string_view message) {
    core::error e{std::string(message)};
    e.what().category = "syntax";
    return e;
  };
  if (text.size() > limits::source) return limit_error("the template is longer than allowed");
  if (!core::is_utf8(text)) return limit_error("the template is not valid UTF-8");
  out->name = name;
  out->source = text;
  out->newline_sequence = options.rules.newline_sequence;
  while (out->trailing_newlines < text.size() && text[text.size() - 1 - out->trailing_newlines] == '\n')
    ++out->trailing_newlines;
  parser p(text, options, *out);
  if (!p.run()) return p.why();
  if (!options.bare_expression) out->single_name = single_name(*out);
  return code_ptr(std::move(out));
}

} // namespace mito::templating
