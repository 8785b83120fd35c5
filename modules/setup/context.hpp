#pragma once
/// What every fact collector works with: the machine's files under a root, programs, and the facts so far.
/// Everything that is read or put together lives in one arena until the module ends: texts are plain views,
/// tables plain references. That keeps the collectors small (the agent's image has a limit) and free of
/// copies.
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"
#include "modules/module.hpp"

namespace mito::modules::setup {

using text_list = std::span<std::string_view>;

/// Owns bytes, dicts and lists until it goes.
class arena {
public:
  arena() = default;
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena();
  char* bytes(std::size_t n);
  /// The pieces in a row; a zero byte follows the text, so that it can be a path for the system.
  std::string_view join(std::initializer_list<std::string_view> pieces);
  text_list array(std::size_t n);
  core::dict& new_dict();
  core::list& new_list();

private:
  std::vector<void*> blocks_;
  std::vector<std::unique_ptr<core::dict>> dicts_;
  std::vector<std::unique_ptr<core::list>> lists_;
  std::size_t left_ = 0;
};

/// The target's Python.
struct interpreter {
  bool looked_for = false;
  std::string_view path;    ///< empty: there is none
  std::string_view version; ///< "3.11.2", with "rc1" and the like behind it; empty when not known
  std::string_view library; ///< its standard library: "/usr/lib/python3.11"
  int bits = 8 * sizeof(void*);
  bool ssl = false;
};

struct context {
  explicit context(const request& r) : call(r) {}

  const request& call;
  std::string_view root;      ///< put before every path; empty on a real machine, a prepared tree in tests
  core::dict facts;           ///< collected so far, names without prefix
  core::list warnings;        ///< strings, end up in the result's `warnings`
  std::string_view fact_path; ///< of local facts, expanded
  std::string_view python;    ///< the controller's idea of the interpreter; may be empty
  interpreter found_python;   ///< see find_interpreter
  arena memory;

  std::string_view join(std::initializer_list<std::string_view> pieces) { return memory.join(pieces); }
  core::dict& new_dict() { return memory.new_dict(); }
  core::list& new_list() { return memory.new_list(); }
};

// Files. All paths are the machine's own; the root is put before them.

/// The stripped content; empty when the file is missing, unreadable, empty or no UTF-8.
std::string_view text(context& c, std::initializer_list<std::string_view> path);
/// The raw bytes, at most `limit` of them; empty when unreadable.
std::string_view raw_content(context& c, std::initializer_list<std::string_view> path,
                             std::size_t limit = 4u << 20);
bool exists(context& c, std::initializer_list<std::string_view> path);
bool is_directory(context& c, std::initializer_list<std::string_view> path);
/// Names in a directory in the kernel's order, without "." and "..".
text_list names_in(context& c, std::initializer_list<std::string_view> directory);
/// What a symbolic link holds; empty for anything else.
std::string_view link_target(context& c, std::initializer_list<std::string_view> path);
/// The path with all links resolved (without the root); empty when something is missing.
std::string_view real_path(context& c, std::initializer_list<std::string_view> path);

// Texts.

/// Cuts a text into pieces, one at a time: at a separator, or (separator 0) at runs of white space.
class cutter {
public:
  cutter(std::string_view s, char separator) : rest_(s), separator_(separator) {}
  bool next(std::string_view& piece);

  struct end_mark {};
  struct iterator {
    cutter* from;
    std::string_view piece;
    bool more;
    std::string_view operator*() const { return piece; }
    void operator++() { more = from->next(piece); }
    bool operator!=(end_mark) const { return more; }
  };
  iterator begin() {
    iterator i{this, {}, true};
    ++i;
    return i;
  }
  end_mark end() const { return {}; }

private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

inline cutter words(std::string_view s) {
  return {s, 0};
}
inline cutter split(std::string_view s, char separator) {
  return {s, separator};
}
/// Without the carriage returns; none for an empty text.
inline cutter lines(std::string_view s) {
  return {s, '\n'};
}
/// The piece number `n`; empty when there are fewer.
std::string_view piece(cutter pieces, int n);
inline std::string_view word(std::string_view s, int n) {
  return piece(words(s), n);
}
int count(cutter pieces);

std::string_view trim(std::string_view s);
std::string_view base_name(std::string_view path);
bool contains(std::string_view s, std::string_view piece);
bool starts(std::string_view s, std::string_view prefix);
bool ends(std::string_view s, std::string_view suffix);
/// The text before the first `separator` (all of it without one) and the text after it (empty without one).
std::string_view before(std::string_view s, char separator);
std::string_view after(std::string_view s, char separator);
/// Without any of the characters `set` at both ends.
std::string_view strip(std::string_view s, std::string_view set);
std::string_view lower(context& c, std::string_view s);
std::string_view digits(context& c, std::int64_t v);
/// Leading decimal digits, and their number (0 without any).
std::string_view leading_digits(std::string_view s);
std::int64_t number(std::string_view s);
/// Python's fnmatch.
bool matches(std::string_view name, std::string_view pattern);
/// In place; meant for dozens of names.
void sort(text_list names);

// Values. Out of line on purpose.

void put(core::dict& d, std::string_view key, std::string_view v);
void put(core::dict& d, std::string_view key, std::int64_t v);
void put_flag(core::dict& d, std::string_view key, bool v);
/// None when there is nothing.
void put_or_none(core::dict& d, std::string_view key, std::string_view v);
/// Nothing at all when there is nothing.
void put_found(core::dict& d, std::string_view key, std::string_view v);
void put_value(core::dict& d, std::string_view key, const core::value& v);
/// These take what is in the table; it stays, empty.
void put(core::dict& d, std::string_view key, core::dict& v);
void put(core::dict& d, std::string_view key, core::list& v);
void add(core::list& l, std::string_view v);
/// Appends to the list at `key`, which is made when it is missing.
void add_to(core::dict& d, std::string_view key, const core::value& v);
/// A text in a dict; empty when it is missing or no text.
std::string_view get(const core::dict& d, std::string_view key);

// Environment and programs.

/// The task's environment over the agent's.
std::string_view environment(context& c, std::string_view name);
/// Full path of a program in PATH or the sbin directories; empty when there is none.
std::string_view find_program(context& c, std::string_view name);

struct program_output {
  int status = -1; ///< exit status; -1 when not started, killed, or out of time
  std::string_view out, err;
};

/// A child with its output on a pipe. Started at once, so that several can run side by side. One that is
/// started has to be finished.
struct program {
  int pid = -1;
  int out = -1;
  int err = -1;

  /// argv[0] is a path. LC_ALL is C: outputs get parsed.
  void start(context& c, std::initializer_list<std::string_view> argv);
  /// Waits for the end and takes the output; kills it after `seconds`.
  program_output finish(context& c, int seconds = 10);
};

program_output run(context& c, std::initializer_list<std::string_view> argv);

/// CLOCK_MONOTONIC in milliseconds.
std::int64_t now_ms();

} // namespace mito::modules::setup
