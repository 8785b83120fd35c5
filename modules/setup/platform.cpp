// platform: uname, names, domain, architecture, machine_id, python_version.
#include <sys/utsname.h>

#include "modules/setup/collectors.hpp"
#include "modules/setup/host_names.hpp"
#include "modules/setup/interpreter.hpp"

namespace mito::modules::setup {

void collect_platform(context& c, core::dict& out) {
  utsname u;
  ::uname(&u);
  const std::string_view machine = u.machine, node = u.nodename;
  put(out, "system", u.sysname);
  put(out, "kernel", u.release);
  put(out, "kernel_version", u.version);
  put(out, "machine", machine);

  const auto& python = find_interpreter(c);
  if (!python.version.empty()) put(out, "python_version", python.version);

  const auto fqdn = full_host_name(c, node);
  put(out, "fqdn", fqdn);
  put(out, "hostname", before(node, '.'));
  put(out, "nodename", node);
  put(out, "domain", after(fqdn, '.'));

  const bool wide = python.bits == 64;
  put(out, "userspace_bits", std::string_view(wide ? "64" : "32"));
  // i386 … i686 are one architecture.
  const bool x86 = machine.size() == 4 && machine[0] == 'i' && ends(machine, "86");
  put(out, "architecture", x86 ? "i386" : machine);
  if (x86 || machine == "x86_64")
    put(out, "userspace_architecture", std::string_view(wide ? "x86_64" : "i386"));

  auto id = text(c, {"/var/lib/dbus/machine-id"});
  if (id.empty()) id = text(c, {"/etc/machine-id"});
  put_found(out, "machine_id", before(id, '\n'));
}

} // namespace mito::modules::setup
