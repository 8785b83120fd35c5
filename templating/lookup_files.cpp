// Lookups on the controller's files, read through the host: file, template, ini, csvfile, first_found,
// fileglob.
#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/cache.hpp"
#include "templating/lookup_plugins.hpp"
#include "templating/paths.hpp"
#include "templating/regex.hpp"
#include "templating/render.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

core::value error(machine& m, std::string message) {
  return m.fail("error", std::move(message));
}

/// False and failed when there is no such file.
bool read(machine& m, const std::string& name, std::string_view kind, std::string& out,
          const std::string& missing) {
  m.taint();
  auto* host = m.shared().host;
  if (!host) {
    m.fail("lookup", "templates have no access to files here");
    return false;
  }
  auto text = host->read_file(name, kind);
  if (text) {
    out = std::move(*text);
    return true;
  }
  bool gone = text.error().what().category == "not_found" || text.error().what().category.empty();
  gone ? m.fail("error", missing) : m.fail(text.error());
  return false;
}

const core::value* option(const core::dict& options, std::string_view name) {
  return options.find(name);
}
bool flag(machine& m, const core::dict& options, std::string_view name, bool otherwise) {
  auto* v = option(options, name);
  if (!v) return otherwise;
  if (v->is_string()) {
    auto s = core::lower(v->as_string());
    return s == "true" || s == "yes" || s == "on" || s == "1";
  }
  return truth(m, *v);
}

core::value run_file(machine& m, const core::list& terms, const core::dict& options) {
  core::list out;
  for (auto& t : terms) {
    std::string contents, name = str(m, t);
    if (!read(m, name, "file", contents, "could not locate file in lookup: " + name)) return {};
    std::string_view kept = contents;
    if (flag(m, options, "rstrip", true)) kept = stripped(kept, std::nullopt, 2);
    if (flag(m, options, "lstrip", false)) kept = stripped(kept, std::nullopt, 1);
    out.push_back(core::value(kept));
  }
  return core::value(std::move(out));
}

core::value run_template(machine& m, const core::list& terms, const core::dict& options) {
  core::list out;
  for (auto& t : terms) {
    std::string contents, name = str(m, t);
    if (!read(m, name, "template", contents,
              "the template file " + name + " could not be found for the lookup"))
      return {};
    core::dict extra;
    if (auto* v = option(options, "template_vars"); v && v->is_dict()) extra = v->as_dict();
    dict_scope vars(std::move(extra), &m.shared().vars);
    environment env(m.env());
    env.convert = flag(m, options, "convert_data", true);
    env.escape_backslashes = false;
    bool as_text = m.env().native && !flag(m, options, "jinja2_native", false);
    if (as_text) env.native = false;
    auto& rules = env.parsing.rules;
    for (auto& [name, mark] : {std::pair{"variable_start_string", &rules.variable_start},
                               {"variable_end_string", &rules.variable_end},
                               {"comment_start_string", &rules.comment_start},
                               {"comment_end_string", &rules.comment_end}})
      if (auto* v = option(options, name); v && v->is_string() && !v->as_string().empty()) *mark = v->as_string();
    env.signature = signature(env);
    auto& s = m.shared();
    session inner{env, vars, s.left, s.cache, s.templates, s.host, s.globals, s.active, s.omit};
    if (++s.left.depth > limits::call_depth) m.fail("recursion", "templates look each other up without end");
    auto v = template_value(inner, core::value(contents, core::trust::source), {true, true});
    --s.left.depth;
    if (!v) return m.fail(v.error());
    // Text that must stay text, however much like a value it looks.
    out.push_back(as_text ? text(str(m, *v)).with_subtype(core::subtype::verbatim) : *v);
  }
  return core::value(std::move(out));
}

core::value run_unvault(machine& m, const core::list& terms, const core::dict&) {
  core::list out;
  for (auto& t : terms) {
    std::string contents, name = str(m, t);
    if (!read(m, name, "file", contents, "Unable to find file matching \"" + name + "\" ")) return {};
    out.push_back(core::value(contents));
  }
  return core::value(std::move(out));
}

core::value run_env(machine& m, const core::list& terms, const core::dict& options) {
  core::list out;
  for (auto& t : terms) {
    auto name = str(m, t);
    auto v = host_path(m, "env", name.substr(0, name.find_first_of(" \t\n")), true);
    if (m.failed()) return {};
    auto* otherwise = option(options, "default");
    if (v.is_none() && otherwise && otherwise->is_undefined())
      return m.fail("undefined", "The \"env\" lookup, found an undefined variable: " + name);
    out.push_back(!v.is_none() ? v : otherwise ? *otherwise : core::value(""));
  }
  return core::value(std::move(out));
}

core::value run_fileglob(machine& m, const core::list& terms, const core::dict&) {
  core::list out;
  for (auto& t : terms) {
    auto found = host_path(m, "fileglob", str(m, t), true);
    for (auto& f : found.as_list()) out.push_back(f);
    if (m.failed()) return {};
  }
  return core::value(std::move(out));
}

/// Splits texts, at any depth of lists, at each of `marks`.
void split_on(machine& m, const core::value& v, std::string_view marks, std::vector<std::string>& out) {
  if (v.is_sequence()) {
    for (auto& i : v.as_list()) split_on(m, i, marks, out);
    return;
  }
  if (v.is_none()) return;
  std::string part;
  for (char c : str(m, v)) {
    if (marks.find(c) == marks.npos) {
      part += c;
      continue;
    }
    out.push_back(std::move(part));
    part.clear();
  }
  out.push_back(std::move(part));
}

void candidates(machine& m, const core::value& term, const core::dict& options, std::vector<std::string>& out,
                bool& skip) {
  if (term.is_sequence()) {
    for (auto& t : term.as_list()) candidates(m, t, options, out, skip);
    return;
  }
  if (!term.is_dict() && !term.is_string()) {
    m.fail("lookup",
           "Invalid term supplied, can handle string, mapping or list of strings but got: <class '" +
               type_of(term) + "'> for " + str(m, term));
    return;
  }
  auto& from = term.is_dict() ? term.as_dict() : options;
  std::vector<std::string> files, paths;
  if (auto* v = option(from, "files")) split_on(m, *v, ",;", files);
  if (auto* v = option(from, "paths")) split_on(m, *v, ",:;", paths);
  skip = flag(m, from, "skip", false);
  for (auto& p : paths)
    for (auto& f : files)
      out.push_back(f.starts_with('/') ? f : p + (p.ends_with('/') || p.empty() ? "" : "/") + f);
  if (!paths.empty()) return;
  if (!files.empty())
    out = files;
  else
    out.push_back(str(m, term));
}

core::value run_first_found(machine& m, const core::list& terms, const core::dict& options) {
  std::vector<std::string> names;
  bool skip = false;
  for (auto& t : terms) candidates(m, t, options, names, skip);
  if (m.failed()) return {};
  skip = skip || flag(m, options, "skip", false);
  for (auto& n : names) {
    auto found = host_path(m, "find", n, true);
    if (m.failed()) return {};
    if (found.is_string()) return core::value(core::list{found});
  }
  if (skip) return core::value(core::list{});
  return m.fail("lookup", "No file was found when using first_found.");
}

/// "key name=value …" of the older lookups.
bool inline_options(std::string_view term, core::dict& options, std::string& key) {
  bool has_key = false;
  for (auto word : split_text(term, std::nullopt)) {
    auto equals = word.find('=');
    if (equals == word.npos) {
      key = has_key ? key + " " + std::string(word) : std::string(word);
      has_key = true;
    } else {
      options.set(word.substr(0, equals), text(word.substr(equals + 1)));
    }
  }
  return has_key;
}

core::value run_csvfile(machine& m, const core::list& terms, const core::dict& given) {
  core::list out;
  for (auto& t : terms) {
    auto options = given;
    std::string key;
    if (!inline_options(str(m, t), options, key))
      return m.fail("error", "Search key is required but was not found");
    auto word = [&](std::string_view name, std::string otherwise) {
      auto* v = option(options, name);
      return v ? str(m, *v) : otherwise;
    };
    auto delimiter = word("delimiter", "TAB"), file = word("file", "ansible.csv"), column = word("col", "1");
    if (delimiter == "TAB" || delimiter == "t" || delimiter == "\\t" || delimiter.empty()) delimiter = "\t";
    std::string contents;
    if (!read(m, file, "file", contents, "csvfile: [Errno 2] No such file or directory: b'None'")) return {};
    auto col = core::parse_int(column);
    if (!col || *col < 0) return error(m, "csvfile: invalid column " + column);
    core::value found;
    for (auto line : split_lines(contents)) {
      std::vector<std::string> cells(1);
      bool quoted = false;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
          cells.back() += line[i++];
        else if (line[i] == '"')
          quoted = !quoted;
        else if (line[i] == delimiter[0] && !quoted)
          cells.emplace_back();
        else
          cells.back() += line[i];
      }
      if (cells[0] != key) continue;
      if (static_cast<std::size_t>(*col) >= cells.size()) return error(m, "csvfile: list index out of range");
      found = core::value(cells[static_cast<std::size_t>(*col)]);
      break;
    }
    if (found.is_none())
      if (auto* v = option(options, "default")) found = *v;
    if (!found.is_none()) out.push_back(found);
  }
  return core::value(std::move(out));
}

/// Python's configparser, as far as look-ups go: sections, "key = value", "key: value", comments, continued
/// lines.
core::dict parse_ini(std::string_view contents, bool case_sensitive, bool bare_keys) {
  core::dict sections;
  std::string section, key;
  auto put = [&](core::value v) {
    core::dict members;
    if (auto* known = sections.find(section)) members = known->as_dict();
    if (!key.empty()) members.set(key, std::move(v));
    sections.set(section, core::value(std::move(members)));
  };
  for (auto line : split_lines(contents)) {
    auto body = core::trim(line);
    if (body.empty() || body[0] == '#' || body[0] == ';') continue;
    if (body[0] == '[' && body.ends_with(']')) {
      section = body.substr(1, body.size() - 2);
      key.clear();
      put({});
      continue;
    }
    bool continued = !key.empty() && (line[0] == ' ' || line[0] == '\t');
    if (continued) {
      auto* members = sections.find(section);
      auto old = members ? (*members)[key] : core::value();
      put(core::value(std::string(old.as_string()) + "\n" + std::string(body)));
      continue;
    }
    auto mark = body.find_first_of("=:");
    if (mark == body.npos && !bare_keys) continue;
    auto name = core::trim(body.substr(0, mark));
    key = case_sensitive ? std::string(name) : core::lower(name);
    put(mark == body.npos ? core::value() : core::value(core::trim(body.substr(mark + 1))));
  }
  return sections;
}

core::value run_ini(machine& m, const core::list& terms, const core::dict& given) {
  core::list out;
  for (auto& t : terms) {
    auto options = given;
    std::string key = str(m, t);
    if (key.find('=') != key.npos || core::trim(key).find(' ') != key.npos) {
      auto term = key;
      key.clear();
      if (!inline_options(term, options, key))
        return m.fail("lookup_options",
                      "No key to lookup was provided as first term with in string inline options: " + term);
    }
    auto word = [&](std::string_view name, std::string otherwise) {
      auto* v = option(options, name);
      return v && !v->is_none() ? str(m, *v) : otherwise;
    };
    bool properties = word("type", "ini") == "properties",
         sensitive = flag(m, options, "case_sensitive", false);
    auto file = word("file", "ansible.ini"),
         section = properties ? "java_properties" : word("section", "global");
    std::string contents;
    if (!read(m, file, "file", contents,
              "Unable to find '" + file + "' in expected paths (use -vvvvv to see paths)"))
      return {};
    if (properties) contents = "[java_properties]\n" + contents;
    bool bare = flag(m, options, "allow_no_value", false) || flag(m, options, "allow_none", false);
    auto sections = parse_ini(contents, sensitive, bare);
    auto* members = sections.find(section);
    if (!members) return m.fail("lookup", "No section '" + section + "' in " + file);
    if (flag(m, options, "re", false)) {
      auto re = compile_regex(key, {});
      if (!re) return m.fail(re.error());
      for (auto& e : members->as_dict()) {
        auto match = re->match(e.key.as_string(), 0, regex_mode::match);
        if (match && !match->empty()) out.push_back(e.val);
      }
      continue;
    }
    auto* v = members->as_dict().find(sensitive ? key : core::lower(key));
    auto* otherwise = option(options, "default");
    out.push_back(v ? *v : otherwise ? *otherwise : core::value(""));
  }
  return core::value(std::move(out));
}

constexpr lookup_def rows[] = {
    {"file", run_file},         {"template", run_template},
    {"unvault", run_unvault},   {"env", run_env},
    {"fileglob", run_fileglob}, {"first_found", run_first_found},
    {"csvfile", run_csvfile},   {"ini", run_ini},
};

} // namespace

const lookup_def* find_file_lookup(std::string_view name) {
  for (auto& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

} // namespace mito::templating
