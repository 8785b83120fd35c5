// Linked only while the templating library is not part of the build: nothing in these tests renders a template then.
#include "templating/templar.hpp"

namespace mito::templating {

struct templar::impl {};
templar::templar(const host_services*) {}
templar::~templar() = default;
core::expected<core::value> templar::render(const core::value&, const scope&, const render_options&,
                                            const core::location&) const {
  return core::error("built without templating");
}
const void* lazy_mapping::static_tag() {
  static const char tag = 0;
  return &tag;
}

} // namespace mito::templating
