#include "cli/inventory_settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "core/text.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::cli {

namespace fs = std::filesystem;

namespace {

template <class T>
struct named {
  std::string_view name;
  T value;
};

/// The setting's value among `known`, or the first one's when it is not set.
template <class T>
core::expected<T> choice(const settings& s, std::string_view name, std::string_view title, std::span<const named<T>> known) {
  auto given = s.get(name);
  if (!given) return known.front().value;
  std::string valid;
  for (const auto& k : known) {
    if (k.name == *given) return k.value;
    valid += (valid.empty() ? "" : ", ") + std::string(k.name);
  }
  core::error e("Invalid value \"" + *given + "\" for configuration option \"setting: " + std::string(title) +
                " \", valid values are: " + valid);
  e.what().category = "setting";
  return e;
}

/// A list as Ansible reads settings: pieces between commas, without quotes around them, empty ones kept.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> out;
  for (auto part : core::split(text, ',')) {
    auto t = core::trim(part);
    if (t.size() > 1 && t.front() == t.back() && (t.front() == '"' || t.front() == '\'')) t = t.substr(1, t.size() - 2);
    out.emplace_back(t);
  }
  return out;
}

void read_list(const settings& s, std::initializer_list<std::string_view> names, std::vector<std::string>& into) {
  for (auto name : names)
    if (auto text = s.get(name)) into = pieces(*text);
}

constexpr named<playbook::group_names> group_name_rules[] = {{"never", playbook::group_names::never},
                                                             {"always", playbook::group_names::always},
                                                             {"ignore", playbook::group_names::ignore},
                                                             {"silently", playbook::group_names::silently}};
constexpr named<playbook::mismatch> mismatches[] = {{"warning", playbook::mismatch::warning},
                                                    {"error", playbook::mismatch::error},
                                                    {"ignore", playbook::mismatch::ignore}};
constexpr named<bool> behaviours[] = {{"replace", false}, {"merge", true}};
constexpr named<bool> vars_plugin_times[] = {{"demand", false}, {"start", true}};

/// When host_group_vars runs, on its own behalf.
enum class stage : std::uint8_t { unset, all, task, inventory };
constexpr named<stage> stages[] = {{"", stage::unset}, {"all", stage::all}, {"task", stage::task}, {"inventory", stage::inventory}};

/// The value of a boolean setting; anything that is none counts as false, as in Ansible.
bool truth(const settings& s, std::string_view name, bool fallback) { return s.get(name) ? s.flag(name, false) : fallback; }

bool vars_files_enabled(const settings& s) {
  std::vector<std::string> enabled{"host_group_vars"};
  read_list(s, {"vars_plugins_enabled"}, enabled);
  return std::any_of(enabled.begin(), enabled.end(), [](const std::string& n) {
    return n == "host_group_vars" || n == "ansible.builtin.host_group_vars" || n == "ansible.legacy.host_group_vars";
  });
}

core::error unsupported(const std::string& what, const std::string& hint) {
  core::error e(what, {}, hint);
  e.what().category = "unsupported";
  return e;
}

/// True for a vars plugin that says that it runs only when it is enabled by name.
bool requires_enabling(const std::string& path) {
  auto text = playbook::read_text_file(path);
  if (!text) return false;
  for (std::string_view mark : {"REQUIRES_ENABLED = True", "REQUIRES_WHITELIST = True"})
    if (text->find(mark) != std::string::npos) return true;
  return false;
}

} // namespace

std::vector<std::string> inventory_sources_of(const parsed& given, const settings& s) {
  if (given.has("inventory")) return given.all("inventory");
  auto text = s.get("inventory");
  if (!text) return {"/etc/ansible/hosts"};
  // A list of paths, not a host list; those of the file are relative to it.
  std::string folder = std::getenv("ANSIBLE_INVENTORY") || s.file().empty() ? "" : fs::path(s.file()).parent_path().string() + "/";
  std::vector<std::string> out;
  for (const auto& piece : pieces(*text))
    out.push_back(playbook::unfrack_path(piece.starts_with('/') || piece.starts_with('~') || piece.starts_with('$') ? piece : folder + piece));
  return out;
}

core::expected<playbook::inventory_options> inventory_options_of(const settings& s) {
  playbook::inventory_options o;
  auto names = choice<playbook::group_names>(s, "force_valid_group_names", "TRANSFORM_INVALID_GROUP_CHARS", group_name_rules);
  if (!names) return names.error();
  auto unmatched = choice<playbook::mismatch>(s, "host_pattern_mismatch", "HOST_PATTERN_MISMATCH", mismatches);
  if (!unmatched) return unmatched.error();
  auto merge = choice<bool>(s, "hash_behaviour", "DEFAULT_HASH_BEHAVIOUR", behaviours);
  if (!merge) return merge.error();
  o.rules.names = *names;
  o.rules.unmatched = *unmatched;
  o.rules.merge_hashes = *merge;
  read_list(s, {"inventory_enabled"}, o.enabled);
  read_list(s, {"inventory_ignore_extensions_old", "inventory_ignore_extensions"}, o.ignore_extensions);
  read_list(s, {"inventory_ignore_patterns_old", "inventory_ignore_patterns"}, o.ignore_patterns);
  read_list(s, {"yaml_extensions"}, o.yaml_extensions);
  read_list(s, {"inventory_yaml_extensions"}, o.yaml_inventory_extensions);
  o.any_unparsed_is_failed = truth(s, "inventory_any_unparsed_is_failed", false);
  o.unparsed_is_failed = truth(s, "inventory_unparsed_is_failed", false);
  o.unparsed_warning = truth(s, "inventory_unparsed_warning", true);
  o.show_script_stderr = truth(s, "inventory_script_stderr", true);
  o.use_extra_vars = truth(s, "inventory_use_extra_vars", false);
  o.script_timeout = static_cast<unsigned>(std::clamp(s.number("inventory_script_timeout", o.script_timeout), 1L, 86400L));
  return o;
}

core::expected<void> read_variable_settings(const settings& s, playbook::run_settings& run, std::vector<std::string>& warnings) {
  auto merge = choice<bool>(s, "hash_behaviour", "DEFAULT_HASH_BEHAVIOUR", behaviours);
  if (!merge) return merge.error();
  auto at_start = choice<bool>(s, "run_vars_plugins", "RUN_VARS_PLUGINS", vars_plugin_times);
  if (!at_start) return at_start.error();
  auto own = choice<stage>(s, "vars_stage", "stage", stages);
  if (!own) return own.error();
  run.merge_hashes = *merge;
  run.vars_at_inventory = *own == stage::unset ? *at_start : *own != stage::task;
  run.vars_at_task = *own == stage::unset ? !*at_start : *own != stage::inventory;
  if (!vars_files_enabled(s)) run.vars_at_inventory = run.vars_at_task = false;
  read_list(s, {"yaml_extensions"}, run.yaml_extensions);
  read_list(s, {"precedence"}, run.precedence);
  for (const auto& name : run.precedence)
    if (!playbook::is_group_level(name)) warnings.push_back("Ignoring unknown variable precedence entry: " + name);
  playbook::fact_cache_settings cache;
  cache.plugin = s.text("fact_caching", cache.plugin);
  cache.connection = s.text("fact_caching_connection", "");
  cache.prefix = s.text("fact_caching_prefix", "");
  cache.timeout = static_cast<double>(s.number("fact_caching_timeout", 86400));
  auto facts = playbook::fact_cache::open(cache);
  if (facts)
    run.facts = *facts;
  else if (facts.error().what().category == "unsupported")
    return facts.error();
  else
    warnings.push_back(facts.error().message()); // as Ansible: go on with facts in memory
  return {};
}

bool vars_are_shown(const settings& s) {
  auto own = s.text("vars_stage", "");
  return vars_files_enabled(s) && (own.empty() || own == "all");
}

core::expected<void> refuse_vars_plugins(const settings& s, const std::string& playbook_dir) {
  std::vector<std::string> enabled, folders;
  read_list(s, {"vars_plugins_enabled"}, enabled);
  for (const auto& name : enabled)
    if (std::count(name.begin(), name.end(), '.') >= 2 && !name.starts_with("ansible.builtin.") && !name.starts_with("ansible.legacy."))
      return unsupported("the vars plugin '" + name + "' of vars_plugins_enabled is not supported: vars plugins in Python are not run",
                         "take it out of vars_plugins_enabled, or write its variables to group_vars and host_vars");
  auto paths = s.text("vars_plugins", "~/.ansible/plugins/vars:/usr/share/ansible/plugins/vars");
  for (auto part : core::split(paths, ':'))
    if (!part.empty()) folders.push_back(playbook::unfrack_path(std::string(part)));
  if (!playbook_dir.empty()) folders.push_back(playbook_dir + "/vars_plugins");
  for (const auto& folder : folders) {
    std::error_code code;
    for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
      auto path = it->path();
      auto stem = path.stem().string();
      if (path.extension() != ".py" || stem.starts_with("__")) continue;
      bool named = std::find(enabled.begin(), enabled.end(), stem) != enabled.end();
      if (named || !requires_enabling(path.string()))
        return unsupported("the vars plugin " + path.string() + " is not supported: vars plugins in Python are not run",
                           "write its variables to group_vars and host_vars, or take it out of the way (vars_plugins)");
    }
  }
  return {};
}

} // namespace mito::cli
