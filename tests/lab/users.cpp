#include "users.hpp"

#include "lab.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cstdio>

namespace mito::lab {

namespace {

constexpr user table[] = {
    {"root", 0, "/root", "/bin/bash", "root-pw",
     "$6$rounds=1000$mitolabroot$yYN0OUv57xUdaU254ni3XUCGd/"
     "VwGSMYiA6VH5OZ0qeJ1QI2.apPM5RHjdR6zkKmKjf0DtCfvQCzWDgNYboCK.",
     true},
    {"deploy", 4201, "/home/deploy", "/bin/bash", "deploy-pw",
     "$6$rounds=1000$mitolabdepl$hI6hRGzjJQzPcOpgDG6eII3rWVFAhXKaQC."
     "Yj69Gnf7T1DJ1SAKrH2ncSY8DYqiP0RTGbTdWaOwziRK.BKNU61",
     true},
    {"sudoer", 4202, "/home/sudoer", "/bin/bash", "sudoer-pw",
     "$6$rounds=1000$mitolabsudo$aMcgdl6VZlnuZ."
     "AF41mpsIQlB13CRO6RUNnaa9UkxlbMSxEncJO90JIXuYMjUvfrD5sNNO7c7KNcJ1Y3K6jnp/",
     true},
    {"plain", 4203, "/home/plain", "/bin/bash", "plain-pw",
     "$6$rounds=1000$mitolabplai$We0qFQ7e6W5oEyPPUaIFWraCZEK.WOtZOeNLFKceVm4Z3VTWmzz7q9b9A.ob96YPWuSJl.wIO."
     "ASLpqSixWMT0",
     true},
    {"app", 4204, "/home/app", "/bin/bash", "", "!", false},
    {"fishy", 4205, "/home/fishy", "/usr/bin/fish", "fishy-pw",
     "$6$rounds=1000$mitolabfish$geaxI1PtFawHJ..dVhA3jdD0DejE0K3mdyal0m5YuYQCkPKQRd6yRQbFaZ34RsK4tVCWfJZ4q."
     "vAKYPax2S2D/",
     true},
    {"tcshy", 4206, "/home/tcshy", "/usr/bin/tcsh", "tcshy-pw",
     "$6$rounds=1000$mitolabtcsh$ZTWaXqjWmz.DsGM.9vUQZRd64VxTVR2h3ZWVygIEUQlwPFht3."
     "Cwmtb1oS2yeklCfoTROotleekJotUjdjY4N0",
     true},
    {"zshy", 4207, "/home/zshy", "/usr/bin/zsh", "zshy-pw",
     "$6$rounds=1000$mitolabzshy$5AKEeLE7WS7unArdw26YJyQJzQphBqyU6KH0QgtXeABVZ."
     "jyYiQpXnRYEDvCqBfEAs8tgk9zXUmTl51noud6N/",
     true},
};

// Debian's, without mail; use_pty and lectures as the stock of Debian 12.
constexpr const char* sudoers =
    "Defaults env_reset\n"
    "Defaults secure_path=\"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"\n"
    "root ALL=(ALL:ALL) ALL\n"
    "deploy ALL=(ALL:ALL) NOPASSWD: ALL\n"
    "sudoer ALL=(ALL:ALL) ALL\n"
    "@includedir /etc/sudoers.d\n";

/// The machine's account file without the lines of our users (by name or number), then ours.
std::string accounts(const std::string& path, size_t id_field, const std::string& ours) {
  auto ours_too = [&](const std::string& line) {
    auto fields = split(line, ':');
    return line.empty() || std::any_of(std::begin(table), std::end(table), [&](auto& u) {
             return fields[0] == u.name ||
                    (id_field && fields.size() > id_field && fields[id_field] == std::to_string(u.id));
           });
  };
  std::string out = ours;
  for (const auto& line : split(read_file(path), '\n'))
    if (!ours_too(line)) out += line + "\n";
  return out;
}

/// A directory of the layer that hides what the machine has there.
void make_opaque(const std::string& path, mode_t mode = 0755, uid_t owner = 0) {
  make_dir(path, mode, owner);
  check(::setxattr(path.c_str(), "trusted.overlay.opaque", "y", 1, 0), path);
}

void write_home(const user& who, const std::string& home, const std::string& keys) {
  if (who.id == 0)
    make_opaque(home, 0700);
  else
    make_dir(home, 0755, who.id);
  // Present and empty: no shell greets, asks or sets itself up.
  for (const char* name : {".bashrc", ".profile", ".zshrc", ".tcshrc", ".hushlogin"})
    write_file(home + "/" + name, "", 0644, who.id);
  make_dir(home + "/.config", 0755, who.id);
  make_dir(home + "/.config/fish", 0755, who.id);
  write_file(home + "/.config/fish/config.fish", "", 0644, who.id);
  if (!who.login) return;
  make_dir(home + "/.ssh", 0700, who.id);
  write_file(home + "/.ssh/authorized_keys", keys, 0600, who.id);
}

/// The machine's PAM file without what costs a login time and does nothing in a host: pam_systemd looks for a
/// bus that is not there, pam_motd's dynamic part runs a shell, pam_mail looks for mail.
std::string quick_pam(const std::string& path) {
  std::string out;
  for (const auto& line : split(read_file(path), '\n')) {
    bool slow = line.find("pam_systemd") != std::string::npos || line.find("pam_mail") != std::string::npos ||
                line.find("motd.dynamic") != std::string::npos;
    if (!slow) out += line + "\n";
  }
  return out;
}

std::string names(const lab& from) {
  std::string out = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";
  for (const auto& one : from.hosts) out += to_string(one.address) + " " + one.name + "\n";
  return out;
}

} // namespace

std::span<const user> users() {
  return table;
}

void write_shared_layer(const lab& from, const std::string& layer) {
  std::string keys, passwd, shadow, group, gshadow;
  for (const char* key : {"id_ed25519", "id_rsa", "id_ecdsa", "id_ed25519_enc"})
    keys += read_file(from.dir + "/" + key + ".pub");
  make_dir(layer);
  make_dir(layer + "/etc");
  for (const char* dir : {"/home", "/etc/sudoers.d", "/etc/update-motd.d", "/etc/ssh"})
    make_opaque(layer + dir);
  for (const auto& who : table) {
    if (!exists(who.shell)) {
      std::fprintf(stderr, "mito-lab: %s is not installed (apt-get install %s): no user %s\n", who.shell,
                   who.shell + sizeof "/usr/bin", who.name);
      continue;
    }
    auto id = std::to_string(who.id), name = std::string{who.name};
    passwd += name + ":x:" + id + ":" + id + ":" + name + ":" + who.home + ":" + who.shell + "\n";
    shadow += name + ":" + who.hash + ":20000:0:99999:7:::\n";
    group += name + ":x:" + id + ":\n";
    gshadow += name + ":!::\n";
    write_home(who, layer + who.home, keys);
  }
  auto etc = layer + "/etc/";
  write_file(etc + "passwd", accounts("/etc/passwd", 2, passwd));
  write_file(etc + "group", accounts("/etc/group", 2, group));
  write_file(etc + "shadow", accounts("/etc/shadow", 0, shadow), 0640);
  write_file(etc + "gshadow", accounts("/etc/gshadow", 0, gshadow), 0640);
  write_file(etc + "sudoers", sudoers, 0440);
  write_file(etc + "hosts", names(from));
  make_dir(etc + "pam.d");
  for (const char* name : {"pam.d/common-session", "pam.d/sshd"})
    if (exists(std::string{"/etc/"} + name)) write_file(etc + name, quick_pam(std::string{"/etc/"} + name));
  // No name server: a look-up fails at once instead of waiting for one that is out of reach.
  write_file(etc + "resolv.conf", "");
  write_file(etc + "environment", "");
  write_file(etc + "motd", "");
  write_file(etc + "ssh/sshd_config", sshd_config({}));
}

} // namespace mito::lab
