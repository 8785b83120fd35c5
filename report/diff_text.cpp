// A result's `diff` as Ansible shows it.
#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/result_text.hpp"
#include "report/unified_diff.hpp"

namespace mito::report {

namespace {

std::string side(const core::value& v, const output_options& options, const dump_style& style) {
  if (v.is_none()) return {};
  if (v.is_dict()) return style.side(v, options);
  return core::to_str(v);
}

/// Where a line ends for Python's str.splitlines: the length of the break at the front of `text`, 0 for none.
std::size_t break_size(std::string_view text) {
  if (text.starts_with("\r\n")) return 2;
  if (text[0] == '\n' || text[0] == '\r' || (text[0] >= 0x0B && text[0] <= 0x0C) || (text[0] >= 0x1C && text[0] <= 0x1E)) return 1;
  if (text.starts_with("\u0085")) return 2;
  return text.starts_with("\u2028") || text.starts_with("\u2029") ? 3 : 0;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto size = break_size(text.substr(at));
    at += std::max<std::size_t>(size, 1);
    if (size == 0 && at < text.size()) continue;
    out.emplace_back(text.substr(from, at - from));
    from = at;
  }
  if (!out.empty() && !out.back().ends_with('\n')) out.back() += "\n\\ No newline at end of file\n";
  return out;
}

color color_of(std::string_view line) {
  if (line.starts_with('+')) return color::diff_add;
  if (line.starts_with('-')) return color::diff_remove;
  if (line.starts_with("@@")) return color::diff_lines;
  return color::none;
}

void append_one(std::string& out, const core::value& d, const output_options& options, const dump_style& style) {
  auto& m = d.as_dict();
  if (m.contains("dst_binary")) out += "diff skipped: destination file appears to be binary\n";
  if (m.contains("src_binary")) out += "diff skipped: source file appears to be binary\n";
  if (auto* n = m.find("dst_larger")) out += "diff skipped: destination file size is greater than " + core::to_str(*n) + "\n";
  if (auto* n = m.find("src_larger")) out += "diff skipped: source file size is greater than " + core::to_str(*n) + "\n";
  if (m.contains("before") && m.contains("after")) {
    auto name = [&](const char* key, const char* plain) {
      auto* header = m.find(key);
      return header ? std::string(plain) + ": " + core::to_str(*header) : std::string(plain);
    };
    auto diff = unified_diff(lines_of(side(d["before"], options, style)), lines_of(side(d["after"], options, style)),
                             name("before_header", "before"), name("after_header", "after"), options.diff_context);
    for (auto& line : diff) out += options.colors.paint(line, color_of(line));
    if (!diff.empty()) out += '\n';
  }
  if (auto* text = m.find("prepared")) out += core::to_str(*text);
}

} // namespace

std::string diff_text(const core::value& diff, const output_options& options, const dump_style& style) {
  std::string out;
  if (diff.is_list())
    for (auto& d : diff.as_list()) append_one(out, d, options, style);
  else
    append_one(out, diff, options, style);
  return out;
}

} // namespace mito::report
