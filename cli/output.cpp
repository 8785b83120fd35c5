#include "cli/output.hpp"

#include "report/default_output.hpp"
#include "report/json_output.hpp"
#include "report/oneline_output.hpp"

namespace mito::cli {

namespace {

using made = std::shared_ptr<report::sink>;
using target = std::shared_ptr<report::display>;

template <class Output>
made simple(const settings&, const target& to) {
  return std::make_shared<Output>(to);
}

struct known_output {
  std::string_view name;
  made (*make)(const settings& s, const target& to);
};

constexpr known_output outputs[] = {
    {"default", simple<report::default_output>},
    {"minimal", simple<report::minimal_output>},
    {"oneline", simple<report::oneline_output>},
    {"json", [](const settings& s, const target& to) -> made {
       return std::make_shared<report::json_output>(to, static_cast<int>(s.number("json_indent", 4)));
     }},
};

} // namespace

core::expected<made> make_output(std::string_view name, const settings& s, const target& to) {
  auto plain = name;
  for (std::string_view prefix : {"ansible.builtin.", "ansible.posix."})
    if (plain.starts_with(prefix)) plain.remove_prefix(prefix.size());
  std::string names;
  for (const auto& o : outputs) {
    if (o.name == plain) return o.make(s, to);
    names += (names.empty() ? "" : ", ") + std::string(o.name);
  }
  return core::error("stdout_callback '" + std::string(name) + "' is not supported yet", {}, "use one of " + names);
}

core::expected<made> make_output(const settings& s, const target& to) {
  return make_output(s.text("stdout_callback", "default"), s, to);
}

} // namespace mito::cli
