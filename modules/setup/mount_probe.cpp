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

namespace mito::modules::setup {

std::string_view uuid_in_superblock(context& c, std::string_view head) {
  static constexpr struct {
    std::size_t magic_at, uuid_at;
    std::string_view magic;
  } kinds[] = {{0x438, 0x468, "\x53\xef"}, {0, 32, "XFSB"}, {0x10040, 0x10020, "_BHRfS_M"}};
  static constexpr char hex[] = "0123456789abcdef";
  for (const auto& k : kinds) {
    if (head.size() < k.uuid_at + 64 || !starts(head.substr(k.magic_at), k.magic)) continue;
    std::string out;
    for (std::size_t i = 0; i < 16; ++i) {
      const auto byte = static_cast<unsigned char>(head[k.uuid_at + i]);
      if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
    return c.join({out});
  }
  return {};
}

namespace {

std::string_view by_links(context& c, std::string_view device) {
  const auto real = real_path(c, {device});
  for (const auto uuid : names_in(c, {"/dev/disk/by-uuid"}))
    if (real_path(c, {"/dev/disk/by-uuid/", uuid}) == real) return uuid;
  return {};
}

std::string_view by_udev(context& c, dev_t device) {
  for (const auto line :
       lines(raw_content(c, {"/run/udev/data/b", digits(c, major(device)), ":", digits(c, minor(device))})))
    if (starts(line, "E:ID_FS_UUID=")) return line.substr(13);
  return {};
}

} // namespace

std::string_view file_system_uuid(context& c, std::string_view device) {
  struct stat st;
  if (!starts(device, "/") || ::stat(c.join({c.root, device}).data(), &st) != 0 || !S_ISBLK(st.st_mode))
    return {};
  auto out = by_udev(c, st.st_rdev);
  if (out.empty()) out = by_links(c, device);
  if (out.empty()) out = uuid_in_superblock(c, raw_content(c, {device}, 0x11000));
  return out;
}

namespace {

struct record {
  std::uint32_t index;
  mount_answer answer;
};

void ask_one(context& c, const mount_question& q, mount_answer& a) {
  a.done = true;
  struct statvfs s;
  if (::statvfs(q.mount.data(), &s) == 0) {
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
}

/// A child that answers the questions from `from` on, one record each.
struct worker {
  int pid = -1;
  int fd = -1;
  std::size_t next = 0; ///< the question that it is at

  void start(context& c, const std::vector<mount_question>& questions, std::size_t from) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    next = from;
    pid = ::fork();
    if (pid == 0) {
      for (auto i = from; i < questions.size(); ++i) {
        record r = {};
        r.index = static_cast<std::uint32_t>(i);
        ask_one(c, questions[i], r.answer);
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

std::vector<mount_answer> probe_mounts(context& c, const std::vector<mount_question>& questions,
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
    bool nobody = true;
    for (const auto& w : workers) {
      waits.push_back({w.fd, POLLIN, 0});
      nobody &= w.fd < 0;
    }
    const auto now = now_ms();
    if (nobody || now >= deadline) break;
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
