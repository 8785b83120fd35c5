// Executable inventories: programs that print JSON for --list and --host.
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/inventory/process.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/ansible_json.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

core::error bad_results(const std::string& name, const std::string& why) {
  return source_error("failed to parse executable inventory script results from " + name + ": " + why);
}

/// The names that `children` holds: a list, the keys of a mapping, or the characters of a text.
core::list names_in(const core::value& children) {
  if (children.is_sequence()) return children.as_list();
  core::list out;
  for (const auto& e : children.as_dict()) out.push_back(e.key);
  if (children.is_string())
    for (std::size_t at = 0; at < children.as_string().size();) {
      auto from = at;
      (void)core::next_utf8(children.as_string(), at);
      out.emplace_back(children.as_string().substr(from, at - from));
    }
  return out;
}

class script_reader {
public:
  script_reader(inventory& into, std::vector<std::string>& hosts) : into_(into), hosts_(hosts) {}

  core::expected<void> group(const core::value& key, const core::value& said) {
    auto id = known_group(key);
    if (!id) return id.error();
    std::string name = into_.group_at(*id).name;
    core::value data = said;
    if (!data.is_dict())
      data = core::value(core::dict{{core::value("hosts"), data}});
    else if (!data.as_dict().contains("hosts") && !data.as_dict().contains("vars") && !data.as_dict().contains("children"))
      data = core::value(core::dict{{core::value("hosts"), core::value(core::list{core::value(name)})}, {core::value("vars"), data}});
    if (const auto* list = data.as_dict().find("hosts"))
      if (auto ok = add_hosts(*id, name, *list, data); !ok) return ok;
    if (const auto* vars = data.as_dict().find("vars")) {
      if (!vars->is_dict())
        return source_error("You defined a group '" + name + "' with bad data for variables:\n " + core::to_str(data));
      for (const auto& e : vars->as_dict())
        if (auto ok = into_.set_group_var(*id, e.key, e.val); !ok) return ok;
    }
    for (const auto& child : names_in(data["children"])) {
      auto known = known_group(child);
      if (!known) return known.error();
      if (auto ok = into_.add_child(*id, *known); !ok) return ok;
    }
    return {};
  }

private:
  core::expected<group_id> known_group(const core::value& name) {
    if (!name.truthy()) return source_error("Invalid empty/false group name provided: " + core::to_str(name));
    if (name.is_string()) return into_.add_group(name.as_string());
    return source_error("Invalid group name supplied, expected a string but got " + std::string(type_name(name)) + " for " +
                        core::to_str(name));
  }

  core::expected<void> add_hosts(group_id group, const std::string& name, const core::value& list, const core::value& data) {
    if (!list.is_list())
      return source_error("You defined a group '" + name + "' with bad data for the host list:\n " + core::to_str(data));
    for (const auto& h : list.as_list()) {
      if (!h.truthy()) return source_error("Invalid empty host name provided: " + core::to_str(h));
      if (!h.is_string())
        return source_error("Invalid host name supplied, expected a string but got " + std::string(type_name(h)) + " for " +
                            core::to_str(h));
      into_.add_to_group(into_.add_host(h.as_string()), group);
      hosts_.emplace_back(h.as_string());
    }
    return {};
  }

  inventory& into_;
  std::vector<std::string>& hosts_;
};

core::expected<void> set_vars(inventory& into, const std::string& host, const core::value& vars) {
  if (!vars.is_dict()) return source_error("Invalid data from file, expected dictionary and got:\n\n" + core::to_str(vars));
  for (const auto& e : vars.as_dict())
    if (auto ok = into.set_variable(host, e.key, e.val); !ok) return ok;
  return {};
}

/// What `_meta` says of all hosts; null: nothing, each is to be asked for.
core::expected<const core::value*> vars_of_meta(const core::value& meta, const std::string& name) {
  if (!meta.is_dict()) return bad_results(name, "_meta must be a dictionary, got " + std::string(type_name(meta)));
  const auto* vars = meta.as_dict().find("hostvars");
  if (!vars || vars->is_none()) return nullptr;
  if (!vars->is_dict()) return bad_results(name, "hostvars of _meta must be a dictionary, got " + std::string(type_name(*vars)));
  return vars;
}

core::expected<void> ask_for_host(reading& r, const std::string& host) {
  auto ran = run_program({r.source, "--host", host}, r.options.script_timeout);
  if (!ran) return ran.error();
  auto doc = read_yaml_text(r.source + " --host " + host, std::move(ran->out));
  if (!doc) return doc.error();
  return set_vars(r.hosts, host, doc->root->val);
}

} // namespace

core::expected<void> read_script_inventory(inventory& into, std::string_view json, const std::string& name,
                                           std::vector<std::string>& without_vars) {
  if (!core::is_utf8(json)) return bad_results(name, "the output contains characters that cannot be interpreted as UTF-8");
  auto data = core::parse_json(json, {.depth = 200, .bytes = 256u << 20, .trust = core::trust::source});
  if (!data) return bad_results(name, data.error().message());
  if (!data->is_dict()) return bad_results(name, "needs to be a json dict");
  data = revive_json(*data, name);
  std::vector<std::string> hosts;
  script_reader reader(into, hosts);
  const core::value* given = nullptr;
  for (const auto& e : data->as_dict()) {
    if (e.key.as_string() == "_meta") {
      auto vars = vars_of_meta(e.val, name);
      if (!vars) return vars.error();
      given = *vars;
    } else if (auto ok = reader.group(e.key, e.val); !ok) {
      return ok;
    }
  }
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  if (!given) {
    without_vars = std::move(hosts);
    return {};
  }
  for (const auto& h : hosts)
    if (const auto* vars = given->as_dict().find(h))
      if (auto ok = set_vars(into, h, *vars); !ok) return ok;
  return {};
}

bool wants_script(const reading& r) {
  if (!is_readable_file(r)) return false;
  if (::access(r.source.c_str(), X_OK) == 0) return true;
  char start[2] = {};
  std::ifstream(r.source, std::ios::binary).read(start, 2);
  return start[0] == '#' && start[1] == '!';
}

core::expected<void> read_script_source(reading& r) {
  auto ran = run_program({r.source, "--list"}, r.options.script_timeout);
  if (!ran) return ran.error();
  if (!ran->err.empty() && !ran->err.ends_with('\n')) ran->err += '\n';
  if (ran->status != 0)
    return source_error("Inventory script (" + r.source + ") had an execution error: " + ran->err + " (exit status " +
                        std::to_string(ran->status) + ")");
  std::vector<std::string> ask;
  auto done = read_script_inventory(r.hosts, ran->out, r.source, ask);
  if (!done && !ran->err.empty()) return source_error(done.error().message() + "\n" + ran->err);
  if (!done) return done;
  if (!ran->err.empty() && r.options.show_script_stderr) r.hosts.say(core::severity::error, ran->err);
  for (const auto& host : ask)
    if (auto ok = ask_for_host(r, host); !ok) return ok;
  return {};
}

} // namespace mito::playbook
