#pragma once
/// The operating system as Python's os module shows it: error texts, paths, environment.
#include <cstdint>
#include <ctime>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/module.hpp"

namespace mito::modules {

/// A text for `cat`. Literals are measured there and not by each caller: calls of it make up much of the
/// image.
struct piece {
  const char* data;
  std::size_t size = SIZE_MAX;
  piece(const char* s) : data(s) {}
  piece(const std::string& s) : data(s.data()), size(s.size()) {}
  piece(std::string_view s) : data(s.data()), size(s.size()) {}
};
/// One string of several: a call is far smaller than a chain of +, and messages are made of many pieces.
std::string cat(std::initializer_list<piece> pieces);

/// glibc's text of an errno: what Python prints on the systems that Ansible's users know, whatever libc this
/// is.
std::string error_text(int error);
/// str(OSError): "[Errno 2] No such file or directory".
std::string os_error(int error);
/// The same with the file name as Python shows it when it was given as bytes: "…: b'/x'".
std::string os_error(int error, std::string_view path);
/// The same for a name that was given as text: "…: '/x'".
std::string os_error_text(int error, std::string_view path);
/// The same with two file names, as rename and link report: "…: b'/x' -> b'/y'".
std::string os_error(int error, std::string_view from, std::string_view to);

/// A traceback of one line, for the results that show one: "…FileNotFoundError: [Errno 2] …".
std::string traceback(int error, std::string_view text);

/// A variable as the module's processes see it: the task's environment first, then the agent's.
std::optional<std::string> environment_variable(const request& r, std::string_view name);
/// os.path.expanduser(os.path.expandvars(path)).
std::string expand_path(const request& r, std::string_view path);

/// os.path.dirname, basename and join.
std::string directory_of(std::string_view path);
std::string base_of(std::string_view path);
std::string join_path(std::string_view directory, std::string_view name);
/// os.path.realpath: symbolic links resolved as far as the path exists; absolute and normalised.
std::string real_path(const std::string& path);
/// Target of a symbolic link; empty when it cannot be read (errno says why).
std::string read_link(const std::string& path);

bool exists(const std::string& path); ///< follows links, as os.path.exists
bool is_directory(const std::string& path);
bool is_file(const std::string& path);
bool is_link(const std::string& path);
/// access() with the effective user.
bool accessible(const std::string& path, int how);

/// Whole contents; -1 and errno on error, else 0.
int read_file(const std::string& path, std::string& out, std::size_t limit = SIZE_MAX);
/// Entries of a directory without "." and ".."; false and errno when it cannot be read.
bool list_directory(const std::string& path, std::vector<std::string>& names);

/// A file time as Python's st_mtime: seconds with a fraction.
double seconds_of(const timespec& t);

/// Decimal digits of a number that is not negative, with zeros before up to `width`.
void append_padded(std::string& out, std::int64_t v, unsigned width);
/// "hours:minutes:seconds", the hours in at least `width` digits.
void append_clock(std::string& out, std::int64_t hours, unsigned width, std::int64_t minutes, std::int64_t seconds);
/// "2026-01-31 23:59:59" in local time (of the task's TZ when it sets one), with `between` date and time.
std::string local_time(const request& r, std::int64_t seconds, char between);

} // namespace mito::modules
