// Host lists: "a,b:22,c[1:3]," on the command line instead of a file.
#include <unistd.h>

#include "core/text.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/inventory/sources.hpp"

namespace mito::playbook {

namespace {

void add(inventory& into, const std::string& name, std::int64_t port) {
  if (into.find_host(name) == no_id) into.add_to_group(into.add_host(name, port), inventory::ungrouped);
}

void leave_unchanged(inventory& into, const std::string& why) {
  into.say(core::severity::note, "Unable to parse address from hostname, leaving unchanged: " + why, "vvv");
}

} // namespace

core::expected<void> read_host_list(inventory& into, std::string_view list) {
  for (auto piece : core::split(list, ',')) {
    auto name = strip(piece);
    if (name.empty()) continue;
    auto address = parse_address(name);
    if (address && address->host.find('[') == std::string::npos) {
      add(into, address->host, address->port);
      continue;
    }
    // Ranges belong to advanced_host_list: here the whole text is the name.
    leave_unchanged(into, address ? "Detected range in host but was asked to ignore ranges"
                                  : "Not a valid network hostname: " + std::string(name));
    add(into, std::string(name), 0);
  }
  return {};
}

core::expected<void> read_advanced_host_list(inventory& into, std::string_view list) {
  for (auto piece : core::split(list, ',')) {
    auto name = strip(piece);
    if (name.empty()) continue;
    auto hosts = expand_host_pattern(name);
    if (!hosts && hosts.error().what().category == "value")
      return source_error("Invalid data from string, could not parse: " + hosts.error().message());
    if (!hosts) {
      leave_unchanged(into, hosts.error().message());
      add(into, std::string(name), 0);
      continue;
    }
    for (const auto& h : hosts->names) add(into, h, hosts->port);
  }
  return {};
}

bool wants_host_list(const reading& r) {
  return r.source.find(',') != std::string::npos && ::access(r.source.c_str(), F_OK) != 0;
}

core::expected<void> read_host_list_source(reading& r) { return read_host_list(r.hosts, r.source); }
core::expected<void> read_advanced_host_list_source(reading& r) { return read_advanced_host_list(r.hosts, r.source); }

} // namespace mito::playbook
