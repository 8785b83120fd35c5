// hardware: processor, memory, DMI. (Devices, mounts and LVM have files of their own.)
#include <sched.h>

#include "core/text.hpp"
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
    const auto key = core::trim(before(line, ':')), val = core::trim(after(line, ':'));
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

bool is_xen(const context& c) {
  return exists(c, "/proc/xen") || before(text(c, "/sys/hypervisor/type"), '\n') == "xen";
}

} // namespace

void collect_processor(context& c, core::dict& out) {
  const auto cpuinfo = text(c, "/proc/cpuinfo");
  if (cpuinfo.empty()) return;
  auto n = count_processors(cpuinfo);
  put(out, "processor", core::value(std::move(n.names)));
  if (n.listed_cores >= 0) put(out, "processor_cores", n.listed_cores);
  if (n.vendors > 0 && n.vendors == n.models) n.total = n.vendors;
  const auto* architecture = c.facts.find("architecture");
  const auto name = architecture != nullptr ? architecture->as_string() : std::string_view();
  if (core::starts_with_any(name, {"armv", "aarch", "ppc"})) n.total = n.processors;
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
  const auto file = text(c, "/proc/meminfo");
  if (file.empty()) return;
  // In MiB; in the kernel's order: total, free, buffers, cached and so on.
  static constexpr std::string_view keys[] = {"MemTotal", "MemFree",    "SwapTotal", "SwapFree",
                                              "Buffers",  "SwapCached", "Cached"};
  std::int64_t v[7] = {};
  bool found[7] = {};
  for (const auto line : lines(file))
    for (int i = 0; i < 7; ++i)
      if (before(line, ':') == keys[i]) {
        v[i] = number(core::trim(after(line, ':'))) / 1024;
        found[i] = true;
        if (i < 4) put(out, core::lower(keys[i]) + "_mb", v[i]);
      }
  const auto known = [&](bool all, std::int64_t n) { return all ? core::value(n) : core::value(); };
  const bool real_known = found[0] && found[1], swap_known = found[2] && found[3];
  const bool cache_known = found[1] && found[4] && found[6];
  const std::int64_t uncached = v[6] + v[1] + v[4];
  core::dict real, nocache, swap, all;
  put(real, "total", known(found[0], v[0]));
  put(real, "used", known(real_known, v[0] - v[1]));
  put(real, "free", known(found[1], v[1]));
  put(nocache, "free", known(cache_known, uncached));
  put(nocache, "used", known(cache_known && found[0], v[0] - uncached));
  put(swap, "total", known(found[2], v[2]));
  put(swap, "free", known(found[3], v[3]));
  put(swap, "used", known(swap_known, v[2] - v[3]));
  put(swap, "cached", known(found[5], v[5]));
  put(all, "real", core::value(std::move(real)));
  put(all, "nocache", core::value(std::move(nocache)));
  put(all, "swap", core::value(std::move(swap)));
  put(out, "memory_mb", core::value(std::move(all)));
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

std::string form_factor(std::string_view type) {
  static constexpr std::string_view names =
      "Unknown|Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|"
      "Hand Held|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|"
      "Expansion Chassis|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount "
      "Chassis|"
      "Sealed-case PC|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade "
      "Enclosure|Tablet|Convertible|Detachable|"
      "IoT Gateway|Embedded PC|Mini PC|Stick PC";
  const auto all = core::split(names, '|');
  const auto at = static_cast<std::size_t>(number(type));
  return at < all.size() ? std::string(all[at]) : joined("unknown (", type, ")");
}

std::string ask_dmidecode(const context& c, const std::string& path, std::string_view keyword) {
  const auto answer = run(c, {path, "-s", std::string(keyword)});
  if (answer.status != 0) return "NA";
  std::string out;
  for (const auto line : lines(answer.out))
    if (!line.starts_with('#')) out.append(line);
  return out;
}

} // namespace

void collect_dmi(context& c, core::dict& out) {
  const std::string directory = "/sys/devices/virtual/dmi/id/";
  const bool sysfs = exists(c, directory + "product_name");
  const auto dmidecode = sysfs ? std::string() : find_program(c, "dmidecode");
  for (const auto& f : dmi_fields) {
    std::string v = "NA";
    if (sysfs) {
      if (auto found = content(c, joined(directory, f.file.empty() ? f.fact : f.file)))
        v = f.fact == "form_factor" ? form_factor(*found) : std::move(*found);
    } else if (!dmidecode.empty()) {
      v = ask_dmidecode(c, dmidecode, f.keyword);
    }
    put(out, f.fact, v);
  }
}

} // namespace mito::modules::setup
