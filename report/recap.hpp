#pragma once
/// Lines that several outputs show alike.
#include <string>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

/// "web1   : ok=1    changed=0 …" as Ansible's recap has it.
std::string recap_line(const std::string& host, const host_stats& s, const palette& colors);
/// A message of the run: a warning, an error, or what -v shows.
void show_message(display& out, const message& m);

} // namespace mito::report
