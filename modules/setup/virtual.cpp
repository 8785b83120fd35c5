// virtual: what kind of guest or host this is. The first finding sets type and role; all go into the tech
// lists.
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

struct finding {
  std::string_view type, role;
  bool found = false;
  core::list guest, host;
};

bool has(const core::list& l, std::string_view name) {
  for (const auto& item : l)
    if (item.as_string() == name) return true;
  return false;
}

void add_once(core::list& l, std::string_view name) {
  if (!has(l, name)) add(l, name);
}

void settle(finding& f, std::string_view type, std::string_view role) {
  if (f.found) return;
  f.type = type;
  f.role = role;
  f.found = true;
}

void guest(finding& f, std::string_view tech) {
  add_once(f.guest, tech);
  settle(f, tech, "guest");
}

void host(finding& f, std::string_view tech) {
  add_once(f.host, tech);
  settle(f, tech, "host");
}

/// "/docker/" or "/docker-<hex>.scope".
bool is_docker_group(std::string_view line) {
  for (auto at = line.find("/docker"); at != line.npos; at = line.find("/docker", at + 1)) {
    auto rest = line.substr(at + 7);
    if (rest.starts_with('/')) return true;
    if (!rest.starts_with('-')) continue;
    const auto end = rest.find_first_not_of("0123456789abcdef", 1);
    if (end != rest.npos && end > 1 && rest.substr(end).starts_with(".scope")) return true;
  }
  return false;
}

void look_at_containers(context& c, finding& f) {
  const auto groups = text(c, {"/proc/1/cgroup"});
  for (const auto line : lines(groups)) {
    if (is_docker_group(line)) guest(f, "docker");
    if (contains(line, "/lxc/") || contains(line, "/machine.slice/machine-lxc")) guest(f, "lxc");
    if (contains(line, "/system.slice/containerd.service")) guest(f, "containerd");
  }
  const auto variables = raw_content(c, {"/proc/1/environ"});
  for (const auto line : split(variables, '\0')) {
    if (contains(line, "container=lxc")) guest(f, "lxc");
    if (contains(line, "container=podman")) guest(f, "podman");
    if (starts(line, "container=") && line.size() > 10) guest(f, "container");
  }
  if (exists(c, {"/proc/vz"}) && !exists(c, {"/proc/lve"})) {
    const bool is_host = exists(c, {"/proc/bc"});
    add_once(is_host ? f.host : f.guest, "openvz");
    f.type = "openvz"; // wins over an earlier type, as in Ansible
    settle(f, "openvz", is_host ? "host" : "guest");
  }
  const auto manager = text(c, {"/run/systemd/container"});
  if (!manager.empty()) guest(f, manager);
  if (exists(c, {"/.dockerenv"}) || exists(c, {"/.dockerinit"})) guest(f, "docker");
  bool inside = !manager.empty();
  for (const auto name : {"docker", "lxc", "podman", "openvz", "containerd"}) inside |= has(f.guest, name);
  if (inside) add_once(f.guest, "container");
}

void look_at_xen(context& c, finding& f) {
  if (!exists(c, {"/proc/xen"})) return;
  if (contains(text(c, {"/proc/xen/capabilities"}), "control_d"))
    host(f, "xen");
  else
    settle(f, "xen", "guest");
}

struct dmi_rule {
  char field; ///< p: product name, v: vendor, b: vendor of the BIOS
  std::string_view text, tech;
};
// In Ansible's order.
constexpr dmi_rule dmi_rules[] = {
    {'p', "KVM", "kvm"},
    {'p', "KVM Server", "kvm"},
    {'p', "Bochs", "kvm"},
    {'p', "AHV", "kvm"},
    {'v', "oVirt", "oVirt"},
    {'r', "RHV", "RHV"},
    {'h', "RHEV Hypervisor", "RHEV"},
    {'p', "VMware Virtual Platform", "VMware"},
    {'p', "VMware7,1", "VMware"},
    {'p', "OpenStack Compute", "openstack"},
    {'p', "OpenStack Nova", "openstack"},
    {'b', "Xen", "xen"},
    {'b', "innotek GmbH", "virtualbox"},
    {'b', "Amazon EC2", "kvm"},
    {'b', "DigitalOcean", "kvm"},
    {'b', "Hetzner", "kvm"},
    {'v', "QEMU", "kvm"},
    {'v', "Amazon EC2", "kvm"},
    {'v', "DigitalOcean", "kvm"},
    {'v', "Google", "kvm"},
    {'v', "Scaleway", "kvm"},
    {'v', "Nutanix", "kvm"},
    {'v', "KubeVirt", "KubeVirt"},
    {'v', "Microsoft Corporation", "VirtualPC"},
    {'v', "Parallels Software International Inc.", "parallels"},
    {'v', "OpenStack Foundation", "openstack"},
};

void look_at_dmi(context& c, finding& f) {
  const auto read = [&](std::string_view name) { return text(c, {"/sys/devices/virtual/dmi/id/", name}); };
  const auto product = read("product_name"), vendor = read("sys_vendor"), family = read("product_family"),
             bios = read("bios_vendor");
  const bool red_hat = vendor == "Red Hat";
  for (const auto& rule : dmi_rules) {
    const auto& field = rule.field == 'v'   ? vendor
                        : rule.field == 'b' ? bios
                        : rule.field == 'r' ? family
                                            : product;
    const bool applies = rule.field == 'r' || rule.field == 'h' ? red_hat : true;
    if (applies && field == rule.text && !(rule.field == 'h' && has(f.guest, "RHV"))) guest(f, rule.tech);
  }
}

void look_at_processor(context& c, finding& f) {
  const auto cpuinfo = text(c, {"/proc/cpuinfo"});
  for (const auto line : lines(cpuinfo)) {
    const auto is = [&](std::string_view key, std::string_view value) {
      return line.starts_with(key) && contains(line.substr(key.size()), value);
    };
    if (is("model name", "QEMU Virtual CPU"))
      guest(f, "kvm");
    else if (is("vendor_id", "User Mode Linux") || is("model name", "UML"))
      guest(f, "uml");
    else if (is("machine", "CHRP IBM pSeries (emulated by qemu)"))
      guest(f, "kvm");
    else if (is("vendor_id", "PowerVM Lx86"))
      guest(f, "powervm_lx86");
    else if (is("vendor_id", "IBM/S390")) {
      add_once(f.guest, "PR/SM");
      settle(f, "PR/SM", "LPAR");
    }
  }
}

/// Ansible: "VxID: 0" is a host of Linux-VServer, other numbers are guests.
void look_at_vserver(context& c, finding& f) {
  const auto status = text(c, {"/proc/self/status"});
  for (const auto line : lines(status)) {
    if (!starts(line, "VxID:")) continue;
    const bool is_host = trim(line.substr(5)).starts_with('0');
    add_once(is_host ? f.host : f.guest, "linux_vserver");
    settle(f, "linux_vserver", is_host ? "host" : "guest");
  }
}

bool runs_vdsm(context& c) {
  for (const auto& pid : names_in(c, {"/proc"})) {
    if (pid[0] < '0' || pid[0] > '9') continue;
    const auto name = text(c, {"/proc/", pid, "/comm"});
    if (name == "vdsm" || name == "vdsmd") return true;
  }
  return false;
}

void look_at_modules(context& c, finding& f) {
  bool kvm = false, virtualbox = false, virtio = false;
  const auto modules = text(c, {"/proc/modules"});
  for (const auto line : lines(modules)) {
    const auto name = before(line, ' ');
    kvm |= name == "kvm";
    virtualbox |= name == "vboxdrv";
    virtio |= name == "virtio";
  }
  if (kvm) {
    const bool first = !f.found;
    host(f, "kvm");
    if (is_directory(c, {"/rhev/"}) && runs_vdsm(c)) {
      add_once(f.host, "RHEV");
      if (first) f.type = "RHEV";
    }
  }
  if (virtualbox) host(f, "virtualbox");
  if (virtio) {
    add_once(f.host, "kvm");
    settle(f, "kvm", "guest");
  }
}

void look_with_dmidecode(context& c, finding& f) {
  const auto path = find_program(c, "dmidecode");
  if (path.empty()) return;
  // The kernel's copy of the same table saves the program.
  auto name = text(c, {"/sys/class/dmi/id/product_name"});
  if (name.empty()) {
    const auto answer = run(c, {path, "-s", "system-product-name"});
    if (answer.status != 0) return;
    for (const auto line : lines(answer.out))
      if (!line.starts_with('#')) name = c.join({name, trim(line)});
  }
  if (starts(name, "VMware")) guest(f, "VMware");
  if (contains(name, "BHYVE")) guest(f, "bhyve");
}

} // namespace

void collect_virtual(context& c, core::dict& out) {
  finding f;
  look_at_containers(c, f);
  look_at_xen(c, f);
  look_at_dmi(c, f);
  look_at_vserver(c, f);
  look_at_processor(c, f);
  look_at_modules(c, f);
  look_with_dmidecode(c, f);
  if (exists(c, {"/dev/kvm"})) host(f, "kvm");
  settle(f, "NA", "NA");
  put(out, "virtualization_type", f.type);
  put(out, "virtualization_role", f.role);
  put(out, "virtualization_tech_guest", f.guest);
  put(out, "virtualization_tech_host", f.host);
}

} // namespace mito::modules::setup
