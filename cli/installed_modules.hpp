#pragma once
/// From settings to the installed modules: where they are looked for, and what may be named in a playbook.
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "actors/environment.hpp"
#include "cli/settings.hpp"
#include "playbook/loader.hpp"

namespace mito::cli {

/// The library with every playbook's folder in it.
std::shared_ptr<pymodules::library> make_library(const settings& s, const std::vector<std::string>& playbook_folders);
actors::module_defaults module_defaults_of(const settings& s);
/// For playbook::load_options: a module that can be run, by its full name. Texts of deprecations go to `deprecated`.
std::function<core::expected<std::string>(std::string_view, const std::vector<std::string>&)>
module_resolver(std::shared_ptr<pymodules::library> modules, std::set<std::string>& deprecated);

} // namespace mito::cli
