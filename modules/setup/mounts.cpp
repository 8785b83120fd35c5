// hardware: mounted file systems.
#include "modules/setup/collectors.hpp"
#include "modules/setup/mount_probe.hpp"

namespace mito::modules::setup {

namespace {

/// "\040" and the like replaced.
std::string_view without_escapes(context& c, std::string_view s) {
  char* out = c.memory.bytes(s.size() + 1);
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto code = s.substr(i, 4);
    if (code.size() == 4 && code[0] == '\\' && code.find_first_not_of("01234567", 1) == code.npos) {
      out[n++] = static_cast<char>((code[1] - '0') * 64 + (code[2] - '0') * 8 + (code[3] - '0'));
      i += 3;
    } else {
      out[n++] = s[i];
    }
  }
  out[n] = 0;
  return {out, n};
}

/// Whether a mount point shows a part of a file system only (bind mounts, subvolumes). Ansible asks findmnt,
/// and marks none where there is no such program.
bool is_bound(context& c, std::string_view mountinfo, std::string_view mount) {
  for (const auto line : lines(mountinfo))
    if (word(line, 3) != "/" && without_escapes(c, word(line, 4)) == mount) return true;
  return false;
}

void put_size(core::dict& facts, std::string_view key, std::uint64_t v) {
  put(facts, key, static_cast<std::int64_t>(v));
}

void put_answer(context& c, std::string_view mount, const mount_answer& a, core::dict& facts) {
  if (!a.done) {
    put(facts, "note", "Could not get extra information due to timeout");
    add(c.warnings, c.join({"Timeout exceeded when getting mount info for ", mount}));
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
  put(facts, "uuid", a.uuid[0] != 0 ? a.uuid : "N/A");
}

/// Adds a line of the mount table when it is about a device or a remote file system. A later mount hides an
/// earlier one on the same directory, and takes its place.
void add_question(context& c, std::string_view line, std::vector<mount_question>& out) {
  if (word(line, 3).empty()) return;
  const mount_question q{without_escapes(c, word(line, 1)), without_escapes(c, word(line, 0)),
                         without_escapes(c, word(line, 2)), without_escapes(c, word(line, 3))};
  const bool real = starts(q.device, "/") || starts(q.device, "\\") || contains(q.device, ":/");
  if (!real || q.type == "none") return;
  for (auto& old : out)
    if (old.mount == q.mount) {
      old = q;
      return;
    }
  out.push_back(q);
}

} // namespace

void collect_mounts(context& c, core::dict& out) {
  std::vector<mount_question> questions;
  for (const auto line : lines(raw_content(c, {exists(c, {"/etc/mtab"}) ? "/etc/mtab" : "/proc/mounts"})))
    add_question(c, line, questions);
  const auto info =
      find_program(c, "findmnt").empty() ? std::string_view() : raw_content(c, {"/proc/self/mountinfo"});
  // Ansible waits ten seconds for each mount, whatever gather_timeout says; here they are ten for all of
  // them.
  const auto answers = probe_mounts(c, questions, 10);
  auto& mounts = c.new_list();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& q = questions[i];
    auto& facts = c.new_dict();
    put(facts, "mount", q.mount);
    put(facts, "device", q.device);
    put(facts, "fstype", q.type);
    put(facts, "options", is_bound(c, info, q.mount) ? c.join({q.options, ",bind"}) : q.options);
    put_answer(c, q.mount, answers[i], facts);
    mounts.push_back(core::value(std::move(facts)));
  }
  put(out, "mounts", mounts);
}

} // namespace mito::modules::setup
