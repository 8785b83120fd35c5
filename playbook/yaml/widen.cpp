// yaml-cpp 0.7 loses a block scalar in a sequence entry that has a tag or anchor (`- !vault |`) when its text
// is not indented past that tag. Such text is moved to the right before yaml-cpp sees it: the value is the
// same, and nothing else stands on those lines, so that all places stay true.
#include "core/text.hpp"
#include "playbook/yaml/raw.hpp"

namespace mito::playbook::raw {

namespace {

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == line.npos;
}

/// The columns of the innermost `-` and of the tag or anchor after it, when the line opens such a scalar
/// without an explicit indentation.
struct opening {
  std::size_t dash, property;
};

std::optional<opening> find_opening(std::string_view line) {
  auto at = indent_of(line);
  std::size_t dash = line.npos;
  while (at + 1 < line.size() && line[at] == '-' && line[at + 1] == ' ') {
    dash = at;
    at = line.find_first_not_of(' ', at + 1);
    if (at == line.npos) return std::nullopt;
  }
  if (dash == line.npos || at >= line.size() || (line[at] != '!' && line[at] != '&')) return std::nullopt;
  auto property = at;
  while (at < line.size() && (line[at] == '!' || line[at] == '&')) {
    at = line.find(' ', at);
    at = at == line.npos ? line.size() : std::min(line.find_first_not_of(' ', at), line.size());
  }
  if (at >= line.size() || (line[at] != '|' && line[at] != '>')) return std::nullopt;
  auto rest = core::trim(line.substr(at + 1));
  rest = rest.substr(0, rest.find(" #"));
  if (!rest.empty() && rest != "-" && rest != "+") return std::nullopt;
  return opening{dash, property};
}

} // namespace

std::string widen_block_scalars(std::string_view text) {
  if (text.find("- !") == text.npos && text.find("- &") == text.npos) return std::string(text);
  auto lines = core::split(text, '\n');
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out.append(lines[i]);
    if (i + 1 < lines.size()) out += '\n';
    auto open = find_opening(lines[i]);
    if (!open) continue;
    auto first = i + 1;
    while (first < lines.size() && is_blank(lines[first])) ++first;
    if (first == lines.size()) continue;
    auto indent = indent_of(lines[first]);
    if (indent <= open->dash || indent > open->property + 1) continue;
    std::string more(open->property + 2 - indent, ' ');
    for (; i + 1 < lines.size(); ++i) {
      auto line = lines[i + 1];
      if (!is_blank(line) && indent_of(line) < indent) break;
      if (indent_of(line) >= indent) out += more;
      out.append(line);
      if (i + 2 < lines.size()) out += '\n';
    }
  }
  return out;
}

} // namespace mito::playbook::raw
