// Methods of str.
#include <algorithm>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/encodings.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

std::string_view self(call& c) {
  return c.self.as_string();
}
/// The same subclass (Markup stays Markup).
core::value like(call& c, std::string_view s) {
  return is_markup(c.self) ? markup(s) : text(s);
}
/// What Markup's methods do to the strings that they are given.
void escape_arguments(call& c) {
  if (!is_markup(c.self) || !(c.def.flags & function_escapes)) return;
  bool all = c.def.name == "partition" || c.def.name == "rpartition";
  for (unsigned i = 0; i < 3; ++i)
    if (c.has(i) && (all || c[i].is_string()) && !is_markup(c[i])) c.args[i] = markup(escape(c.m, c[i]));
}
/// A string argument. `message` ends before the name of the wrong type.
std::string_view arg(call& c, unsigned i, std::string_view message = "must be str, not ") {
  escape_arguments(c);
  if (!c[i].is_string()) c.m.fail_type(std::string(message) + (c[i].is_none() ? "None" : type_of(c[i])));
  return c[i].as_string();
}
std::string_view strict_arg(call& c, unsigned i) {
  if (!c[i].is_string()) c.m.fail_type("must be str, not " + type_of(c[i]));
  return c[i].as_string();
}
std::optional<std::string_view> stripped_chars(call& c) {
  if (!c.has(0) || c[0].is_none()) return std::nullopt;
  escape_arguments(c);
  if (!c[0].is_string()) c.m.fail_type(std::string(c.def.name) + " arg must be None or str");
  return c[0].as_string();
}
core::value strings(call& c, const std::vector<std::string_view>& parts) {
  core::list out;
  if (!c.m.fits(parts.size())) return {};
  for (auto p : parts) out.push_back(like(c, p));
  return core::value(std::move(out));
}

core::value do_upper(call& c) {
  return like(c, upper(self(c)));
}
core::value do_lower(call& c) {
  return like(c, lower(self(c)));
}
core::value do_capitalize(call& c) {
  return like(c, capitalized(self(c)));
}
core::value do_title(call& c) {
  std::string out;
  bool start = true;
  for (std::size_t at = 0; at < self(c).size();) {
    auto p = core::next_utf8(self(c), at).value_or(0xFFFD);
    core::append_utf8(out, start ? to_upper(p) : to_lower(p));
    start = !is_alpha(p);
  }
  return like(c, out);
}
core::value do_swapcase(call& c) {
  std::string out;
  for (std::size_t at = 0; at < self(c).size();) {
    auto p = core::next_utf8(self(c), at).value_or(0xFFFD);
    core::append_utf8(out, to_lower(p) != p ? to_lower(p) : to_upper(p));
  }
  return like(c, out);
}
core::value do_strip(call& c) {
  return like(c, stripped(self(c), stripped_chars(c), 3));
}
core::value do_lstrip(call& c) {
  return like(c, stripped(self(c), stripped_chars(c), 1));
}
core::value do_rstrip(call& c) {
  return like(c, stripped(self(c), stripped_chars(c), 2));
}

core::value split_with(call& c, bool right) {
  std::optional<std::string_view> sep;
  if (c.has(0) && !c[0].is_none()) {
    if (!c[0].is_string()) c.m.fail_type("must be str or None, not " + type_of(c[0]));
    sep = c[0].as_string();
  }
  auto most = c.has(1) ? index(c.m, c[1]) : -1;
  if (c.m.failed()) return {};
  if (sep && sep->empty()) return c.m.fail("value", "empty separator");
  return strings(c, right ? rsplit_text(self(c), sep, most) : split_text(self(c), sep, most));
}
core::value do_split(call& c) {
  return split_with(c, false);
}
core::value do_rsplit(call& c) {
  return split_with(c, true);
}
core::value do_splitlines(call& c) {
  bool keep = c.has(0) && index(c.m, c[0]) != 0;
  return c.m.failed() ? core::value() : strings(c, split_lines(self(c), keep));
}

core::value partition(call& c, bool right) {
  auto sep = arg(c, 0);
  if (c.m.failed()) return {};
  if (sep.empty()) return c.m.fail("value", "empty separator");
  auto nothing = like(c, "");
  auto at = right ? self(c).rfind(sep) : self(c).find(sep);
  if (at == std::string_view::npos) {
    if (right) return core::value::tuple({nothing, nothing, c.self});
    return core::value::tuple({c.self, nothing, nothing});
  }
  return core::value::tuple(
      {like(c, self(c).substr(0, at)), like(c, sep), like(c, self(c).substr(at + sep.size()))});
}
core::value do_partition(call& c) {
  return partition(c, false);
}
core::value do_rpartition(call& c) {
  return partition(c, true);
}

core::value do_replace(call& c) {
  auto from = arg(c, 0, "replace() argument 1 must be str, not ");
  auto to = c.m.failed() ? from : arg(c, 1, "replace() argument 2 must be str, not ");
  auto count = c.has(2) ? index(c.m, c[2]) : -1;
  if (c.m.failed()) return {};
  auto out = replaced(self(c), from, to, count);
  return c.m.fits(0, out.size()) ? like(c, out) : core::value();
}

core::value do_join(call& c) {
  if (!c[0].is_undefined() && !is_iterable(c[0])) return c.m.fail_type("can only join an iterable");
  auto items = iterate(c.m, c[0]);
  std::string out;
  for (std::size_t i = 0; i < items.size() && !c.m.failed(); ++i) {
    if (i) out += self(c);
    if (!items[i].is_string() && !is_markup(c.self))
      return c.m.fail_type("sequence item " + std::to_string(i) + ": expected str instance, " +
                           type_of(items[i]) + " found");
    if (is_markup(c.self))
      out += escape(c.m, items[i]);
    else
      out += items[i].as_string();
  }
  return c.m.fits(0, out.size()) ? like(c, out) : core::value();
}

/// The part of the string that start= and end= (arguments 1 and 2) leave, and how many code points come
/// before it.
std::string_view window(call& c, std::int64_t& before, bool& outside) {
  auto s = self(c);
  auto n = static_cast<std::int64_t>(core::count_code_points(s));
  auto clip = [&](unsigned i, std::int64_t otherwise) {
    if (!c.has(i) || c[i].is_none()) return otherwise;
    if (!core::is_integral(c[i])) {
      c.m.fail_type("slice indices must be integers or None or have an __index__ method");
      return otherwise;
    }
    auto v = c[i].as_int();
    if (v < 0) v += n;
    return std::max<std::int64_t>(v, 0);
  };
  auto from = clip(1, 0), to = std::min(clip(2, n), n);
  before = from;
  outside = from > to;
  if (outside) return {};
  std::size_t at = 0, start = 0;
  for (std::int64_t i = 0; i < to; ++i) {
    if (i == from) start = at;
    core::next_utf8(s, at);
  }
  if (from >= to) start = at;
  return s.substr(start, at - start);
}

std::int64_t find_in(call& c, bool right) {
  std::int64_t before = 0;
  bool outside = false;
  auto what = strict_arg(c, 0);
  auto part = window(c, before, outside);
  if (outside) return -1;
  auto at = right ? part.rfind(what) : part.find(what);
  return at == std::string_view::npos
             ? -1
             : before + static_cast<std::int64_t>(core::count_code_points(part.substr(0, at)));
}
core::value do_find(call& c) {
  return find_in(c, false);
}
core::value do_rfind(call& c) {
  return find_in(c, true);
}
core::value do_index(call& c) {
  auto at = find_in(c, false);
  return at < 0 ? c.m.fail("value", "substring not found") : core::value(at);
}
core::value do_rindex(call& c) {
  auto at = find_in(c, true);
  return at < 0 ? c.m.fail("value", "substring not found") : core::value(at);
}
core::value do_count(call& c) {
  std::int64_t before = 0, n = 0;
  bool outside = false;
  auto what = strict_arg(c, 0);
  auto part = window(c, before, outside);
  if (outside) return 0;
  if (what.empty()) return static_cast<std::int64_t>(core::count_code_points(part)) + 1;
  for (auto at = part.find(what); at != part.npos; at = part.find(what, at + what.size())) ++n;
  return n;
}

core::value affix(call& c, bool end) {
  std::int64_t before = 0;
  bool outside = false;
  auto part = window(c, before, outside);
  auto all = c[0].is_tuple() ? c[0].as_list() : core::list{c[0]};
  std::string name(c.def.name);
  for (auto& a : all) {
    if (!a.is_string())
      return c.m.fail_type((c[0].is_tuple() ? "tuple for " + name + " must only contain str, not "
                                            : name + " first arg must be str or a tuple of str, not ") +
                           type_of(a));
    if (outside) continue;
    if (end ? part.ends_with(a.as_string()) : part.starts_with(a.as_string())) return true;
  }
  return false;
}
core::value do_startswith(call& c) {
  return affix(c, false);
}
core::value do_endswith(call& c) {
  return affix(c, true);
}
core::value do_removeprefix(call& c) {
  auto p = arg(c, 0, "removeprefix() argument must be str, not ");
  return text(self(c).starts_with(p) ? self(c).substr(p.size()) : self(c));
}
core::value do_removesuffix(call& c) {
  auto p = arg(c, 0, "removesuffix() argument must be str, not ");
  return text(self(c).ends_with(p) ? self(c).substr(0, self(c).size() - p.size()) : self(c));
}

core::value pad(call& c, char where) {
  escape_arguments(c);
  auto width = index(c.m, c[0]);
  if (c.m.failed()) return {};
  auto fill =
      c.has(1) ? arg(c, 1, "The fill character must be a unicode character, not ") : std::string_view(" ");
  if (c.m.failed()) return {};
  if (core::count_code_points(fill) != 1)
    return c.m.fail_type("The fill character must be exactly one character long");
  if (width > 0 && !c.m.fits(0, static_cast<std::size_t>(width))) return {};
  return like(c, padded(self(c), width, fill, where));
}
core::value do_center(call& c) {
  return pad(c, '^');
}
core::value do_ljust(call& c) {
  return pad(c, '<');
}
core::value do_rjust(call& c) {
  return pad(c, '>');
}
core::value do_zfill(call& c) {
  escape_arguments(c);
  auto width = index(c.m, c[0]);
  if (c.m.failed() || (width > 0 && !c.m.fits(0, static_cast<std::size_t>(width)))) return {};
  auto s = self(c);
  std::string sign(!s.empty() && (s[0] == '-' || s[0] == '+') ? s.substr(0, 1) : s.substr(0, 0));
  return like(c,
              sign + padded(s.substr(sign.size()), width - static_cast<std::int64_t>(sign.size()), "0", '>'));
}
core::value do_expandtabs(call& c) {
  auto size = c.has(0) ? index(c.m, c[0]) : 8;
  std::string out;
  std::int64_t column = 0;
  for (char ch : self(c)) {
    if (ch == '\t') {
      auto n = size > 0 ? size - column % size : 0;
      if (n > 1 << 20) return c.m.fail("limit", "the tab is too wide");
      out.append(static_cast<std::size_t>(n), ' ');
      column += n;
      continue;
    }
    out += ch;
    column = ch == '\n' || ch == '\r' ? 0 : column + ((ch & 0xC0) != 0x80);
  }
  return like(c, out);
}

template <class Test>
bool every(std::string_view s, const Test& test) {
  if (s.empty()) return false;
  for (std::size_t at = 0; at < s.size();)
    if (!test(core::next_utf8(s, at).value_or(0))) return false;
  return true;
}
core::value do_isdigit(call& c) {
  return every(self(c), is_digit);
}
core::value do_isalpha(call& c) {
  return every(self(c), is_alpha);
}
core::value do_isalnum(call& c) {
  return every(self(c), [](auto p) { return is_alpha(p) || is_digit(p); });
}
core::value do_isspace(call& c) {
  return every(self(c), is_space);
}
core::value do_isascii(call& c) {
  return self(c).empty() || every(self(c), [](auto p) { return p < 0x80 && p; });
}
core::value do_isprintable(call& c) {
  return self(c).empty() ||
         every(self(c), [](auto p) { return p >= 0x20 && p != 0x7F && (p == ' ' || !is_space(p)); });
}
core::value cased(call& c, bool up) {
  bool any = false;
  bool ok = every(self(c), [&](auto p) {
    any = any || (up ? to_lower(p) != p : to_upper(p) != p);
    return up ? to_upper(p) == p : to_lower(p) == p;
  });
  return ok && any;
}
core::value do_isupper(call& c) {
  return cased(c, true);
}
core::value do_islower(call& c) {
  return cased(c, false);
}
core::value do_istitle(call& c) {
  bool start = true, any = false, ok = true;
  for (std::size_t at = 0; at < self(c).size();) {
    auto p = core::next_utf8(self(c), at).value_or(0);
    bool letter = is_alpha(p);
    if (letter) ok = ok && (start ? to_upper(p) == p : to_lower(p) == p), any = true;
    start = !letter;
  }
  return ok && any;
}
core::value do_isidentifier(call& c) {
  return every(self(c), [](auto p) { return p == '_' || is_alpha(p) || is_digit(p); }) &&
         !is_digit(static_cast<unsigned char>(self(c)[0]));
}
/// Markup's formatter escapes what it puts in.
core::value escaped_inside(const core::value& v) {
  if (v.is_string() && !is_markup(v)) {
    std::string out;
    append_escaped(out, v.as_string());
    return markup(out);
  }
  return v;
}
core::value formatted(call& c, core::list args, core::dict named) {
  if (is_markup(c.self)) {
    for (auto& a : args) a = escaped_inside(a);
    core::dict safe;
    for (auto& e : named) safe.set_key(e.key, escaped_inside(e.val));
    named = std::move(safe);
  }
  auto v = brace_format(c.m, self(c), args, named);
  return v.is_string() ? like(c, v.as_string()) : v;
}
core::value do_format(call& c) {
  return formatted(c, std::move(c.rest), std::move(c.named));
}
core::value do_format_map(call& c) {
  return formatted(c, {}, to_dict(c.m, c[0]));
}
core::value do_casefold(call& c) {
  return text(replaced(lower(self(c)), "\u00df", "ss"));
}
core::value do_encode(call& c) {
  for (unsigned i = 0; i < 2; ++i)
    if (c.has(i) && !c[i].is_string())
      return c.m.fail_type(std::string("encode() argument '") + (i ? "errors" : "encoding") + "' must be str, not " +
                           type_of(c[i]));
  auto bytes = encoded(c.m, self(c), c.has(0) ? c[0].as_string() : "utf-8", c.has(1) ? c[1].as_string() : "strict");
  return c.m.failed() ? core::value() : core::value::bytes(bytes);
}
core::value do_translate(call& c) {
  std::string out;
  auto table = to_dict(c.m, c[0]);
  for (std::size_t at = 0; at < self(c).size();) {
    auto from = at;
    auto p = core::next_utf8(self(c), at).value_or(0xFFFD);
    auto* to = table.find_key(core::value(static_cast<std::int64_t>(p)));
    if (!to)
      out += self(c).substr(from, at - from);
    else if (to->is_string())
      out += to->as_string();
    else if (to->is_int())
      core::append_utf8(out, static_cast<std::uint32_t>(to->as_int()));
  }
  return like(c, out);
}
std::int64_t code_point(const core::value& one) {
  std::size_t at = 0;
  return core::next_utf8(one.as_string(), at).value_or(0);
}
core::value do_maketrans(call& c) {
  core::dict out;
  if (!c.has(1)) {
    if (!c[0].is_dict()) return c.m.fail_type("if you give only one argument to maketrans it must be a dict");
    for (auto& e : c[0].as_dict())
      out.set_key(e.key.is_string() && !e.key.as_string().empty() ? core::value(code_point(e.key)) : e.key, e.val);
    return core::value(std::move(out));
  }
  auto from = characters(strict_arg(c, 0)), to = characters(strict_arg(c, 1));
  if (from.size() != to.size())
    return c.m.fail("value", "the first two maketrans arguments must have equal length");
  for (std::size_t i = 0; i < from.size(); ++i) out.set_key(core::value(code_point(from[i])), code_point(to[i]));
  if (c.has(2))
    for (auto& dropped : characters(strict_arg(c, 2))) out.set_key(core::value(code_point(dropped)), core::value());
  return core::value(std::move(out));
}
core::value do_unescape(call& c) {
  return text(self(c));
}

// How each counts its arguments, and whether Markup's own version escapes them.
constexpr std::uint16_t plain = function_method, keywords = function_method | function_keywords,
                        takes = function_method | function_takes, escapes = function_method | function_escapes;

constexpr function_def rows[] = {
    {"upper", do_upper, "", plain},
    {"lower", do_lower, "", plain},
    {"casefold", do_casefold, "", plain},
    {"capitalize", do_capitalize, "", plain},
    {"title", do_title, "", plain},
    {"swapcase", do_swapcase, "", plain},
    {"strip", do_strip, "chars=", escapes},
    {"lstrip", do_lstrip, "chars=", escapes},
    {"rstrip", do_rstrip, "chars=", escapes},
    {"split", do_split, "sep= maxsplit=", keywords},
    {"rsplit", do_rsplit, "sep= maxsplit=", keywords},
    {"splitlines", do_splitlines, "keepends=", keywords},
    {"partition", do_partition, "sep", escapes},
    {"rpartition", do_rpartition, "sep", escapes},
    {"replace", do_replace, "old new count=", escapes},
    {"join", do_join, "iterable", plain},
    {"find", do_find, "sub start= end=", takes},
    {"rfind", do_rfind, "sub start= end=", takes},
    {"index", do_index, "sub start= end=", takes},
    {"rindex", do_rindex, "sub start= end=", takes},
    {"count", do_count, "sub start= end=", takes},
    {"startswith", do_startswith, "prefix start= end=", takes},
    {"endswith", do_endswith, "suffix start= end=", takes},
    {"removeprefix", do_removeprefix, "prefix", plain},
    {"removesuffix", do_removesuffix, "suffix", plain},
    {"center", do_center, "width fillchar=", escapes},
    {"ljust", do_ljust, "width fillchar=", escapes},
    {"rjust", do_rjust, "width fillchar=", escapes},
    {"zfill", do_zfill, "width", escapes},
    {"expandtabs", do_expandtabs, "tabsize=", keywords},
    {"isdigit", do_isdigit, "", plain},
    {"isdecimal", do_isdigit, "", plain},
    {"isnumeric", do_isdigit, "", plain},
    {"isalpha", do_isalpha, "", plain},
    {"isalnum", do_isalnum, "", plain},
    {"isspace", do_isspace, "", plain},
    {"isascii", do_isascii, "", plain},
    {"isprintable", do_isprintable, "", plain},
    {"isupper", do_isupper, "", plain},
    {"islower", do_islower, "", plain},
    {"istitle", do_istitle, "", plain},
    {"isidentifier", do_isidentifier, "", plain},
    {"format", do_format, "*args **kwargs", plain},
    {"format_map", do_format_map, "mapping", plain},
    {"encode", do_encode, "encoding= errors=", keywords},
    {"translate", do_translate, "table", plain},
    {"maketrans", do_maketrans, "x y= z=", plain},
    {"unescape", do_unescape, ""},
};

} // namespace

const function_def* find_string_method(std::string_view name) {
  for (auto& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

} // namespace mito::templating
