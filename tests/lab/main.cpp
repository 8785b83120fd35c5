// mito-lab: isolated ssh hosts on one machine. See README.md.

#include "commands.hpp"
#include "system.hpp"

#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iterator>

namespace {

using namespace mito::lab;

constexpr int exit_skipped = 77;

/// Whether this process may make namespaces: a container's root may not.
bool may_make_namespaces() {
  if (::geteuid() != 0) return false;
  auto child = ::fork();
  if (child == 0) ::_exit(::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) == 0 ? 0 : 1);
  return child > 0 && wait_status(child) == 0;
}

int dispatch(const options& wish) {
  struct handler {
    const char* name;
    int (*run)(const options&);
  };
  static constexpr handler handlers[] = {{"up", up},
                                         {"run", run},
                                         {"down", down},
                                         {"exec", exec},
                                         {"bytes", proxy_command},
                                         {"cut", proxy_command},
                                         {"freeze", proxy_command},
                                         {"thaw", proxy_command}};
  for (const auto& one : handlers)
    if (wish.command == one.name) return one.run(wish);
  throw lab_error{"no handler for " + wish.command};
}

} // namespace

int main(int argc, char** argv) {
  options wish;
  try {
    wish = parse_options(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mito-lab: %s\n\n%s", error.what(), help_text(argc > 1 ? argv[1] : "").c_str());
    return 2;
  }
  if (wish.help) {
    std::fputs(help_text(wish.command).c_str(), stdout);
    return 0;
  }
  if (!may_make_namespaces()) {
    std::fprintf(stderr, "mito-lab: needs root that may make namespaces (skipped)\n");
    return exit_skipped;
  }
  try {
    return dispatch(wish);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mito-lab: %s\n", error.what());
    return 1;
  }
}
