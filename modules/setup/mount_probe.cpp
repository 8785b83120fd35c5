#include "modules/setup/mount_probe.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/text.hpp"

namespace mito::modules::setup {

std::string uuid_in_superblock(std::string_view head) {
  const auto at = [&](std::size_t offset, std::string_view magic) {
    return head.size() >= offset + 64 && head.substr(offset, magic.size()) == magic;
  };
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  const auto hex = [&](std::size_t offset) {
    for (std::size_t i = 0; i < 16; ++i) {
      const auto byte = static_cast<unsigned char>(head[offset + i]);
      if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  };
  if (at(0x438, std::string_view("\x53\xef", 2)))
    hex(0x468);
  else if (at(0, "XFSB"))
    hex(32);
  else if (at(0x10040, "_BHRfS_M"))
    hex(0x10020);
  return out;
}

namespace {

std::string by_links(const context& c, const std::string& device) {
  const auto real = real_path(c, device);
  for (const auto& uuid : names_in(c, "/dev/disk/by-uuid"))
    if (real_path(c, "/dev/disk/by-uuid/" + uuid) == real) return uuid;
  return {};
}

std::string by_udev(const context& c, std::uint64_t major, std::uint64_t minor) {
  std::string path = "/run/udev/data/b";
  core::append_uint(path, major);
  path += ':';
  core::append_uint(path, minor);
  const auto data = raw_content(c, path);
  for (const auto line : lines(data))
    if (line.starts_with("E:ID_FS_UUID=")) return std::string(line.substr(13));
  return {};
}

} // namespace

std::string file_system_uuid(const context& c, const std::string& device) {
  struct stat st;
  if (!device.starts_with('/') || ::stat(joined(c.root, device).c_str(), &st) != 0 || !S_ISBLK(st.st_mode))
    return {};
  auto out = by_udev(c, major(st.st_rdev), minor(st.st_rdev));
  if (out.empty()) out = by_links(c, device);
  if (out.empty()) out = uuid_in_superblock(raw_content(c, device, 0x11000));
  return out;
}

namespace {

struct record {
  std::uint32_t index;
  mount_answer answer;
};

mount_answer ask_one(const context& c, const mount_question& q) {
  mount_answer a;
  a.done = true;
  struct statvfs s;
  if (::statvfs(q.mount.c_str(), &s) == 0) {
    a.sized = true;
    a.fragment = s.f_frsize;
    a.block = s.f_bsize;
    a.blocks = s.f_blocks;
    a.available = s.f_bavail;
    a.inodes = s.f_files;
    a.inodes_available = s.f_favail;
  }
  const auto uuid = file_system_uuid(c, q.device);
  ::memcpy(a.uuid, uuid.data(), std::min(uuid.size(), sizeof a.uuid - 1));
  return a;
}

/// A child that answers the questions from `from` on, one record each.
struct worker {
  pid_t pid = -1;
  int fd = -1;
  std::size_t next = 0; ///< the question that it is at

  void start(const context& c, const std::vector<mount_question>& questions, std::size_t from) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    next = from;
    pid = ::fork();
    if (pid == 0) {
      for (auto i = from; i < questions.size(); ++i) {
        const record r{static_cast<std::uint32_t>(i), ask_one(c, questions[i])};
        if (::write(ends[1], &r, sizeof r) != static_cast<ssize_t>(sizeof r)) break;
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    fd = ends[0];
    if (pid < 0) stop();
  }

  void stop() {
    if (fd >= 0) ::close(fd);
    fd = -1;
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    // One that is stuck in the kernel does not even die: it is not waited for.
    for (int i = 0; i < 20 && ::waitpid(pid, nullptr, WNOHANG) == 0; ++i) ::poll(nullptr, 0, 1);
    pid = -1;
  }
};

} // namespace

std::vector<mount_answer> probe_mounts(const context& c, const std::vector<mount_question>& questions,
                                       int seconds) {
  constexpr std::int64_t patience_ms = 200;
  std::vector<mount_answer> out(questions.size());
  if (questions.empty()) return out;
  const auto deadline = now_ms() + seconds * 1000;
  std::vector<worker> workers(1);
  workers[0].start(c, questions, 0);
  auto last_news = now_ms();
  while (true) {
    std::vector<pollfd> waits;
    for (const auto& w : workers) waits.push_back({w.fd, POLLIN, 0});
    const auto now = now_ms();
    if (std::all_of(workers.begin(), workers.end(), [](const worker& w) { return w.fd < 0; }) ||
        now >= deadline)
      break;
    const auto& newest = workers.back();
    const bool can_go_on = newest.fd >= 0 && newest.next + 1 < questions.size();
    const auto until = can_go_on ? std::min(deadline, last_news + patience_ms) : deadline;
    const int ready =
        ::poll(waits.data(), waits.size(), static_cast<int>(std::max<std::int64_t>(0, until - now)));
    if (ready == 0 && can_go_on) {
      // The mount at hand is slow: another child goes on behind it, this one keeps waiting.
      const auto from = newest.next + 1;
      workers.emplace_back().start(c, questions, from);
      last_news = now_ms();
      continue;
    }
    for (std::size_t i = 0; i < waits.size(); ++i) {
      auto& w = workers[i];
      if (w.fd < 0 || waits[i].revents == 0) continue;
      record r;
      const auto n = ::read(w.fd, &r, sizeof r);
      const bool good = n == static_cast<ssize_t>(sizeof r) && r.index < out.size();
      if (good) {
        out[r.index] = r.answer;
        w.next = r.index + 1;
        last_news = now_ms();
      }
      // Whatever a slow child has left is another one's.
      if (!good || i + 1 < workers.size() || w.next == questions.size()) w.stop();
    }
  }
  for (auto& w : workers) w.stop();
  return out;
}

} // namespace mito::modules::setup
