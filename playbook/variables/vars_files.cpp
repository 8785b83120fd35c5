// vars_files of a play: lists of alternatives, names that are templates.
#include <filesystem>

#include "core/python.hpp"
#include "playbook/arguments.hpp"
#include "playbook/variables/state.hpp"

namespace mito::playbook {

namespace {

/// Beside the playbook in vars/, then beside it; empty when there is none.
std::string find_file(const std::string& name, const std::string& directory) {
  std::error_code code;
  if (name.starts_with('/')) return std::filesystem::exists(name, code) ? name : std::string();
  for (const auto& path : {directory + "/vars/" + name, directory + "/" + name})
    if (std::filesystem::exists(path, code)) return path;
  return {};
}

core::error not_found(const core::value& entry) {
  core::error e("vars file " + core::to_str(entry) +
                " was not found\nCould not find file on the Ansible Controller.\nIf you "
                "are using a module and expect the file to exist on the remote, see the remote_src option");
  e.what().category = "missing";
  return e;
}

enum class outcome : std::uint8_t { read, none, undefined };

} // namespace

core::expected<core::value> variable_store::impl::read_vars_files(const core::value& entries,
                                                                  const std::string& directory,
                                                                  const templating::scope& vars, bool strict,
                                                                  bool facts_known) {
  auto read_one = [&](const core::value& entry, core::dict& into) -> core::expected<outcome> {
    core::list alternatives = entry.is_list() ? entry.as_list() : core::list{entry};
    for (const auto& alternative : alternatives) {
      std::string name(alternative.as_string());
      if (has_template(name)) {
        if (!templar) return core::error("vars_files names with templates need a templar");
        auto rendered = templar->render(alternative, vars);
        if (!rendered && rendered.error().what().category == "undefined") return outcome::undefined;
        if (!rendered) return rendered.error();
        name = core::to_str(*rendered);
      }
      auto path = find_file(name, directory);
      if (path.empty()) continue;
      if (auto ok = files.merge(into, {path}); !ok) return ok.error();
      return outcome::read;
    }
    return outcome::none;
  };
  core::dict out;
  core::list list = entries.is_list() ? entries.as_list() : core::list{entries};
  for (const auto& entry : list) {
    auto done = read_one(entry, out);
    if (!done) return done.error();
    if (!strict || *done == outcome::read) continue;
    if (*done == outcome::none) return not_found(entry);
    // Before facts are there a name may well be undefined: Ansible leaves such files out until then.
    if (facts_known)
      return core::error("an undefined variable was found when attempting to template the vars_files item '" +
                         core::to_str(entry) + "'");
  }
  return core::value(std::move(out));
}

} // namespace mito::playbook
