// Actions of a few lines: fail, group_by, add_host, gather_facts.
#include "actions/list.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::actions {

namespace {

class fail final : public local_action {
public:
  core::value run(const context& c) override {
    for (auto& e : c.request.args.as_dict())
      if (e.key.as_string() != "msg") return raise_failure("Invalid options for fail: " + core::to_str(e.key));
    auto* msg = c.request.args.as_dict().find("msg");
    core::dict out;
    out.set("failed", core::value(true));
    out.set("msg", msg ? *msg : core::value("Failed as requested from task"));
    return core::value(std::move(out));
  }
};

std::string dashed(const core::value& v) {
  std::string s = core::to_str(v);
  for (char& c : s)
    if (c == ' ') c = '-';
  return s;
}

class group_by final : public local_action {
public:
  core::value run(const context& c) override {
    auto* key = c.request.args.as_dict().find("key");
    if (!key) return engine::failed_result("the 'key' param is required when using group_by");
    core::list parents;
    auto& given = c.request.args["parents"];
    if (given.is_list())
      for (auto& p : given.as_list()) parents.push_back(core::value(dashed(p)));
    else
      parents.push_back(core::value(given.is_none() ? std::string("all") : dashed(given)));
    core::dict out;
    out.set("changed", core::value(false));
    out.set("add_group", core::value(dashed(*key)));
    out.set("parent_groups", core::value(std::move(parents)));
    return core::value(std::move(out));
  }
};

class add_host final : public local_action {
public:
  core::value run(const context& c) override {
    core::dict args = c.request.args.as_dict();
    if (auto* raw = args.find("_raw_params")) {
      if (!raw->is_dict())
        return raise_failure("Invalid raw parameters passed, requires a dictonary/mapping got a  <class '" +
                                     std::string(core::type_name(*raw)) + "'>");
      core::dict merged = raw->as_dict();
      args.erase("_raw_params");
      args = merged.update(args);
    }
    core::value name;
    for (auto key : {"name", "hostname", "host"})
      if (auto* v = args.find(key); v && name.is_none()) name = *v;
    if (name.is_none()) return raise_failure("name, host or hostname needs to be provided");
    std::string host = core::to_str(name);
    split_port(host, args);
    core::list groups;
    core::value given;
    for (auto key : {"groupname", "groups", "group"})
      if (auto* v = args.find(key); v && given.is_none()) given = *v;
    if (!read_groups(given, groups)) return raise_failure("Groups must be specified as a list.");
    core::dict vars;
    for (auto& e : args)
      if (auto k = e.key.as_string(); k != "name" && k != "hostname" && k != "groupname" && k != "groups")
        vars.set_key(e.key, e.val);
    core::dict info;
    info.set("host_name", core::value(host));
    info.set("groups", core::value(std::move(groups)));
    info.set("host_vars", core::value(std::move(vars)));
    core::dict out;
    out.set("changed", core::value(false));
    out.set("add_host", core::value(std::move(info)));
    return core::value(std::move(out));
  }

private:
  static void split_port(std::string& host, core::dict& args) {
    auto colon = host.rfind(':');
    if (colon == std::string::npos || host.find(':') != colon) return;
    auto port = core::parse_int(std::string_view(host).substr(colon + 1));
    if (!port) return;
    host.resize(colon);
    args.set("ansible_ssh_port", core::value(*port));
  }

  static bool read_groups(const core::value& given, core::list& out) {
    auto add = [&](std::string_view name) {
      core::value g(core::trim(name));
      for (auto& known : out)
        if (known == g) return;
      out.push_back(g);
    };
    if (!given.truthy()) return true;
    if (given.is_string()) {
      for (auto part : core::split(given.as_string(), ',')) add(part);
      return true;
    }
    for (auto& g : given.as_list()) add(core::to_str(g));
    return given.is_list();
  }
};

/// setup by name: its facts are not shown with -v.
class setup final : public action {
public:
  step start(const context& c) override { return module_call{"setup", c.request.args, c.request.check, c.request.diff, {}, {}, {}}; }
  step resume(const context&, core::value result) override {
    core::dict out = result.as_dict();
    out.set("_ansible_verbose_override", core::value(true));
    return finished{core::value(std::move(out))};
  }
};

/// gather_facts calls the setup module and says so in its own form.
class gather_facts final : public action {
public:
  step start(const context& c) override {
    core::dict args;
    for (auto& e : c.request.args.as_dict())
      if (auto k = e.key.as_string(); k != "parallel" && !e.val.is_none()) args.set_key(e.key, e.val);
    module_call call{"setup", core::value(std::move(args)), c.request.check, c.request.diff, {}, {}, {}};
    return call;
  }
  step resume(const context&, core::value result) override {
    core::dict out;
    if (result["unreachable"].truthy()) return finished{std::move(result)};
    core::dict facts = result["ansible_facts"].as_dict();
    out.set("changed", core::value(false));
    for (auto key : {"warnings", "deprecations"}) {
      auto* v = result.as_dict().find(key);
      out.set(key, v ? *v : core::value(core::list{}));
    }
    if (result["failed"].truthy()) {
      core::dict modules;
      modules.set("ansible.legacy.setup", std::move(result));
      out.set("failed", core::value(true));
      out.set("failed_modules", core::value(std::move(modules)));
      out.set("msg", "The following modules failed to execute: ansible.legacy.setup\n");
    }
    facts.set("_ansible_facts_gathered", core::value(true));
    out.set("ansible_facts", core::value(std::move(facts)));
    out.set("_ansible_verbose_override", core::value(true));
    return finished{core::value(std::move(out))};
  }
};

} // namespace

std::unique_ptr<action> make_setup() { return std::make_unique<setup>(); }
std::unique_ptr<action> make_fail() { return std::make_unique<fail>(); }
std::unique_ptr<action> make_group_by() { return std::make_unique<group_by>(); }
std::unique_ptr<action> make_add_host() { return std::make_unique<add_host>(); }
std::unique_ptr<action> make_gather_facts() { return std::make_unique<gather_facts>(); }

} // namespace mito::actions
