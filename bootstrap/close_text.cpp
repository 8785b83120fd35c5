#include "bootstrap/close_text.hpp"

#include "core/text.hpp"

namespace mito::bootstrap {

namespace {

struct meaning {
  int status;
  std::string_view message, hint;
};

/// Exit statuses of shells, of stage-0 (97 to 99) and of the agent's runtime (70, 71).
constexpr meaning meanings[] = {
    {70, "the agent ran out of memory", "Free memory on the target, or lower the number of forks."},
    {71, "the agent met an internal error", "Run again with -vvv and report it."},
    {97, "the connection ended while the agent was being sent", ""},
    {98, "the target could not keep the agent: its memory or file system is full", ""},
    {99, "the target does not execute programs from memory",
     "Install python3 there, or allow it (SELinux: execmem or memfd; vm.memfd_noexec)."},
    {126, "the target refused to execute the login shell or the agent",
     "Check the account's shell, and that some directory of the account is not mounted noexec."},
    {127, "the target's login shell found no sh", "The account needs a shell that runs `sh`; a restricted one will not do."},
    {128 + 9, "the agent was killed", "Look for the out-of-memory killer or an administrator in the target's journal."},
    {128 + 15, "the agent was terminated", ""},
};

} // namespace

link_failure describe(const transport::close_info& why) {
  link_failure f{link_failure::kind::unreachable, why.message, why.hint};
  if (why.reason != transport::close_reason::finished) return f;
  for (const auto& m : meanings)
    if (m.status == why.exit_status) {
      f.message = m.message;
      f.hint = m.hint;
    }
  if (f.message.empty()) {
    f.message = "the agent ended";
    if (why.exit_status > 0) f.message += " with status " + std::to_string(why.exit_status);
  }
  if (auto words = core::trim(why.stderr_tail); !words.empty()) f.message += ": " + core::to_valid_utf8(words);
  return f;
}

} // namespace mito::bootstrap
