#include "bootstrap/become.hpp"

#include "core/text.hpp"

namespace mito::bootstrap {

namespace {

/// sudo's flags without an argument: a cluster of only these can lose a letter.
bool is_cluster(std::string_view flag) {
  return flag.size() > 1 && flag[0] == '-' && flag.find_first_not_of("ABbEeHiKklNnPSsVv", 1) == std::string_view::npos;
}

/// Our stdin carries frames (-S would read them), and -n refuses to ask where we have the answer.
void append_sudo_flags(std::vector<std::string>& argv, std::string_view flags, bool has_password) {
  for (auto flag : core::split(flags, ' ')) {
    if (flag.empty() || flag == "--stdin" || (has_password && flag == "--non-interactive")) continue;
    std::string kept(flag);
    if (is_cluster(flag)) {
      std::erase(kept, 'S');
      if (has_password) std::erase(kept, 'n');
      if (kept == "-") continue;
    }
    argv.push_back(std::move(kept));
  }
}

} // namespace

std::string_view method_name(become_method m) { return m == become_method::sudo ? "sudo" : "su"; }

std::vector<std::string> become_argv(const become_request& what, std::string_view prompt,
                                     const std::string& command) {
  std::vector<std::string> argv = {what.exe.empty() ? std::string(method_name(what.method)) : what.exe};
  if (what.method == become_method::sudo) {
    append_sudo_flags(argv, what.flags.empty() ? "-H -S -n" : std::string_view(what.flags), what.password.has_value());
    for (std::string_view word : {std::string_view("-p"), prompt, std::string_view("-u"), std::string_view(what.user),
                                  std::string_view("/bin/sh"), std::string_view("-c")})
      argv.emplace_back(word);
    argv.push_back(command);
    return argv;
  }
  for (auto flag : core::split(what.flags, ' '))
    if (!flag.empty()) argv.emplace_back(flag);
  argv.push_back(what.user);
  argv.emplace_back("-c");
  argv.push_back(command);
  return argv;
}

} // namespace mito::bootstrap
