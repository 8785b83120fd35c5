#pragma once
/// File name patterns as Python's glob and fnmatch read them (libc's glob would pull in its account
/// look-ups).
#include <string>
#include <string_view>

namespace mito::modules {

/// fnmatch of one name: '*', '?' and '[…]' with ranges and '!'.
bool name_matches(std::string_view pattern, std::string_view name);
/// bool(glob.glob(pattern)): a part that starts with '.' is matched by a pattern that does only; a pattern
/// without wildcards is met by a dangling link too.
bool glob_any(const std::string& pattern);

} // namespace mito::modules
