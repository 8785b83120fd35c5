#include "actors/prompts.hpp"

#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

namespace {

using core::value;

struct question {
  std::string name, text;
  value fallback;
  bool hidden = true, confirm = false, unsafe = false;
  std::string encrypt;
  value salt_size, salt;
};

question read_question(const value& spec) {
  question q;
  q.name = core::to_str(spec["name"]);
  auto flag = [&](const char* name, bool otherwise) {
    auto* v = spec.as_dict().find(name);
    return v ? engine::to_boolean(*v).value_or(otherwise) : otherwise;
  };
  q.fallback = spec["default"];
  auto prompt = spec["prompt"].is_none() ? std::string() : core::to_str(spec["prompt"]);
  if (prompt.empty())
    q.text = "input for " + q.name + ": ";
  else if (!q.fallback.is_none())
    q.text = prompt + " [" + core::to_str(q.fallback) + "]: ";
  else
    q.text = prompt + ": ";
  q.hidden = flag("private", true);
  q.confirm = flag("confirm", false);
  q.unsafe = flag("unsafe", false);
  if (!spec["encrypt"].is_none()) q.encrypt = core::to_str(spec["encrypt"]);
  q.salt_size = spec["salt_size"];
  q.salt = spec["salt"];
  return q;
}

std::optional<std::string> typed(const question& q, const prompter& with) {
  for (;;) {
    auto answer = with.ask(q.text, !q.hidden);
    if (!answer || !q.confirm) return answer;
    auto again = with.ask("confirm " + q.text, !q.hidden);
    if (!again || *again == *answer) return answer;
    with.warn("***** VALUES ENTERED DO NOT MATCH ****");
  }
}

/// The hash that passwords are kept as: what the password_hash filter makes.
core::expected<value> encrypted(const question& q, const std::string& text, const templating::templar& templar) {
  core::dict vars;
  vars.set("secret", value(text));
  vars.set("scheme", value(q.encrypt));
  std::string expression = "{{ secret | password_hash(scheme";
  if (!q.salt.is_none()) {
    vars.set("salt", q.salt);
    expression += ", salt";
  }
  if (!q.salt_size.is_none()) {
    vars.set("size", q.salt_size);
    expression += ", salt_size=size | int";
  }
  auto hashed = templar.render(value(expression + ") }}", core::trust::source), templating::dict_scope(std::move(vars)));
  if (!hashed) return core::error("vars_prompt '" + q.name + "': " + hashed.error().message());
  return core::as_data(*hashed);
}

} // namespace

core::expected<core::dict> ask_variables(const playbook::play& play, const core::dict& known, const templating::templar& templar,
                                         const prompter& with) {
  core::dict out;
  bool told = false;
  for (auto& spec : play.prompts) {
    auto q = read_question(spec.raw);
    if (known.contains(q.name)) continue;
    std::optional<std::string> answer;
    if (with.ask)
      answer = typed(q, with);
    else if (!told)
      with.warn("Not prompting as we are not in interactive mode");
    told = true;
    value result = answer ? value(*answer, core::trust::source) : value();
    // An empty answer stands for the default.
    if ((result.is_none() || answer->empty()) && !q.fallback.is_none()) result = q.fallback;
    // Ansible makes a text of an answer that nobody gave.
    if (result.is_none()) result = value("None", core::trust::source);
    if (!q.encrypt.empty() && (answer || !q.fallback.is_none())) {
      auto hash = encrypted(q, core::to_str(result), templar);
      if (!hash) return hash.error();
      result = std::move(*hash);
    }
    out.set(q.name, q.unsafe ? core::as_data(result) : result);
  }
  return out;
}

} // namespace mito::actors
