#include "cli/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/ini_file.hpp"
#include "cli/setting_value.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"
#include "playbook/paths.hpp"

namespace mito::cli {

namespace {

bool readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

/// The file to read, or empty; `warnings` is told about one that was left out.
std::string find_file(std::vector<std::string>& warnings) {
  std::error_code code;
  std::vector<std::string> candidates;
  if (const char* named = std::getenv("ANSIBLE_CONFIG")) {
    auto path = playbook::unfrack_path(named);
    if (std::filesystem::is_directory(path, code)) path += "/ansible.cfg";
    candidates.push_back(path);
  }
  auto cwd = std::filesystem::current_path(code).string();
  // A folder that anybody may write to must not decide how we connect.
  struct stat st;
  bool open_to_all = ::stat(".", &st) == 0 && st.st_mode & S_IWOTH, left_out = open_to_all && readable("ansible.cfg");
  if (!open_to_all) candidates.push_back(cwd + "/ansible.cfg");
  candidates.push_back(playbook::unfrack_path("~/.ansible.cfg"));
  candidates.emplace_back("/etc/ansible/ansible.cfg");
  auto found = std::find_if(candidates.begin(), candidates.end(), readable);
  bool by_name = std::getenv("ANSIBLE_CONFIG") && found == candidates.begin();
  if (left_out && !by_name)
    warnings.push_back("Ansible is being run in a world writable directory (" + cwd +
                       "), ignoring it as an ansible.cfg source. For more information see "
                       "https://docs.ansible.com/ansible/devel/reference_appendices/config.html#cfg-in-world-writable-dir");
  return found == candidates.end() ? "" : *found;
}

core::expected<ini_values> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return core::error("Error reading config file (" + path + ")");
  if (!core::is_utf8(text.str()))
    return core::error("Error reading config file(" + path + ") because the config file was not utf8 encoded");
  auto values = read_ini(text.str());
  if (!values) return core::error("Error reading config file (" + path + "): " + values.error().message());
  return values;
}

/// "NAME!" as the name and whether it is deprecated.
std::pair<std::string, bool> source_of(std::string_view word) {
  bool deprecated = word.ends_with('!');
  if (deprecated) word.remove_suffix(1);
  return {std::string(word), deprecated};
}

std::vector<std::string_view> words(std::string_view s) {
  std::vector<std::string_view> out;
  for (auto w : core::split(s, ' '))
    if (!w.empty()) out.push_back(w);
  return out;
}

} // namespace

core::expected<settings> settings::load() {
  settings out;
  auto file = find_file(out.warnings_);
  if (auto ok = out.read(file); !ok) return ok.error();
  return out;
}

core::expected<settings> settings::load_from(const std::string& file) {
  settings out;
  if (auto ok = out.read(file); !ok) return ok.error();
  return out;
}

core::expected<void> settings::read(const std::string& file) {
  file_ = file;
  ini_values ini;
  if (!file.empty()) {
    auto read = read_file(file);
    if (!read) return read.error();
    ini = std::move(*read);
  }
  // Other defaults start from this one.
  home_ = core::to_str(default_value(*find_setting("ANSIBLE_HOME"), {}));
  if (auto ok = take(*find_setting("ANSIBLE_HOME"), ini); !ok) return ok;
  if (auto* home = find("ANSIBLE_HOME")) home_ = core::to_str(home->value);
  std::optional<core::error> problem;
  std::set<std::string, std::less<>> known;
  for_each_setting([&](const setting& s) {
    for (auto word : words(s.ini)) known.insert(source_of(word).first);
    if (!problem && s.id != "ANSIBLE_HOME")
      if (auto ok = take(s, ini); !ok) problem = ok.error();
  });
  if (problem) return *problem;
  if (!flag("deprecation_warnings", true)) deprecations_.clear();
  for (auto& [name, text] : ini)
    if (!known.contains(name) && !name.starts_with("galaxy_server."))
      warnings_.push_back("the setting " + name + " of " + file_ + " is not known");
  return {};
}

core::expected<void> settings::take(const setting& s, const ini_values& ini) {
  std::optional<std::string> text;
  std::string origin;
  auto note = [&](const std::string& source, bool deprecated, std::string_view others) {
    if (deprecated) deprecations_.push_back(source + " option, use " + source_of(words(others).back()).first + " instead");
  };
  for (auto word : words(s.environment)) {
    auto [name, deprecated] = source_of(word);
    const char* v = std::getenv(name.c_str());
    if (!v) continue;
    text = v;
    origin = "env: " + name;
    note(name, deprecated, s.environment);
  }
  bool from_environment = text.has_value();
  for (auto word : words(s.ini)) {
    auto [place, deprecated] = source_of(word);
    auto at = ini.find(place);
    if (from_environment || at == ini.end()) continue;
    text = at->second;
    origin = file_;
    note("[" + place.substr(0, place.find('.')) + "]" + place.substr(place.find('.') + 1), deprecated, s.ini);
  }
  if (!text) return {};
  auto entry = "setting: " + std::string(s.id);
  auto value = setting_value(s, *text, from_environment ? std::string_view() : std::string_view(file_));
  // An empty variable leaves what is no text at its default.
  if (!value && from_environment && text->empty()) return {};
  if (!value)
    return core::error("Invalid type for configuration option " + entry + " (from " + origin + "): " + value.error().message());
  if (!is_choice(s, *value)) {
    std::string valid;
    for (auto c : core::split(s.choices, '|')) valid += (valid.empty() ? "" : ", ") + std::string(c);
    return core::error("Invalid value \"" + core::to_str(*value) + "\" for configuration option \"" + entry +
                       " \", valid values are: " + valid);
  }
  values_[std::string(s.id)] = {std::move(*value), std::move(origin)};
  if (!s.instead.empty()) deprecations_.push_back(std::string(s.id) + " option, use " + std::string(s.instead) + " instead");
  warn_unsupported(s);
  return {};
}

void settings::warn_unsupported(const setting& s) {
  auto& set = values_.at(std::string(s.id));
  if (s.state != setting_state::later || set.value == default_value(s, home_)) return;
  warnings_.push_back("the setting " + std::string(s.id) + " (" + set.origin + ") is not supported yet");
}

const settings::given* settings::find(std::string_view name) const {
  auto at = values_.find(name);
  if (at == values_.end())
    if (auto* s = find_setting(name)) at = values_.find(s->id);
  return at == values_.end() ? nullptr : &at->second;
}

core::value settings::value(std::string_view name) const {
  if (name == "CONFIG_FILE") return file_.empty() ? core::value() : core::value(file_);
  if (auto* set = find(name)) return set->value;
  auto* s = find_setting(name);
  return s ? default_value(*s, home_) : core::value();
}

std::string settings::origin(std::string_view name) const {
  if (name == "CONFIG_FILE") return "";
  auto* set = find(name);
  return set ? set->origin : "default";
}

std::optional<std::string> settings::get(std::string_view name) const {
  auto* set = find(name);
  if (!set) return std::nullopt;
  if (!set->value.is_list()) return core::to_str(set->value);
  return core::join(list(name), ",");
}
std::string settings::text(std::string_view name, std::string fallback) const { return get(name).value_or(std::move(fallback)); }
bool settings::flag(std::string_view name, bool fallback) const {
  auto* set = find(name);
  return set ? engine::to_boolean(set->value).value_or(fallback) : fallback;
}
long settings::number(std::string_view name, long fallback) const {
  auto* set = find(name);
  if (!set) return fallback;
  return set->value.is_string() ? core::parse_int(core::trim(set->value.as_string())).value_or(fallback) : set->value.as_int();
}
std::vector<std::string> settings::list(std::string_view name) const {
  std::vector<std::string> out;
  auto* set = find(name);
  if (!set) return out;
  if (!set->value.is_list()) return {core::to_str(set->value)};
  for (auto& item : set->value.as_list())
    if (item.truthy()) out.push_back(core::to_str(item));
  return out;
}

} // namespace mito::cli
