#include "cli/pager.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace mito::cli {

void page(std::string_view text) {
  const char* named = std::getenv("PAGER");
  bool terminal = ::isatty(STDOUT_FILENO) == 1;
  bool less = terminal && !named && std::system("less --version >/dev/null 2>&1") == 0;
  std::FILE* to = nullptr;
  if (terminal && (named || less)) {
    // Leaves at once when it fits on a screen, passes colours on, keeps the screen (Ansible's LESS_OPTS).
    ::setenv("LESS", "FRSX", 0);
    to = ::popen(named ? named : "less", "we");
  }
  std::FILE* out = to ? to : stdout;
  std::fwrite(text.data(), 1, text.size(), out);
  if (!text.ends_with('\n') && !to) std::fputc('\n', out);
  if (to) ::pclose(to);
  std::fflush(stdout);
}

} // namespace mito::cli
