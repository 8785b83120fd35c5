#pragma once
/// Text on stdout, stderr and in the log as Ansible's Display writes it: colours, banners, warnings each once. May be used
/// from several threads.
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "core/value.hpp"
#include "report/options.hpp"
#include "report/output_writer.hpp"

namespace mito::report {

/// Where a text is shown: on the screen (stdout), in its place stderr, and in the log if there is one.
enum class where : std::uint8_t { out, err, screen_only, log_only };

class display {
public:
  /// Writes to descriptors 1 and 2, and to `log` (-1: none; the caller's).
  explicit display(const output_options& options, int log = -1);
  /// The same with other descriptors.
  display(const output_options& options, const output_writer::options& to);

  void print(std::string_view text, color c = color::none, where to = where::out);
  /// What -v and more of it show: stdout, or stderr with verbose_to_stderr.
  void verbose(std::string_view text);
  /// A header line filled with stars, after an empty line.
  void banner(std::string_view text);
  /// "[WARNING]: …", each text once.
  void warning(std::string_view text);
  /// "[DEPRECATION WARNING]: …", each text once; a module's dict with msg, version, date and collection_name, or a text.
  void deprecated(const core::value& what);
  /// "ERROR! …" on stderr.
  void error(std::string_view text);
  /// The line below all text on a terminal; empty removes it.
  void status(std::string text) { writer_.status(std::move(text)); }
  output_writer& writer() { return writer_; }
  const output_options& options() const { return options_; }

private:
  void log(std::string_view text);
  bool once(std::string text);

  output_options options_;
  bool logs_;
  output_writer writer_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> said_;
};

/// The line of Ansible's log for `text`: "2026-01-01 12:00:00,123 p=PID u=USER n=ansible | …", with its newline.
std::string log_line(std::string_view text);
/// Ansible's words for a deprecation, before they are folded.
std::string deprecation_text(const core::value& what);

} // namespace mito::report
