// Filters on text.
#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

core::value do_upper(call& c) {
  return like(c, upper(in_text(c)));
}
core::value do_lower(call& c) {
  return like(c, lower(in_text(c)));
}
core::value do_capitalize(call& c) {
  return like(c, capitalized(in_text(c)));
}

core::value do_title(call& c) {
  auto s = in_text(c);
  std::string out;
  bool start = true;
  for (std::size_t at = 0; at < s.size();) {
    auto p = core::next_utf8(s, at).value_or(0xFFFD);
    bool divides = p == '-' || p == '(' || p == '{' || p == '[' || p == '<' || is_space(p);
    core::append_utf8(out, start && !divides ? to_upper(p) : to_lower(p));
    start = divides;
  }
  return like(c, out);
}

core::value do_trim(call& c) {
  std::string hold;
  auto s = in_text(c);
  if (!c.has(0) || c[0].is_none()) return like(c, stripped(s, std::nullopt));
  return like(c, stripped(s, str_view(c.m, c[0], hold)));
}

core::value do_replace(call& c) {
  auto s = in_text(c);
  auto count = c.has(2) && !c[2].is_none() ? index(c.m, c[2]) : -1;
  if (c.m.autoescape()) {
    if (is_markup(c[0]) || (is_markup(c[1]) && !is_markup(c.self))) s = escape(c.m, c.self);
    bool safe = is_markup(c.self) || is_markup(c[0]) || is_markup(c[1]);
    auto out = replaced(s, safe ? escape(c.m, c[0]) : str(c.m, c[0]),
                        safe ? escape(c.m, c[1]) : str(c.m, c[1]), count);
    return safe ? markup(out) : text(out);
  }
  auto out = replaced(s, str(c.m, c[0]), str(c.m, c[1]), count);
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

core::value do_center(call& c) {
  auto s = in_text(c);
  auto width = c.m.failed() ? 0 : c.has(0) ? index(c.m, c[0]) : 80;
  if (c.m.failed() || (width > 0 && !c.m.fits(0, static_cast<std::size_t>(width)))) return {};
  return like(c, padded(s, width, " ", '^'));
}

core::value do_indent(call& c) {
  if (!c.self.is_string()) {
    if (c.self.is_undefined()) return c.m.undefined_error(c.self);
    if (c.self.is_list() && c.self.subtype() == core::subtype::plain)
      return no_attribute(c.m, c.self, "splitlines");
    if (c.self.is_tuple()) return c.m.fail_type("can only concatenate tuple (not \"str\") to tuple");
    return c.m.fail_type("unsupported operand type(s) for +=: '" + type_of(c.self) + "' and 'str'");
  }
  std::string indention;
  if (c.has(0) && c[0].is_string()) {
    indention = c[0].as_string();
  } else {
    auto n = c.has(0) ? index(c.m, c[0]) : 4;
    if (n > 1 << 20) return c.m.fail("limit", "the indentation is too wide");
    indention.assign(static_cast<std::size_t>(std::max<std::int64_t>(n, 0)), ' ');
  }
  bool first = c.has(1) && truth(c.m, c[1]), blank = c.has(2) && truth(c.m, c[2]);
  auto whole = std::string(c.self.as_string()) + "\n";
  std::string out;
  bool start = true;
  for (auto line : split_lines(whole)) {
    if (!start) out += '\n';
    if (start ? first : (blank || !line.empty())) out += indention;
    start = false;
    out += line;
  }
  return c.m.fits(0, out.size()) ? like(c, out) : core::value();
}

core::value do_truncate(call& c) {
  auto length = c.has(0) ? index(c.m, c[0]) : 255;
  bool kill = c.has(1) && truth(c.m, c[1]);
  auto end = c.has(2) ? str(c.m, c[2]) : "...";
  auto leeway = c.has(3) && !c[3].is_none() ? index(c.m, c[3]) : 5;
  if (c.m.failed()) return {};
  auto points = static_cast<std::int64_t>(core::count_code_points(end));
  if (length < points)
    return c.m.fail("assertion",
                    "expected length >= " + std::to_string(points) + ", got " + std::to_string(length));
  if (leeway < 0) return c.m.fail("assertion", "expected leeway >= 0, got " + std::to_string(leeway));
  auto has = templating::length(c.m, c.self);
  if (c.m.failed() || has <= length + leeway) return c.m.failed() ? core::value() : c.self;
  if (!c.self.is_string()) {
    auto part = slice(c.m, c.self, {}, core::value(length - points), {});
    if (c.m.failed()) return {};
    return kill ? binary(c.m, op::add, part, text(end)) : no_attribute(c.m, part, "rsplit");
  }
  auto s = c.self.as_string();
  std::size_t at = 0;
  for (std::int64_t i = 0; i < length - points; ++i) core::next_utf8(s, at);
  auto part = std::string_view(s).substr(0, at);
  if (!kill)
    if (auto space = part.rfind(' '); space != part.npos) part = part.substr(0, space);
  return like(c, std::string(part) + end);
}

core::value do_wordcount(call& c) {
  auto s = in_text(c);
  std::int64_t n = 0;
  bool inside = false;
  for (std::size_t at = 0; at < s.size();) {
    auto p = core::next_utf8(s, at).value_or(0);
    bool word = p == '_' || is_alpha(p) || is_digit(p);
    n += word && !inside;
    inside = word;
  }
  return n;
}

core::value do_string(call& c) {
  if (is_markup(c.self)) return c.self;
  return text(str(c.m, c.self));
}

core::value do_format(call& c) {
  if (!c.rest.empty() && !c.named.empty())
    return c.m.fail("filter_argument", "can't handle positional and keyword arguments at the same time");
  auto args = c.named.empty() ? core::value::tuple(c.rest) : core::value(c.named);
  auto format = is_markup(c.self) ? c.self : text(in_text(c));
  return c.m.failed() ? core::value() : percent_format(c.m, format, args);
}

core::value do_escape(call& c) {
  return markup(escape(c.m, c.self));
}
core::value do_forceescape(call& c) {
  std::string out;
  append_escaped(out, str(c.m, c.self));
  return markup(out);
}
core::value do_safe(call& c) {
  return markup(str(c.m, c.self));
}

core::value do_striptags(call& c) {
  auto s = in_text(c);
  std::string out;
  for (std::size_t at = 0; at < s.size();) {
    if (s.compare(at, 4, "<!--") == 0) {
      auto end = s.find("-->", at);
      if (end == s.npos) break;
      at = end + 3;
    } else if (s[at] == '<' && s.find('>', at) != s.npos) {
      at = s.find('>', at) + 1;
    } else {
      out += s[at++];
    }
  }
  std::string joined;
  for (auto w : split_text(out, std::nullopt)) {
    if (!joined.empty()) joined += ' ';
    joined += w;
  }
  static constexpr std::pair<std::string_view, std::string_view> entities[] = {
      {"&lt;", "<"},    {"&gt;", ">"},        {"&#39;", "'"}, {"&#34;", "\""},
      {"&quot;", "\""}, {"&nbsp;", "\u00a0"}, {"&amp;", "&"}};
  for (auto& [from, to] : entities) joined = replaced(joined, from, to);
  return text(joined);
}

core::value do_filesizeformat(call& c) {
  double bytes = to_float(c.m, c.self);
  bool binary = c.has(0) && truth(c.m, c[0]);
  static constexpr std::string_view decimal[] = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
  static constexpr std::string_view binaries[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
  double base = binary ? 1024 : 1000;
  if (c.m.failed()) return {};
  if (bytes == 1) return text("1 Byte");
  std::string out;
  if (bytes < base) {
    core::append_int(out, static_cast<std::int64_t>(bytes));
    return text(out + " Bytes");
  }
  double unit = base * base;
  for (int i = 0; i < 8; ++i, unit *= base) {
    if (bytes >= unit && i < 7) continue;
    append_formatted(c.m, out, core::value(base * bytes / unit), ".1f");
    return text(out + " " + std::string(binary ? binaries[i] : decimal[i]));
  }
  return {};
}

/// textwrap.wrap() of one line, with expand_tabs and replace_whitespace off.
struct wrapper {
  std::int64_t width;
  bool break_long, on_hyphens;
  std::vector<std::string> chunks;

  static std::int64_t size(std::string_view s) {
    return static_cast<std::int64_t>(core::count_code_points(s));
  }
  static bool blank(std::string_view s) { return core::trim(s).empty(); }

  void split(std::string_view s) {
    auto space = [](char ch) { return ch == ' ' || (ch >= '\t' && ch <= '\r'); };
    auto letter = [](char ch) { return (ch & 0x80) || ((ch | 32) >= 'a' && (ch | 32) <= 'z'); };
    for (std::size_t at = 0; at < s.size();) {
      auto from = at;
      bool blanks = space(s[at]);
      while (at < s.size() && space(s[at]) == blanks) {
        ++at;
        bool hyphen = !blanks && on_hyphens && s[at - 1] == '-' && at - from >= 2 && letter(s[at - 2]) &&
                      at < s.size() && letter(s[at]);
        if (hyphen) break;
      }
      chunks.emplace_back(s.substr(from, at - from));
    }
  }

  std::vector<std::string> lines() {
    std::vector<std::string> out;
    std::size_t next = 0;
    while (next < chunks.size()) {
      std::string line;
      std::int64_t have = 0;
      if (!out.empty() && blank(chunks[next])) ++next;
      std::vector<std::string> parts;
      while (next < chunks.size() && have + size(chunks[next]) <= width) {
        have += size(chunks[next]);
        parts.push_back(chunks[next++]);
      }
      if (next < chunks.size() && size(chunks[next]) > width) {
        auto room = std::max<std::int64_t>(1, width - have);
        if (break_long) {
          std::size_t at = 0;
          for (std::int64_t i = 0; i < room; ++i) core::next_utf8(chunks[next], at);
          parts.push_back(chunks[next].substr(0, at));
          chunks[next].erase(0, at);
        } else if (parts.empty()) {
          parts.push_back(chunks[next++]);
        }
      }
      if (!parts.empty() && blank(parts.back())) parts.pop_back();
      for (auto& p : parts) line += p;
      if (!parts.empty()) out.push_back(std::move(line));
    }
    return out;
  }
};

core::value do_wordwrap(call& c) {
  if (!c.self.is_string()) return no_attribute(c.m, c.self, "splitlines");
  if (c.self.as_string().empty()) return text("");
  auto width = c.has(0) ? index(c.m, c[0]) : 79;
  if (width <= 0 && !c.m.failed())
    return c.m.fail("value", "invalid width " + std::to_string(width) + " (must be > 0)");
  auto glue = c.has(2) && !c[2].is_none() ? str(c.m, c[2]) : c.m.env().parsing.rules.newline_sequence;
  std::string out;
  bool first = true;
  auto s = in_text(c);
  for (auto line : split_lines(s)) {
    if (!first) out += glue;
    first = false;
    wrapper w{width, !c.has(1) || truth(c.m, c[1]), !c.has(3) || truth(c.m, c[3]), {}};
    w.split(line);
    bool start = true;
    for (auto& l : w.lines()) {
      if (!start) out += glue;
      start = false;
      out += l;
    }
  }
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

core::value do_xmlattr(call& c) {
  if (!is_mapping(c.self)) return no_attribute(c.m, c.self, "items");
  std::string out;
  for (auto& e : to_dict(c.m, c.self)) {
    if (e.val.is_none() || e.val.is_undefined()) continue;
    auto key = str(c.m, e.key);
    if (key.find_first_of(" \t\n\r\f\v/>=") != key.npos)
      return c.m.fail("value", "Invalid character in attribute name: " + core::to_repr(e.key));
    if (!out.empty()) out += ' ';
    append_escaped(out, key);
    out += "=\"" + escape(c.m, e.val) + "\"";
  }
  if ((!c.has(0) || truth(c.m, c[0])) && !out.empty()) out = " " + out;
  return c.m.autoescape() ? markup(out) : text(out);
}

core::value do_split(call& c) {
  if (!c.self.is_string()) {
    return c.m.fail_type("descriptor 'split' for 'str' objects doesn't apply to a '" +
                         type_of(c.self) + "' object");
  }
  auto* def = find_string_method("split");
  core::list args;
  if (c.has(0)) args.push_back(c[0]);
  if (c.has(1)) {
    if (args.empty()) args.push_back(core::value());
    args.push_back(c[1]);
  }
  return invoke(c.m, *def, c.self.with_subtype(core::subtype::plain), std::move(args), {});
}

core::value do_comment(call& c) {
  struct style {
    std::string_view name, beginning, decoration, end;
  };
  static constexpr style styles[] = {{"plain", "", "# ", ""},
                                     {"erlang", "", "% ", ""},
                                     {"c", "", "// ", ""},
                                     {"cblock", "/*", " * ", " */"},
                                     {"xml", "<!--", " - ", "-->"}};
  auto name = c.has(0) ? str(c.m, c[0]) : "plain";
  const style* chosen = nullptr;
  for (auto& s : styles)
    if (s.name == name) chosen = &s;
  if (!chosen) return c.m.fail("key", core::to_repr(text(name)));
  if (!c.self.is_string()) return no_attribute(c.m, c.self, "replace");
  auto option = [&](std::string_view key, std::string otherwise) {
    auto* v = c.named.find(key);
    return v ? str(c.m, *v) : otherwise;
  };
  auto count = [&](std::string_view key) {
    auto* v = c.named.find(key);
    auto n = v ? (v->is_string() ? core::parse_int(v->as_string()).value_or(1) : index(c.m, *v)) : 1;
    return std::min<std::int64_t>(n, 10000);
  };
  auto decoration = option("decoration", std::string(chosen->decoration));
  auto bare = std::string(stripped(decoration, std::nullopt, 2));
  auto newline = option("newline", "\n"), beginning = option("beginning", std::string(chosen->beginning));
  auto prefix = option("prefix", bare), postfix = option("postfix", bare),
       end = option("end", std::string(chosen->end));
  std::string out = beginning.empty() ? "" : beginning + newline;
  if (!prefix.empty())
    for (std::int64_t i = 0; i < count("prefix_count"); ++i)
      out += prefix == newline ? newline : prefix + newline;
  auto s = in_text(c);
  auto body = decoration + replaced(s, newline, newline + decoration);
  out += replaced(body, decoration + newline, bare + newline);
  for (std::int64_t i = 0; i < count("postfix_count"); ++i) out += newline + postfix;
  if (!end.empty()) out += newline + end;
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

constexpr function_def rows[] = {
    {"upper", do_upper, "", 0, "do_upper"},
    {"lower", do_lower, "", 0, "do_lower"},
    {"capitalize", do_capitalize, "", 0, "do_capitalize"},
    {"title", do_title, "", 0, "do_title"},
    {"trim", do_trim, "chars=", 0, "do_trim"},
    {"replace", do_replace, "old new count=", 0, "do_replace"},
    {"center", do_center, "width=", 0, "do_center"},
    {"indent", do_indent, "width= first= blank=", 0, "do_indent"},
    {"truncate", do_truncate, "length= killwords= end= leeway=", 0, "do_truncate"},
    {"wordcount", do_wordcount, "", 0, "do_wordcount"},
    {"wordwrap", do_wordwrap, "width= break_long_words= wrapstring= break_on_hyphens=", 0, "do_wordwrap"},
    {"string", do_string, "", function_verbatim, "soft_str"},
    {"format", do_format, "*args **kwargs", 0, "do_format"},
    {"escape", do_escape, ""},
    {"e", do_escape, "", 0, "escape"},
    {"forceescape", do_forceescape, "", 0, "do_forceescape"},
    {"safe", do_safe, "", 0, "do_mark_safe"},
    {"striptags", do_striptags, "", 0, "do_striptags"},
    {"filesizeformat", do_filesizeformat, "binary=", 0, "do_filesizeformat"},
    {"xmlattr", do_xmlattr, "autospace=", 0, "do_xmlattr"},
    {"split", do_split, "sep= maxsplit=", function_ansible},
    {"comment", do_comment, "style= **kw", function_ansible},
};

} // namespace

constinit const function_table string_filters = rows;

} // namespace mito::templating
