// The parser's plumbing: tokens, nodes, errors, and the bodies that statements enclose.
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
  if (!failed() && !unknown_.empty()) error_ = unknown_error(*unknown_.front());
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
  return ends.size() ? unknown_tag({}) : done(n);
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

namespace {

/// Ansible's SINGLE_VAR: `{{ name }}` without signs, with nothing around it but one newline behind.
bool single_name(const code& c, std::string_view text) {
  auto* r = c.root;
  if (r->type != op::body || r->items.size() != 1 || r->items[0]->type != op::print ||
      r->items[0]->a->type != op::name)
    return false;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.starts_with("{{") || !text.ends_with("}}") || text.size() < 5) return false;
  auto first = text[2], last = text[text.size() - 3];
  return first != '-' && first != '+' && last != '-' && last != '+';
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
  if (!options.bare_expression) out->single_name = single_name(*out, text);
  return code_ptr(std::move(out));
}

} // namespace mito::templating
