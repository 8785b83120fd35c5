#include "init.hpp"
#include "users.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace mito::lab {

namespace {

void mount_at(const char* type, const std::string& target, unsigned long flags, const std::string& data) {
  check(::mount(type, target.c_str(), type, flags, data.c_str()),
        std::string{"mount "} + type + " " + target);
}

/// Like the machine's /dev as a container has it: the harmless nodes, no disks.
void make_dev(const std::string& dev, const host_kinds& kinds) {
  mount_at("tmpfs", dev, MS_NOSUID, "mode=755,size=256k");
  struct node {
    const char* name;
    unsigned major, minor;
  };
  static constexpr node nodes[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                                   {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
  for (const auto& one : nodes) {
    auto path = dev + "/" + one.name;
    check(::mknod(path.c_str(), S_IFCHR | 0666, makedev(one.major, one.minor)), path);
    check(::chmod(path.c_str(), 0666), path);
  }
  struct link {
    const char *to, *name;
  };
  static constexpr link links[] = {{"/proc/self/fd", "fd"},
                                   {"/proc/self/fd/0", "stdin"},
                                   {"/proc/self/fd/1", "stdout"},
                                   {"/proc/self/fd/2", "stderr"},
                                   {"pts/ptmx", "ptmx"}};
  for (const auto& one : links)
    check(::symlink(one.to, (dev + "/" + one.name).c_str()), dev + "/" + one.name);
  make_dir(dev + "/pts");
  mount_at("devpts", dev + "/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5");
  make_dir(dev + "/shm", 01777);
  unsigned long shm_flags = MS_NOSUID | MS_NODEV;
  if (kinds.noexec_shm) shm_flags |= MS_NOEXEC;
  mount_at("tmpfs", dev + "/shm", shm_flags, "mode=1777,size=1g");
}

void fill(const std::string& dir) {
  unique_fd fd{::open((dir + "/full").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  check(fd.get(), dir);
  char block[4096] = {};
  while (::write(fd.get(), block, sizeof block) > 0) {
  }
}

void make_tmp(const std::string& tmp, const host_kinds& kinds) {
  unsigned long flags = MS_NOSUID | MS_NODEV;
  mount_at("tmpfs", tmp, flags, kinds.tmp_full ? "mode=1777,size=64k" : "mode=1777,size=4g");
  if (kinds.tmp_full) fill(tmp);
  if (kinds.tmp_read_only)
    check(::mount(nullptr, tmp.c_str(), nullptr, flags | MS_REMOUNT | MS_RDONLY, nullptr), "remount " + tmp);
}

void write_identity(const host_start& start, const std::string& root) {
  const auto& self = *start.self;
  write_file(root + "/etc/hostname", self.name + "\n");
  // As systemd's: 32 hex digits, another one for each host.
  char id[33];
  std::snprintf(id, sizeof id, "%024x%08x", 0x1ab, self.address);
  write_file(root + "/etc/machine-id", std::string{id} + "\n", 0444);
  write_file(root + "/etc/ssh/ssh_host_ed25519_key", read_file(start.host_key), 0600);
  write_file(root + "/etc/ssh/ssh_host_ed25519_key.pub", self.key_type_and_key + "\n");
}

} // namespace

void enter_host_root(const host_start& start) {
  check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
  check(::chdir(start.fs.c_str()), start.fs);
  // Relative paths: whatever the lab's directory is called, it has no part in the option's syntax.
  const auto& name = start.self->name;
  auto root = name + "/root";
  make_dir(name);
  for (const char* part : {"/upper", "/work", "/root"}) make_dir(name + part);
  auto layers = "lowerdir=shared:/,upperdir=" + name + "/upper,workdir=" + name + "/work";
  mount_at("overlay", root, 0, layers);
  const auto& kinds = start.self->kinds;
  write_identity(start, root);
  apply_kinds(kinds, root);
  make_dev(root + "/dev", kinds);
  make_tmp(root + "/tmp", kinds);
  mount_at("tmpfs", root + "/run", MS_NOSUID | MS_NODEV, "mode=755,size=64m");
  for (const char* dir : {"/run/sshd", "/run/lock", "/run/sudo"}) make_dir(root + dir, 0755);
  mount_at("proc", root + "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
  mount_at("sysfs", root + "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "");
  check(::chdir(root.c_str()), root);
  check(::syscall(SYS_pivot_root, ".", "."), "pivot_root");
  check(::umount2(".", MNT_DETACH), "leaving the machine's file system");
  check(::chdir("/"), "/");
}

} // namespace mito::lab
