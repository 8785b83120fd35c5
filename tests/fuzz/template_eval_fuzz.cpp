// The whole of it: a template over a few variables, in one of Ansible's two modes or as a condition. The
// result of data stays data.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/json.hpp"
#include "templating/templar.hpp"

namespace {

mito::core::dict variables() {
  mito::core::json_limits limits;
  limits.trust = mito::core::trust::source;
  auto v = mito::core::parse_json(
      R"({"name": "web1", "port": 8080, "l": [3, 1, 2], "d": {"a": 1, "b": {"c": [1, "x"]}},
    "users": [{"n": "a", "g": ["x"]}, {"n": "b", "g": []}], "ref": "{{ name }}-{{ port }}", "loop1": "{{ loop1 }}",
    "s": "žluť it's", "f": 1.5, "n": null, "t": true})",
      limits);
  mito::core::dict d(v->as_dict());
  d.set("fact", mito::core::value("{{ port }}", mito::core::trust::data));
  return d;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mito;
  static const templating::dict_scope scope(variables());
  static const templating::templar templar;
  if (size == 0 || size > 4096) return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  core::value source(text, core::trust::source);
  if (data[0] % 3 == 2) {
    auto r = templar.condition(source, scope);
    if (!r && r.error().message().empty()) std::abort();
    return 0;
  }
  templating::render_options opt;
  opt.native = data[0] % 3 == 1;
  auto r = templar.render(source, scope, opt);
  if (!r && r.error().message().empty()) std::abort();
  if (r && r->has_data() && r->has_source()) std::abort();
  return 0;
}
