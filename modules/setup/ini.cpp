#include "modules/setup/ini.hpp"

namespace mito::modules::setup {

namespace {

/// Replaces %(name)s and %%; false when a name is unknown or a % stands alone.
bool interpolate(context& c, std::string_view text, const core::dict& options, int depth,
                 std::string_view& out) {
  if (depth > 10) return false;
  while (true) {
    const auto at = text.find('%');
    out = c.join({out, text.substr(0, at)});
    if (at == text.npos) return true;
    text.remove_prefix(at + 1);
    if (starts(text, "%")) {
      out = c.join({out, "%"});
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find(")s");
    if (!starts(text, "(") || end == text.npos) return false;
    const auto name = lower(c, text.substr(1, end - 1));
    if (!options.contains(name) || !interpolate(c, get(options, name), options, depth + 1, out)) return false;
    text.remove_prefix(end + 2);
  }
}

/// Reads the lines; false on anything that configparser refuses. Sections are dicts in `all`, the first of
/// them DEFAULT's.
bool read_sections(context& c, std::string_view text, core::dict& defaults, core::dict& names,
                   std::vector<core::dict*>& all) {
  std::string_view key;  // the option that following, deeper lines belong to
  std::size_t depth = 0; // its indentation
  core::dict* current = nullptr;
  for (const auto raw : split(text, '\n')) {
    const auto line = trim(raw);
    if (starts(line, "#") || starts(line, ";")) continue;
    const auto indent = raw.find_first_not_of(" \t\r");
    // An empty line inside a value belongs to it; those at its end are cut off later.
    if (line.empty() || (!key.empty() && indent > depth)) {
      if (!key.empty()) put(*current, key, c.join({get(*current, key), "\n", line}));
      continue;
    }
    depth = indent;
    key = {};
    if (starts(line, "[")) {
      const auto name = before(line.substr(1), ']');
      if (name.empty() || !contains(line, "]") || names.contains(name)) return false;
      current = &defaults;
      if (name == "DEFAULT") continue;
      put_flag(names, name, true);
      current = all.emplace_back(&c.new_dict());
      continue;
    }
    const auto separator = line.find_first_of("=:");
    if (current == nullptr || separator == line.npos || separator == 0) return false;
    key = lower(c, trim(line.substr(0, separator)));
    if (current->contains(key)) return false;
    put(*current, key, trim(line.substr(separator + 1)));
  }
  return true;
}

} // namespace

bool parse_ini(context& c, std::string_view text, core::dict& out) {
  auto& defaults = c.new_dict();
  auto& names = c.new_dict();
  std::vector<core::dict*> all;
  if (!read_sections(c, text, defaults, names, all)) return false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& options = *all[i];
    for (const auto& [key, val] : defaults) options.set_default(key.as_string(), val);
    auto& section = c.new_dict();
    for (const auto& [key, val] : options) {
      auto raw = val.as_string();
      while (ends(raw, "\n")) raw.remove_suffix(1);
      std::string_view v;
      if (!interpolate(c, raw, options, 0, v)) return false;
      put(section, key.as_string(), v);
    }
    put(out, names.at(i).key.as_string(), section);
  }
  return true;
}

} // namespace mito::modules::setup
