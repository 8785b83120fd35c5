#include <algorithm>

#include "core/text.hpp"
#include "playbook/yaml/raw.hpp"

namespace mito::playbook::raw {

line_map::line_map(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' || text[i] == '\r') starts_.push_back(i + 1);
  }
}

std::size_t line_map::line_start(std::size_t offset) const {
  return *(std::upper_bound(starts_.begin(), starts_.end(), offset) - 1);
}

yaml_mark line_map::mark(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  auto line = std::upper_bound(starts_.begin(), starts_.end(), offset) - 1;
  auto column = core::count_code_points(text_.substr(*line, offset - *line));
  return {static_cast<std::uint32_t>(line - starts_.begin() + 1), static_cast<std::uint32_t>(column + 1)};
}

std::string_view line_map::line_before(std::size_t offset) const {
  auto start = line_start(offset);
  return text_.substr(start, offset - start);
}

core::error yaml_error(std::string problem, const std::shared_ptr<const core::source_file>& file,
                       yaml_mark where, std::string hint) {
  core::error e("Syntax Error while loading YAML.\n  " + problem, {file, where.line, where.column},
                std::move(hint));
  e.what().category = "yaml";
  return e;
}

namespace {

std::string hex4(std::uint32_t c) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4)
    if (shift <= 12 || c >> shift) out += digits[c >> shift & 15];
  return out;
}

core::error unacceptable(std::uint32_t c, std::string_view why, std::size_t position,
                         const core::location& at) {
  core::error e("unacceptable character #x" + hex4(c) + ": " + std::string(why) +
                    "\n  in \"<byte string>\", position " + std::to_string(position),
                at);
  e.what().category = "yaml";
  return e;
}

bool printable(std::uint32_t c) {
  return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0x7e) || c == 0x85 ||
         (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) || c >= 0x10000;
}

} // namespace

core::expected<void> check_characters(std::string_view text, const core::location& at) {
  auto here = [&](std::size_t offset) {
    auto m = line_map(text).mark(offset);
    return core::location{at.file, m.line, m.column};
  };
  for (std::size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      if (!printable(lead)) return unacceptable(lead, "control characters are not allowed", i, here(i));
      ++i;
      continue;
    }
    auto start = i;
    if (auto c = core::next_utf8(text, i)) {
      if (!printable(*c)) return unacceptable(*c, "control characters are not allowed", start, here(start));
      continue;
    }
    std::size_t width = (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 0;
    if (!width) return unacceptable(lead, "invalid leading UTF-8 octet", start, here(start));
    for (std::size_t k = 1; k < width; ++k) {
      if (start + k >= text.size())
        return unacceptable(lead, "incomplete UTF-8 octet sequence", start, here(start));
      auto octet = static_cast<unsigned char>(text[start + k]);
      if ((octet & 0xc0) != 0x80)
        return unacceptable(octet, "invalid trailing UTF-8 octet", start + k, here(start));
    }
    return unacceptable(lead, "invalid length of a UTF-8 sequence", start, here(start));
  }
  return {};
}

namespace {

core::expected<void> check_directive(std::string_view line, std::uint32_t number,
                                     const std::shared_ptr<const core::source_file>& file) {
  std::size_t end = 1;
  auto name_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  while (end < line.size() && name_character(line[end])) ++end;
  auto name = line.substr(1, end - 1);
  auto at = [&](std::size_t column) { return yaml_mark{number, static_cast<std::uint32_t>(column + 1)}; };
  if (name.empty()) return yaml_error("could not find expected directive name", file, at(end));
  if (end < line.size() && line[end] != ' ' && line[end] != '\t')
    return yaml_error("found unexpected non-alphabetical character", file, at(end));
  if (name == "YAML") {
    auto version = core::trim(line.substr(end));
    version = version.substr(0, version.find_first_of(" \t#"));
    if (version != "1.1" && version != "1.2")
      return yaml_error("found incompatible YAML document", file, at(0));
  } else if (name != "TAG") {
    return yaml_error("found unknown directive name", file, at(0));
  }
  return {};
}

} // namespace

core::expected<void> check_directives(std::string_view text,
                                      const std::shared_ptr<const core::source_file>& file) {
  std::uint32_t number = 0;
  bool directives = false;
  for (auto line : core::split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto trimmed = core::trim(line);
    if (trimmed.empty() || trimmed[0] == '#') continue;
    if (line[0] == '%') {
      directives = true;
      if (auto ok = check_directive(line, number, file); !ok) return ok;
      continue;
    }
    if (line.starts_with("...") && trimmed == "...")
      return yaml_error("did not find expected node content", file, {number, 1});
    if (directives && !line.starts_with("---"))
      return yaml_error("did not find expected <document start>", file, {number, 1});
    break;
  }
  return {};
}

} // namespace mito::playbook::raw
