#include "transport/prepare.hpp"

#include "transport/resolve_settings.hpp"

namespace mito::transport {

namespace {

/// A hop that libssh cannot reach makes the whole way one for the ssh program.
void hops_need_program(ssh_settings& s, config_store& configs) {
  for (const auto& hop : s.jump_hosts) {
    const auto spec = parse_jump(hop);
    if (!spec || !s.needs_program.empty()) return;
    ssh_target target;
    target.host = spec->host;
    target.user = spec->user;
    target.port = spec->port;
    target.config_file = s.config_file;
    const auto settings = resolve_settings(target, configs);
    if (settings && !settings->needs_program.empty())
      s.needs_program = "jump host " + spec->host + ": " + settings->needs_program;
  }
}

} // namespace

prepared prepare(services& shared, const ssh_target& target) {
  prepared out;
  auto settings = resolve_settings(target, shared.configs);
  if (!settings) {
    out.error = settings.error().message();
    return out;
  }
  out.settings = std::move(*settings);
  hops_need_program(out.settings, shared.configs);
  if (out.settings.needs_program.empty()) out.known = shared.hosts.find(out.settings);
  return out;
}

} // namespace mito::transport
