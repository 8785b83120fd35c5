#include "templating/scope.hpp"

#include <algorithm>

namespace mito::templating {

std::optional<core::value> dict_scope::lookup(std::string_view name) const {
  if (auto* v = vars_.find(name)) return *v;
  return parent_ ? parent_->lookup(name) : std::nullopt;
}

std::vector<std::string_view> dict_scope::names() const {
  std::vector<std::string_view> out;
  if (parent_) out = parent_->names();
  for (auto& e : vars_)
    if (e.key.is_string() && std::find(out.begin(), out.end(), e.key.as_string()) == out.end())
      out.push_back(e.key.as_string());
  return out;
}

const void* lazy_mapping::static_tag() {
  static const char tag = 0;
  return &tag;
}

} // namespace mito::templating
