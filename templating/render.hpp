#pragma once
/// Ansible's Templar.template(): strings, and containers of them, to values.
#include "templating/environment.hpp"

namespace mito::templating {

struct template_options {
  bool fail_on_undefined = true;
  bool preserve_trailing_newlines = true;
};

/// Evaluates the templates in `v` at any depth. Errors are worded as Ansible words them: a message that wraps
/// another ends with that other ("'x' is undefined. 'x' is undefined").
core::expected<core::value> template_value(session& s, const core::value& v,
                                           const template_options& opt = {});

/// A whole template file as text; errors carry its name.
core::expected<std::string> render_text(session& s, std::string_view text, std::string_view name,
                                        const template_options& opt);

/// The Python class that Ansible would have raised for an error of this category ("<class '…'>").
std::string python_class(std::string_view category);

} // namespace mito::templating
