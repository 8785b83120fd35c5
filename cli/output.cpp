#include "cli/output.hpp"

#include "report/default_output.hpp"
#include "report/json_output.hpp"

namespace mito::cli {

core::expected<std::shared_ptr<report::sink>> make_output(const settings& s, const std::shared_ptr<report::display>& to) {
  auto name = s.text("stdout_callback", "default");
  if (name == "default" || name == "ansible.builtin.default")
    return std::shared_ptr<report::sink>(std::make_shared<report::default_output>(to));
  if (name == "json" || name == "ansible.posix.json")
    return std::shared_ptr<report::sink>(std::make_shared<report::json_output>(to, static_cast<int>(s.number("json_indent", 4))));
  return core::error("stdout_callback '" + name + "' is not supported yet", {}, "use default or json");
}

} // namespace mito::cli
