#pragma once
/// Files that take another's place: temporary names, atomic replacement, backups, copies of files and trees.
#include <string>
#include <string_view>

#include "modules/common/arguments.hpp"

namespace mito::modules {

/// A fresh file (0600, open for writing) or directory (0700) named prefix + eight random characters + suffix,
/// as Python's tempfile. The descriptor; 0 for a directory; -1 and errno, with the name that failed in
/// `path`.
int make_temporary(std::string_view directory, std::string_view prefix, std::string_view suffix,
                   bool is_directory, std::string& path);
/// Writes all of `data`; 0 or errno.
int write_all(int fd, std::string_view data);
/// shutil.copyfile; with `times` also mode, times and extended attributes (copy2). 0 or errno; `where` gets
/// the path that failed.
int copy_file(const std::string& from, const std::string& to, bool with_stat, std::string& where);
/// Mode (and times, extended attributes) of `from` on `to`. 0 or errno.
int copy_mode(const std::string& from, const std::string& to, bool with_times);
/// shutil.copytree(from, to, symlinks=keep_links). Empty on success, else str(OSError).
std::string copy_tree(const std::string& from, const std::string& to, bool keep_links);

/// AnsibleModule.backup_local: "path.PID.YYYY-MM-DD@HH:MM:SS~"; empty when there is nothing to save. A
/// failure is recorded in `c`.
std::string make_backup(call& c, const std::string& path);
/// AnsibleModule.atomic_move: `from` takes `to`'s name with its mode and owner, or with those of a new file
/// where there was none, or a link. False with a recorded failure.
bool atomic_move(call& c, const std::string& from, const std::string& to);

} // namespace mito::modules
