/// raw: a line for the login shell (or `executable`), with nothing but its output and exit code in the
/// result. `_mito_terminal`: it runs on a terminal, as `ssh -tt` gives it one, and this is what ssh says at the end.
#include "modules/entries.hpp"

#include "core/python.hpp"
#include "modules/common/accounts.hpp"
#include "modules/common/os.hpp"

#include <unistd.h>

namespace mito::modules {

core::value prepare_raw(const request& r, process_spec& spec) {
  if (r.check) return core::dict().set("skipped", true).set("changed", false);
  std::string shell = core::to_str(r.args["executable"]);
  if (!r.args["executable"].truthy()) {
    // Ansible leaves the line to sshd, which gives it to the account's shell.
    auto user = find_user(static_cast<std::int64_t>(::geteuid()));
    shell = user && !user->shell.empty() ? user->shell : "/bin/sh";
  }
  spec.argv = {std::move(shell), "-c", std::string(r.args.text("_raw_params"))};
  spec.strip_empty_ends = false;
  spec.on_terminal = r.args["_mito_terminal"].truthy();
  return {};
}

core::value finish_raw(const request& r, const process_spec& spec, process_result&& p) {
  core::dict d;
  if (p.start_errno != 0) {
    p.exit_status = p.start_errno == 2 ? 127 : 126;
    p.err += os_error_text(p.start_errno, spec.argv[0]);
  }
  p.err += r.args.text("_mito_terminal");
  int rc = p.signal != 0 ? 128 + p.signal : p.exit_status;
  d.set("rc", rc).set("stdout", p.out).set("stderr", p.err).set("changed", true);
  if (rc != 0) d.set("failed", true).set("msg", "non-zero return code");
  if (p.timed_out)
    d.set("failed", true).set("msg", "the command was still running at its deadline and was ended");
  if (p.truncated)
    d.set("failed", true)
        .set("msg", "the command's output went past the limit and was cut: send it to a file");
  return d;
}

} // namespace mito::modules
