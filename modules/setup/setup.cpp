#include "modules/setup/setup.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/subset.hpp"

namespace mito::modules {

namespace {

using namespace setup;

core::value refusal(context& c, std::string_view why) {
  auto& out = c.new_dict();
  put_flag(out, "failed", true);
  put(out, "msg", why);
  put_flag(out, "changed", false);
  return core::value(std::move(out));
}

/// Ansible's `list` of `str`: a list, or a text with commas.
core::list& strings(context& c, const core::value& v) {
  auto& out = c.new_list();
  for (const auto& item : v.as_list()) {
    if (item.is_string()) add(out, item.as_string());
    if (item.is_int()) add(out, digits(c, item.as_int()));
  }
  if (v.is_string())
    for (const auto piece : split(v.as_string(), ',')) add(out, piece);
  return out;
}

/// The error text for options that Ansible would refuse; empty when all is well.
std::string_view refused(context& c) {
  const auto& args = c.call.args;
  constexpr std::string_view known = " fact_path filter gather_subset gather_timeout ";
  auto unknown = c.memory.array(args.as_dict().size());
  std::size_t n = 0;
  for (const auto& [key, val] : args.as_dict()) {
    const auto name = key.as_string();
    if (!starts(name, "_") && !contains(known, c.join({" ", name, " "}))) unknown[n++] = name;
  }
  if (n != 0) {
    sort(unknown.first(n));
    auto list = unknown[0];
    for (const auto name : unknown.subspan(1, n - 1)) list = c.join({list, ", ", name});
    return c.join({"Unsupported parameters for (setup) module: ", list,
                   ". Supported parameters include: fact_path, filter, gather_subset, gather_timeout."});
  }
  const auto& timeout = args["gather_timeout"];
  if (timeout.is_string() && !core::parse_int(trim(timeout.as_string())))
    return "argument 'gather_timeout' is of type <class 'str'> and we were unable to convert to int: "
           "<class 'str'> cannot be converted to an int";
  return {};
}

/// Ansible's `path`: ~ and $NAME are replaced.
std::string_view expanded_path(context& c, std::string_view path) {
  std::string_view out;
  if (path == "~" || starts(path, "~/")) {
    out = environment(c, "HOME");
    path.remove_prefix(1);
  }
  while (!path.empty()) {
    const auto at = path.find('$');
    out = c.join({out, path.substr(0, at)});
    if (at == path.npos) break;
    path.remove_prefix(at + 1);
    const bool braces = starts(path, "{");
    auto end =
        path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", braces);
    end = std::min(end, path.size());
    out = c.join({out, environment(c, path.substr(braces, end - braces))});
    path.remove_prefix(std::min(path.size(), end + braces));
  }
  return out;
}

/// The fact's name as playbooks see it.
std::string_view prefixed(context& c, std::string_view name) {
  const bool foreign = starts(name, "facter_") || starts(name, "ohai_");
  const auto out = c.join({foreign ? "" : "ansible_", name});
  auto* at = const_cast<char*>(out.data()); // the arena's own bytes
  std::replace(at, at + out.size(), '-', '_');
  return out;
}

/// Whether the `filter` option lets a fact through; an empty list lets all.
bool passes(context& c, std::string_view name, const core::list& filters) {
  for (const auto& f : filters) {
    const auto pattern = f.as_string();
    if (pattern.empty() || matches(name, pattern)) return true;
    const bool whole = starts(pattern, "ansible_") || starts(pattern, "facter") || starts(pattern, "ohai");
    if (!whole && matches(name, c.join({"ansible_", pattern}))) return true;
  }
  return filters.empty();
}

void gather(context& c, const selection& chosen, const core::list& filters, core::dict& facts) {
  const auto all = collectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((chosen.wanted >> i & 1) == 0) continue;
    auto& found = c.new_dict();
    all[i].collect(c, found);
    c.facts.update(found);
    for (const auto& [key, val] : found) {
      const auto name = prefixed(c, key.as_string());
      if (passes(c, name, filters)) put_value(facts, name, val);
    }
  }
}

/// What the module was called with, for those who ask (see modules/common/arguments.hpp).
void put_invocation(context& c, core::dict& result, const core::value& subsets, const core::value& filters) {
  const auto& args = c.call.args;
  if (args.integer("_ansible_verbosity") < 3) return;
  auto& options = c.new_dict();
  put(options, "fact_path", c.fact_path);
  put_value(options, "filter", filters);
  put_value(options, "gather_subset", subsets);
  const auto& timeout = args["gather_timeout"];
  const auto seconds = timeout.is_string() ? core::parse_int(trim(timeout.as_string())) : std::nullopt;
  put_value(options, "gather_timeout", core::value(timeout.is_none() ? 10 : seconds.value_or(timeout.as_int())));
  auto& invocation = c.new_dict();
  put(invocation, "module_args", options);
  put(result, "invocation", invocation);
}

} // namespace

core::value run_setup(const request& call) {
  context c(call);
  if (const auto why = refused(c); !why.empty()) return refusal(c, why);
  auto& subsets = strings(c, call.args["gather_subset"]);
  if (subsets.empty()) add(subsets, "all");
  const core::value asked(subsets); // the list itself becomes a fact
  const auto& filters = strings(c, call.args["filter"]);
  const auto chosen = select_collectors(c, subsets);
  c.fact_path = expanded_path(c, call.args.text("fact_path", "/etc/ansible/facts.d"));
  if (!chosen.error.empty()) {
    core::dict failed = refusal(c, chosen.error).as_dict();
    put_invocation(c, failed, asked, core::value(filters));
    return core::value(std::move(failed));
  }
  c.python = call.args.text("_ansible_python_interpreter");
  auto& facts = c.new_dict();
  gather(c, chosen, filters, facts);
  if (passes(c, "gather_subset", filters)) put(facts, "gather_subset", subsets);
  if (passes(c, "module_setup", filters)) put_flag(facts, "module_setup", true);

  auto& result = c.new_dict();
  put(result, "ansible_facts", facts);
  put_flag(result, "changed", false);
  if (!c.warnings.empty()) put(result, "warnings", c.warnings);
  put_invocation(c, result, asked, core::value(filters));
  return core::value(std::move(result));
}

} // namespace mito::modules
