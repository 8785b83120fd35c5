#pragma once
/// What every fact collector works with: the machine's files under a root, programs, and the facts so far.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"
#include "modules/module.hpp"

namespace mito::modules::setup {

/// The target's Python.
struct interpreter {
  std::string path;    ///< empty: there is none
  std::string version; ///< "3.11.2", with "rc1" and the like behind it; empty when not known
  std::string library; ///< its standard library: "/usr/lib/python3.11"
  int bits = 8 * sizeof(void*);
  bool ssl = false;
};

struct context {
  const request& call;
  std::string root;      ///< put before every path; empty on a real machine, a prepared tree in tests
  core::dict facts;      ///< collected so far, names without prefix
  core::list warnings;   ///< strings, end up in the result's `warnings`
  std::string fact_path; ///< of local facts, expanded
  std::string python;    ///< the controller's idea of the interpreter; may be empty
  std::optional<interpreter> found_python; ///< see find_interpreter
};

// Files. All paths are the machine's own; the root is put before them.

/// The stripped content; nothing when the file is missing, unreadable, empty or no UTF-8.
std::optional<std::string> content(const context& c, std::string_view path);
/// The same, an empty string for nothing.
std::string text(const context& c, std::string_view path);
/// The raw bytes, at most `limit` of them; empty when unreadable.
std::string raw_content(const context& c, std::string_view path, std::size_t limit = 4u << 20);
bool exists(const context& c, std::string_view path);
bool is_directory(const context& c, std::string_view path);
bool readable(const context& c, std::string_view path);
/// Names in a directory in the kernel's order, without "." and "..".
std::vector<std::string> names_in(const context& c, std::string_view directory);
/// What a symbolic link holds; empty for anything else.
std::string link_target(const context& c, std::string_view path);
/// The path with all links resolved (without the root); empty when something is missing.
std::string real_path(const context& c, std::string_view path);

// Texts.

std::vector<std::string_view> lines(std::string_view s);
/// Pieces between runs of white space.
std::vector<std::string_view> words(std::string_view s);
std::string_view base_name(std::string_view path);
std::string joined(std::string_view a, std::string_view b, std::string_view c = {});
bool contains(std::string_view s, std::string_view piece);
/// The text before the first `separator` (all of it without one) and the text after it (empty without one).
std::string_view before(std::string_view s, char separator);
std::string_view after(std::string_view s, char separator);
/// Without any of the characters `set` at both ends.
std::string_view strip(std::string_view s, std::string_view set);
/// Leading decimal digits as a number, 0 without any.
std::int64_t number(std::string_view s);
/// Python's fnmatch.
bool matches(std::string_view name, std::string_view pattern);

// Values. Out of line on purpose: the agent's image has to stay small.

void put(core::dict& d, std::string_view key, std::string_view v);
inline void put(core::dict& d, std::string_view key, const std::string& v) {
  put(d, key, std::string_view(v));
}
inline void put(core::dict& d, std::string_view key, const char* v) {
  put(d, key, std::string_view(v));
}
void put(core::dict& d, std::string_view key, std::int64_t v);
void put_flag(core::dict& d, std::string_view key, bool v);
/// None when there is nothing.
void put_or_none(core::dict& d, std::string_view key, const std::optional<std::string>& v);
void put(core::dict& d, std::string_view key, core::value v);
void add(core::list& l, std::string_view v);

// Environment and programs.

/// The task's environment over the agent's.
std::string_view environment(const context& c, std::string_view name);
/// Full path of a program in PATH or the sbin directories; empty when there is none.
std::string find_program(const context& c, std::string_view name);

struct program_output {
  int status = -1; ///< exit status; -1 when not started, killed, or out of time
  std::string out, err;
};

/// A child with its output on a pipe. Started at once, so that several can run side by side.
class program {
public:
  program() = default;
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();
  /// argv[0] is a path. LANG and LC_ALL are C: outputs get parsed.
  void start(const context& c, const std::vector<std::string>& argv);
  bool started() const { return pid_ > 0; }
  /// Waits for the end and takes the output; kills it after `seconds`.
  program_output finish(int seconds = 10);

private:
  int pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

program_output run(const context& c, const std::vector<std::string>& argv);

/// CLOCK_MONOTONIC in milliseconds.
std::int64_t now_ms();

} // namespace mito::modules::setup
