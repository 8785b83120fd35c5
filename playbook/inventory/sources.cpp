#include "playbook/inventory/sources.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/json.hpp"
#include "core/text.hpp"
#include "playbook/inventory/script.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace fs = std::filesystem;

namespace {

/// INVENTORY_IGNORE_EXTS and what Ansible always leaves out of a folder.
bool ignored(std::string_view name) {
  if (name.starts_with('.') || name == "host_vars" || name == "group_vars" || name == "vars_plugins")
    return true;
  for (std::string_view end : {".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig",
                               ".ini", ".cfg", ".retry"})
    if (name.ends_with(end)) return true;
  return false;
}

class source_reader {
public:
  source_reader(loaded_inventory& into, const inventory_options& options) : out_(into), options_(options) {}

  /// True when something was read from `source`. An error is what must stop the run.
  core::expected<bool> read(const std::string& source) {
    std::error_code code;
    if (fs::is_directory(source, code)) return folder(source);
    std::vector<std::string> failures;
    auto done = file(source, failures);
    out_.hosts.set_source({}, {});
    if (!done || *done) return done;
    if (source == "/etc/ansible/hosts" && !fs::exists(source, code)) return false;
    for (auto& f : failures) warn("\n* Failed to parse " + source + f);
    warn("Unable to parse " + source + " as an inventory source");
    return false;
  }

private:
  void warn(std::string text) {
    out_.warnings.push_back({core::severity::warning, std::move(text), {}, {}, {}, "inventory"});
  }

  core::expected<bool> folder(const std::string& path) {
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator it(path, code), end; !code && it != end; it.increment(code))
      names.push_back(it->path().filename().string());
    std::sort(names.begin(), names.end());
    bool any = false;
    for (const auto& name : names) {
      if (ignored(name)) continue;
      auto ok = read(path + "/" + name);
      if (!ok) return ok;
      any = any || *ok;
    }
    // As Ansible: a folder of which nothing could be read is a failed source like any other.
    if (!any) warn("Unable to parse " + path + " as an inventory source");
    return any;
  }

  /// The formats in the order of Ansible's default INVENTORY_ENABLED.
  core::expected<bool> file(const std::string& path, std::vector<std::string>& failures) {
    std::error_code code;
    bool exists = fs::exists(path, code);
    if (!exists) {
      if (path.find(',') == path.npos) return false;
      out_.hosts.set_source(path, {});
      (void)read_host_list(out_.hosts, path);
      return true;
    }
    if (::access(path.c_str(), R_OK) != 0) return false;
    out_.hosts.set_source(path, fs::path(path).parent_path().string());
    auto text = read_text_file(path);
    if (!text) return false;
    auto note = [&](std::string_view plugin, const core::error& e) {
      failures.push_back(" with " + std::string(plugin) + " plugin: " + render_short(e.what()));
    };
    if (::access(path.c_str(), X_OK) == 0 || text->starts_with("#!")) {
      auto ok = script(path);
      if (ok) return true;
      note("script", ok.error());
    }
    auto extension = fs::path(path).extension().string();
    text = open_if_vault(std::move(*text), path, options_.vault);
    if (!text) {
      text.error().what().where = {};
      if (extension == ".yml" || extension == ".yaml") note("auto", text.error());
      for (std::string_view plugin : {"yaml", "ini"}) note(plugin, text.error());
      return false;
    }
    if (extension.empty() || extension == ".yaml" || extension == ".yml" || extension == ".json") {
      auto ok = read_yaml_inventory(out_.hosts, *text, path, out_.warnings, options_.vault);
      if (ok) return true;
      if (ok.error().what().category == "unsupported") return ok.error();
      note("yaml", ok.error());
    }
    if (extension == ".toml") {
      failures.push_back(" with toml plugin: TOML inventories are not supported, write YAML or INI");
      return false;
    }
    auto ok = read_ini_inventory(out_.hosts, *text, path, out_.warnings);
    if (ok) return true;
    note("ini", ok.error());
    return false;
  }

  static std::string render_short(const core::diagnostic& d) {
    return d.where ? d.message + " (" + d.where.str() + ")" : d.message;
  }

  core::expected<void> script(const std::string& path) {
    auto ran = run_program({path, "--list"}, options_.script_timeout);
    if (!ran) return ran.error();
    if (ran->status != 0)
      return core::error("Inventory script (" + path + ") had an execution error: " + ran->err);
    std::vector<host_id> ask;
    if (auto ok = read_script_inventory(out_.hosts, ran->out, path, ask); !ok) return ok;
    std::sort(ask.begin(), ask.end());
    ask.erase(std::unique(ask.begin(), ask.end()), ask.end());
    for (auto h : ask)
      if (auto ok = script_host(path, h); !ok) return ok;
    return {};
  }

  core::expected<void> script_host(const std::string& path, host_id h) {
    auto name = out_.hosts.at(h).name;
    auto ran = run_program({path, "--host", name}, options_.script_timeout);
    if (!ran) return ran.error();
    if (core::trim(ran->out).empty()) return {};
    auto vars = core::parse_json(ran->out, {.depth = 200, .trust = core::trust::source});
    if (!vars) return core::error("could not parse post variable response: " + path + " --host " + name);
    for (const auto& e : vars->as_dict()) out_.hosts.set_host_var(h, e.key.as_string(), e.val);
    return {};
  }

  loaded_inventory& out_;
  const inventory_options& options_;
};

/// Where a source's group_vars/ and host_vars/ are looked for; empty for a host list.
std::string vars_folder(const std::string& source) {
  std::error_code code;
  if (fs::is_directory(source, code)) return source;
  if (source.find(',') != source.npos && !fs::exists(source, code)) return {};
  return fs::path(source).parent_path().string();
}

} // namespace

core::expected<loaded_inventory> load_inventory(const std::vector<std::string>& sources,
                                                const inventory_options& options) {
  loaded_inventory out;
  out.hosts.python = options.python;
  source_reader reader(out, options);
  bool any = false;
  for (const auto& given : sources) {
    if (given.empty()) continue;
    std::error_code code;
    auto source =
        given.find(',') == given.npos ? fs::absolute(given, code).lexically_normal().string() : given;
    if (source.size() > 1 && source.ends_with('/')) source.pop_back();
    auto ok = reader.read(source);
    if (!ok) return ok.error();
    any = any || *ok;
    out.hosts.sources.push_back(source);
    if (auto folder = vars_folder(source); !folder.empty()) out.hosts.directories.push_back(folder);
  }
  // As Ansible: what a failed source left behind stays outside `all`.
  if (any) out.hosts.reconcile();
  if (!any)
    out.warnings.push_back({core::severity::warning,
                            "No inventory was parsed, only implicit localhost is available",
                            {},
                            {},
                            {},
                            "inventory"});
  for (group_id g = 0; g < out.hosts.groups().size(); ++g)
    if (const auto& name = out.hosts.group_at(g).name; out.hosts.find_host(name) != no_id)
      out.warnings.push_back({core::severity::warning,
                              "Found both group and host with same name: " + name,
                              {},
                              {},
                              {},
                              "inventory"});
  return out;
}

} // namespace mito::playbook
