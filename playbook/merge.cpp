#include "playbook/merge.hpp"

namespace mito::playbook {

core::value merged(const core::value& below, const core::value& above) {
  if (!below.is_dict() || !above.is_dict() || above.same(below)) return above;
  if (below.as_dict().empty()) return above;
  auto d = below.as_dict();
  combine(d, above.as_dict(), true);
  return core::value(std::move(d));
}

void combine(core::dict& into, const core::dict& more, bool deep) {
  if (!deep || into.empty()) {
    into.update(more);
    return;
  }
  for (const auto& e : more) {
    const auto* old = into.find_key(e.key);
    into.set_key(e.key, old ? merged(*old, e.val) : e.val);
  }
}

} // namespace mito::playbook
