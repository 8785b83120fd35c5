// What makes a host differ from the stock one, as far as files say it. (Mounts: host_root.cpp; the network:
// proxy.cpp.)

#include "lab.hpp"
#include "users.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cstring>

namespace mito::lab {

namespace {

/// Removes every program whose name starts so, wherever PATH may find it.
void hide_programs(const std::string& root, const char* prefix) {
  for (const char* dir : {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/libexec"}) {
    DIR* entries = ::opendir((root + dir).c_str());
    if (!entries) continue;
    std::vector<std::string> found;
    while (auto* entry = ::readdir(entries))
      if (std::strncmp(entry->d_name, prefix, std::strlen(prefix)) == 0) found.emplace_back(entry->d_name);
    ::closedir(entries);
    for (const auto& name : found) remove_tree(root + dir + "/" + name);
  }
}

void add_noise(const std::string& root) {
  struct noise {
    const char* file;
    const char* text;
  };
  static constexpr noise all[] = {
      {"/.bashrc", "echo 'Welcome to the noisy host'; echo 'noise on stderr' >&2; printf 'no newline: '\n"},
      {"/.profile", "echo 'noise of .profile'\n"},
      {"/.zshenv", "echo 'noise of .zshenv'\n"},
      {"/.tcshrc", "echo 'noise of .tcshrc'\n"},
      {"/.config/fish/config.fish", "echo 'noise of config.fish'\n"},
  };
  for (const auto& who : users()) {
    if (!who.login || !exists(root + who.home)) continue;
    for (const auto& one : all) write_file(root + who.home + one.file, one.text, 0644, who.id);
    ::unlink((root + who.home + "/.hushlogin").c_str());
  }
  write_file(root + "/etc/motd", "*** noise of motd ***\n");
}

void use_fish(const std::string& root) {
  if (!exists("/usr/bin/fish")) throw lab_error{"kind fish: fish is not installed (apt-get install fish)"};
  auto passwd = read_file(root + "/etc/passwd");
  auto at = passwd.find("/home/deploy:") + std::strlen("/home/deploy:");
  passwd.replace(at, passwd.find('\n', at) - at, "/usr/bin/fish");
  write_file(root + "/etc/passwd", passwd);
}

} // namespace

std::string sshd_config(const host_kinds& kinds) {
  // Debian's, but for passwords, name look-ups, throttling and one host key only.
  return "HostKey /etc/ssh/ssh_host_ed25519_key\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nPrintLastLog "
         "no\n"
         "AcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\nPasswordAuthentication yes\n"
         "KbdInteractiveAuthentication yes\nPermitRootLogin prohibit-password\nUseDNS no\n"
         "MaxStartups 2000:30:4000\nAddressFamily inet\nPidFile /run/sshd.pid\nMaxSessions " +
         std::to_string(kinds.max_sessions) + "\n";
}

void apply_kinds(const host_kinds& kinds, const std::string& root) {
  if (kinds.no_python) {
    hide_programs(root, "python");
    hide_programs(root, "platform-python");
  }
  if (kinds.no_perl) hide_programs(root, "perl");
  if (kinds.fish) use_fish(root);
  if (kinds.noisy) add_noise(root);
  if (kinds.require_tty) write_file(root + "/etc/sudoers.d/tty", "Defaults requiretty, use_pty\n", 0440);
  if (kinds.sudo_log) write_file(root + "/etc/sudoers.d/log", "Defaults log_input, log_output\n", 0440);
  if (kinds.max_sessions != 10) write_file(root + "/etc/ssh/sshd_config", sshd_config(kinds));
}

} // namespace mito::lab
