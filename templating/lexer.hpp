#pragma once
/// Template text to tokens, as Jinja2 3.1's lexer: delimiters, white-space control, raw, comments, line
/// statements.
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace mito::templating {

/// What `#jinja2:` headers and Jinja2's Environment can change about the text.
struct syntax {
  std::string block_start = "{%", block_end = "%}";
  std::string variable_start = "{{", variable_end = "}}";
  std::string comment_start = "{#", comment_end = "#}";
  std::string line_statement_prefix, line_comment_prefix; ///< empty: none
  bool trim_blocks = false;
  bool lstrip_blocks = false;
  bool keep_trailing_newline = false;
  std::string newline_sequence = "\n";
  bool operator==(const syntax&) const = default;
};

enum class token_kind : std::uint8_t {
  data,
  variable_begin,
  variable_end,
  block_begin,
  block_end,
  name,
  string,
  integer,
  real,
  op,
  end,
  error, ///< the text could not be read further; `text` says why
};

struct token {
  token_kind kind;
  /// Name, operator, or message as written.
  std::string_view text;
  /// Contents of data, string and number tokens.
  core::value val;
  std::uint32_t line = 1, column = 1;
  /// Where the token stands in the (newline-normalized) source, in bytes.
  std::size_t offset = 0, size = 0;
};

struct token_list {
  token_list() = default;
  token_list(const token_list&) = delete; // tokens point into `source`
  token_list& operator=(const token_list&) = delete;
  std::string source;        ///< with newlines normalized; tokens refer into it
  std::string message;       ///< of the error token
  std::vector<token> tokens; ///< always ends with `end` or `error`
};

/// Never fails: a lexical error is the last token, so that an earlier syntax error is reported first.
/// `bare`: the text is one expression without delimiters.
void tokenize(token_list& out, std::string_view text, const syntax& rules, bool bare = false);

/// Doubles the backslashes in string literals inside {{ }}, as Ansible does before it compiles a template.
std::string escape_backslashes(std::string_view text, const syntax& rules);

/// How Jinja2's messages name a token: "end of print statement", "name", ")".
std::string describe(const token& t);

} // namespace mito::templating
