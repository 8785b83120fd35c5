// Paths: of this machine through the host, and Windows' by text alone.
#include "templating/paths.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

core::value host_path(machine& m, std::string_view what, std::string_view name, bool follow) {
  auto* host = m.shared().host;
  if (!host) return m.fail("lookup", "templates have no access to files here (" + std::string(what) + ")");
  m.taint();
  auto v = host->path(what, name, follow);
  return v ? *v : m.fail(v.error());
}

namespace {

std::string in_path(call& c) {
  if (c.self.is_string()) return std::string(c.self.as_string());
  c.m.fail_type("expected str, bytes or os.PathLike object, not " + type_of(c.self));
  return {};
}

core::value do_basename(call& c) {
  auto s = in_path(c);
  return text(std::string_view(s).substr(s.rfind('/') + 1));
}

core::value do_dirname(call& c) {
  auto s = in_path(c);
  auto head = s.substr(0, s.rfind('/') + 1);
  auto end = head.find_last_not_of('/');
  return text(end == head.npos ? head : head.substr(0, end + 1));
}

core::value do_splitext(call& c) {
  auto s = in_path(c);
  auto slash = s.rfind('/'), dot = s.rfind('.');
  auto name = slash == s.npos ? 0 : slash + 1;
  // Leading dots are part of the name.
  auto first = s.find_first_not_of('.', name);
  if (dot == s.npos || dot < name || first == s.npos || dot < first)
    return core::value::tuple({text(s), text("")});
  return core::value::tuple({text(s.substr(0, dot)), text(s.substr(dot))});
}

std::string joined(std::string a, std::string_view b) {
  if (b.starts_with('/')) return std::string(b);
  if (!a.empty() && !a.ends_with('/')) a += '/';
  return a.append(b);
}

core::value do_path_join(call& c) {
  if (c.self.is_string()) return c.self;
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!is_py_sequence(c.self))
    return filter_type_error(c, "|path_join expects string or sequence, got " + class_of(c.self) + " instead.");
  std::string out;
  bool first = true;
  auto parts = iterate(c.m, c.self);
  if (parts.empty()) return c.m.fail_type("join() missing 1 required positional argument: 'a'");
  for (auto& i : parts) {
    if (!i.is_string() && first)
      return c.m.fail_type("expected str, bytes or os.PathLike object, not " + type_of(i));
    if (!i.is_string())
      return c.m.fail_type("join() argument must be str, bytes, or os.PathLike object, not '" +
                           type_of(i) + "'");
    out = first ? std::string(i.as_string()) : joined(std::move(out), i.as_string());
    first = false;
  }
  return text(out);
}

/// os.path.normpath().
std::string normalized(std::string_view s) {
  if (s.empty()) return ".";
  std::string lead(s.starts_with("//") && !s.starts_with("///") ? "//" : s.starts_with('/') ? "/" : "");
  std::vector<std::string_view> kept;
  for (auto part : core::split(s, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && (!kept.empty() ? kept.back() != ".." : !lead.empty())) {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(part);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i) lead += '/';
    lead += kept[i];
  }
  return lead.empty() ? "." : lead;
}

std::string absolute(call& c, std::string_view s) {
  if (s.starts_with('/')) return normalized(s);
  auto cwd = host_path(c.m, "cwd", "", true);
  return normalized(joined(std::string(cwd.as_string()), s));
}

core::value do_relpath(call& c) {
  auto path = in_path(c);
  auto start = c.has(0) ? str(c.m, c[0]) : ".";
  if (c.m.failed()) return {};
  if (path.empty()) return c.m.fail("value", "no path specified");
  auto from = absolute(c, start), to = absolute(c, path);
  std::vector<std::string_view> a, b;
  for (auto p : core::split(from, '/'))
    if (!p.empty()) a.push_back(p);
  for (auto p : core::split(to, '/'))
    if (!p.empty()) b.push_back(p);
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  std::string out;
  for (std::size_t i = same; i < a.size(); ++i) out += out.empty() ? ".." : "/..";
  for (std::size_t i = same; i < b.size(); ++i) {
    if (!out.empty()) out += '/';
    out += b[i];
  }
  return text(out.empty() ? "." : out);
}

core::value do_realpath(call& c) {
  auto s = in_path(c);
  return c.m.failed() ? core::value() : host_path(c.m, "realpath", s, true);
}
core::value do_expanduser(call& c) {
  auto s = in_path(c);
  if (c.m.failed() || !s.starts_with('~')) return text(s);
  return host_path(c.m, "expanduser", s, true);
}
core::value do_expandvars(call& c) {
  auto s = in_path(c);
  if (c.m.failed() || s.find('$') == s.npos) return text(s);
  return host_path(c.m, "expandvars", s, true);
}
core::value do_fileglob(call& c) {
  auto s = in_path(c);
  auto found = c.m.failed() ? core::value() : host_path(c.m, "glob", s, true);
  core::list out;
  for (auto& f : found.as_list())
    if (host_path(c.m, "stat", f.as_string(), true).flag("isreg")) out.push_back(f);
  return core::value(std::move(out));
}

/// Drive ("C:", "\\host\share") and the rest.
std::pair<std::string, std::string> split_drive(const std::string& s) {
  auto slash = [](char ch) { return ch == '\\' || ch == '/'; };
  if (s.size() > 1 && slash(s[0]) && slash(s[1])) {
    auto host_end = s.find_first_of("\\/", 2);
    if (host_end == s.npos) return {s, ""};
    auto share_end = std::min(s.find_first_of("\\/", host_end + 1), s.size());
    return {s.substr(0, share_end), s.substr(share_end)};
  }
  if (s.size() > 1 && s[1] == ':') return {s.substr(0, 2), s.substr(2)};
  return {"", s};
}

core::value do_win_basename(call& c) {
  auto rest = split_drive(in_path(c)).second;
  auto at = rest.find_last_of("\\/");
  return text(at == rest.npos ? rest : rest.substr(at + 1));
}
core::value do_win_dirname(call& c) {
  auto [drive, rest] = split_drive(in_path(c));
  auto at = rest.find_last_of("\\/");
  auto head = at == rest.npos ? "" : rest.substr(0, at + 1);
  auto end = head.find_last_not_of("\\/");
  return text(drive + (end == head.npos ? head : head.substr(0, end + 1)));
}
core::value do_win_splitdrive(call& c) {
  auto [drive, rest] = split_drive(in_path(c));
  return core::value::tuple({text(drive), text(rest)});
}

core::value do_quote(call& c) {
  if (c.self.is_none()) return text("''");
  auto s = in_text(c);
  if (s.empty()) return text("''");
  bool safe = true;
  for (char ch : s)
    safe = safe && ((ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z') ||
                    std::string_view("@%+=:,./-_").find(ch) != std::string_view::npos);
  return text(safe ? s : "'" + replaced(s, "'", "'\"'\"'") + "'");
}

constexpr function_def rows[] = {
    {"basename", do_basename, "", function_ansible},
    {"dirname", do_dirname, "", function_ansible},
    {"splitext", do_splitext, "", function_ansible},
    {"path_join", do_path_join, "", function_ansible},
    {"relpath", do_relpath, "start=", function_ansible},
    {"realpath", do_realpath, "", function_ansible | function_impure},
    {"expanduser", do_expanduser, "", function_ansible | function_impure},
    {"expandvars", do_expandvars, "", function_ansible | function_impure},
    {"fileglob", do_fileglob, "", function_ansible | function_impure},
    {"win_basename", do_win_basename, "", function_ansible},
    {"win_dirname", do_win_dirname, "", function_ansible},
    {"win_splitdrive", do_win_splitdrive, "", function_ansible},
    {"quote", do_quote, "", function_ansible},
};

} // namespace

constinit const function_table path_filters = rows;

} // namespace mito::templating
