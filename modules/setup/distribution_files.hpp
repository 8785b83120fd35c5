#pragma once
/// Parsers of the release files that distributions put into /etc.
#include <string_view>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

struct release_data {
  context& c;
  std::string_view data; ///< the file, stripped
  std::string_view path;
  const core::dict& guess; ///< what is known without the file
  core::dict& out;         ///< facts to set over the guess
};

/// Each returns false when the file is not that distribution's.
bool parse_slackware(release_data& d);
bool parse_centos(release_data& d);
bool parse_openwrt(release_data& d);
bool parse_amazon(release_data& d);
bool parse_alpine(release_data& d);
bool parse_arch(release_data& d);
bool parse_suse(release_data& d);
bool parse_debian(release_data& d);
bool parse_mandriva(release_data& d);
bool parse_clear_linux(release_data& d);
bool parse_coreos(release_data& d);
bool parse_flatcar(release_data& d);
bool parse_other(release_data& d);

} // namespace mito::modules::setup
