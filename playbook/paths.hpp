#pragma once
/// Paths as users write them.
#include <string>
#include <string_view>

namespace mito::playbook {

/// Python's os.path.normpath(): no "." and "..", no doubled slashes.
std::string normal_path(std::string_view path);
/// `$NAME` and `${NAME}` by the environment (unknown ones stay), then `~` and `~user`.
std::string expand_path(std::string_view path);
/// Ansible's unfrackpath(follow=False): expanded, absolute against `base` (empty: the working directory; a file:
/// the folder it stands in), normal. Links are not followed.
std::string unfrack_path(std::string_view path, std::string_view base = {});

} // namespace mito::playbook
