#pragma once
/// The output that stdout_callback names.
#include <memory>

#include "cli/settings.hpp"
#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::cli {

core::expected<std::shared_ptr<report::sink>> make_output(const settings& s, const std::shared_ptr<report::display>& to);
/// The output of that name.
core::expected<std::shared_ptr<report::sink>> make_output(std::string_view name, const settings& s,
                                                          const std::shared_ptr<report::display>& to);

} // namespace mito::cli
