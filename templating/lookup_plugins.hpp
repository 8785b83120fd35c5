#pragma once
/// The lookups that templating has itself.
#include "templating/machine.hpp"

namespace mito::templating {

struct lookup_def {
  std::string_view name;
  core::value (*run)(machine& m, const core::list& terms, const core::dict& options);
};

const lookup_def* find_lookup(std::string_view name);

} // namespace mito::templating
