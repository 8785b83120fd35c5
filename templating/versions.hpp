#pragma once
/// The `version` test: loose, strict and semantic versions.
#include "templating/functions.hpp"

namespace mito::templating {

core::value compare_versions(call& c);

} // namespace mito::templating
