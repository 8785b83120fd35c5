#include "templating/versions.hpp"

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

bool digit(char ch) {
  return ch >= '0' && ch <= '9';
}

/// distutils' LooseVersion: runs of digits, runs of lower-case letters, and whatever else stands between
/// dots.
core::list loose(std::string_view s) {
  core::list out;
  auto low = [](char ch) { return ch >= 'a' && ch <= 'z'; };
  std::string other;
  auto flush = [&] {
    if (!other.empty()) out.push_back(text(other));
    other.clear();
  };
  for (std::size_t at = 0; at < s.size();) {
    auto from = at;
    if (digit(s[at])) {
      flush();
      while (at < s.size() && digit(s[at])) ++at;
      out.push_back(core::value::big_integer(s.substr(from, at - from)));
    } else if (low(s[at])) {
      flush();
      while (at < s.size() && low(s[at])) ++at;
      out.push_back(text(s.substr(from, at - from)));
    } else if (s[at] == '.') {
      flush();
      ++at;
    } else {
      other += s[at++];
    }
  }
  flush();
  return out;
}

struct failure {
  std::string message;
};

bool number_part(std::string_view& s, core::value& out) {
  std::size_t n = 0;
  while (n < s.size() && digit(s[n])) ++n;
  if (!n) return false;
  out = core::value::big_integer(s.substr(0, n));
  s.remove_prefix(n);
  return true;
}

/// "1.2", "1.2.3", with a pre-release tag "a1" or "b1". The tag sorts before its absence.
bool strict(std::string_view s, core::list& out, std::string& why) {
  auto whole = s;
  core::value part[3] = {0, 0, 0};
  bool ok = number_part(s, part[0]) && s.starts_with('.') && (s.remove_prefix(1), number_part(s, part[1]));
  if (ok && s.starts_with('.')) {
    s.remove_prefix(1);
    ok = number_part(s, part[2]);
  }
  core::value tag = text("~"), tag_number = 0;
  if (ok && !s.empty() && (s[0] == 'a' || s[0] == 'b')) {
    tag = text(s.substr(0, 1));
    s.remove_prefix(1);
    ok = number_part(s, tag_number);
  }
  if (!ok || !s.empty()) return why = "invalid version number " + core::to_repr(text(whole)), false;
  out = {part[0], part[1], part[2], tag, tag_number};
  return true;
}

/// Semantic Versioning 2.0: numbers, then pre-release identifiers; build data does not count.
bool semantic(std::string_view s, core::list& out, std::string& why) {
  auto whole = s;
  core::value part[3];
  bool ok = true;
  for (int i = 0; ok && i < 3; ++i) {
    if (i) {
      ok = s.starts_with('.');
      if (ok) s.remove_prefix(1);
    }
    auto before = s;
    ok = ok && number_part(s, part[i]) &&
         !(before[0] == '0' && digit(before[before.size() > 1 ? 1 : 0]) && before.size() > 1 &&
           digit(before[1]));
  }
  core::list pre;
  if (ok && s.starts_with('-')) {
    s.remove_prefix(1);
    auto end = s.find('+');
    for (auto id : core::split(s.substr(0, end), '.')) {
      ok = ok && !id.empty() &&
           id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == id.npos;
      bool numeric = id.find_first_not_of("0123456789") == id.npos;
      ok = ok && !(numeric && id.size() > 1 && id[0] == '0');
      // Numeric identifiers sort before the others.
      pre.push_back(core::value::tuple(
          {numeric ? 0 : 1, numeric ? core::value::big_integer(id.empty() ? "0" : id) : text(id)}));
    }
    s = end == s.npos ? std::string_view() : s.substr(end);
  }
  ok = ok && (s.empty() || (s[0] == '+' && s.size() > 1));
  if (!ok) return why = "invalid semantic version '" + std::string(whole) + "'", false;
  out = {part[0], part[1], part[2], pre.empty() ? 1 : 0, core::value(std::move(pre))};
  return true;
}

/// eq, lt, le, gt, ge, ne by any of their signs.
std::string_view operator_name(std::string_view sign) {
  static constexpr std::pair<std::string_view, std::string_view> table[] = {
      {"==", "eq"}, {"=", "eq"},  {"eq", "eq"}, {"<", "lt"},  {"lt", "lt"}, {"<=", "le"}, {"le", "le"},
      {">", "gt"},  {"gt", "gt"}, {">=", "ge"}, {"ge", "ge"}, {"!=", "ne"}, {"<>", "ne"}, {"ne", "ne"}};
  for (auto& [from, to] : table)
    if (from == sign) return to;
  return {};
}

} // namespace

core::value compare_versions(call& c) {
  auto fail = [&](std::string message) { return c.m.fail("filter", std::move(message)); };
  auto sign = c.has(1) ? str(c.m, c[1]) : "eq";
  bool has_strict = c.has(2) && !c[2].is_none(), has_type = c.has(3) && !c[3].is_none();
  if (has_strict && has_type) return fail("Cannot specify both 'strict' and 'version_type'");
  if (!truth(c.m, c.self) && !c.m.failed()) return fail("Input version value cannot be empty");
  if (!truth(c.m, c[0]) && !c.m.failed()) return fail("Version parameter to compare against cannot be empty");
  if (c.m.failed()) return {};
  std::string kind = has_strict && truth(c.m, c[2]) ? "strict"
                     : has_type && truth(c.m, c[3]) ? str(c.m, c[3])
                                                    : "loose";
  if (kind == "pep440")
    return fail("the pep440 version_type needs the Python plugin host, which does not exist yet");
  if (kind != "loose" && kind != "strict" && kind != "semver" && kind != "semantic")
    return fail("Invalid version type (" + kind +
                "). Must be one of 'loose', 'strict', 'semver', 'semantic', 'pep440'");
  auto which = operator_name(sign);
  if (which.empty())
    return fail(
        "Invalid operator type (" + sign +
        "). Must be one of '==', '=', 'eq', '<', 'lt', '<=', 'le', '>', 'gt', '>=', 'ge', '!=', '<>', 'ne'");
  core::list a, b;
  std::string why;
  auto x = str(c.m, c.self), y = str(c.m, c[0]);
  if (kind == "loose")
    a = loose(x), b = loose(y);
  else if (kind == "strict" ? !strict(x, a, why) || !strict(y, b, why)
                            : !semantic(x, a, why) || !semantic(y, b, why))
    return fail("Version comparison failed: " + why);
  static constexpr std::pair<std::string_view, comparison> signs[] = {
      {"eq", comparison::eq}, {"ne", comparison::ne}, {"lt", comparison::lt},
      {"le", comparison::le}, {"gt", comparison::gt}, {"ge", comparison::ge}};
  for (auto& [name, op] : signs) {
    if (name != which) continue;
    bool r = compare(c.m, op, core::value(a), core::value(b));
    if (!c.m.failed()) return r;
    std::string message = c.m.error().message();
    c.m.clear_error();
    // LooseVersion compares by one internal function, whatever the sign was.
    if (auto at = message.find("' not supported"); at != message.npos) message = "'<" + message.substr(at);
    return fail("Version comparison failed: " + message);
  }
  return {};
}

} // namespace mito::templating
