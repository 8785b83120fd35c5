#include "report/colors.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::report {

namespace {

struct named {
  std::string_view name, code;
};

constexpr named names[] = {
    {"black", "0;30"},      {"bright gray", "0;37"}, {"blue", "0;34"},      {"white", "1;37"},          {"green", "0;32"},
    {"bright blue", "1;34"}, {"cyan", "0;36"},       {"bright green", "1;32"}, {"red", "0;31"},         {"bright cyan", "1;36"},
    {"purple", "0;35"},     {"bright red", "1;31"},  {"yellow", "0;33"},    {"bright purple", "1;35"},  {"dark gray", "1;30"},
    {"bright yellow", "1;33"}, {"magenta", "0;35"},  {"bright magenta", "1;35"}, {"normal", "0"},
};

/// The decimal number at the start of `text`; Ansible ignores what follows it.
std::optional<std::int64_t> leading_number(std::string_view text) {
  auto end = std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
  return core::parse_int(text.substr(0, static_cast<std::size_t>(end - text.begin())));
}

std::string indexed(std::int64_t number) { return "38;5;" + std::to_string(number); }

} // namespace

std::optional<std::string> sgr_of(std::string_view name) {
  for (auto& n : names)
    if (n.name == name) return std::string(n.code);
  if (name.starts_with("color")) {
    if (auto n = leading_number(name.substr(5))) return indexed(*n);
  } else if (name.starts_with("gray")) {
    if (auto n = leading_number(name.substr(4))) return indexed(232 + *n);
  } else if (name.starts_with("rgb") && name.size() >= 6) {
    auto digits = name.substr(3, 3);
    if (digits.find_first_not_of("012345") == digits.npos)
      return indexed(16 + 36 * (digits[0] - '0') + 6 * (digits[1] - '0') + (digits[2] - '0'));
  }
  return std::nullopt;
}

const std::array<color_role, color_count - 1>& color_roles() {
  static constexpr std::array<color_role, color_count - 1> roles{{
      {color::ok, "ok", "green"},
      {color::changed, "changed", "yellow"},
      {color::skip, "skip", "cyan"},
      {color::error, "error", "red"},
      {color::unreachable, "unreachable", "bright red"},
      {color::warn, "warn", "bright purple"},
      {color::debug, "debug", "dark gray"},
      {color::verbose, "verbose", "blue"},
      {color::deprecate, "deprecate", "purple"},
      {color::highlight, "highlight", "white"},
      {color::diff_add, "diff_add", "green"},
      {color::diff_remove, "diff_remove", "red"},
      {color::diff_lines, "diff_lines", "cyan"},
  }};
  return roles;
}

palette::palette(bool on) : on_(on) {
  for (auto& r : color_roles()) set(r.what, r.fallback);
}

bool palette::set(color what, std::string_view name) {
  auto code = sgr_of(name);
  if (!code) return false;
  auto at = static_cast<std::size_t>(what);
  names_[at] = name;
  codes_[at] = std::move(*code);
  return true;
}

std::string palette::paint(std::string_view text, color what) const {
  auto& code = codes_[static_cast<std::size_t>(what)];
  if (!on_ || code.empty()) return std::string(text);
  std::string out;
  bool first = true;
  for (auto line : core::split(text, '\n')) {
    if (!first) out += '\n';
    first = false;
    out += "\033[";
    out += code;
    out += 'm';
    out += line;
    out += "\033[0m";
  }
  return out;
}

bool palette::logged(color what) const {
  if (what == color::none) return true;
  // The order in which Ansible fills its table of levels: the last purpose with a name decides.
  static constexpr color order[] = {color::error, color::warn,    color::ok,        color::skip,   color::unreachable,
                                    color::debug, color::changed, color::deprecate, color::verbose};
  auto& name = names_[static_cast<std::size_t>(what)];
  auto last = color::none;
  for (auto c : order)
    if (names_[static_cast<std::size_t>(c)] == name) last = c;
  return last != color::debug;
}

} // namespace mito::report
