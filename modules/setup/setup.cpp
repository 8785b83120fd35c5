#include "modules/setup/setup.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/subset.hpp"

namespace mito::modules {

namespace {

using namespace setup;

core::value refusal(std::string_view why) {
  core::dict out;
  put_flag(out, "failed", true);
  put(out, "msg", why);
  put_flag(out, "changed", false);
  return core::value(std::move(out));
}

/// Ansible's `list` of `str`: a list, or a text with commas.
core::list strings(const core::value& v) {
  core::list out;
  if (v.is_sequence()) {
    for (const auto& item : v.as_list()) {
      if (item.is_string()) out.push_back(item);
      if (item.is_int()) {
        std::string digits;
        core::append_int(digits, item.as_int());
        add(out, digits);
      }
    }
  } else if (v.is_string()) {
    for (const auto piece : core::split(v.as_string(), ',')) add(out, piece);
  }
  return out;
}

/// The error text for options that Ansible would refuse; empty when all is well.
std::string refused(const core::value& args) {
  static constexpr std::string_view known[] = {"fact_path", "filter", "gather_subset", "gather_timeout"};
  std::vector<std::string> unknown;
  for (const auto& [key, val] : args.as_dict()) {
    const auto name = key.as_string();
    if (std::find(std::begin(known), std::end(known), name) == std::end(known) && !name.starts_with("_"))
      unknown.emplace_back(name);
  }
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    return joined("Unsupported parameters for (setup) module: ", core::join(unknown, ", "),
                  ". Supported parameters include: fact_path, filter, gather_subset, gather_timeout.");
  }
  const auto& timeout = args["gather_timeout"];
  if (timeout.is_string() && !core::parse_int(core::trim(timeout.as_string())))
    return "argument 'gather_timeout' is of type <class 'str'> and we were unable to convert to int: "
           "<class 'str'> cannot be converted to an int";
  return {};
}

/// Ansible's `path`: ~ and $NAME are replaced.
std::string expanded_path(const context& c, std::string_view path) {
  std::string out;
  if (path == "~" || path.starts_with("~/")) {
    out = environment(c, "HOME");
    path.remove_prefix(1);
  }
  while (!path.empty()) {
    const auto at = path.find('$');
    out.append(path.substr(0, at));
    if (at == path.npos) break;
    path.remove_prefix(at + 1);
    const bool braces = path.starts_with('{');
    auto end =
        path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", braces);
    if (end == path.npos) end = path.size();
    out.append(environment(c, path.substr(braces, end - braces)));
    path.remove_prefix(std::min(path.size(), end + braces));
  }
  return out;
}

/// The fact's name as playbooks see it.
std::string prefixed(std::string_view name) {
  auto out = core::starts_with_any(name, {"facter_", "ohai_"}) ? std::string(name) : joined("ansible_", name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

/// Whether the `filter` option lets a fact through; an empty list lets all.
bool passes(std::string_view name, const core::list& filters) {
  for (const auto& f : filters) {
    const auto pattern = f.as_string();
    if (pattern.empty() || matches(name, pattern)) return true;
    if (!core::starts_with_any(pattern, {"ansible_", "facter", "ohai"}) &&
        matches(name, joined("ansible_", pattern)))
      return true;
  }
  return filters.empty();
}

void gather(context& c, const selection& chosen, const core::list& filters, core::dict& facts) {
  const auto all = collectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!chosen.wanted[i]) continue;
    core::dict found;
    all[i].collect(c, found);
    c.facts.update(found);
    for (const auto& [key, val] : found) {
      const auto name = prefixed(key.as_string());
      if (passes(name, filters)) facts.set(name, val);
    }
  }
}

} // namespace

core::value run_setup(const request& call) {
  if (const auto why = refused(call.args); !why.empty()) return refusal(why);
  auto subsets = strings(call.args["gather_subset"]);
  if (subsets.empty()) add(subsets, "all");
  const auto filters = strings(call.args["filter"]);
  const auto chosen = select_collectors(subsets);
  if (!chosen.error.empty()) return refusal(chosen.error);

  context c{call, {}, {}, {}, {}, {}, {}};
  c.fact_path = expanded_path(c, call.args.text("fact_path", "/etc/ansible/facts.d"));
  c.python = call.args.text("_ansible_python_interpreter");
  core::dict facts;
  gather(c, chosen, filters, facts);
  if (passes("gather_subset", filters)) put(facts, "gather_subset", core::value(std::move(subsets)));
  if (passes("module_setup", filters)) put_flag(facts, "module_setup", true);

  core::dict result;
  put(result, "ansible_facts", core::value(std::move(facts)));
  put_flag(result, "changed", false);
  if (!c.warnings.empty()) put(result, "warnings", core::value(std::move(c.warnings)));
  return result;
}

} // namespace mito::modules
