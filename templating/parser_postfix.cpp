// What follows an operand: attributes, subscripts, calls, filters, tests.
#include "core/text.hpp"
#include "templating/elsewhere.hpp"
#include "templating/parser_state.hpp"

namespace mito::templating {

const node* parser::postfix(const node* n) {
  while (n && !failed()) {
    if (is_op(".") || is_op("["))
      n = subscript(n);
    else if (is_op("("))
      n = call(n);
    else
      break;
  }
  return failed() ? nullptr : n;
}

const node* parser::filters(const node* n) {
  while (n && !failed()) {
    if (is_op("|")) {
      next();
      n = filter(n);
    } else if (is_name("is")) {
      n = test(n);
    } else if (is_op("(")) {
      n = call(n);
    } else {
      break;
    }
  }
  return failed() ? nullptr : n;
}

/// getattr: a object, val name. getitem: a object, b index.
const node* parser::subscript(const node* object) {
  auto* n = make(op::getitem);
  n->a = object;
  if (skip_op(".")) {
    if (cur().kind == token_kind::name) {
      n->type = op::getattr;
      n->val = core::value(cur().text, core::trust::source);
      next();
      return done(n);
    }
    if (cur().kind != token_kind::integer) return fail("expected name or number");
    auto* index = make(op::constant);
    index->val = cur().val;
    index->fixed = true;
    n->b = index;
    next();
    return done(n);
  }
  next();
  auto* all = make(op::tuple);
  while (!failed() && !is_op("]")) {
    if (!all->items.empty() && !expect_op(",")) return nullptr;
    auto* item = subscribed();
    if (!item) return nullptr;
    all->items.push_back(item);
  }
  if (!expect_op("]")) return nullptr;
  n->b = all->items.size() == 1 ? all->items[0] : done(all);
  return n->b ? done(n) : nullptr;
}

/// slice: a start, b stop, c step; each may be null.
const node* parser::subscribed() {
  auto* n = make(op::slice);
  const node* first = nullptr;
  if (!is_op(":")) {
    first = expression();
    if (!first) return nullptr;
    if (!is_op(":")) return first;
  }
  n->a = first;
  next();
  auto at_end = [&] { return is_op("]") || is_op(","); };
  if (!at_end() && !is_op(":")) {
    n->b = expression();
    if (!n->b) return nullptr;
  }
  if (skip_op(":") && !at_end()) {
    n->c = expression();
    if (!n->c) return nullptr;
  }
  return done(n);
}

/// items: positional; named: by keyword; c: *args, d: **kwargs.
bool parser::arguments(node* n) {
  deeper d(*this);
  if (too_deep() || !expect_op("(")) return false;
  auto ensure = [&](bool ok) { return ok || fail("invalid syntax for function call expression"); };
  for (bool first = true; !is_op(")"); first = false) {
    if (failed()) return false;
    if (!first) {
      if (!expect_op(",")) return false;
      if (is_op(")")) break;
    }
    if (is_op("*")) {
      if (!ensure(!n->c && !n->d)) return false;
      next();
      if (!(n->c = expression())) return false;
    } else if (is_op("**")) {
      if (!ensure(!n->d)) return false;
      next();
      if (!(n->d = expression())) return false;
    } else if (cur().kind == token_kind::name && ahead().kind == token_kind::op && ahead().text == "=") {
      if (!ensure(!n->d)) return false;
      core::value name(cur().text, core::trust::source);
      next();
      next();
      auto* val = expression();
      if (!val) return false;
      n->named.push_back({name, val});
    } else {
      if (!ensure(!n->c && !n->d && n->named.empty())) return false;
      auto* val = expression();
      if (!val) return false;
      n->items.push_back(val);
    }
  }
  return expect_op(")");
}

/// a: what is called.
const node* parser::call(const node* callee) {
  auto* n = make(op::call);
  n->a = callee;
  return arguments(n) ? done(n) : nullptr;
}

std::string parser::dotted_name() {
  std::string name(identifier());
  while (!failed() && skip_op(".")) {
    name += '.';
    name += identifier();
  }
  return name;
}

/// a: input (null in filter blocks); val: name; items, named, c, d: arguments.
const node* parser::filter(const node* input) {
  auto* n = make(op::filter);
  n->a = input;
  auto name = dotted_name();
  if (failed()) return nullptr;
  n->val = core::value(name, core::trust::source);
  if (is_op("(") && !arguments(n)) return nullptr;
  return resolve(n, true) ? done(n) : nullptr;
}

/// a: what is tested; val: name; items, named, c, d: arguments; flag_positive unless "is not".
const node* parser::test(const node* input) {
  auto* n = make(op::test);
  n->a = input;
  next();
  n->flag = skip_name("not") ? 0 : flag_positive;
  auto name = dotted_name();
  if (failed()) return nullptr;
  n->val = core::value(name, core::trust::source);
  auto k = cur().kind;
  bool word_argument = k == token_kind::name && !is_name("else") && !is_name("or") && !is_name("and");
  if (is_op("(")) {
    if (!arguments(n)) return nullptr;
  } else if (word_argument || k == token_kind::string || k == token_kind::integer || k == token_kind::real ||
             is_op("[") || is_op("{")) {
    if (is_name("is")) return fail("You cannot chain multiple tests with is");
    auto* arg = primary();
    if (arg) arg = postfix(arg);
    if (!arg) return nullptr;
    n->items.push_back(arg);
  }
  return resolve(n, false) ? done(n) : nullptr;
}

/// Unknown names are told when the whole text has been read: what is wrong with its syntax comes first.
bool parser::resolve(node* n, bool is_filter) {
  auto name = n->val.as_string();
  n->function = is_filter ? find_filter(name, options_.ansible) : find_test(name, options_.ansible);
  // Plain Jinja2 minds a missing function inside of conditions only when it gets there.
  if (!n->function && (options_.ansible || !conditional_)) unknown_.push_back(n);
  return true;
}

core::error parser::unknown_error(const node& n) const {
  auto name = n.val.as_string();
  bool is_filter = n.type == op::filter;
  std::string message, hint;
  auto near = core::nearest(name, is_filter ? filter_names() : test_names());
  if (!near.empty()) hint = "the nearest known name is '" + std::string(near) + "'";
  auto dot = name.rfind('.');
  if (dot != name.npos)
    hint = std::string(is_filter ? "filters" : "tests") +
           " of collections need the Python plugin host, which does not exist yet";
  if (!options_.ansible)
    message = std::string("No ") + (is_filter ? "filter" : "test") + " named '" + std::string(name) + "'.";
  else if (dot != name.npos && name.find('.') == dot)
    message = "Could not load \"" + std::string(name) + "\": 'invalid plugin name: " + std::string(name) + "'";
  else if (dot == name.npos)
    message = "Could not load \"" + std::string(name) + "\": '" + std::string(name) + "'";
  else
    message = "Could not load \"" + std::string(name) + "\": 'Invalid plugin FQCN (" + std::string(name) +
              "): unable to locate collection " + std::string(name.substr(0, dot)) + "'";
  core::location where;
  where.line = n.line;
  where.column = n.column;
  core::error e(std::move(message), where, hint);
  e.what().category = defined_elsewhere(name) ? "unsupported" : options_.ansible ? "unknown_name" : "syntax";
  return e;
}

} // namespace mito::templating
