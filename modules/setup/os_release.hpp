#pragma once
/// Which distribution this is, by the rules of Python's `distro` package (the one that Ansible 2.14 carries).
#include <optional>
#include <string>
#include <string_view>

#include "core/value.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// An os-release file: shell words, names in lower case. `codename` is added when one can be told.
core::dict parse_os_release(std::string_view data);

/// The first line of a file like /etc/redhat-release: keys name, version_id, codename, as far as they are
/// there.
core::dict parse_release_line(std::string_view line);

/// What `lsb_release -a` says: keys distributor_id, description, release, codename (lsb_version when the
/// program prints one). Empty when the machine has no such program. Worked out from /etc/lsb-release or
/// os-release where the program does nothing else (Ubuntu, Debian); else the program is run.
core::dict lsb_release(const context& c);

struct distro_guess {
  std::string id, version;
  /// Nothing when there is none; may be empty on purpose.
  std::optional<std::string> codename;
};
distro_guess guess_distribution(context& c);

} // namespace mito::modules::setup
