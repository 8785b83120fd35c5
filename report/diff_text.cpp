// A result's `diff` as Ansible shows it.
#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "report/display.hpp"
#include "report/result_text.hpp"
#include "report/unified_diff.hpp"

namespace mito::report {

namespace {

std::string side(const core::value& v) {
  if (v.is_none()) return {};
  if (v.is_dict()) return core::to_json(v, {.indent = 4, .sort_keys = true, .ascii = true}) + "\n";
  return core::to_str(v);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto n = end == text.npos ? text.size() : end + 1;
    out.emplace_back(text.substr(0, n));
    text.remove_prefix(n);
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

void append_one(std::string& out, const core::value& d, bool colors) {
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
    auto diff = unified_diff(lines_of(side(d["before"])), lines_of(side(d["after"])), name("before_header", "before"),
                             name("after_header", "after"));
    for (auto& line : diff) out += paint(line, color_of(line), colors);
    if (!diff.empty()) out += '\n';
  }
  if (auto* text = m.find("prepared")) out += core::to_str(*text);
}

} // namespace

std::string diff_text(const core::value& diff, bool colors) {
  std::string out;
  if (diff.is_list())
    for (auto& d : diff.as_list()) append_one(out, d, colors);
  else
    append_one(out, diff, colors);
  return out;
}

} // namespace mito::report
