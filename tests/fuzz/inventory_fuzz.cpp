// libFuzzer: any bytes as an INI inventory, a YAML one, a host list, a script's output and a host pattern.
#include <cstdint>
#include <string>

#include "playbook/inventory/patterns.hpp"
#include "playbook/inventory/sources.hpp"

using namespace mito;
using namespace mito::playbook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!size) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  // A range of a million names is allowed, and slow: not what is looked for here.
  if (text.find("[0:") != text.npos && size > 64) return 0;
  inventory into;
  std::vector<std::string> ask;
  switch (data[0] % 6) {
  case 0:
    (void)read_ini_inventory(into, text, "fuzz");
    break;
  case 1:
    (void)read_yaml_inventory(into, text, "fuzz");
    break;
  case 2:
    (void)read_host_list(into, text);
    break;
  case 3:
    (void)read_script_inventory(into, text, "fuzz", ask);
    break;
  case 4:
    (void)read_advanced_host_list(into, text);
    break;
  default: {
    for (const auto* name : {"web1", "web2", "db"})
      into.add_to_group(into.add_host(name), into.add_group("g"));
    (void)into.reconcile();
    (void)select_hosts(into, core::value(text), {});
  }
  }
  (void)into.reconcile();
  for (host_id h = 0; h < into.hosts().size() && h < 10; ++h) (void)into.groups_of(h);
  return 0;
}
