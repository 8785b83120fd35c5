#pragma once
/// Diagnostics are values: what is wrong, where it stands, what to do.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mito::core {

/// A file that was read: its name as the user would write it, and its text for showing the offending line.
struct source_file {
  std::string name;
  std::string text;
};

/// A place in a source file. Line and column count from 1; 0 means unknown. Columns count code points.
struct location {
  std::shared_ptr<const source_file> file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  explicit operator bool() const { return file != nullptr; }
  /// "file:line:column", or what of it is known.
  std::string str() const;
};

enum class severity : std::uint8_t { note, warning, error };

struct diagnostic {
  core::severity severity = core::severity::error;
  std::string message;
  location where;
  /// The next step for the user; empty when there is none to name.
  std::string hint;
  std::vector<diagnostic> notes;
  /// A machine-readable class that callers may test: "undefined", "syntax", "type", "unreachable"… Empty:
  /// general.
  std::string category;
};

/// Multi-line text: message, place, the line with a caret, hint, notes. No trailing newline.
std::string render(const diagnostic& d);

} // namespace mito::core
