// dns, iscsi, nvme, fibre_channel_wwn: what files say about the network.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// The words from the second one on.
core::list rest_of(const std::vector<std::string_view>& fields) {
  core::list out;
  for (std::size_t i = 1; i < fields.size(); ++i) add(out, fields[i]);
  return out;
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';') || core::trim(line).empty();
}

core::dict resolver_options(const std::vector<std::string_view>& fields) {
  core::dict out;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const auto v = after(fields[i], ':');
    put(out, before(fields[i], ':'), v.empty() ? core::value(true) : core::value(v));
  }
  return out;
}

} // namespace

void collect_dns(context& c, core::dict& out) {
  core::dict facts;
  core::list servers;
  const auto file = text(c, "/etc/resolv.conf");
  for (const auto line : lines(file)) {
    if (is_comment(line)) continue;
    const auto fields = words(line);
    const auto key = fields[0];
    if (key == "nameserver") {
      for (auto& s : rest_of(fields)) servers.push_back(std::move(s));
      put(facts, "nameservers", core::value(servers));
    } else if (key == "domain") {
      if (fields.size() > 1) put(facts, key, fields[1]);
    } else if (key == "search" || key == "sortlist") {
      put(facts, key, core::value(rest_of(fields)));
    } else if (key == "options") {
      put(facts, key, core::value(resolver_options(fields)));
    }
  }
  put(out, "dns", core::value(std::move(facts)));
}

namespace {

/// The first line that starts with `prefix`, without its first `cut` characters.
void put_line(context& c, core::dict& out, std::string_view fact, std::string_view path,
              std::string_view prefix, std::size_t cut) {
  const auto file = text(c, path);
  std::string_view found;
  for (const auto line : lines(file))
    if (found.empty() && line.starts_with(prefix)) found = line.substr(cut);
  put(out, fact, found);
}

} // namespace

void collect_iscsi(context& c, core::dict& out) {
  put_line(c, out, "iscsi_iqn", "/etc/iscsi/initiatorname.iscsi", "InitiatorName=", 14);
}

void collect_nvme(context& c, core::dict& out) {
  put_line(c, out, "hostnqn", "/etc/nvme/hostnqn", "nqn.", 0);
}

void collect_fibre_channel(context& c, core::dict& out) {
  core::list found;
  for (const auto& host : names_in(c, "/sys/class/fc_host"))
    if (const auto port = text(c, joined("/sys/class/fc_host/", host, "/port_name")); port.size() > 2)
      add(found, std::string_view(port).substr(2)); // without 0x
  put(out, "fibre_channel_wwn", core::value(std::move(found)));
}

} // namespace mito::modules::setup
