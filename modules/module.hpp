#pragma once
/// What a native module is: a function from arguments to a result, run inside the agent on the target.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace mito::modules {

/// How the agent runs it.
enum class run_mode : std::uint8_t {
  quick,   ///< called in the agent's loop: must finish within a few milliseconds on a healthy system
  forked,  ///< in a child of the agent: may wait, may be cancelled, has the task's deadline
  process, ///< prepares one child process; the agent runs it without blocking and hands the outcome to `finish`
};

struct request {
  /// A dict: exactly what Ansible would hand the module (`_raw_params`, `_uses_shell` for command and shell).
  const core::value& args;
  bool check = false;
  bool diff = false;
  /// The task's environment, strings; for the processes that the module starts.
  const core::dict& environment;
  /// Bytes that travelled with the request (small file contents, stdin of a process).
  std::string_view blob;
  bool has_blob = false;
  /// Name of the temporary file, beside the destination, that an upload was written to; empty without one.
  /// The module renames or removes it.
  std::string_view upload;
  /// With an upload: the SHA-1 of its bytes, forty lower-case hexadecimal digits, computed while they were written.
  std::string_view upload_sha1;
};

/// A child process to run. Output is collected by the agent (bounded), the process group is killed on deadline/cancel.
struct process_spec {
  std::vector<std::string> argv; ///< argv[0] is searched in PATH when it has no slash
  std::string directory;         ///< empty: the agent's
  std::string stdin_data;
  bool strip_empty_ends = true;
  /// Runs it on a terminal of its own that is at end of file from the start. Its output is all `out` then. Where the
  /// system has no free terminal it gets pipes.
  bool on_terminal = false;
};

struct process_result {
  int exit_status = 0;     ///< 128+N semantics are the module's: see `signal`
  int signal = 0;          ///< not 0: ended by this signal
  bool timed_out = false;
  bool truncated = false;  ///< output went past the limit and was cut
  int start_errno = 0;     ///< not 0: could not be started
  std::string out, err;
  std::int64_t started_us = 0, ended_us = 0; ///< wall clock, microseconds since the epoch
};

/// A result is a dict with Ansible's keys; failures are results too ({"failed": true, "msg": …}).
using run_function = core::value (*)(const request&);
/// Either fills `spec` and returns a none value, or returns the result at once (creates/removes, check mode, bad options).
using prepare_function = core::value (*)(const request&, process_spec& spec);
using finish_function = core::value (*)(const request&, const process_spec&, process_result&&);

struct module {
  std::string_view name; ///< without collection: "lineinfile"
  run_mode mode;
  run_function run = nullptr;
  prepare_function prepare = nullptr;
  finish_function finish = nullptr;
};

/// Every native module of this image, sorted by name. The one place that lists them is registry.cpp.
std::span<const module> all();
const module* find(std::string_view name);

/// Whether any module of this image takes uploads; a constant, so that an image without leaves their code out.
extern const bool takes_uploads;

/// {"failed": true, "msg": msg}, and `changed: false`.
core::value failure(std::string_view msg);

} // namespace mito::modules
