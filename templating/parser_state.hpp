#pragma once
/// The parser's inside, shared by its files: plumbing, expressions, what follows an operand, statements.
#include <initializer_list>

#include "templating/functions.hpp"
#include "templating/limits.hpp"
#include "templating/parser.hpp"

namespace mito::templating {

class parser {
public:
  parser(std::string_view text, const parse_options& options, code& out);
  bool run();
  const core::error& why() const { return *error_; }

private:
  // tokens
  const token& cur() const { return tokens_.tokens[at_]; }
  const token& ahead() const { return tokens_.tokens[at_ + 1 < tokens_.tokens.size() ? at_ + 1 : at_]; }
  bool is_op(std::string_view text) const { return cur().kind == token_kind::op && cur().text == text; }
  bool is_name(std::string_view text) const { return cur().kind == token_kind::name && cur().text == text; }
  void next();
  bool skip_op(std::string_view text);
  bool skip_name(std::string_view text);
  bool expect_op(std::string_view text);
  bool expect_name(std::string_view text);
  /// Takes an identifier; empty on failure.
  std::string_view identifier();
  bool expect_end();
  bool expect_body();
  const node* fail(std::string message);
  const node* fail_at(std::string message, const token& t);
  const node* expected_token(std::string_view wanted);
  bool failed() const { return error_.has_value(); }

  // nodes
  node* make(op type);
  node* make(op type, const node* at);
  /// Takes the children into account: depth, and whether all are constant. Null when something failed.
  const node* done(node* n);
  struct deeper {
    explicit deeper(parser& p) : p_(p) { ++p_.depth_; }
    ~deeper() { --p_.depth_; }
    deeper(const deeper&) = delete;
    parser& p_;
  };
  bool too_deep();

  // expressions (parser_expressions.cpp)
  const node* expression(bool with_condition = true);
  const node* condition();
  const node* logical_or();
  const node* logical_and();
  const node* logical_not();
  const node* compare();
  const node* binary_chain(const node* (parser::*operand)(),
                           std::initializer_list<std::pair<std::string_view, op>>);
  const node* sum();
  const node* concat();
  const node* product();
  const node* power();
  const node* unary(bool with_filter = true);
  const node* primary();
  const node* tuple(bool simplified, bool with_condition, bool explicit_brackets);
  const node* list_display();
  const node* dict_display();
  const node* postfix(const node* n);
  const node* postfix_and_filters(const node* n);
  const node* subscript(const node* n);
  const node* subscribed();
  bool arguments(node* n);
  const node* call(const node* n);
  const node* filters(const node* n);
  const node* filter(const node* input);
  const node* test(const node* n);
  const node* assignable(const node* n);
  bool resolve(node* n, bool is_filter);
  core::error unknown_error(const node& n) const;
  std::string dotted_name();

  // statements (parser_statements.cpp)
  const node* body(std::initializer_list<std::string_view> ends, bool drop_end = false);
  const node* statement();
  /// For an empty name: that the template ends too early.
  const node* unknown_tag(std::string_view name);
  const node* parse_for();
  const node* parse_if();
  const node* parse_set();
  const node* parse_with();
  const node* parse_block();
  const node* parse_extends();
  const node* parse_include();
  const node* parse_import();
  const node* parse_from();
  const node* parse_macro();
  const node* parse_call_block();
  const node* parse_filter_block();
  const node* parse_print();
  const node* parse_do();
  const node* parse_autoescape();
  const node* parse_print_tag();
  bool signature(node* n);
  bool with_context(node* n, bool otherwise);
  const node* target(bool with_tuple, bool name_only, bool with_namespace);

  const parse_options& options_;
  code& out_;
  token_list tokens_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  /// Inside `if` branches: where plain Jinja2 puts an unknown filter's error off.
  unsigned conditional_ = 0;
  /// Unknown filters and tests, so far (of plain Jinja2's only those outside of conditions).
  std::vector<const node*> unknown_;
  unsigned loops_ = 0;
  std::optional<core::error> error_;
  std::vector<std::vector<std::string_view>> open_ends_;
  std::vector<std::string_view> open_tags_;
  /// What the macros and loops that are being parsed use of the names given to them.
  struct uses {
    bool caller = false, kwargs = false, varargs = false, loop = false;
  };
  std::vector<uses> uses_{uses{}};
};

} // namespace mito::templating
