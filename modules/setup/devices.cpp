// hardware: block devices, their partitions and links.
#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/human_size.hpp"

namespace mito::modules::setup {

namespace {

/// From a device's name to the names of links to it, or of its owners.
using link_map = core::dict;

void add_sorted(link_map& map, std::string_view target, std::string_view name) {
  core::list names;
  if (const auto* old = map.find(target)) names = old->as_list();
  add(names, name);
  std::sort(names.begin(), names.end(),
            [](const core::value& a, const core::value& b) { return a.as_string() < b.as_string(); });
  put(map, target, core::value(std::move(names)));
}

link_map links_in(const context& c, std::string_view directory) {
  link_map out;
  for (const auto& name : names_in(c, directory))
    if (const auto target = link_target(c, joined(directory, "/", name)); !target.empty())
      add_sorted(out, base_name(target), name);
  return out;
}

link_map owners(const context& c, const std::vector<std::string>& blocks) {
  link_map out;
  for (const auto& block : blocks)
    for (const auto& slave : names_in(c, joined("/sys/block/", block, "/slaves")))
      add_sorted(out, slave, block);
  return out;
}

/// The parts of all link maps that are about one device.
core::dict links_of(const core::dict& all, std::string_view device) {
  core::dict out;
  for (const auto& [kind, map] : all) {
    const auto& names = map[device];
    put(out, kind.as_string(), names.is_list() ? names : core::value(core::list()));
  }
  return out;
}

void put_holders(const context& c, const std::string& directory, core::dict& out) {
  core::list holders;
  for (const auto& name : names_in(c, directory + "/holders"))
    if (name.starts_with("dm-"))
      add(holders, content(c, directory + "/holders/" + name + "/dm/name").value_or(name));
  put(out, "holders", core::value(std::move(holders)));
}

void put_sizes(const context& c, const std::string& directory, core::dict& out) {
  const auto sectors = content(c, directory + "/size");
  put(out, "sectors", sectors ? core::value(*sectors) : core::value(0));
  auto width = content(c, directory + "/queue/logical_block_size");
  if (!width) width = content(c, directory + "/queue/hw_sector_size");
  put(out, "sectorsize", width ? core::value(*width) : core::value(512));
  put(out, "size", human_size(static_cast<std::uint64_t>(number(sectors.value_or("0"))) * 512));
}

/// "sda1" or "nvme0n1p1" in the name of a directory below the disk's; empty for anything else.
std::string_view partition_name(std::string_view disk, std::string_view folder) {
  const auto at = folder.find(disk);
  if (at == folder.npos) return {};
  auto end = at + disk.size();
  if (end < folder.size() && folder[end] == 'p') ++end;
  const auto digits = end;
  while (end < folder.size() && folder[end] >= '0' && folder[end] <= '9') ++end;
  return end > digits ? folder.substr(at, end - at) : std::string_view();
}

core::value uuid_of(const context& c, std::string_view name) {
  for (const auto& uuid : names_in(c, "/dev/disk/by-uuid"))
    if (real_path(c, "/dev/disk/by-uuid/" + uuid) == joined("/dev/", name)) return core::value(uuid);
  return {};
}

core::dict partitions(const context& c, const std::string& directory, std::string_view disk,
                      const core::dict& links) {
  core::dict out;
  for (const auto& folder : names_in(c, directory)) {
    const auto name = partition_name(disk, folder);
    if (name.empty()) continue;
    const auto own = joined(directory, "/", name);
    core::dict facts;
    put(facts, "links", core::value(links_of(links, name)));
    const auto start = content(c, own + "/start");
    put(facts, "start", start ? core::value(*start) : core::value(0));
    put_sizes(c, own, facts);
    put(facts, "uuid", uuid_of(c, name));
    put_holders(c, own, facts);
    put(out, name, core::value(std::move(facts)));
  }
  return out;
}

/// The PCI address ("0000:00:1f.2") in a device's sysfs path; the last one counts.
std::string_view pci_address(std::string_view path) {
  std::string_view out;
  for (const auto piece : core::split(path, '/'))
    if (piece.size() == 12 && piece[4] == ':' && piece[7] == ':' && piece[10] == '.' &&
        path.ends_with(piece) == false)
      out = piece;
  return out;
}

/// Runs lspci once, and only when a disk sits on a PCI bus: the names come from its data base.
class pci_names {
public:
  explicit pci_names(const context& c) : c_(c) {}
  std::string name(std::string_view sysfs_path) {
    const auto address = pci_address(sysfs_path);
    if (address.empty()) return {};
    if (!asked_) {
      asked_ = true;
      if (const auto lspci = find_program(c_, "lspci"); !lspci.empty()) listing_ = run(c_, {lspci, "-D"}).out;
    }
    for (const auto line : lines(listing_))
      if (before(line, ' ') == address) return std::string(after(line, ' '));
    return {};
  }

private:
  const context& c_;
  bool asked_ = false;
  std::string listing_;
};

/// The mode in brackets: "none [mq-deadline]".
std::string_view scheduler(std::string_view modes) {
  const auto open = modes.find('['), close = modes.rfind(']');
  return open != modes.npos && close != modes.npos && close > open ? modes.substr(open + 1, close - open - 1)
                                                                   : std::string_view();
}

std::string serial_number(const context& c, std::string_view block, const std::string& sg_inq) {
  if (sg_inq.empty()) return text(c, joined("/sys/block/", block, "/device/serial"));
  const auto answer = run(c, {sg_inq, joined("/dev/", block)});
  for (const std::string_view key : {"Unit serial number:", "Serial number:"})
    if (const auto at = answer.out.find(key); answer.status == 0 && at != answer.out.npos) {
      const auto found = words(std::string_view(answer.out).substr(at + key.size()));
      if (!found.empty()) return std::string(found[0]);
    }
  return {};
}

} // namespace

void collect_devices(context& c, core::dict& out) {
  const auto blocks = names_in(c, "/sys/block");
  core::dict devices, links;
  put(links, "ids", core::value(links_in(c, "/dev/disk/by-id")));
  put(links, "uuids", core::value(links_in(c, "/dev/disk/by-uuid")));
  put(links, "labels", core::value(links_in(c, "/dev/disk/by-label")));
  put(links, "masters", core::value(owners(c, blocks)));
  pci_names pci(c);
  const auto sg_inq = find_program(c, "sg_inq");
  for (const auto& block : blocks) {
    const auto path = link_target(c, "/sys/block/" + block);
    if (path.empty()) continue;
    const auto directory = joined("/sys/block/", path);
    const auto disk = base_name(path);
    const auto read = [&](std::string_view name) { return content(c, joined(directory, name)); };
    core::dict facts;
    put(facts, "virtual", std::int64_t{1});
    put(facts, "links", core::value(links_of(links, block)));
    for (const auto key : {"vendor", "model", "sas_address", "sas_device_handle"})
      put_or_none(facts, key, read(joined("/device/", key)));
    if (const auto serial = serial_number(c, block, sg_inq); !serial.empty()) put(facts, "serial", serial);
    put_or_none(facts, "removable", read("/removable"));
    put_or_none(facts, "support_discard", read("/queue/discard_granularity"));
    for (const auto& id : core::value(links)["ids"][disk].as_list())
      if (id.as_string().starts_with("wwn-")) put(facts, "wwn", id.as_string().substr(4));
    put(facts, "partitions", core::value(partitions(c, directory, disk, links)));
    put_or_none(facts, "rotational", read("/queue/rotational"));
    put(facts, "scheduler_mode", scheduler(read("/queue/scheduler").value_or("")));
    put_sizes(c, directory, facts);
    put(facts, "host", pci.name(path));
    put_holders(c, directory, facts);
    put(devices, disk, core::value(std::move(facts)));
  }
  put(out, "devices", core::value(std::move(devices)));
  if (!blocks.empty() || exists(c, "/sys/block")) put(out, "device_links", core::value(std::move(links)));
}

} // namespace mito::modules::setup
