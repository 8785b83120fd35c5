#pragma once
/// Which distribution this is, by the rules of Python's `distro` package (the one that Ansible 2.14 carries).
#include <string_view>

#include "core/value.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// Adds what an os-release file says: shell words, names in lower case, and `codename` when one can be told.
void parse_os_release(context& c, std::string_view data, core::dict& out);

/// The first line of a file like /etc/redhat-release.
struct release_line {
  std::string_view name, version, codename; ///< empty as far as they are not there
};
release_line parse_release_line(std::string_view line);

/// Adds what `lsb_release -a` says: keys distributor_id, description, release, codename (lsb_version when the
/// program prints one). Nothing when the machine has no such program. Worked out from /etc/lsb-release or
/// os-release where the program does nothing else (Ubuntu, Debian); else the program is run.
void lsb_release(context& c, core::dict& out);

/// With the first letter in upper case.
std::string_view capitalized(context& c, std::string_view s);

struct distro_guess {
  std::string_view id, version, codename;
  bool has_codename = false; ///< the codename may be empty on purpose
};
distro_guess guess_distribution(context& c);

} // namespace mito::modules::setup
