#include "playbook/inventory/literal.hpp"

#include "templating/literals.hpp"

namespace mito::playbook {

core::expected<core::value> ini_value(std::string_view text) {
  bool unhashable = false;
  auto stripped = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  auto v = templating::literal_eval(stripped, false, core::trust::source, &unhashable);
  if (unhashable)
    return core::error("the value '" + std::string(text) + "' is a Python literal with a list, dict or set as a key or set member; "
                       "quote it twice if it is meant as text: '\"" + std::string(text) + "\"'");
  if (!v) return core::value(text, core::trust::source);
  return v->kind() == core::kind::bytes ? core::value(v->as_string(), core::trust::source) : *v;
}

} // namespace mito::playbook
