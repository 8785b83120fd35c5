#pragma once
/// What results and runs say beside themselves, as Ansible's callbacks show it.
#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

/// Shows `warnings` and `deprecations` of a result and takes them out of it.
void show_warnings(display& to, core::value& result);
/// Shows the last line of `exception`, or all of it from -vvv on.
void show_exception(display& to, core::value& result);
void show_message(display& to, const message& m);
/// command, shell, raw and their kin: what they printed is shown as text.
bool prints_no_json(const task_info& task);

} // namespace mito::report
