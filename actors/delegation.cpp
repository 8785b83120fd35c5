// Whom a task is delegated to, and what connections add to a task's variables.
#include "actors/task_runner.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

namespace {

std::optional<core::value> first_of(const templating::scope& vars, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    if (auto v = vars.lookup(name)) return v;
  return std::nullopt;
}

core::value or_none(const std::optional<std::string>& s) { return s ? core::value(*s) : core::value(); }

/// The kind of connection by its name; "smart" is ssh.
std::string shown_kind(const std::string& kind) { return kind == "smart" ? "ssh" : kind; }

} // namespace

core::expected<delegation> find_delegate(const environment& env, const std::string& name) {
  delegation out;
  env.store->read_inventory([&](const playbook::inventory& i) { out.id = i.find_host(name); });
  if (out.id == playbook::no_id) {
    core::dict vars;
    if (playbook::inventory::is_local_name(name)) vars.set("ansible_connection", "local");
    out.vars = std::make_shared<templating::dict_scope>(std::move(vars));
    return out;
  }
  auto vars = env.store->scope_for(out.id);
  if (!vars) return vars.error();
  out.vars = std::move(*vars);
  return out;
}

core::dict delegated_vars(const environment& env, const std::string& name, const delegation& to,
                          const std::optional<std::string>& remote_user) {
  auto& vars = *to.vars;
  core::dict out;
  out.set("ansible_delegated_host", core::value(name));
  // Of two names for one thing the other one leaves this one without a value.
  auto address = first_of(vars, {"ansible_ssh_host", "ansible_host"});
  out.set("ansible_host", address ? vars.lookup("ansible_host").value_or(core::value()) : core::value(name));
  auto port = first_of(vars, {"ansible_ssh_port", "ansible_port"});
  out.set("ansible_port", port ? vars.lookup("ansible_port").value_or(core::value())
                          : env.connection.port ? core::value(static_cast<std::int64_t>(*env.connection.port))
                                                : core::value());
  auto user = first_of(vars, {"ansible_ssh_user", "ansible_user"});
  bool known = user && user->truthy();
  out.set("ansible_user", known ? vars.lookup("ansible_user").value_or(core::value())
                                : or_none(remote_user ? remote_user : env.connection.remote_user));
  if (auto kind = vars.lookup("ansible_connection")) out.set("ansible_connection", *kind);
  return out;
}

core::dict connection_vars(const environment& env, const task_order& order, const templating::scope& vars,
                           const std::optional<std::string>& delegate_to) {
  auto& spec = *order.spec;
  engine::keyword_reader reader(spec, vars, *env.templar);
  core::dict out;
  // Each of two names for one thing has the other's value.
  auto known = [&](std::initializer_list<std::string_view> names) {
    auto v = first_of(vars, names);
    return v && !v->is_none() ? v : std::nullopt;
  };
  core::value host(order.host_name), kind(shown_kind(reader.text(spec.connection).value_or(env.connection.connection)));
  auto user = reader.text(spec.remote_user);
  if (!user) user = env.connection.remote_user;
  auto port = known({"ansible_port", "ansible_ssh_port"});
  if (!port && env.connection.port) port = core::value(static_cast<std::int64_t>(*env.connection.port));
  if (delegate_to && *delegate_to != order.host_name) {
    auto to = find_delegate(env, *delegate_to);
    if (!to) return out;
    auto there = delegated_vars(env, *delegate_to, *to, user);
    host = *there.find("ansible_host");
    if (auto* v = there.find("ansible_connection")) kind = *v;
  } else if (auto address = known({"ansible_ssh_host", "ansible_host"})) {
    host = *address;
  } else {
    env.store->read_inventory([&](const playbook::inventory& i) {
      if (i.at(order.host).implicit) host = core::value("127.0.0.1");
    });
  }
  for (auto name : {"ansible_host", "ansible_ssh_host"}) out.set(name, host);
  out.set("ansible_connection", kind);
  out.set("ansible_shell_type", "sh");
  out.set("ansible_shell_executable", "/bin/sh");
  for (auto name : {"ansible_pipelining", "ansible_ssh_pipelining"}) out.set(name, core::value(false));
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(env.connection.timeout).count();
  for (auto name : {"ansible_timeout", "ansible_ssh_timeout"}) out.set(name, core::value(static_cast<std::int64_t>(seconds)));
  auto login = known({"ansible_user", "ansible_ssh_user"});
  if (login || user)
    for (auto name : {"ansible_user", "ansible_ssh_user"}) out.set(name, login ? *login : core::value(*user));
  if (port)
    for (auto name : {"ansible_port", "ansible_ssh_port"}) out.set(name, *port);
  return out;
}

} // namespace mito::actors
