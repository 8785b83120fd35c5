#include "templating/conditions.hpp"

#include "core/encrypted.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/cache.hpp"
#include "templating/render.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

core::error check_failed(const core::value& cond, const core::error& e, std::string message) {
  core::error out(e);
  out.what().message =
      "The conditional check '" + core::to_str(cond) + "' failed. The error was: " + std::move(message);
  return out;
}

bool word_char(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || (c & 0x80);
}

/// The name in "'NAME' is undefined", or empty.
std::string_view undefined_name(std::string_view message) {
  auto end = message.find("' is undefined");
  if (end == message.npos || end == 0) return {};
  auto from = message.rfind('\'', end - 1);
  if (from == message.npos) return {};
  // hostvars['x'] has quotes of its own.
  if (auto hv = message.rfind("'hostvars[", end); hv != message.npos && message[end - 1] == ']') from = hv;
  return message.substr(from + 1, end - from - 1);
}

std::string same_quotes(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c == '\'') c = '"';
  return out;
}

/// Whether the condition asks if `name` is defined: then an undefined value inside it answers instead of
/// failing.
std::optional<bool> rescued(std::string_view cond, std::string_view name) {
  auto wanted = same_quotes(name);
  auto text = same_quotes(cond);
  for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
    if (at > 0 && word_char(text[at - 1])) continue;
    std::vector<std::string> words;
    std::size_t p = at + wanted.size();
    if (p < text.size() && word_char(text[p])) continue;
    while (words.size() < 3 && p < text.size()) {
      while (p < text.size() && (text[p] == ' ' || text[p] == '\t' || text[p] == '\n')) ++p;
      auto from = p;
      while (p < text.size() && word_char(text[p])) ++p;
      if (p == from) break;
      words.emplace_back(text.substr(from, p - from));
    }
    bool negated = words.size() > 2 &&
                   ((words[0] == "is" && words[1] == "not") || (words[0] == "not" && words[1] == "is"));
    if (!negated && (words.size() < 2 || words[0] != "is")) continue;
    auto& state = negated ? words[2] : words[1];
    if (state.starts_with("undefined")) return !negated;
    if (state.starts_with("defined")) return negated;
  }
  return std::nullopt;
}

/// `{% if COND %} True {% else %} False {% endif %}`, as one test when it is nothing else.
core::expected<bool> presented(session& s, std::string_view cond) {
  auto code = s.cache.get(cond, s.env, template_cache::form::condition);
  if (!code) {
    auto& e = code.error();
    auto shown = "{% if " + std::string(cond) + " %} True {% else %} False {% endif %}";
    core::error out(e);
    out.what().message =
        "template error while templating string: " + e.message() + ". String: " + shown + ". " + e.message();
    return out;
  }
  auto& c = **code;
  machine m(s, c);
  auto* r = c.root;
  bool result = false;
  if (r->items.size() == 1 && r->items[0]->type == op::branch && r->items[0]->items.size() == 2) {
    result = m.run_test(*r->items[0]->items[0]);
  } else {
    auto text = core::trim(m.run_text());
    if (text != "True" && text != "False" && !m.failed())
      m.fail("error", "unable to evaluate conditional: " + std::string(cond));
    result = text == "True";
  }
  if (!m.failed()) return result;
  core::error e(m.error());
  auto message = e.message();
  if (e.what().category == "type" || e.what().category == "filter_type") {
    e.what().message =
        "Unexpected templating type error occurred on (" + c.source + "): " + message + ". " + message;
    e.what().category = "type";
  } else if (e.what().category == "undefined") {
    e.what().message = message + ". " + message;
  }
  return e;
}

core::expected<bool> failed_undefined(const core::value& original, std::string_view cond,
                                      const core::error& e) {
  auto name = undefined_name(e.message());
  if (!name.empty())
    if (auto answer = rescued(cond, name)) return *answer;
  return check_failed(original, e,
                      "error while evaluating conditional (" + core::to_str(original) + "): " + e.message());
}

} // namespace

core::expected<bool> evaluate_condition(session& s, const core::value& cond) {
  if (cond.is_bool()) return cond.as_bool();
  if (cond.is_none() || (cond.is_string() && cond.as_string().empty())) return true;
  core::value v = cond;
  if (cond.templated()) {
    auto first = template_value(s, cond);
    if (!first && first.error().what().category == "undefined")
      return failed_undefined(cond, cond.is_string() ? cond.as_string() : std::string_view(), first.error());
    if (!first) return check_failed(cond, first.error(), first.error().message());
    v = *first;
  }
  if (core::as_encrypted(v)) {
    // Ansible takes such a condition for a string that is no expression: true when there is any text.
    auto text = core::decrypted(v);
    return text ? core::expected<bool>(text->truthy()) : check_failed(cond, text.error(), text.error().message());
  }
  if (!v.is_string()) return v.truthy();
  if (v.as_string().empty()) return false;
  if (v.trust() == core::trust::data) {
    core::error e("");
    e.what().category = "unsafe";
    return check_failed(cond, e, "Conditional is marked as unsafe, and cannot be evaluated.");
  }
  auto result = presented(s, v.as_string());
  if (result) return result;
  if (result.error().what().category == "undefined")
    return failed_undefined(cond, v.as_string(), result.error());
  return check_failed(cond, result.error(), result.error().message());
}

} // namespace mito::templating
