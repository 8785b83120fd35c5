// Methods of str.
#include <algorithm>
#include <span>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

std::string_view stripped(std::string_view s, std::optional<std::string_view> chars, int sides) {
  auto drop = [&](std::string_view one, std::uint32_t c) {
    return chars ? chars->find(one) != chars->npos && !one.empty() : is_space(c);
  };
  while ((sides & 1) && !s.empty()) {
    std::size_t at = 0;
    auto c = core::next_utf8(s, at).value_or(0);
    if (!drop(s.substr(0, at), c)) break;
    s.remove_prefix(at);
  }
  while ((sides & 2) && !s.empty()) {
    std::size_t from = s.size() - 1;
    while (from > 0 && (s[from] & 0xC0) == 0x80) --from;
    std::size_t at = from;
    auto c = core::next_utf8(s, at).value_or(0);
    if (!drop(s.substr(from), c)) break;
    s.remove_suffix(s.size() - from);
  }
  return s;
}

std::string replaced(std::string_view s, std::string_view from, std::string_view to, std::int64_t count) {
  std::string out;
  if (from.empty()) {
    for (std::size_t at = 0; at <= s.size() && count != 0; --count) {
      out += to;
      if (at == s.size()) return out;
      auto start = at;
      core::next_utf8(s, at);
      out += s.substr(start, at - start);
      if (at == s.size() && count == 1) return out;
    }
    return out;
  }
  for (std::size_t at = 0;;) {
    auto hit = count == 0 ? s.npos : s.find(from, at);
    if (hit == s.npos) {
      out += s.substr(at);
      return out;
    }
    out += s.substr(at, hit - at);
    out += to;
    at = hit + from.size();
    --count;
  }
}

std::vector<std::string_view> split_text(std::string_view s, std::optional<std::string_view> separator,
                                         std::int64_t most) {
  std::vector<std::string_view> out;
  if (separator) {
    for (;;) {
      auto at = most >= 0 && static_cast<std::int64_t>(out.size()) >= most ? s.npos : s.find(*separator);
      out.push_back(s.substr(0, at));
      if (at == s.npos) return out;
      s.remove_prefix(at + separator->size());
    }
  }
  for (;;) {
    s = stripped(s, std::nullopt, 1);
    if (s.empty()) return out;
    if (most >= 0 && static_cast<std::int64_t>(out.size()) >= most) {
      out.push_back(stripped(s, std::nullopt, 2));
      return out;
    }
    std::size_t at = 0, end = 0;
    while (at < s.size()) {
      auto c = core::next_utf8(s, at);
      if (c && is_space(*c)) break;
      end = at;
    }
    out.push_back(s.substr(0, end));
    s.remove_prefix(end);
  }
}

std::vector<std::string_view> rsplit_text(std::string_view s, std::optional<std::string_view> separator,
                                          std::int64_t most) {
  if (most < 0) return split_text(s, separator, most);
  std::vector<std::string_view> out;
  while (true) {
    if (!separator) s = stripped(s, std::nullopt, 2);
    if (!separator && s.empty()) break;
    bool enough = static_cast<std::int64_t>(out.size()) >= most;
    std::size_t at = s.npos, width = 1;
    if (!enough && separator) {
      at = s.rfind(*separator);
      width = separator->size();
    } else if (!enough) {
      at = s.find_last_of(" \t\n\r\v\f");
    } else if (!separator) {
      s = stripped(s, std::nullopt, 1);
    }
    out.push_back(at == s.npos ? s : s.substr(at + width));
    if (at == s.npos) break;
    s = s.substr(0, at);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::string_view> split_lines(std::string_view s, bool keep_ends) {
  std::vector<std::string_view> out;
  for (std::size_t from = 0, at = 0; from < s.size();) {
    std::size_t end = s.size(), next = s.size();
    for (at = from; at < s.size();) {
      auto start = at;
      auto c = core::next_utf8(s, at).value_or(0);
      bool two = c == '\r' && at < s.size() && s[at] == '\n';
      if (c == '\n' || c == '\r' || c == '\v' || c == '\f' || (c >= 0x1C && c <= 0x1E) || c == 0x85 ||
          c == 0x2028 || c == 0x2029) {
        end = start;
        next = two ? at + 1 : at;
        break;
      }
    }
    out.push_back(s.substr(from, (keep_ends ? next : end) - from));
    from = next;
  }
  return out;
}

std::string padded(std::string_view s, std::int64_t width, std::string_view fill, char where) {
  auto n = static_cast<std::int64_t>(core::count_code_points(s));
  auto pad = width > n ? width - n : 0;
  // str.center() puts the odd one left when the width is odd.
  std::int64_t left = where == '>' ? pad : where == '^' ? pad / 2 + (pad & width & 1) : 0;
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += s;
  for (std::int64_t i = left; i < pad; ++i) out += fill;
  return out;
}

namespace {

std::string_view self(call& c) {
  return c.self.as_string();
}
/// The same subclass (Markup stays Markup).
core::value like(call& c, std::string_view s) {
  return is_markup(c.self) ? markup(s) : text(s);
}
std::string_view arg(call& c, unsigned i) {
  if (c[i].is_undefined())
    c.m.undefined_error(c[i]);
  else if (!c[i].is_string())
    c.m.fail_type("must be str, not " + std::string(core::type_name(c[i])));
  return c[i].as_string();
}
std::optional<std::string_view> optional_arg(call& c, unsigned i) {
  if (!c.has(i) || c[i].is_none()) return std::nullopt;
  return arg(c, i);
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
  return like(c, stripped(self(c), optional_arg(c, 0), 3));
}
core::value do_lstrip(call& c) {
  return like(c, stripped(self(c), optional_arg(c, 0), 1));
}
core::value do_rstrip(call& c) {
  return like(c, stripped(self(c), optional_arg(c, 0), 2));
}

core::value split_with(call& c, bool right) {
  auto sep = optional_arg(c, 0);
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
  return strings(c, split_lines(self(c), c.has(0) && c[0].truthy()));
}

core::value partition(call& c, bool right) {
  auto sep = arg(c, 0);
  if (c.m.failed()) return {};
  if (sep.empty()) return c.m.fail("value", "empty separator");
  auto at = right ? self(c).rfind(sep) : self(c).find(sep);
  if (at == std::string_view::npos) {
    if (right) return core::value::tuple({text(""), text(""), c.self});
    return core::value::tuple({c.self, text(""), text("")});
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
  auto from = arg(c, 0), to = arg(c, 1);
  auto count = c.has(2) ? index(c.m, c[2]) : -1;
  if (c.m.failed()) return {};
  auto out = replaced(self(c), from, to, count);
  return c.m.fits(0, out.size()) ? like(c, out) : core::value();
}

core::value do_join(call& c) {
  auto items = iterate(c.m, c[0]);
  std::string out;
  for (std::size_t i = 0; i < items.size() && !c.m.failed(); ++i) {
    if (i) out += self(c);
    if (items[i].is_undefined()) return c.m.undefined_error(items[i]);
    if (!items[i].is_string())
      return c.m.fail_type("sequence item " + std::to_string(i) + ": expected str instance, " +
                           std::string(core::type_name(items[i])) + " found");
    if (is_markup(c.self))
      out += escape(c.m, items[i]);
    else
      out += items[i].as_string();
  }
  return c.m.fits(0, out.size()) ? like(c, out) : core::value();
}

/// The part of the string that start= and end= (arguments 1 and 2) leave, and how many code points come
/// before it.
std::string_view window(call& c, std::int64_t& before) {
  auto s = self(c);
  auto n = static_cast<std::int64_t>(core::count_code_points(s));
  auto clip = [&](unsigned i, std::int64_t otherwise) {
    if (!c.has(i) || c[i].is_none()) return otherwise;
    auto v = index(c.m, c[i]);
    if (v < 0) v += n;
    return std::clamp<std::int64_t>(v, 0, n);
  };
  auto from = clip(1, 0), to = clip(2, n);
  before = from;
  if (to < from) return {};
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
  auto part = window(c, before);
  auto what = arg(c, 0);
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
  auto part = window(c, before);
  auto what = arg(c, 0);
  if (what.empty()) return static_cast<std::int64_t>(core::count_code_points(part)) + 1;
  for (auto at = part.find(what); at != part.npos; at = part.find(what, at + what.size())) ++n;
  return n;
}

core::value affix(call& c, bool end) {
  std::int64_t before = 0;
  auto part = window(c, before);
  auto all = c[0].is_tuple() ? c[0].as_list() : core::list{c[0]};
  for (auto& a : all) {
    if (a.is_undefined()) return c.m.undefined_error(a);
    if (!a.is_string())
      return c.m.fail_type(std::string(end ? "endswith" : "startswith") +
                           " first arg must be str or a tuple of str, not " +
                           std::string(core::type_name(a)));
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
  auto p = arg(c, 0);
  return like(c, self(c).starts_with(p) ? self(c).substr(p.size()) : self(c));
}
core::value do_removesuffix(call& c) {
  auto p = arg(c, 0);
  return like(c, self(c).ends_with(p) ? self(c).substr(0, self(c).size() - p.size()) : self(c));
}

core::value pad(call& c, char where) {
  auto width = index(c.m, c[0]);
  auto fill = c.has(1) ? arg(c, 1) : std::string_view(" ");
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
core::value do_encode(call& c) {
  return core::value::bytes(self(c));
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
core::value do_maketrans(call& c) {
  core::dict out;
  if (c[0].is_dict()) {
    for (auto& e : c[0].as_dict()) {
      std::size_t at = 0;
      out.set_key(
          e.key.is_string() && !e.key.as_string().empty()
              ? core::value(static_cast<std::int64_t>(core::next_utf8(e.key.as_string(), at).value_or(0)))
              : e.key,
          e.val);
    }
    return core::value(std::move(out));
  }
  auto from = characters(arg(c, 0)), to = characters(arg(c, 1));
  for (std::size_t i = 0; i < from.size() && i < to.size(); ++i) {
    std::size_t at = 0;
    out.set_key(core::value(static_cast<std::int64_t>(core::next_utf8(from[i].as_string(), at).value_or(0))),
                to[i]);
  }
  return core::value(std::move(out));
}
core::value do_unescape(call& c) {
  return text(self(c));
}

constexpr function_def rows[] = {
    {"upper", do_upper, ""},
    {"lower", do_lower, ""},
    {"casefold", do_lower, ""},
    {"capitalize", do_capitalize, ""},
    {"title", do_title, ""},
    {"swapcase", do_swapcase, ""},
    {"strip", do_strip, "chars="},
    {"lstrip", do_lstrip, "chars="},
    {"rstrip", do_rstrip, "chars="},
    {"split", do_split, "sep= maxsplit="},
    {"rsplit", do_rsplit, "sep= maxsplit="},
    {"splitlines", do_splitlines, "keepends="},
    {"partition", do_partition, "sep"},
    {"rpartition", do_rpartition, "sep"},
    {"replace", do_replace, "old new count="},
    {"join", do_join, "iterable"},
    {"find", do_find, "sub start= end="},
    {"rfind", do_rfind, "sub start= end="},
    {"index", do_index, "sub start= end="},
    {"rindex", do_rindex, "sub start= end="},
    {"count", do_count, "sub start= end="},
    {"startswith", do_startswith, "prefix start= end="},
    {"endswith", do_endswith, "suffix start= end="},
    {"removeprefix", do_removeprefix, "prefix"},
    {"removesuffix", do_removesuffix, "suffix"},
    {"center", do_center, "width fillchar="},
    {"ljust", do_ljust, "width fillchar="},
    {"rjust", do_rjust, "width fillchar="},
    {"zfill", do_zfill, "width"},
    {"expandtabs", do_expandtabs, "tabsize="},
    {"isdigit", do_isdigit, ""},
    {"isdecimal", do_isdigit, ""},
    {"isnumeric", do_isdigit, ""},
    {"isalpha", do_isalpha, ""},
    {"isalnum", do_isalnum, ""},
    {"isspace", do_isspace, ""},
    {"isascii", do_isascii, ""},
    {"isprintable", do_isprintable, ""},
    {"isupper", do_isupper, ""},
    {"islower", do_islower, ""},
    {"istitle", do_istitle, ""},
    {"isidentifier", do_isidentifier, ""},
    {"format", do_format, "*args **kwargs"},
    {"format_map", do_format_map, "mapping"},
    {"encode", do_encode, "encoding= errors="},
    {"translate", do_translate, "table"},
    {"maketrans", do_maketrans, "x y= z="},
    {"unescape", do_unescape, ""},
};

} // namespace

const function_def* find_string_method(std::string_view name) {
  for (auto& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

} // namespace mito::templating
