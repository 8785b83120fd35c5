#pragma once
/// Text on stdout and stderr as Ansible's Display writes it: colours, banners, wrapped warnings; on a terminal a status
/// line is kept below the text.
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "report/options.hpp"

namespace mito::report {

enum class color : std::uint8_t {
  none, ok, changed, skip, error, unreachable, warn, debug, verbose, deprecate, diff_add, diff_remove, diff_lines
};

/// `text` in colour, line by line, as Ansible wraps it.
std::string paint(std::string_view text, color c, bool on);
/// Columns that a terminal needs for `text`.
unsigned text_width(std::string_view text);
/// Python's textwrap.wrap() with its defaults.
std::string wrap_text(std::string_view text, unsigned columns);

class display {
public:
  explicit display(const output_options& options, std::FILE* out = stdout, std::FILE* err = stderr);
  ~display();

  void print(std::string_view text, color c = color::none, bool to_stderr = false);
  /// A header line filled with stars, after an empty line.
  void banner(std::string_view text);
  /// "[WARNING]: …", each text once.
  void warning(std::string_view text);
  /// "[ERROR]: …" for what stops nothing, each text once.
  void error(std::string_view text);
  /// Shown below all text on a terminal; empty removes it.
  void status(std::string text);
  const output_options& options() const { return options_; }

private:
  void erase_status();
  void draw_status();

  output_options options_;
  std::FILE* out_;
  std::FILE* err_;
  std::string status_;
  bool drawn_ = false;
  std::set<std::string, std::less<>> warned_;
};

} // namespace mito::report
