// hardware: processor, memory, DMI. (Devices, mounts and LVM have files of their own.)
#include <sched.h>

#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// Numbers by a text key, in order of appearance.
struct counters {
  std::vector<std::pair<std::string_view, std::int64_t>> entries;
  void set(std::string_view key, std::int64_t v, bool replace) {
    for (auto& [k, old] : entries)
      if (k == key) {
        if (replace) old = v;
        return;
      }
    entries.emplace_back(key, v);
  }
  std::int64_t first() const { return entries.empty() ? 0 : entries[0].second; }
};

struct processor_counts {
  core::list names;
  counters sockets, cores;
  std::int64_t total = 0, vendors = 0, models = 0, processors = 0, listed_cores = -1;
  bool has_vme = true;
};

processor_counts count_processors(std::string_view cpuinfo) {
  processor_counts n;
  std::string_view socket = "0", core = "0";
  for (const auto line : lines(cpuinfo)) {
    const auto key = trim(before(line, ':')), val = trim(after(line, ':'));
    const bool vendor = key == "vendor_id", model = key == "model name", processor = key == "processor";
    if (vendor || model || processor || key == "Processor" || key == "cpu" || key == "Vendor") {
      add(n.names, val);
      n.vendors += vendor;
      n.models += model;
      n.processors += processor;
      ++n.total;
    } else if (key == "flags") {
      n.has_vme = n.has_vme && contains(val, "vme");
    } else if (key == "physical id") {
      socket = val;
      n.sockets.set(socket, 1, false);
    } else if (key == "core id") {
      core = val;
      bool known = false;
      // Ansible compares with the sockets here, not with the cores.
      for (const auto& s : n.sockets.entries) known |= s.first == core;
      if (!known) n.cores.set(core, 1, true);
    } else if (key == "cpu cores") {
      n.sockets.set(socket, number(val), true);
    } else if (key == "siblings") {
      n.cores.set(core, number(val), true);
    } else if (key == "# processors") {
      n.listed_cores = number(val);
    } else if (key == "ncpus active") {
      n.total = number(val);
    }
  }
  return n;
}

bool is_xen(context& c) {
  return exists(c, {"/proc/xen"}) || before(text(c, {"/sys/hypervisor/type"}), '\n') == "xen";
}

} // namespace

void collect_processor(context& c, core::dict& out) {
  const auto cpuinfo = text(c, {"/proc/cpuinfo"});
  if (cpuinfo.empty()) return;
  auto n = count_processors(cpuinfo);
  put(out, "processor", n.names);
  if (n.listed_cores >= 0) put(out, "processor_cores", n.listed_cores);
  if (n.vendors > 0 && n.vendors == n.models) n.total = n.vendors;
  const auto name = get(c.facts, "architecture");
  if (starts(name, "armv") || starts(name, "aarch") || starts(name, "ppc")) n.total = n.processors;
  if (name == "s390x") return;
  std::int64_t count = n.total, cores = n.total, threads = 1;
  const bool paravirtual = !n.has_vme && is_xen(c);
  if (!paravirtual) {
    if (!n.sockets.entries.empty()) count = static_cast<std::int64_t>(n.sockets.entries.size());
    cores = n.sockets.first() != 0 ? n.sockets.first() : 1;
    threads = (n.cores.entries.empty() ? 1 : n.cores.first()) / cores;
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    const bool known = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    put(out, "processor_nproc", known ? CPU_COUNT(&allowed) : n.processors);
  }
  put(out, "processor_count", count);
  put(out, "processor_cores", cores);
  put(out, "processor_threads_per_core", threads);
  put(out, "processor_vcpus", paravirtual ? n.total : threads * count * cores);
}

void collect_memory(context& c, core::dict& out) {
  const auto file = text(c, {"/proc/meminfo"});
  if (file.empty()) return;
  static constexpr std::string_view keys[] = {"MemTotal", "MemFree",    "SwapTotal", "SwapFree",
                                              "Buffers",  "SwapCached", "Cached"};
  constexpr std::int64_t unknown = -1;
  std::int64_t v[] = {unknown, unknown, unknown, unknown, unknown, unknown, unknown}; // MiB
  for (const auto line : lines(file))
    for (int i = 0; i < 7; ++i)
      if (before(line, ':') == keys[i]) {
        v[i] = number(trim(after(line, ':'))) / 1024;
        if (i < 4) put(out, c.join({lower(c, keys[i]), "_mb"}), v[i]);
      }
  const auto put_known = [](core::dict& d, std::string_view key, std::int64_t n, bool known) {
    put_value(d, key, known ? core::value(n) : core::value());
  };
  const bool real_known = v[0] >= 0 && v[1] >= 0, cache_known = v[1] >= 0 && v[4] >= 0 && v[6] >= 0;
  const std::int64_t uncached = v[6] + v[1] + v[4];
  auto& real = c.new_dict();
  put_known(real, "total", v[0], v[0] >= 0);
  put_known(real, "used", v[0] - v[1], real_known);
  put_known(real, "free", v[1], v[1] >= 0);
  auto& nocache = c.new_dict();
  put_known(nocache, "free", uncached, cache_known);
  put_known(nocache, "used", v[0] - uncached, cache_known && v[0] >= 0);
  auto& swap = c.new_dict();
  put_known(swap, "total", v[2], v[2] >= 0);
  put_known(swap, "free", v[3], v[3] >= 0);
  put_known(swap, "used", v[2] - v[3], v[2] >= 0 && v[3] >= 0);
  put_known(swap, "cached", v[5], v[5] >= 0);
  auto& all = c.new_dict();
  put(all, "real", real);
  put(all, "nocache", nocache);
  put(all, "swap", swap);
  put(out, "memory_mb", all);
}

namespace {

struct dmi_field {
  std::string_view fact, file, keyword; ///< file: empty when named as the fact; keyword: dmidecode's
};
constexpr dmi_field dmi_fields[] = {
    {"bios_date", {}, "bios-release-date"},
    {"bios_vendor", {}, "bios-vendor"},
    {"bios_version", {}, "bios-version"},
    {"board_asset_tag", {}, "baseboard-asset-tag"},
    {"board_name", {}, "baseboard-product-name"},
    {"board_serial", {}, "baseboard-serial-number"},
    {"board_vendor", {}, "baseboard-manufacturer"},
    {"board_version", {}, "baseboard-version"},
    {"chassis_asset_tag", {}, "chassis-asset-tag"},
    {"chassis_serial", {}, "chassis-serial-number"},
    {"chassis_vendor", {}, "chassis-manufacturer"},
    {"chassis_version", {}, "chassis-version"},
    {"form_factor", "chassis_type", "chassis-type"},
    {"product_name", {}, "system-product-name"},
    {"product_serial", {}, "system-serial-number"},
    {"product_uuid", {}, "system-uuid"},
    {"product_version", {}, "system-version"},
    {"system_vendor", "sys_vendor", "system-manufacturer"},
};

std::string_view form_factor(context& c, std::string_view type) {
  static constexpr std::string_view names =
      "Unknown|Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|"
      "Hand Held|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|"
      "Expansion Chassis|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount "
      "Chassis|"
      "Sealed-case PC|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade "
      "Enclosure|Tablet|Convertible|Detachable|"
      "IoT Gateway|Embedded PC|Mini PC|Stick PC";
  const auto name = piece(split(names, '|'), static_cast<int>(number(type)));
  return name.empty() ? c.join({"unknown (", type, ")"}) : name;
}

std::string_view ask_dmidecode(context& c, std::string_view path, std::string_view keyword) {
  const auto answer = run(c, {path, "-s", keyword});
  if (answer.status != 0) return "NA";
  std::string_view out;
  for (const auto line : lines(answer.out))
    if (!starts(line, "#")) out = c.join({out, line});
  return out;
}

} // namespace

void collect_dmi(context& c, core::dict& out) {
  constexpr std::string_view directory = "/sys/devices/virtual/dmi/id/";
  const bool sysfs = exists(c, {directory, "product_name"});
  const auto dmidecode = sysfs ? std::string_view() : find_program(c, "dmidecode");
  for (const auto& f : dmi_fields) {
    std::string_view v;
    if (sysfs)
      v = text(c, {directory, f.file.empty() ? f.fact : f.file});
    else if (!dmidecode.empty())
      v = ask_dmidecode(c, dmidecode, f.keyword);
    if (sysfs && !v.empty() && f.fact == "form_factor") v = form_factor(c, v);
    put(out, f.fact, v.empty() && (sysfs || dmidecode.empty()) ? "NA" : v);
  }
}

} // namespace mito::modules::setup
