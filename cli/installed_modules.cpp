#include "cli/installed_modules.hpp"

#include <cstdlib>

#include "core/text.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::cli {

namespace {

std::string home() {
  const char* h = std::getenv("HOME");
  return h ? h : "/root";
}

/// ANSIBLE_HOME, ~/.ansible.
std::string ansible_home(const settings& s) { return s.text("home", home() + "/.ansible"); }

/// A list of folders parted by colons, "~" expanded; relative ones are relative to the present folder.
std::vector<std::string> folders(const settings& s, std::string_view name, const std::string& fallback) {
  std::vector<std::string> out;
  for (auto part : core::split(s.text(name, fallback), ':')) {
    std::string path(core::trim(part));
    if (path.empty()) continue;
    if (path == "~" || path.starts_with("~/")) path = home() + path.substr(1);
    if (path[0] != '/') {
      char* here = ::realpath(".", nullptr);
      path = (here ? std::string(here) : std::string(".")) + "/" + path;
      std::free(here);
    }
    out.push_back(std::move(path));
  }
  return out;
}

core::expected<core::value> read_yaml(const std::string& path) {
  playbook::yaml_options options;
  options.duplicate_keys = playbook::yaml_options::duplicates::ignore;
  auto doc = playbook::read_yaml_file(path, options);
  if (!doc) return doc.error();
  return doc->root->val;
}

} // namespace

std::shared_ptr<pymodules::library> make_library(const settings& s, const std::vector<std::string>& playbook_folders) {
  auto base = ansible_home(s);
  pymodules::settings out;
  out.core = pymodules::find_ansible_core(s.text("ansible_core", ""));
  out.library = folders(s, "library", base + "/plugins/modules:/usr/share/ansible/plugins/modules");
  out.module_utils = folders(s, "module_utils", base + "/plugins/module_utils:/usr/share/ansible/plugins/module_utils");
  out.collections = folders(s, "collections_paths", base + "/collections:/usr/share/ansible/collections");
  out.ignored_extensions = s.list("module_ignore_exts");
  out.read_yaml = read_yaml;
  auto library = std::make_shared<pymodules::library>(std::move(out));
  for (const auto& f : playbook_folders) library->add_folder(f, true);
  return library;
}

actors::module_defaults module_defaults_of(const settings& s) {
  actors::module_defaults d;
  d.native = s.flag("native", true);
  d.interpreter_python = s.text("interpreter_python", "auto");
  d.remote_tmp = s.text("remote_tmp", d.remote_tmp);
  d.syslog_facility = s.text("syslog_facility", d.syslog_facility);
  d.string_conversion_action = s.text("string_conversion_action", d.string_conversion_action);
  d.shell_executable = s.text("executable", d.shell_executable);
  d.selinux_special_fs = s.list("special_context_filesystems");
  d.no_target_syslog = s.flag("no_target_syslog", false);
  d.keep_remote_files = s.flag("keep_remote_files", false);
  d.debug = s.flag("debug", false);
  d.rlimit_nofile = s.number("python_module_rlimit_nofile", 0);
  return d;
}

std::function<core::expected<std::string>(std::string_view, const std::vector<std::string>&)>
module_resolver(std::shared_ptr<pymodules::library> modules, std::set<std::string>& deprecated) {
  return [modules = std::move(modules), &deprecated](std::string_view name, const std::vector<std::string>& collections) -> core::expected<std::string> {
    auto found = modules->find(std::string(name), collections);
    if (!found) return found.error();
    if (!found->action_plugin.empty())
      return core::error("'" + std::string(name) + "' is not supported yet", {}, "its action plugin " + found->action_plugin + " is not native");
    deprecated.insert(found->deprecations.begin(), found->deprecations.end());
    return found->name;
  };
}

} // namespace mito::cli
