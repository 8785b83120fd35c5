#pragma once
/// The lookups that templating has itself.
#include "templating/machine.hpp"

namespace mito::templating {

struct lookup_def {
  std::string_view name;
  core::value (*run)(machine& m, const core::list& terms, const core::dict& options);
};

/// Null when it is the host's affair.
const lookup_def* find_lookup(std::string_view name);
/// Those that read files (lookup_files.cpp); find_lookup() asks here too.
const lookup_def* find_file_lookup(std::string_view name);

/// Known to Ansible (its own that are not native, and all of collections), but not to us.
bool needs_plugin_host(std::string_view name);

} // namespace mito::templating
