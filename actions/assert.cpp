#include "actions/list.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actions {

namespace {

class assert_action final : public local_action {
public:
  core::value run(const context& c) override {
    auto& args = c.request.args;
    for (auto& e : args.as_dict())
      if (auto k = e.key.as_string(); k != "fail_msg" && k != "msg" && k != "quiet" && k != "success_msg" && k != "that")
        return raise_failure("Invalid options for assert: " + core::to_str(e.key));
    if (!args.as_dict().contains("that")) return raise_error("conditional required in \"that\" string");
    core::value fail_msg = args["fail_msg"].is_none() ? args["msg"] : args["fail_msg"];
    core::value success_msg = args["success_msg"];
    if (fail_msg.is_none()) fail_msg = core::value("Assertion failed");
    if (success_msg.is_none()) success_msg = core::value("All assertions passed");
    if (auto wrong = check_message(fail_msg, "fail_msg or msg")) return raise_error(*wrong);
    if (auto wrong = check_message(success_msg, "success_msg")) return raise_error(*wrong);
    core::dict out;
    if (!engine::to_boolean(args["quiet"]).value_or(false)) out.set("_ansible_verbose_always", core::value(true));
    // The conditions as written, so that an expression is evaluated once and shown as the author knows it.
    auto that = c.request.raw_args["that"].is_none() ? args["that"] : c.request.raw_args["that"];
    if (that.is_string() && templating::templar::is_template(that)) that = args["that"];
    return judge(c, that, fail_msg, success_msg, std::move(out));
  }

private:
  static std::optional<std::string> check_message(const core::value& msg, std::string_view name) {
    if (msg.is_string()) return std::nullopt;
    if (!msg.is_list())
      return "Incorrect type for " + std::string(name) + ", expected a string or list and got <class '" +
             std::string(core::type_name(msg)) + "'>";
    for (auto& m : msg.as_list())
      if (!m.is_string())
        return "Type of one of the elements in " + std::string(name == "success_msg" ? "success_msg" : "fail_msg or msg") +
               " list is not string type";
    return std::nullopt;
  }

  static core::value judge(const context& c, const core::value& that, const core::value& fail_msg,
                           const core::value& success_msg, core::dict out) {
    for (auto& condition : that.is_list() ? that.as_list() : core::list{that}) {
      auto holds = c.templar.condition(condition, *c.request.vars, c.where);
      if (!holds) return raise_error(holds.error().message());
      if (*holds) continue;
      out.set("failed", core::value(true));
      out.set("evaluated_to", core::value(false));
      out.set("assertion", condition);
      out.set("msg", fail_msg);
      return core::value(std::move(out));
    }
    out.set("changed", core::value(false));
    out.set("msg", success_msg);
    return core::value(std::move(out));
  }
};

} // namespace

std::unique_ptr<action> make_assert() { return std::make_unique<assert_action>(); }

} // namespace mito::actions
