// regex_search, regex_findall, regex_replace, regex_escape.
#include "templating/regex.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

std::optional<regex> compiled(call& c, const core::value& pattern, bool ignore_case, bool multiline) {
  if (pattern.is_undefined()) {
    c.m.undefined_error(pattern);
    return std::nullopt;
  }
  if (!pattern.is_string()) {
    c.m.fail_type("first argument must be string or compiled pattern");
    return std::nullopt;
  }
  auto re = compile_regex(pattern.as_string(), {ignore_case, multiline, false});
  if (re) return *re;
  c.m.fail(re.error());
  return std::nullopt;
}

core::value part(std::string_view s, const regex_match& m, std::size_t group, core::value otherwise) {
  auto [from, to] = m.groups[group];
  return from == s.npos ? otherwise : text(s.substr(from, to - from));
}

core::value do_search(call& c) {
  auto s = in_text(c);
  auto flag = [&](std::string_view key) {
    auto* v = c.named.find(key);
    return v && truth(c.m, *v);
  };
  std::vector<std::string> wanted;
  for (auto& r : c.rest) {
    if (!r.is_string()) return no_attribute(c.m, r, "startswith");
    std::string a(r.as_string());
    if (a.starts_with("\\g<") && a.find('>') > 3 && a.find('>') != a.npos)
      wanted.push_back(a.substr(3, a.find('>') - 3));
    else if (a.starts_with('\\') && a.size() > 1 && a[1] >= '0' && a[1] <= '9')
      wanted.push_back(a.substr(1, a.find_first_not_of("0123456789", 1) - 1));
    else if (a.starts_with('\\')) // Ansible reads it with an expression of its own that finds nothing
      return no_attribute(c.m, core::value(), "group");
    else
      return filter_error(c, "Unknown argument");
  }
  if (c.m.failed()) return {};
  auto re = compiled(c, c[0], flag("ignorecase"), flag("multiline"));
  if (!re) return {};
  auto m = re->match(s, 0, regex_mode::search);
  if (!m) return c.m.fail(m.error());
  if (m->empty()) return {};
  if (wanted.empty()) return part(s, *m, 0, core::value());
  core::list out;
  for (auto& w : wanted) {
    auto number = core::parse_int(w);
    if (!number)
      if (auto g = re->group(w)) number = *g;
    if (!number || *number < 0 || *number > re->groups()) return c.m.fail("index", "no such group");
    out.push_back(part(s, *m, static_cast<std::size_t>(*number), core::value()));
  }
  return core::value(std::move(out));
}

core::value do_findall(call& c) {
  auto s = in_text(c);
  bool multiline = c.has(1) && truth(c.m, c[1]), ignore_case = c.has(2) && truth(c.m, c[2]);
  auto re = compiled(c, c[0], ignore_case, multiline);
  if (!re || c.m.failed()) return {};
  core::list out;
  for (std::size_t at = 0; at <= s.size() && c.m.step();) {
    auto m = re->match(s, at, regex_mode::search);
    if (!m) return c.m.fail(m.error());
    if (m->empty()) break;
    if (re->groups() == 0) {
      out.push_back(part(s, *m, 0, text("")));
    } else if (re->groups() == 1) {
      out.push_back(part(s, *m, 1, text("")));
    } else {
      core::list row;
      for (unsigned g = 1; g <= re->groups(); ++g) row.push_back(part(s, *m, g, text("")));
      out.push_back(core::value::tuple(std::move(row)));
    }
    auto [from, to] = m->groups[0];
    at = to;
    if (from == to) {
      if (at >= s.size()) break;
      core::next_utf8(s, at);
    }
  }
  return core::value(std::move(out));
}

core::value do_replace(call& c) {
  auto s = in_text(c);
  auto pattern = c.has(0) ? c[0] : text("");
  auto replacement = c.has(1) ? str(c.m, c[1]) : "";
  auto re = compiled(c, pattern, c.has(2) && truth(c.m, c[2]), c.has(3) && truth(c.m, c[3]));
  if (!re || c.m.failed()) return {};
  auto out = regex_substitute(*re, s, replacement);
  if (!out) return c.m.fail(out.error());
  return c.m.fits(0, out->size()) ? text(*out) : core::value();
}

core::value do_escape(call& c) {
  auto s = in_text(c);
  auto type = c.has(0) ? str(c.m, c[0]) : "python";
  if (type == "python") return text(regex_escape(s));
  if (type == "posix_basic") {
    std::string out;
    for (char ch : s) {
      if (std::string_view("].[^$*\\").find(ch) != std::string_view::npos) out += '\\';
      out += ch;
    }
    return text(out);
  }
  if (type == "posix_extended") return filter_error(c, "Regex type (posix_extended) not yet implemented");
  return filter_error(c, "Invalid regex type (" + type + ")");
}

constexpr function_def rows[] = {
    {"regex_search", do_search, "regex *args **kwargs", function_ansible},
    {"regex_findall", do_findall, "regex multiline= ignorecase=", function_ansible},
    {"regex_replace", do_replace, "pattern= replacement= ignorecase= multiline=", function_ansible},
    {"regex_escape", do_escape, "re_type=", function_ansible},
};

} // namespace

constinit const function_table regex_filters = rows;

} // namespace mito::templating
