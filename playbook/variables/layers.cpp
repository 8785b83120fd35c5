#include "playbook/variables/layers.hpp"

#include <unordered_set>

#include "playbook/merge.hpp"

namespace mito::playbook {

namespace {

/// The `vars` variable: a view of the scope itself.
class scope_mapping final : public templating::lazy_mapping {
public:
  explicit scope_mapping(std::shared_ptr<const templating::scope> s) : scope_(std::move(s)) {}
  std::string_view type_name() const noexcept override { return "dict"; }
  std::optional<core::value> get(const core::value& key) const override {
    return key.is_string() ? scope_->lookup(key.as_string()) : std::nullopt;
  }
  std::vector<core::value> keys() const override {
    std::vector<core::value> out;
    for (auto n : scope_->names()) out.emplace_back(n);
    return out;
  }

private:
  std::shared_ptr<const templating::scope> scope_;
};

} // namespace

void layered_scope::add(core::value dict) {
  added_.push_back(layers_.size());
  if (!dict.as_dict().empty()) layers_.push_back(std::move(dict));
}

void layered_scope::insert(std::size_t above, core::value dict) {
  if (dict.as_dict().empty()) return;
  auto at = above < added_.size() ? added_[above] : layers_.size();
  layers_.insert(layers_.begin() + static_cast<std::ptrdiff_t>(at), std::move(dict));
  for (std::size_t i = above; i < added_.size(); ++i) ++added_[i];
}

std::optional<core::value> layered_scope::lookup(std::string_view name) const {
  std::optional<core::value> found;
  for (const auto& layer : layers_) {
    const auto* v = layer.as_dict().find(name);
    if (!v) continue;
    if (!merge_) return *v;
    if (found && !v->is_dict()) break; // what is no mapping ends the merge, and what is below it does not count
    found = found ? merged(*v, *found) : *v;
    if (!found->is_dict()) break;
  }
  if (found) return found;
  if (with_vars_ && name == "vars") return core::value::adopt(new scope_mapping(shared_from_this()));
  return std::nullopt;
}

std::vector<std::string_view> layered_scope::names() const {
  std::vector<std::string_view> out;
  std::unordered_set<std::string_view> seen;
  for (auto it = layers_.rbegin(); it != layers_.rend(); ++it)
    for (const auto& e : it->as_dict())
      if (e.key.is_string() && seen.insert(e.key.as_string()).second) out.push_back(e.key.as_string());
  return out;
}

} // namespace mito::playbook
