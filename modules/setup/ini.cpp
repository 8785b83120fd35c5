#include "modules/setup/ini.hpp"

#include "core/text.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

namespace {

struct section {
  std::string name;
  core::dict options;
};

/// Replaces %(name)s and %%; false when a name is unknown or a % stands alone.
bool interpolate(std::string_view text, const core::dict& options, int depth, std::string& out) {
  if (depth > 10) return false;
  while (!text.empty()) {
    const auto at = text.find('%');
    out.append(text.substr(0, at));
    if (at == text.npos) return true;
    text.remove_prefix(at + 1);
    if (text.starts_with('%')) {
      out += '%';
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find(")s");
    if (!text.starts_with('(') || end == text.npos) return false;
    const auto* v = options.find(core::lower(text.substr(1, end - 1)));
    if (v == nullptr || !interpolate(v->as_string(), options, depth + 1, out)) return false;
    text.remove_prefix(end + 2);
  }
  return true;
}

/// Reads the lines; false on anything that configparser refuses.
bool read_sections(std::string_view text, std::vector<section>& all) {
  std::string key;       // the option that following, deeper lines belong to
  std::size_t depth = 0; // its indentation
  section* current = nullptr;
  for (const auto raw : core::split(text, '\n')) {
    const auto line = core::trim(raw);
    if (line.starts_with('#') || line.starts_with(';')) continue;
    const auto indent = raw.find_first_not_of(" \t");
    const bool continues = current != nullptr && !key.empty();
    if (line.empty()) {
      // An empty line inside a value belongs to it; those at its end are cut off below.
      if (continues) put(current->options, key, joined(current->options.find(key)->as_string(), "\n"));
      continue;
    }
    if (continues && indent > depth) {
      put(current->options, key, joined(current->options.find(key)->as_string(), "\n", line));
      continue;
    }
    depth = indent;
    key.clear();
    if (line.starts_with('[')) {
      const auto close = line.find(']');
      if (close == line.npos || close < 2) return false;
      const auto name = line.substr(1, close - 1);
      for (const auto& s : all)
        if (s.name == name && name != "DEFAULT") return false;
      if (name == "DEFAULT") {
        current = &all[0];
      } else {
        all.push_back({std::string(name), {}});
        current = &all.back();
      }
      continue;
    }
    const auto separator = line.find_first_of("=:");
    if (current == nullptr || separator == line.npos || separator == 0) return false;
    key = core::lower(core::trim(line.substr(0, separator)));
    if (current->options.contains(key)) return false;
    put(current->options, key, core::trim(line.substr(separator + 1)));
  }
  return true;
}

} // namespace

std::optional<core::value> parse_ini(std::string_view text) {
  std::vector<section> all(1);
  all[0].name = "DEFAULT";
  if (!read_sections(text, all)) return std::nullopt;
  core::dict out;
  for (std::size_t i = 1; i < all.size(); ++i) {
    core::dict options = all[i].options;
    for (const auto& [key, val] : all[0].options) options.set_default(key.as_string(), val);
    core::dict section;
    for (const auto& [key, val] : options) {
      std::string v;
      auto raw = val.as_string();
      while (raw.ends_with('\n')) raw.remove_suffix(1);
      if (!interpolate(raw, options, 0, v)) return std::nullopt;
      put(section, key.as_string(), v);
    }
    put(out, all[i].name, core::value(std::move(section)));
  }
  return core::value(std::move(out));
}

} // namespace mito::modules::setup
