#include "actions/list.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::actions {

namespace {

class debug final : public local_action {
public:
  core::value run(const context& c) override {
    auto& args = c.request.args.as_dict();
    for (auto& e : args)
      if (auto k = e.key.as_string(); k != "msg" && k != "var" && k != "verbosity")
        return raise_failure("Invalid options for debug: " + core::to_str(e.key));
    auto* msg = args.find("msg");
    auto* var = args.find("var");
    if (msg && var) return engine::failed_result("'msg' and 'var' are incompatible options");
    auto& verbosity = c.request.args["verbosity"];
    auto level = verbosity.is_string() ? core::parse_int(core::trim(verbosity.as_string())).value_or(0) : verbosity.as_int();
    core::dict out;
    if (level > c.verbosity) {
      out.set("skipped_reason", "Verbosity threshold not met.");
      out.set("skipped", core::value(true));
      out.set("failed", core::value(false));
      return core::value(std::move(out));
    }
    if (msg)
      out.set("msg", *msg);
    else if (!var)
      out.set("msg", "Hello world!");
    else if (auto problem = show(c, *var, out))
      return raise_error(*problem);
    out.set("_ansible_verbose_always", core::value(true));
    out.set("failed", core::value(false));
    return core::value(std::move(out));
  }

private:
  /// An undefined variable is shown as such; the message of anything else that is wrong comes back.
  static std::optional<std::string> show(const context& c, const core::value& var, core::dict& out) {
    if (!var.is_string()) {
      bool container = var.is_list() || var.is_dict();
      std::string type = "<class '" + std::string(core::type_name(var)) + "'>";
      out.set_key(container ? core::value(type) : var, var);
      return std::nullopt;
    }
    std::string text_of = "{{" + std::string(var.as_string()) + "}}";
    auto shown = c.templar.render(core::value(text_of, core::trust::source), *c.request.vars, {}, c.where);
    if (shown && !shown->is_undefined()) {
      out.set(var.as_string(), std::move(*shown));
      return std::nullopt;
    }
    if (!shown && shown.error().what().category.starts_with("vault")) return engine::placed_message(shown.error(), {});
    std::string text = "VARIABLE IS NOT DEFINED!";
    if (c.verbosity > 0 && !shown) text += ": " + shown.error().message();
    out.set(var.as_string(), core::value(text));
    return std::nullopt;
  }
};

} // namespace

std::unique_ptr<action> make_debug() { return std::make_unique<debug>(); }

} // namespace mito::actions
