// Binding of arguments to parameters, and finding functions by name.
#include "templating/functions.hpp"

#include <algorithm>
#include <array>

#include "templating/semantics.hpp"
#include "templating/tables.hpp"

namespace mito::templating {

namespace {

struct parameter {
  std::string_view name;
  bool optional = false;
};

struct signature_of {
  std::array<parameter, 12> list;
  unsigned count = 0, required = 0;
  bool rest = false, named = false;
};

signature_of read(std::string_view spec) {
  signature_of s;
  while (!spec.empty()) {
    auto end = spec.find(' ');
    auto word = spec.substr(0, end);
    spec = end == spec.npos ? std::string_view() : spec.substr(end + 1);
    if (word.starts_with("**")) {
      s.named = true;
    } else if (word.starts_with('*')) {
      s.rest = true;
    } else if (!word.empty() && s.count < s.list.size()) {
      bool optional = word.ends_with('=');
      if (optional) word.remove_suffix(1);
      s.list[s.count++] = {word, optional};
      s.required += !optional;
    }
  }
  return s;
}

std::string quoted_names(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) out += i + 1 == names.size() ? (names.size() > 2 ? ", and " : " and ") : ", ";
    out += "'" + std::string(names[i]) + "'";
  }
  return out;
}

core::value too_many(machine& m, std::string_view name, const signature_of& s, std::size_t given,
                     unsigned extra) {
  unsigned most = s.count + extra, least = s.required + extra;
  std::string takes =
      least == most ? std::to_string(most) : "from " + std::to_string(least) + " to " + std::to_string(most);
  return m.fail_type(std::string(name) + "() takes " + takes + " positional argument" +
                     (most == 1 && least == most ? "" : "s") + " but " + std::to_string(given + extra) +
                     (given + extra == 1 ? " was given" : " were given"));
}

/// Decrypts what a function is called with; the input goes to `self` when it is not readable as it is.
const core::value* open_all(machine& m, const core::value& input, core::value& self, core::list& positional,
                            core::dict& named) {
  for (auto& v : positional)
    if (v.has_encrypted()) v = opened(m, v);
  for (std::size_t i = 0; i < named.size(); ++i)
    if (auto& e = named.at(i); e.val.has_encrypted()) named.set_key(e.key, opened(m, e.val));
  if (!input.has_encrypted()) return &input;
  self = opened(m, input);
  return &self;
}

} // namespace

core::value invoke(machine& m, const function_def& def, const core::value& self, core::list positional,
                   core::dict named) {
  if (m.failed()) return {};
  core::value opened_input;
  const core::value* input = &self;
  if (!(def.flags & function_sealed)) input = open_all(m, self, opened_input, positional, named);
  if (m.failed()) return {};
  auto s = read(def.parameters);
  auto name = def.python_name.empty() ? def.name : def.python_name;
  std::array<core::value, 12> args;
  call c{m, def, *input, args.data(), 0, {}, {}};
  std::size_t i = 0;
  for (; i < positional.size() && i < s.count; ++i) {
    args[i] = std::move(positional[i]);
    c.given |= 1u << i;
  }
  if (i < positional.size()) {
    if (!s.rest)
      return too_many(m, name, s, positional.size(),
                      def.flags & function_bare   ? 0
                      : def.flags & function_join ? 2
                                                  : 1);
    for (; i < positional.size(); ++i) c.rest.push_back(std::move(positional[i]));
  }
  for (auto& e : named) {
    auto key = e.key.as_string();
    unsigned at = 0;
    while (at < s.count && s.list[at].name != key) ++at;
    if (at < s.count) {
      if (c.has(at))
        return m.fail_type(std::string(name) + "() got multiple values for argument '" + std::string(key) +
                           "'");
      args[at] = e.val;
      c.given |= 1u << at;
    } else if (s.named) {
      c.named.set_key(e.key, e.val);
    } else {
      return m.fail_type(std::string(name) + "() got an unexpected keyword argument '" + std::string(key) +
                         "'");
    }
  }
  std::vector<std::string_view> missing;
  for (unsigned at = 0; at < s.count; ++at)
    if (!c.has(at) && !s.list[at].optional) missing.push_back(s.list[at].name);
  if (!missing.empty())
    return m.fail_type(std::string(name) + "() missing " + std::to_string(missing.size()) +
                       " required positional argument" + (missing.size() > 1 ? "s" : "") + ": " +
                       quoted_names(missing));
  auto v = def.run(c);
  return m.failed() ? core::value() : v;
}

namespace {

std::string_view short_name(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

const function_def* find_in(std::span<const function_table> tables, std::string_view name, bool ansible) {
  if (ansible) name = short_name(name);
  for (auto& table : tables)
    for (auto& def : table)
      if (def.name == name && !(def.flags & (ansible ? function_jinja : function_ansible))) return &def;
  return nullptr;
}

std::vector<std::string_view> names_in(std::span<const function_table> tables) {
  std::vector<std::string_view> out;
  for (auto& table : tables)
    for (auto& def : table) out.push_back(def.name);
  return out;
}

} // namespace

const function_def* find_filter(std::string_view name, bool ansible) {
  return find_in(all_filters(), name, ansible);
}
const function_def* find_test(std::string_view name, bool ansible) {
  return find_in(all_tests(), name, ansible);
}
const function_def* find_global(std::string_view name, bool ansible) {
  return find_in(all_globals(), name, ansible);
}
const std::vector<std::string_view>& filter_names() {
  static const auto names = names_in(all_filters());
  return names;
}
const std::vector<std::string_view>& test_names() {
  static const auto names = names_in(all_tests());
  return names;
}

} // namespace mito::templating
