#include "actions/list.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"

namespace mito::actions {

namespace {

bool identifier(std::string_view s) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80); };
  if (s.empty() || !letter(s[0])) return false;
  for (char c : s)
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  return true;
}

class set_fact final : public local_action {
public:
  core::value run(const context& c) override {
    core::dict facts;
    bool cacheable = false;
    for (auto& e : c.request.args.as_dict()) {
      auto name = core::to_str(e.key);
      if (templating::templar::is_template(std::string_view(name))) {
        auto rendered = c.templar.render(core::value(name, core::trust::source), *c.request.vars, {}, c.where);
        if (!rendered) return raise_failure(rendered.error().message());
        name = core::to_str(*rendered);
      }
      if (name == "cacheable") {
        cacheable = engine::to_boolean(e.val).value_or(false);
        continue;
      }
      if (!identifier(name))
        return raise_failure("The variable name '" + name +
                                     "' is not valid. Variables must start with a letter or underscore character, and "
                                     "contain only letters, numbers and underscores.");
      facts.set(name, plain_word(e.val));
    }
    if (facts.empty())
      return raise_failure("No key/value pairs provided, at least one is required for this action to succeed");
    core::dict out;
    out.set("changed", core::value(false));
    out.set("ansible_facts", core::value(std::move(facts)));
    out.set("_ansible_facts_cacheable", core::value(cacheable));
    return core::value(std::move(out));
  }

private:
  /// Outside native mode the words true, false, yes and no become booleans.
  static core::value plain_word(const core::value& v) {
    if (!v.is_string()) return v;
    auto s = core::lower(v.as_string());
    if (s == "true" || s == "yes") return core::value(true);
    if (s == "false" || s == "no") return core::value(false);
    return v;
  }
};

} // namespace

std::unique_ptr<action> make_set_fact() { return std::make_unique<set_fact>(); }

} // namespace mito::actions
