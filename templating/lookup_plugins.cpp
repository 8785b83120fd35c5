#include "templating/lookup_plugins.hpp"

#include <algorithm>
#include <span>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/entropy.hpp"
#include "templating/regex.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

core::value error(machine& m, std::string message) {
  return m.fail("error", std::move(message));
}

core::list flattened(const core::list& terms) {
  core::list out;
  for (auto& t : terms) {
    if (t.is_sequence())
      out.insert(out.end(), t.as_list().begin(), t.as_list().end());
    else
      out.push_back(t);
  }
  return out;
}

core::value run_items(machine&, const core::list& terms, const core::dict&) {
  return core::value(flattened(terms));
}
core::value run_list(machine&, const core::list& terms, const core::dict&) {
  return core::value(terms);
}

core::value run_dict(machine& m, const core::list& terms, const core::dict&) {
  core::list out;
  for (auto& t : terms) {
    if (!is_mapping(t)) return error(m, "with_dict expects a dict");
    for (auto& e : to_dict(m, t)) {
      core::dict d;
      d.set("key", e.key);
      d.set("value", e.val);
      out.push_back(core::value(std::move(d)));
    }
  }
  return core::value(std::move(out));
}

core::value run_indexed_items(machine&, const core::list& terms, const core::dict&) {
  core::list out;
  std::int64_t n = 0;
  for (auto& i : flattened(terms)) out.push_back(core::value::tuple({n++, i}));
  return core::value(std::move(out));
}

core::value as_list(const core::value& v) {
  return v.is_sequence() ? v : core::value(core::list{v});
}

core::value run_together(machine& m, const core::list& terms, const core::dict&) {
  if (terms.empty()) return error(m, "with_together requires at least one element in each list");
  std::size_t n = 0;
  for (auto& t : terms) n = std::max(n, as_list(t).as_list().size());
  core::list out;
  for (std::size_t i = 0; i < n; ++i) {
    core::list row;
    for (auto& t : terms) {
      auto column = as_list(t);
      row.push_back(i < column.as_list().size() ? column.as_list()[i] : core::value());
    }
    out.push_back(core::value(std::move(row)));
  }
  return core::value(std::move(out));
}

core::value run_nested(machine& m, const core::list& terms, const core::dict&) {
  if (terms.empty()) return error(m, "with_nested requires at least one element in the nested list");
  core::list out{core::value(core::list{})};
  for (auto& t : terms) {
    core::list next;
    auto column = as_list(t);
    if (!m.fits(out.size() * std::max<std::size_t>(column.as_list().size(), 1)) ||
        !m.step(out.size() * column.as_list().size()))
      return {};
    for (auto& row : out)
      for (auto& i : column.as_list()) {
        auto longer = row.as_list();
        // A level that is a list itself spreads out.
        if (i.is_sequence())
          longer.insert(longer.end(), i.as_list().begin(), i.as_list().end());
        else
          longer.push_back(i);
        next.push_back(core::value(std::move(longer)));
      }
    out = std::move(next);
  }
  return core::value(std::move(out));
}

void flatten_deep(const core::list& in, core::list& out) {
  for (auto& i : in) {
    if (i.is_sequence())
      flatten_deep(i.as_list(), out);
    else if (!i.is_none() && !(i.is_string() && (i.as_string() == "None" || i.as_string() == "null")))
      out.push_back(i);
  }
}
core::value run_flattened(machine& m, const core::list& terms, const core::dict&) {
  for (auto& t : terms)
    if (t.depth() > limits::value_depth) return m.fail("limit", "the list is nested too deeply");
  core::list out;
  flatten_deep(terms, out);
  return core::value(std::move(out));
}

core::value run_random_choice(machine&, const core::list& terms, const core::dict&) {
  if (terms.empty()) return core::value(core::list{});
  return core::value(core::list{terms[entropy_below(terms.size())]});
}

/// `v` without the list that `path` leads to: Ansible takes it out of the item that it gives.
core::value without(const core::value& v, std::span<const std::string_view> path) {
  if (!v.is_dict()) return v;
  core::dict out = v.as_dict();
  const auto* inner = out.find(path[0]);
  if (!inner) return v;
  if (path.size() == 1)
    out.erase(path[0]);
  else
    out.set(path[0], without(*inner, path.subspan(1)));
  return core::value(std::move(out));
}

core::value run_subelements(machine& m, const core::list& terms, const core::dict&) {
  auto raise = [&](std::string s) { return error(m, std::move(s)); };
  if (terms.size() < 2 || terms.size() > 3)
    return raise("subelements lookup expects a list of two or three items, ");
  if (!terms[0].is_sequence() && !terms[0].is_dict())
    return raise("subelements lookup expects a dictionary, got '" + str(m, terms[0]) + "'");
  if (!terms[1].is_string()) return raise("subelements lookup expects a string as second item");
  bool skip_missing = false;
  if (terms.size() == 3 && terms[2].is_dict()) {
    auto v = terms[2]["skip_missing"];
    skip_missing =
        v.is_string() ? core::lower(v.as_string()) == "true" || v.as_string() == "yes" : v.truthy();
  }
  core::list elements;
  if (terms[0].is_dict()) {
    if (terms[0].flag("skipped")) return core::value(core::list{});
    for (auto& e : terms[0].as_dict()) elements.push_back(e.val);
  } else {
    elements = terms[0].as_list();
  }
  auto path = core::split(terms[1].as_string(), '.');
  core::list out;
  for (auto& e : elements) {
    if (!is_mapping(e)) return raise("subelements lookup expects a dictionary, got '" + str(m, e) + "'");
    if (e.flag("skipped")) continue;
    auto at = e;
    bool skipped = false;
    for (std::size_t i = 0; i < path.size() && !skipped; ++i) {
      auto next = mapping_get(m, at, text(path[i]));
      bool last = i + 1 == path.size();
      if (!next) {
        if (!skip_missing)
          return raise("could not find '" + std::string(path[i]) + "' key in iterated item '" + str(m, at) +
                       "'");
        skipped = true;
      } else if (!last && !is_mapping(*next)) {
        if (!skip_missing)
          return raise("the key " + std::string(path[i]) + " should point to a dictionary, got '" +
                       str(m, *next) + "'");
        skipped = true;
      } else if (last && !next->is_list()) {
        if (!skip_missing)
          return raise("the key " + std::string(path[i]) + " should point to a list, got '" + str(m, *next) +
                       "'");
        skipped = true;
      } else {
        at = *next;
      }
    }
    if (skipped) continue;
    auto item = without(e, path);
    for (auto& i : at.as_list()) out.push_back(core::value::tuple({item, i}));
  }
  return core::value(std::move(out));
}

struct sequence {
  std::int64_t start = 1, stride = 1, end = 0, count = 0;
  bool has_end = false, has_count = false;
  std::string format = "%d";
};

bool sequence_number(const core::value& v, std::int64_t& out) {
  if (v.is_int()) return out = v.as_int(), true;
  if (!v.is_string()) return false;
  auto s = v.as_string();
  if (auto n = core::parse_int(s)) return out = *n, true;
  char* stop = nullptr;
  std::string copy(s);
  bool prefixed = s.starts_with("0x") || s.starts_with("0o") || s.starts_with("-0x");
  if (!prefixed) return false;
  out = std::strtoll(copy.c_str(), &stop, 0);
  return *stop == 0;
}

bool sequence_option(machine& m, sequence& s, std::string_view key, const core::value& v) {
  if (key == "format") return s.format = str(m, v), true;
  std::int64_t n;
  if (key != "start" && key != "end" && key != "count" && key != "stride") {
    m.fail("error",
           "unrecognized arguments to with_sequence: " + core::to_repr(core::value(core::list{text(key)})));
    return false;
  }
  if (!sequence_number(v, n)) {
    m.fail("error", "can't parse " + std::string(key) + "=" + str(m, v) + " as integer");
    return false;
  }
  if (key == "start") s.start = n;
  if (key == "end") s.end = n, s.has_end = true;
  if (key == "count") s.count = n, s.has_count = true;
  if (key == "stride") s.stride = n;
  return true;
}

/// "5", "1-10", "1-10/2:host%02d".
bool sequence_shortcut(sequence& s, std::string_view t) {
  auto re = compile_regex(
      "^(?:(0x[0-9a-f]+|0?[0-7]+|[0-9]+)-)?(0x[0-9a-f]+|0?[0-7]+|[0-9]+)(?:/([0-9]+))?(?::(.*))?$",
      {.ignore_case = true});
  auto match = re ? re->match(t, 0, regex_mode::match) : core::expected<regex_match>(regex_match{});
  if (!match || match->empty()) return false;
  auto part = [&](std::size_t i) -> core::value {
    auto [from, to] = match->groups[i];
    return from == t.npos ? core::value() : text(t.substr(from, to - from));
  };
  sequence_number(part(2), s.end);
  s.has_end = true;
  if (!part(1).is_none()) sequence_number(part(1), s.start);
  if (!part(3).is_none()) sequence_number(part(3), s.stride);
  if (part(4).truthy()) s.format = part(4).as_string();
  return true;
}

core::value run_sequence(machine& m, const core::list& terms, const core::dict&) {
  core::list out;
  for (auto& t : terms) {
    sequence s;
    if (t.is_dict()) {
      for (auto& e : t.as_dict())
        if (!sequence_option(m, s, e.key.as_string(), e.val)) return {};
    } else {
      auto word = str(m, t);
      if (!sequence_shortcut(s, word)) {
        for (auto pair : core::split(word, ' ')) {
          if (pair.empty()) continue;
          auto equals = pair.find('=');
          if (equals == pair.npos) return error(m, "unrecognized arguments to with_sequence: ['_raw_params']");
          if (!sequence_option(m, s, pair.substr(0, equals), text(pair.substr(equals + 1)))) return {};
        }
      }
    }
    if (!s.has_end && !s.has_count) return error(m, "must specify count or end in with_sequence");
    if (s.has_end && s.has_count) return error(m, "can't specify both count and end in with_sequence");
    if (s.has_count) {
      if (s.count == 0) continue;
      s.end = s.start + s.count * s.stride - s.stride;
    }
    if (s.stride > 0 && s.end < s.start) return error(m, "to count backwards make stride negative");
    if (s.stride < 0 && s.end > s.start) return error(m, "to count forward don't make stride negative");
    if (s.format.find('%') == s.format.npos) return error(m, "bad formatting string: " + s.format);
    if (s.stride == 0) continue;
    for (auto i = s.start; s.stride > 0 ? i <= s.end : i >= s.end; i += s.stride) {
      if (!m.step() || !m.fits(out.size() + 1)) return {};
      auto v = percent_format(m, text(s.format), core::value(i));
      if (m.failed()) return {};
      out.push_back(v);
    }
  }
  return core::value(std::move(out));
}

core::value run_vars(machine& m, const core::list& terms, const core::dict& options) {
  core::list out;
  for (auto& t : terms) {
    if (!t.is_string())
      return error(m, "Invalid setting identifier, \"" + str(m, t) + "\" is not a string, its a <class '" +
                          type_of(t) + "'>");
    core::value v;
    auto own = m.shared().vars.lookup(t.as_string());
    bool found = own.has_value();
    if (found) {
      m.taint(*own);
      v = m.nested(*own, t.as_string(), true);
    } else {
      v = m.raw_variable(t.as_string(), found); // `vars` and `omit`
    }
    if (m.failed()) return {};
    if (!found) {
      auto hosts = m.shared().vars.lookup("hostvars");
      auto me = m.shared().vars.lookup("inventory_hostname");
      if (hosts && me && is_mapping(*hosts))
        if (auto mine = mapping_get(m, *hosts, *me); mine && is_mapping(*mine))
          if (auto other = mapping_get(m, *mine, t)) v = *other, found = true;
    }
    if (v.is_undefined() && found) return m.undefined_error(v);
    if (!found) {
      auto* otherwise = options.find("default");
      if (!otherwise) return m.fail("undefined", "No variable found with this name: " + str(m, t));
      v = *otherwise;
    }
    out.push_back(v);
  }
  return core::value(std::move(out));
}

core::value run_varnames(machine& m, const core::list& terms, const core::dict&) {
  core::list out;
  auto names = m.shared().vars.names();
  for (auto& t : terms) {
    if (!t.is_string())
      return error(m, "Invalid setting identifier, \"" + str(m, t) + "\" is not a string, it is a <class '" +
                          type_of(t) + "'>");
    auto re = compile_regex(t.as_string(), {});
    if (!re)
      return error(m, "Unable to use \"" + str(m, t) + "\" as a search parameter: " + re.error().message());
    for (auto n : names) {
      auto found = re->match(n, 0, regex_mode::search);
      if (found && !found->empty()) out.push_back(text(n));
    }
  }
  return core::value(std::move(out));
}

constexpr lookup_def rows[] = {
    {"items", run_items},
    {"list", run_list},
    {"dict", run_dict},
    {"indexed_items", run_indexed_items},
    {"together", run_together},
    {"nested", run_nested},
    {"flattened", run_flattened},
    {"random_choice", run_random_choice},
    {"subelements", run_subelements},
    {"sequence", run_sequence},
    {"vars", run_vars},
    {"varnames", run_varnames},
};

} // namespace

bool needs_plugin_host(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name == "config" || name == "password" || name == "url" || std::count(name.begin(), name.end(), '.') >= 2;
}

const lookup_def* find_lookup(std::string_view name) {
  for (auto& row : rows)
    if (row.name == name) return &row;
  return find_file_lookup(name);
}

} // namespace mito::templating
