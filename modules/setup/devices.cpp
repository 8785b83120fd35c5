// hardware: block devices, their partitions and links.
#include "modules/setup/collectors.hpp"
#include "modules/setup/human_size.hpp"

namespace mito::modules::setup {

namespace {

/// From a device's name to the sorted names of the links to it.
void put_links(context& c, core::dict& out, std::string_view kind, std::string_view directory) {
  auto& map = c.new_dict();
  const auto names = names_in(c, {directory});
  sort(names);
  for (const auto name : names)
    if (const auto target = link_target(c, {directory, "/", name}); !target.empty())
      add_to(map, base_name(target), core::value(name));
  put(out, kind, map);
}

/// From a device's name to the sorted names of the devices that stand on it.
void put_owners(context& c, core::dict& out, text_list blocks) {
  auto& map = c.new_dict();
  const auto names = c.memory.array(blocks.size());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = blocks[i];
  sort(names);
  for (const auto block : names)
    for (const auto slave : names_in(c, {"/sys/block/", block, "/slaves"}))
      add_to(map, slave, core::value(block));
  put(out, "masters", map);
}

/// The parts of all link maps that are about one device.
void put_links_of(context& c, core::dict& out, const core::dict& all, std::string_view device) {
  auto& found = c.new_dict();
  for (const auto& [kind, map] : all) {
    const auto* names = map.as_dict().find(device);
    put_value(found, kind.as_string(), names != nullptr ? *names : core::value(core::list()));
  }
  put(out, "links", found);
}

void put_holders(context& c, std::string_view directory, core::dict& out) {
  auto& holders = c.new_list();
  for (const auto name : names_in(c, {directory, "/holders"})) {
    if (!starts(name, "dm-")) continue;
    const auto mapped = text(c, {directory, "/holders/", name, "/dm/name"});
    add(holders, mapped.empty() ? name : mapped);
  }
  put(out, "holders", holders);
}

/// A text from a file, or a number when there is none: so are Ansible's types.
void put_or(core::dict& out, std::string_view key, std::string_view v, std::int64_t other) {
  if (v.empty())
    put(out, key, other);
  else
    put(out, key, v);
}

void put_sizes(context& c, std::string_view directory, core::dict& out) {
  const auto sectors = text(c, {directory, "/size"});
  put_or(out, "sectors", sectors, 0);
  auto width = text(c, {directory, "/queue/logical_block_size"});
  if (width.empty()) width = text(c, {directory, "/queue/hw_sector_size"});
  put_or(out, "sectorsize", width, 512);
  put(out, "size", human_size(static_cast<std::uint64_t>(number(sectors)) * 512));
}

/// "sda1" or "nvme0n1p1" in the name of a directory below the disk's; empty for anything else.
std::string_view partition_name(std::string_view disk, std::string_view folder) {
  const auto at = folder.find(disk);
  if (at == folder.npos) return {};
  auto end = at + disk.size();
  if (starts(folder.substr(end), "p")) ++end;
  const auto number = leading_digits(folder.substr(end));
  return number.empty() ? number : folder.substr(at, end + number.size() - at);
}

std::string_view uuid_of(context& c, std::string_view name) {
  for (const auto uuid : names_in(c, {"/dev/disk/by-uuid"}))
    if (base_name(real_path(c, {"/dev/disk/by-uuid/", uuid})) == name) return uuid;
  return {};
}

void put_partitions(context& c, std::string_view directory, std::string_view disk, const core::dict& links,
                    core::dict& out) {
  auto& all = c.new_dict();
  for (const auto folder : names_in(c, {directory})) {
    const auto name = partition_name(disk, folder);
    if (name.empty()) continue;
    const auto own = c.join({directory, "/", name});
    auto& facts = c.new_dict();
    put_links_of(c, facts, links, name);
    put_or(facts, "start", text(c, {own, "/start"}), 0);
    put_sizes(c, own, facts);
    put_or_none(facts, "uuid", uuid_of(c, name));
    put_holders(c, own, facts);
    put(all, name, facts);
  }
  put(out, "partitions", all);
}

/// The name of the PCI device that a disk sits on. lspci is run once, and only when there is such a disk: the
/// names come from its data base.
std::string_view pci_name(context& c, std::string_view sysfs_path, std::string_view& listing) {
  std::string_view address; // "0000:00:1f.2", the last one counts
  for (const auto piece : split(sysfs_path, '/'))
    if (piece.size() == 12 && piece[4] == ':' && piece[7] == ':' && piece[10] == '.') address = piece;
  if (address.empty()) return {};
  if (listing.empty()) {
    const auto lspci = find_program(c, "lspci");
    listing = lspci.empty() ? "-" : c.join({run(c, {lspci, "-D"}).out, "-"});
  }
  for (const auto line : lines(listing))
    if (before(line, ' ') == address) return after(line, ' ');
  return {};
}

/// The mode in brackets: "none [mq-deadline]".
std::string_view scheduler(std::string_view modes) {
  const auto open = modes.find('['), close = modes.rfind(']');
  return open < close && close != modes.npos ? modes.substr(open + 1, close - open - 1) : std::string_view();
}

std::string_view serial_number(context& c, std::string_view block, std::string_view sg_inq) {
  if (sg_inq.empty()) return text(c, {"/sys/block/", block, "/device/serial"});
  const auto answer = run(c, {sg_inq, c.join({"/dev/", block})});
  if (answer.status != 0) return {};
  constexpr std::string_view key = "erial number:"; // "Unit serial number:" or "Serial number:"
  const auto at = answer.out.find(key);
  return at == answer.out.npos ? std::string_view() : word(answer.out.substr(at + key.size()), 0);
}

} // namespace

void collect_devices(context& c, core::dict& out) {
  auto& devices = c.new_dict();
  if (is_directory(c, {"/sys/block"})) {
    const auto blocks = names_in(c, {"/sys/block"});
    auto& links = c.new_dict();
    put_links(c, links, "ids", "/dev/disk/by-id");
    put_links(c, links, "uuids", "/dev/disk/by-uuid");
    put_links(c, links, "labels", "/dev/disk/by-label");
    put_owners(c, links, blocks);
    std::string_view pci_listing;
    const auto sg_inq = find_program(c, "sg_inq");
    for (const auto block : blocks) {
      const auto path = link_target(c, {"/sys/block/", block});
      if (path.empty()) continue;
      const auto directory = c.join({"/sys/block/", path}), disk = base_name(path);
      const auto read = [&](std::string_view name) { return text(c, {directory, name}); };
      auto& facts = c.new_dict();
      put(facts, "virtual", 1);
      put_links_of(c, facts, links, block);
      for (const auto key : {"vendor", "model", "sas_address", "sas_device_handle"})
        put_or_none(facts, key, text(c, {directory, "/device/", key}));
      put_found(facts, "serial", serial_number(c, block, sg_inq));
      put_or_none(facts, "removable", read("/removable"));
      put_or_none(facts, "support_discard", read("/queue/discard_granularity"));
      for (const auto& id : facts.find("links")->as_dict().find("ids")->as_list())
        if (starts(id.as_string(), "wwn-")) put(facts, "wwn", id.as_string().substr(4));
      put_partitions(c, directory, disk, links, facts);
      put_or_none(facts, "rotational", read("/queue/rotational"));
      put(facts, "scheduler_mode", scheduler(read("/queue/scheduler")));
      put_sizes(c, directory, facts);
      put(facts, "host", pci_name(c, path, pci_listing));
      put_holders(c, directory, facts);
      put(devices, disk, facts);
    }
    put(out, "device_links", links);
  }
  put(out, "devices", devices);
}

} // namespace mito::modules::setup
