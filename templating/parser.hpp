#pragma once
/// Tokens to a tree: Jinja2 3.1's grammar, with its error texts.
#include "core/expected.hpp"
#include "templating/lexer.hpp"
#include "templating/tree.hpp"

namespace mito::templating {

struct parse_options {
  syntax rules;
  bool do_extension = false;  ///< jinja2.ext.do
  bool loop_controls = false; ///< jinja2.ext.loopcontrols
  /// Ansible: unknown filters and tests are errors at once, with its text. Plain Jinja2: later inside
  /// conditions.
  bool ansible = true;
  bool bare_expression = false;
};

/// Errors have the category "syntax" (of a filter or test that is not known: "unknown_name", or "unsupported" where
/// Ansible's own collections have it), the message as Jinja2 words it, and line and column of the template.
core::expected<code_ptr> parse(std::string_view text, const parse_options& options,
                               std::string_view name = {});

} // namespace mito::templating
