#include "cli/setting_value.hpp"

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"
#include "playbook/paths.hpp"

namespace mito::cli {

namespace {

using core::value;

/// Without the quotes around it.
std::string_view unquoted(std::string_view s) {
  bool quoted = s.size() > 1 && s.front() == s.back() && (s.front() == '"' || s.front() == '\'') && s[s.size() - 2] != '\\';
  return quoted ? s.substr(1, s.size() - 2) : s;
}

std::string resolved(std::string_view path, std::string_view base) {
  std::string out(path);
  constexpr std::string_view magic = "{{CWD}}";
  std::error_code code;
  auto cwd = std::filesystem::current_path(code).string();
  for (auto at = out.find(magic); at != out.npos; at = out.find(magic, at + cwd.size())) out.replace(at, magic.size(), cwd);
  return playbook::unfrack_path(out, base);
}

value list_of(std::string_view text, char separator, const std::function<std::string(std::string_view)>& each) {
  core::list out;
  for (auto part : core::split(text, separator)) out.emplace_back(each(part));
  return value(std::move(out));
}

core::expected<value> to_text(std::string_view text, std::string_view) { return value(unquoted(text)); }

core::expected<value> to_bool(std::string_view text, std::string_view) {
  return value(engine::to_boolean(value(text)).value_or(false));
}

core::expected<value> to_integer(std::string_view text, std::string_view) {
  // Python's int() takes underscores between digits.
  std::string digits;
  auto t = core::trim(text);
  for (std::size_t i = 0; i < t.size(); ++i) {
    bool between = i > 0 && i + 1 < t.size() && t[i - 1] != '_' && t[i + 1] != '_';
    if (t[i] != '_' || !between) digits += t[i];
  }
  if (auto n = core::parse_int(digits)) return value(*n);
  return core::error("invalid literal for int() with base 10: " + core::to_repr(value(text)));
}

core::expected<value> to_real(std::string_view text, std::string_view) {
  std::string s(core::trim(text));
  char* end = nullptr;
  double d = std::strtod(s.c_str(), &end);
  if (!s.empty() && *end == '\0') return value(d);
  return core::error("could not convert string to float: " + core::to_repr(value(text)));
}

core::expected<value> to_list(std::string_view text, std::string_view) {
  return list_of(text, ',', [](std::string_view part) { return std::string(unquoted(core::trim(part))); });
}

core::expected<value> to_nothing(std::string_view text, std::string_view) {
  if (text == "None") return value();
  return core::error("Invalid type provided for \"None\": " + std::string(text));
}

core::expected<value> to_path(std::string_view text, std::string_view base) { return value(resolved(text, base)); }

core::expected<value> to_path_spec(std::string_view text, std::string_view base) {
  return list_of(text, ':', [&](std::string_view part) { return resolved(part, base); });
}

core::expected<value> to_path_list(std::string_view text, std::string_view base) {
  return list_of(text, ',', [&](std::string_view part) { return resolved(core::trim(part), base); });
}

core::expected<value> to_dict(std::string_view text, std::string_view) {
  return core::error("Invalid type provided for \"dictionary\": " + std::string(text));
}

struct conversion {
  std::string_view type;
  core::expected<value> (*convert)(std::string_view text, std::string_view base);
};

constexpr conversion conversions[] = {
  {"", to_text},           {"str", to_text},          {"string", to_text},         {"raw", to_text},
  {"boolean", to_bool},    {"bool", to_bool},         {"integer", to_integer},     {"int", to_integer},
  {"float", to_real},      {"list", to_list},         {"none", to_nothing},        {"path", to_path},
  {"tmppath", to_path},    {"pathspec", to_path_spec}, {"pathlist", to_path_list}, {"dict", to_dict},
};

/// Defaults of settings that have no type are Python values.
value untyped_default(std::string_view text) {
  if (text == "[]") return value(core::list{});
  if (text == "True" || text == "False") return value(text == "True");
  if (auto n = core::parse_int(text)) return value(*n);
  return value(text);
}

} // namespace

core::expected<value> setting_value(const setting& s, std::string_view text, std::string_view base) {
  for (auto& c : conversions)
    if (c.type == s.type) return c.convert(text, base);
  return core::error("no such type: " + std::string(s.type));
}

value default_value(const setting& s, std::string_view home) {
  if (s.fallback == "None") return value();
  std::string text(s.fallback);
  constexpr std::string_view magic = "{{ANSIBLE_HOME}}";
  if (auto at = text.find(magic); at != text.npos) text.replace(at, magic.size(), home);
  if (s.type.empty()) return untyped_default(text);
  if (s.type == "list" && text.empty()) return value(core::list{});
  if (s.type == "list" && text.starts_with('(')) {
    auto items = to_list(std::string_view(text).substr(1, text.size() - 2), {});
    return value::tuple(items->as_list());
  }
  if (s.type == "dict") {
    core::dict d;
    for (auto part : core::split(text, ',')) {
      auto entry = core::trim(part);
      auto at = entry.find('=');
      d.set(entry.substr(0, at), value(entry.substr(at + 1)));
    }
    return value(std::move(d));
  }
  return setting_value(s, text, {}).value_or(value(text));
}

bool is_choice(const setting& s, const value& v) {
  if (s.choices.empty()) return true;
  auto known = [&](const value& one) {
    for (auto c : core::split(s.choices, '|'))
      if (one.is_string() && one.as_string() == c) return true;
    return false;
  };
  if (!v.is_list()) return known(v);
  for (auto& item : v.as_list())
    if (!known(item)) return false;
  return true;
}

} // namespace mito::cli
