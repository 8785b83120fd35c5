// dns, iscsi, nvme, fibre_channel_wwn: what files say about the network.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';') || trim(line).empty();
}

/// The words of a line from the second one on, in a list or as options with or without a value.
void put_rest(context& c, core::dict& facts, std::string_view key, cutter rest) {
  auto& items = c.new_list();
  auto& options = c.new_dict();
  for (const auto item : rest) {
    if (key == "nameserver") add_to(facts, "nameservers", core::value(item));
    add(items, item);
    const auto v = after(item, ':');
    if (v.empty())
      put_flag(options, before(item, ':'), true);
    else
      put(options, before(item, ':'), v);
  }
  if (key == "search" || key == "sortlist") put(facts, key, items);
  if (key == "options") put(facts, key, options);
}

} // namespace

void collect_dns(context& c, core::dict& out) {
  auto& facts = c.new_dict();
  for (const auto line : lines(text(c, {"/etc/resolv.conf"}))) {
    if (is_comment(line)) continue;
    auto rest = words(line);
    std::string_view key;
    rest.next(key);
    if (key == "domain") put_found(facts, key, word(line, 1));
    put_rest(c, facts, key, rest);
  }
  put(out, "dns", facts);
}

namespace {

/// The first line that starts with `prefix`, without its first `cut` characters.
void put_line(context& c, core::dict& out, std::string_view fact, std::string_view path,
              std::string_view prefix, std::size_t cut) {
  const auto file = text(c, {path});
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
  auto& found = c.new_list();
  for (const auto& host : names_in(c, {"/sys/class/fc_host"}))
    if (const auto port = text(c, {"/sys/class/fc_host/", host, "/port_name"}); port.size() > 2)
      add(found, std::string_view(port).substr(2)); // without 0x
  put(out, "fibre_channel_wwn", found);
}

} // namespace mito::modules::setup
