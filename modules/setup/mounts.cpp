// hardware: mounted file systems.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/mount_probe.hpp"

namespace mito::modules::setup {

namespace {

/// "\040" and the like replaced.
std::string without_escapes(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto digit = [&](std::size_t k) { return s[i + k] >= '0' && s[i + k] <= '7'; };
    if (s[i] == '\\' && i + 3 < s.size() && digit(1) && digit(2) && digit(3)) {
      const int code = (s[i + 1] - '0') * 64 + (s[i + 2] - '0') * 8 + (s[i + 3] - '0');
      out += static_cast<char>(code);
      i += 3;
    } else {
      out += s[i];
    }
  }
  return out;
}

/// Mount points that show a part of a file system (bind mounts, subvolumes). Ansible asks findmnt, and marks
/// none where there is no such program.
std::vector<std::string> bind_mounts(const context& c) {
  std::vector<std::string> out;
  if (find_program(c, "findmnt").empty()) return out;
  const auto info = raw_content(c, "/proc/self/mountinfo");
  for (const auto line : lines(info)) {
    const auto fields = words(line);
    if (fields.size() > 4 && fields[3] != "/") out.push_back(without_escapes(fields[4]));
  }
  return out;
}

struct mount_entry {
  std::string device, mount, type, options;
};

std::vector<mount_entry> mounted(const context& c) {
  std::vector<mount_entry> out;
  auto table = raw_content(c, exists(c, "/etc/mtab") ? "/etc/mtab" : "/proc/mounts");
  for (const auto line : lines(table)) {
    const auto fields = words(line);
    if (fields.size() < 4) continue;
    mount_entry e{without_escapes(fields[0]), without_escapes(fields[1]), without_escapes(fields[2]),
                  without_escapes(fields[3])};
    const bool real = e.device.starts_with('/') || e.device.starts_with('\\') || contains(e.device, ":/");
    if (!real || e.type == "none") continue;
    // A later mount hides an earlier one on the same directory, in its place.
    bool hidden = false;
    for (auto& old : out)
      if (old.mount == e.mount) {
        old = e;
        hidden = true;
      }
    if (!hidden) out.push_back(std::move(e));
  }
  return out;
}

void put_size(core::dict& facts, std::string_view key, std::uint64_t v) {
  put(facts, key, static_cast<std::int64_t>(v));
}

void put_answer(context& c, const mount_entry& e, const mount_answer& a, core::dict& facts) {
  if (!a.done) {
    put(facts, "note", "Could not get extra information due to timeout");
    add(c.warnings, joined("Timeout exceeded when getting mount info for ", e.mount));
    return;
  }
  if (a.sized) {
    put_size(facts, "size_total", a.fragment * a.blocks);
    put_size(facts, "size_available", a.fragment * a.available);
    put_size(facts, "block_size", a.block);
    put_size(facts, "block_total", a.blocks);
    put_size(facts, "block_available", a.available);
    put_size(facts, "block_used", a.blocks - a.available);
    put_size(facts, "inode_total", a.inodes);
    put_size(facts, "inode_available", a.inodes_available);
    put_size(facts, "inode_used", a.inodes - a.inodes_available);
  }
  put(facts, "uuid", std::string_view(a.uuid[0] != 0 ? a.uuid : "N/A"));
}

} // namespace

void collect_mounts(context& c, core::dict& out) {
  const auto entries = mounted(c);
  const auto bound = bind_mounts(c);
  std::vector<mount_question> questions;
  for (const auto& e : entries) questions.push_back({e.mount, e.device});
  // Ansible waits ten seconds for each mount, whatever gather_timeout says; here they are ten for all of
  // them.
  const auto answers = probe_mounts(c, questions, 10);
  core::list mounts;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& e = entries[i];
    core::dict facts;
    put(facts, "mount", e.mount);
    put(facts, "device", e.device);
    put(facts, "fstype", e.type);
    bool is_bound = false;
    for (const auto& b : bound) is_bound |= b == e.mount;
    put(facts, "options", core::value(is_bound ? e.options + ",bind" : e.options));
    put_answer(c, e, answers[i], facts);
    mounts.emplace_back(std::move(facts));
  }
  put(out, "mounts", core::value(std::move(mounts)));
}

} // namespace mito::modules::setup
