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

/// Python's own (PEP 440), with the spellings that it normalizes: "[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]".
class pep440_reader {
public:
  explicit pep440_reader(std::string_view s) : s_(s) {}

  bool run(core::list& out) {
    skip("v");
    core::value epoch(0), first;
    if (!number(first)) return false;
    if (skip("!")) {
      epoch = first;
      if (!number(first)) return false;
    }
    core::list release{first};
    while (at_ + 1 < s_.size() && s_[at_] == '.' && digit(s_[at_ + 1])) {
      ++at_;
      number(first);
      release.push_back(first);
    }
    while (release.size() > 1 && release.back() == core::value(0)) release.pop_back();
    core::value pre_letter, pre, post, dev;
    read_pre(pre_letter, pre);
    if (!read_post(post)) return false;
    if (word({"dev"})) number_or_zero(dev);
    core::list local;
    if (!read_local(local) || at_ != s_.size()) return false;
    // A development release sorts before the pre-releases, those before the release, that before the post-releases.
    bool has_pre = !pre.is_none(), has_post = !post.is_none(), has_dev = !dev.is_none();
    int stage = has_pre ? 0 : !has_post && has_dev ? -1 : 1;
    out = {epoch,
           core::value(std::move(release)),
           stage,
           has_pre ? pre_letter : text(""),
           has_pre ? pre : core::value(0),
           has_post ? 1 : 0,
           has_post ? post : core::value(0),
           has_dev ? 0 : 1,
           has_dev ? dev : core::value(0),
           core::value(std::move(local))};
    return true;
  }

private:
  bool skip(std::string_view what) {
    if (!s_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  bool separator() { return at_ < s_.size() && std::string_view("-_.").find(s_[at_]) != std::string_view::npos; }
  bool number(core::value& v) {
    auto rest = s_.substr(at_);
    auto before = rest.size();
    if (!number_part(rest, v)) return false;
    at_ += before - rest.size();
    return true;
  }
  void number_or_zero(core::value& v) {
    auto back = at_;
    if (separator()) ++at_;
    if (number(v)) return;
    at_ = back;
    v = core::value(0);
  }
  /// One of the words, with a separator before it or not; else nothing is taken.
  bool word(std::initializer_list<std::string_view> words) {
    auto back = at_;
    if (separator()) ++at_;
    for (auto w : words)
      if (skip(w)) return true;
    at_ = back;
    return false;
  }
  void read_pre(core::value& letter, core::value& n) {
    if (word({"alpha", "a"}))
      letter = text("a");
    else if (word({"beta", "b"}))
      letter = text("b");
    else if (word({"rc", "c", "preview", "pre"}))
      letter = text("rc");
    else
      return;
    number_or_zero(n);
  }
  bool read_post(core::value& n) {
    if (at_ + 1 < s_.size() && s_[at_] == '-' && digit(s_[at_ + 1])) {
      ++at_;
      return number(n);
    }
    if (word({"post", "rev", "r"})) number_or_zero(n);
    return true;
  }
  /// Numbers sort after words.
  bool read_local(core::list& out) {
    if (!skip("+")) return true;
    for (;;) {
      auto from = at_;
      while (at_ < s_.size() && (digit(s_[at_]) || (s_[at_] >= 'a' && s_[at_] <= 'z'))) ++at_;
      auto part = s_.substr(from, at_ - from);
      if (part.empty()) return false;
      bool numeric = part.find_first_not_of("0123456789") == part.npos;
      out.push_back(core::value::tuple({numeric ? 1 : 0, numeric ? core::value::big_integer(part) : text(part)}));
      if (!separator()) return true;
      ++at_;
    }
  }

  std::string_view s_;
  std::size_t at_ = 0;
};

bool pep440(std::string_view s, core::list& out, std::string& why) {
  auto low = core::lower(core::trim(s));
  if (pep440_reader(low).run(out)) return true;
  why = "Invalid version: '" + std::string(s) + "'";
  return false;
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
  if (kind != "loose" && kind != "strict" && kind != "semver" && kind != "semantic" && kind != "pep440")
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
  else if (kind == "pep440"   ? !pep440(x, a, why) || !pep440(y, b, why)
           : kind == "strict" ? !strict(x, a, why) || !strict(y, b, why)
                              : !semantic(x, a, why) || !semantic(y, b, why))
    return fail("Version comparison failed: " + why);
  // Equal or not; then which is less, whatever was asked for: what does not compare fails then.
  auto left = core::value(std::move(a)), right = core::value(std::move(b));
  bool same = equal(c.m, left, right), below = !same && less(c.m, left, right);
  if (c.m.failed()) {
    std::string message = c.m.error().message();
    c.m.clear_error();
    return fail("Version comparison failed: " + message);
  }
  if (which == "eq" || which == "ne") return same == (which == "eq");
  if (same) return which == "le" || which == "ge";
  return below == (which == "lt" || which == "le");
}

} // namespace mito::templating
