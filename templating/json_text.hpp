#pragma once
/// json.dumps() as Python has it: ", " and ": " between, ASCII only, keys in order, and what Ansible's
/// encoder adds.
#include "templating/machine.hpp"

namespace mito::templating {

struct dump_options {
  int indent = -1; ///< negative: one line
  bool sort_keys = false;
  bool ascii = true;
  std::string indent_text; ///< instead of `indent` blanks, where it is not negative
  bool ansible = true;     ///< with what Ansible's encoder adds: dates, lazy mappings
  std::string item_separator, key_separator; ///< empty: Python's defaults
};

/// False (and the machine failed) for undefined values, objects and mixed keys that do not sort.
bool dump_json(machine& m, std::string& out, const core::value& v, const dump_options& o);
/// The message of Python's JSONDecodeError for a text that is no JSON.
std::string json_error(std::string_view text);

} // namespace mito::templating
