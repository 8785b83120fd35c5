#include "pymodules/kind.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::pymodules {

namespace {

bool has(std::string_view text, std::string_view what) { return text.find(what) != text.npos; }

/// A control character among the first 1024 bytes, but those that texts have.
bool is_binary(std::string_view text) {
  for (unsigned char c : text.substr(0, 1024)) {
    bool texts = (c >= 0x20 && c != 0x7f) || (c >= 7 && c <= 10) || c == 12 || c == 13 || c == 27;
    if (!texts) return true;
  }
  return false;
}

/// "a  b" where `pattern` has one blank: any number of blanks.
bool eat(std::string_view& s, std::string_view pattern) {
  for (char p : pattern) {
    if (p == ' ') {
      if (!s.starts_with(' ')) return false;
      while (s.starts_with(' ')) s.remove_prefix(1);
    } else {
      if (!s.starts_with(p)) return false;
      s.remove_prefix(1);
    }
  }
  return true;
}

bool has_import_after(std::string_view s) {
  s = s.substr(0, s.find('\n'));
  auto at = s.find(" import");
  for (; at != s.npos; at = s.find(" import", at + 1))
    if (at + 7 < s.size() && s[at + 7] == ' ') return true;
  return false;
}

/// ns.coll.plugins.module_utils
bool eat_collection(std::string_view& s) {
  for (int part = 0; part < 2; ++part) {
    auto dot = s.find('.');
    if (dot == s.npos || dot == 0) return false;
    s.remove_prefix(dot + 1);
  }
  return eat(s, "plugins.module_utils");
}

/// What NEW_STYLE_PYTHON_MODULE_RE looks for, at a "from" or "import".
bool leads_to_module_utils(std::string_view s) {
  auto rest = s;
  if (eat(rest, "from ")) {
    auto relative = rest;
    std::size_t dots = 0;
    while (relative.starts_with('.')) relative.remove_prefix(1), ++dots;
    if (dots >= 2) {
      while (relative.starts_with(' ')) relative.remove_prefix(1);
      if (eat(relative, "module_utils") && has_import_after(relative)) return true;
    }
    auto collection = rest;
    if (eat(collection, "ansible_collections.") && eat_collection(collection) && has_import_after(collection)) return true;
    return eat(rest, "ansible.module_utils") && has_import_after(rest);
  }
  rest = s;
  if (!eat(rest, "import ")) return false;
  auto collection = rest;
  if (eat(collection, "ansible_collections.") && eat_collection(collection)) return true;
  return eat(rest, "ansible.module_utils.");
}

bool is_new_style(std::string_view text) {
  for (std::string_view word : {"from ", "import "})
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
      if (leads_to_module_utils(text.substr(at))) return true;
  return false;
}

bool is_powershell(std::string_view text) {
  if (has(text, "# POWERSHELL_COMMON")) return true;
  std::string low = core::lower(text);
  for (std::string_view word : {"#requires -module", "#requires -version", "#ansiblerequires -osversion",
                                "#ansiblerequires -powershell", "#ansiblerequires -csharputil"})
    if (has(low, word)) return true;
  return false;
}

module_kind kind_of(std::string_view text) {
  if (is_binary(text)) return module_kind::binary;
  if (has(text, "#<<INCLUDE_ANSIBLE_MODULE_COMMON>>") || is_new_style(text)) return module_kind::python;
  if (is_powershell(text)) return module_kind::powershell;
  if (has(text, "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>")) return module_kind::json_args;
  if (has(text, "WANT_JSON")) return module_kind::want_json;
  return module_kind::old_style;
}

/// Words of a shell-like line: blanks part them, quotes and backslashes protect.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else if (c == '\\' && quote == '"' && i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\'))
        word += line[++i];
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      if (open || !word.empty()) out.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
    }
  }
  if (open || !word.empty()) out.push_back(std::move(word));
  return out;
}

} // namespace

core::expected<module_text> classify(std::string_view text, const std::string& name) {
  module_text out;
  out.kind = kind_of(text);
  if (out.kind == module_kind::powershell)
    return core::error("the module " + name + " is written for PowerShell: targets with Windows are not supported");
  if (text.starts_with("#!")) out.interpreter = words_of(core::trim(text.substr(2, text.find('\n') - 2)));
  bool needs_line = out.kind != module_kind::python && out.kind != module_kind::binary;
  if (needs_line && out.interpreter.empty()) return core::error("module (" + name + ") is missing interpreter line");
  return out;
}

} // namespace mito::pymodules
