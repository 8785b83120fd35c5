// Lexer and parser: any text gives a tree or an error with a place, within bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "templating/lexer.hpp"
#include "templating/literals.hpp"
#include "templating/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mito;
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  templating::parse_options options;
  options.rules.trim_blocks = data[0] & 1;
  options.rules.lstrip_blocks = data[0] & 2;
  options.bare_expression = data[0] & 4;
  options.ansible = data[0] & 8;
  options.do_extension = options.loop_controls = data[0] & 16;
  if (data[0] & 32) options.rules.line_statement_prefix = "#", options.rules.line_comment_prefix = "##";
  auto made = templating::parse(text, options);
  if (!made && made.error().message().empty()) std::abort();
  templating::escape_backslashes(text, options.rules);
  templating::literal_eval(text, data[0] & 64, core::trust::data);
  return 0;
}
