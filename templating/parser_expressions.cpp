// Expressions, from the loosest to the tightest binding: condition, or, and, not, compare, sum, concat,
// product, unary, power, primary, postfix.
#include "core/text.hpp"
#include "templating/elsewhere.hpp"
#include "templating/parser_state.hpp"

namespace mito::templating {

const node* parser::expression(bool with_condition) {
  deeper d(*this);
  if (too_deep()) return nullptr;
  return with_condition ? condition() : logical_or();
}

/// a: value, b: test, c: otherwise or null.
const node* parser::condition() {
  auto known_before = unknown_.size();
  auto* value = logical_or();
  while (value && is_name("if")) {
    auto* n = make(op::conditional);
    next();
    n->a = value;
    unknown_.resize(known_before);
    ++conditional_;
    n->b = logical_or();
    if (n->b && skip_name("else")) {
      deeper d(*this);
      if (too_deep()) return nullptr;
      n->c = condition();
      if (!n->c) return nullptr;
    }
    --conditional_;
    value = n->b ? done(n) : nullptr;
  }
  return value;
}

/// a, b: the operands.
const node* parser::logical_or() {
  auto* left = logical_and();
  while (left && is_name("or")) {
    auto* n = make(op::logical_or);
    next();
    n->a = left;
    n->b = logical_and();
    left = n->b ? done(n) : nullptr;
  }
  return left;
}

const node* parser::logical_and() {
  auto* left = logical_not();
  while (left && is_name("and")) {
    auto* n = make(op::logical_and);
    next();
    n->a = left;
    n->b = logical_not();
    left = n->b ? done(n) : nullptr;
  }
  return left;
}

const node* parser::logical_not() {
  if (!is_name("not")) return compare();
  deeper d(*this);
  if (too_deep()) return nullptr;
  auto* n = make(op::logical_not);
  next();
  n->a = logical_not();
  return n->a ? done(n) : nullptr;
}

/// a: first operand; items: the others; val: string of comparison codes, one a byte.
const node* parser::compare() {
  static constexpr std::pair<std::string_view, comparison> signs[] = {
      {"==", comparison::eq}, {"!=", comparison::ne}, {"<", comparison::lt},
      {"<=", comparison::le}, {">", comparison::gt},  {">=", comparison::ge}};
  auto* left = sum();
  node* n = nullptr;
  std::string codes;
  while (left && !failed()) {
    std::optional<comparison> which;
    auto* at = &cur();
    if (at->kind == token_kind::op)
      for (auto& [text, c] : signs)
        if (at->text == text) which = c;
    if (is_name("in")) which = comparison::in;
    bool two_words = is_name("not") && ahead().kind == token_kind::name && ahead().text == "in";
    if (two_words) which = comparison::not_in;
    if (!which) break;
    if (!n) {
      n = make(op::compare, left);
      n->a = left;
    }
    next();
    if (two_words) next();
    auto* right = sum();
    if (!right) return nullptr;
    n->items.push_back(right);
    codes += static_cast<char>(*which);
  }
  if (!n || failed()) return failed() ? nullptr : left;
  n->val = core::value(codes);
  return done(n);
}

const node* parser::binary_chain(const node* (parser::*operand)(),
                                 std::initializer_list<std::pair<std::string_view, op>> signs) {
  auto* left = (this->*operand)();
  while (left) {
    op type = op::body;
    for (auto& [text, t] : signs)
      if (is_op(text)) type = t;
    if (type == op::body) break;
    auto* n = make(type);
    next();
    n->a = left;
    n->b = (this->*operand)();
    left = n->b ? done(n) : nullptr;
  }
  return left;
}

const node* parser::sum() {
  return binary_chain(&parser::concat, {{"+", op::add}, {"-", op::subtract}});
}

/// items: all operands.
const node* parser::concat() {
  auto* first = product();
  if (!first || !is_op("~")) return first;
  auto* n = make(op::concat, first);
  n->items.push_back(first);
  while (skip_op("~")) {
    auto* right = product();
    if (!right) return nullptr;
    n->items.push_back(right);
  }
  return done(n);
}

const node* parser::product() {
  return binary_chain(&parser::power,
                      {{"*", op::multiply}, {"/", op::divide}, {"//", op::floor_divide}, {"%", op::modulo}});
}

// In Jinja2 a minus binds tighter than ** on its left ((-2) ** 2) and ** groups from the left.
const node* parser::power() {
  auto* left = unary();
  while (left && is_op("**")) {
    auto* n = make(op::power);
    next();
    n->a = left;
    n->b = unary();
    left = n->b ? done(n) : nullptr;
  }
  return left;
}

const node* parser::unary(bool with_filter) {
  deeper d(*this);
  if (too_deep()) return nullptr;
  const node* n;
  if (is_op("-") || is_op("+")) {
    auto* made = make(is_op("-") ? op::negative : op::positive);
    next();
    made->a = unary(false);
    n = made->a ? done(made) : nullptr;
  } else {
    n = primary();
  }
  n = n ? postfix(n) : nullptr;
  return n && with_filter ? filters(n) : n;
}

const node* parser::primary() {
  auto& t = cur();
  if (failed()) return nullptr;
  if (t.kind == token_kind::name) {
    auto* n = make(op::constant);
    n->fixed = true;
    if (t.text == "true" || t.text == "True") {
      n->val = true;
    } else if (t.text == "false" || t.text == "False") {
      n->val = false;
    } else if (t.text != "none" && t.text != "None") {
      n->type = op::name;
      n->fixed = false;
      n->val = core::value(t.text, core::trust::source);
      auto& u = uses_.back();
      u.caller |= t.text == "caller";
      u.kwargs |= t.text == "kwargs";
      u.varargs |= t.text == "varargs";
      u.loop |= t.text == "loop";
    }
    next();
    return failed() ? nullptr : n;
  }
  if (t.kind == token_kind::string) {
    auto* n = make(op::constant);
    n->fixed = true;
    n->val = t.val;
    next();
    if (cur().kind == token_kind::string && !failed()) {
      std::string text(n->val.as_string());
      for (; cur().kind == token_kind::string && !failed(); next()) text += cur().val.as_string();
      n->val = core::value(text, core::trust::source);
    }
    return failed() ? nullptr : n;
  }
  if (t.kind == token_kind::integer || t.kind == token_kind::real) {
    auto* n = make(op::constant);
    n->fixed = true;
    n->val = t.val;
    next();
    return failed() ? nullptr : n;
  }
  if (is_op("(")) {
    next();
    auto* n = tuple(false, true, true);
    return n && expect_op(")") ? n : nullptr;
  }
  if (is_op("[")) return list_display();
  if (is_op("{")) return dict_display();
  return fail("unexpected '" + describe(t) + "'");
}

/// `items`. One expression without a comma is no tuple.
const node* parser::tuple(bool simplified, bool with_condition, bool explicit_brackets,
                          std::initializer_list<std::string_view> ends) {
  deeper d(*this);
  if (too_deep()) return nullptr;
  auto* n = make(op::tuple);
  bool is_tuple = false;
  while (!failed()) {
    if (!n->items.empty() && !expect_op(",")) return nullptr;
    auto k = cur().kind;
    bool end =
        k == token_kind::variable_end || k == token_kind::block_end || k == token_kind::end || is_op(")");
    for (auto e : ends) end = end || is_name(e);
    if (end) break;
    auto* item = simplified ? primary() : expression(with_condition);
    if (!item) return nullptr;
    n->items.push_back(item);
    if (!is_op(",")) break;
    is_tuple = true;
  }
  if (failed()) return nullptr;
  if (!is_tuple) {
    if (n->items.size() == 1) return n->items[0];
    if (!explicit_brackets) return fail("Expected an expression, got '" + describe(cur()) + "'");
  }
  return done(n);
}

/// items.
const node* parser::list_display() {
  auto* n = make(op::list);
  next();
  while (!failed() && !is_op("]")) {
    if (!n->items.empty() && !expect_op(",")) return nullptr;
    if (is_op("]")) break;
    auto* item = expression();
    if (!item) return nullptr;
    n->items.push_back(item);
  }
  return expect_op("]") ? done(n) : nullptr;
}

/// items: key, value, key, value…
const node* parser::dict_display() {
  auto* n = make(op::dict);
  next();
  while (!failed() && !is_op("}")) {
    if (!n->items.empty() && !expect_op(",")) return nullptr;
    if (is_op("}")) break;
    auto* key = expression();
    if (!key || !expect_op(":")) return nullptr;
    auto* val = expression();
    if (!val) return nullptr;
    n->items.push_back(key);
    n->items.push_back(val);
  }
  return expect_op("}") ? done(n) : nullptr;
}

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
  const node* first = subscribed();
  if (!first) return nullptr;
  if (is_op(",")) {
    auto* all = make(op::tuple, first);
    all->items.push_back(first);
    while (skip_op(",")) {
      auto* more = subscribed();
      if (!more) return nullptr;
      all->items.push_back(more);
    }
    first = done(all);
  }
  n->b = first;
  return expect_op("]") && first ? done(n) : nullptr;
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

bool parser::resolve(node* n, bool is_filter) {
  auto name = n->val.as_string();
  n->function = is_filter ? find_filter(name, options_.ansible) : find_test(name, options_.ansible);
  if (n->function) return true;
  std::string hint;
  auto near = core::nearest(name, is_filter ? filter_names() : test_names());
  if (!near.empty()) hint = "the nearest known name is '" + std::string(near) + "'";
  if (name.find('.') != name.npos) {
    hint = std::string(is_filter ? "filters" : "tests") +
           " of collections need the Python plugin host, which does not exist yet";
  }
  std::string message;
  if (options_.ansible) {
    message = "Could not load \"" + std::string(name) + "\": '" + std::string(name) + "'";
    if (auto dot = name.rfind('.'); dot != name.npos)
      message = "Could not load \"" + std::string(name) + "\": 'Invalid plugin FQCN (" + std::string(name) +
                "): unable to locate collection " + std::string(name.substr(0, dot)) + "'";
  } else {
    if (!conditional_) unknown_.push_back(n);
    return true;
  }
  core::location where;
  where.line = n->line;
  where.column = n->column;
  core::error e(std::move(message), where, hint);
  e.what().category = defined_elsewhere(name) ? "unsupported" : "unknown_name";
  if (!error_) error_ = std::move(e);
  return false;
}

} // namespace mito::templating
