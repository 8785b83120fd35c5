/// command and shell: one program, or one line for a shell.
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/arguments.hpp"
#include "modules/common/glob.hpp"
#include "modules/common/os.hpp"
#include "modules/common/shell_words.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"_raw_params"},
    {"_uses_shell", option_type::boolean, "no"},
    {"argv", option_type::list},
    {"chdir", option_type::path},
    {"executable"},
    {"creates", option_type::path},
    {"removes", option_type::path},
    {"stdin"},
    {"stdin_add_newline", option_type::boolean, "yes"},
    {"strip_empty_ends", option_type::boolean, "yes"},
};

constexpr spec command_spec{"command", options};

/// The keys that every answer has.
core::dict blank() {
  core::dict d;
  d.set("changed", false).set("stdout", "").set("stderr", "");
  for (const char* name : {"rc", "cmd", "start", "end", "delta"}) d.set(name, core::value());
  d.set("msg", "");
  return d;
}

/// Whether anything matches, as Python's glob.glob: a name without wildcards may also be a dangling link.
bool any_match(const std::string& directory, const std::string& pattern) {
  return glob_any(directory.empty() ? pattern : join_path(directory, pattern));
}

/// The errno that chdir() would give, without going there.
int chdir_error(const std::string& directory) {
  struct stat st;
  if (::stat(directory.c_str(), &st) != 0) return errno;
  if (!S_ISDIR(st.st_mode)) return ENOTDIR;
  return accessible(directory, X_OK) ? 0 : errno;
}

/// Reads the command into `argv`; what the result shows as `cmd`.
core::value read_command(call& c, bool shell, std::vector<std::string>& argv) {
  std::string line = c.text("_raw_params");
  if (c["argv"].truthy()) {
    for (const core::value& word : c["argv"].as_list()) argv.emplace_back(word.as_string());
  } else if (shell) {
    argv.push_back(std::move(line));
    return core::value(argv[0]);
  } else if (const char* error = split_words(line, argv)) {
    c.crash("ValueError: " + std::string(error));
  }
  core::list words;
  for (const std::string& word : argv) words.push_back(core::value(word));
  return core::value(std::move(words));
}

/// Fills in `msg`, `stdout` and `rc` when creates or removes say that there is nothing to do.
bool nothing_to_do(const call& c, core::dict& d, const std::string& directory) {
  std::string creates = c.text("creates"), removes = c.text("removes");
  bool skip_creates = !creates.empty() && any_match(directory, creates);
  bool skip_removes = !skip_creates && !removes.empty() && !any_match(directory, removes);
  if (!skip_creates && !skip_removes) return false;
  const std::string& path = skip_creates ? creates : removes;
  const char* why = skip_creates ? " exists" : " does not exist";
  d.set("msg", std::string(c.check() ? "Would" : "Did") + " not run command since '" + path + "'" + why);
  d.set("stdout", "skipped, since " + path + why).set("rc", 0);
  return true;
}

void build_argv(const request& r, const call& c, bool shell, std::vector<std::string>& argv) {
  if (!shell) {
    for (std::string& word : argv) word = expand_path(r, word);
    return;
  }
  // argv with a shell: quoted and joined, as run_command does.
  std::string line;
  if (c["argv"].truthy())
    for (const std::string& word : argv) line += (line.empty() ? "" : " ") + quote_word(word);
  else
    line = std::move(argv[0]);
  std::string program = c.text("executable");
  if (program.empty()) program = r.args.text("_ansible_shell_executable", "/bin/sh");
  argv = {std::move(program), "-c", std::move(line)};
}

void warn_of_executable(call& c, bool shell) {
  if (!shell && c["executable"].truthy())
    c.warn(cat({"As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' "
                "module. Not "
                "using '",
                c["executable"].as_string(), "'."}));
}

core::value prepare(const request& r, process_spec& spec, bool shell) {
  call c(r, command_spec);
  if (c.ended()) return c.result();
  shell |= c.flag("_uses_shell");
  core::dict d = blank();
  warn_of_executable(c, shell);
  bool has_line = !core::trim(c["_raw_params"].as_string()).empty(), has_argv = c["argv"].truthy();
  if (!has_line && !has_argv) {
    c.fail(d.set("rc", 256), "no command given");
  } else if (c["_raw_params"].truthy() && has_argv) {
    c.fail(d.set("rc", 256), "only command or argv can be given, not both");
  }
  if (c.ended()) return c.result();
  d.set("cmd", read_command(c, shell, spec.argv));
  spec.directory = c.text("chdir");
  if (int error = spec.directory.empty() || c.ended() ? 0 : chdir_error(spec.directory))
    c.fail(d, "Unable to change directory before execution: " + os_error(error, spec.directory));
  if (c.ended() || nothing_to_do(c, d, spec.directory)) return c.result(std::move(d));
  if (r.check) {
    d.set("changed", true).set("rc", 0).set("msg", "Command would have run if not in check mode");
    if (!c.given("creates") && !c.given("removes")) d.set("skipped", true).set("changed", false);
    return c.result(std::move(d));
  }
  build_argv(r, c, shell, spec.argv);
  spec.stdin_data = c.text("stdin");
  if (!spec.stdin_data.empty() && c.flag("stdin_add_newline")) spec.stdin_data += '\n';
  spec.strip_empty_ends = c.flag("strip_empty_ends");
  return {};
}

/// The microseconds of a time, where there are any.
void append_fraction(std::string& out, std::int64_t us) {
  us %= 1'000'000;
  if (us == 0) return;
  out += '.';
  append_padded(out, us, 6);
}

/// Python's str(datetime).
std::string moment(const request& r, std::int64_t us) {
  std::string out = local_time(r, us / 1'000'000, ' ');
  append_fraction(out, us);
  return out;
}

/// Python's str(timedelta).
std::string duration(std::int64_t us) {
  std::string out;
  std::int64_t seconds = us / 1'000'000, days = seconds / 86400;
  if (days > 0) {
    core::append_int(out, days);
    out += days == 1 ? " day, " : " days, ";
  }
  append_clock(out, seconds / 3600 % 24, 1, seconds / 60 % 60, seconds % 60);
  append_fraction(out, us);
  return out;
}

void strip_ends(std::string& s) {
  while (!s.empty() && (s.back() == '\r' || s.back() == '\n')) s.pop_back();
}

} // namespace

core::value prepare_command(const request& r, process_spec& spec) {
  return prepare(r, spec, false);
}
core::value prepare_shell(const request& r, process_spec& spec) {
  return prepare(r, spec, true);
}

namespace {

core::value finish(const request& r, const process_spec& spec, process_result& p, bool shell) {
  call c(r, command_spec);
  core::dict d = blank();
  if (p.start_errno != 0) {
    core::dict failed;
    failed.set("rc", p.start_errno)
        .set("stdout", "")
        .set("stderr", "")
        .set("cmd", printable_command(spec.argv));
    c.fail(std::move(failed), os_error(p.start_errno, spec.argv[0]));
    return c.result();
  }
  // `cmd` shows what the author wrote, not what became of it in spec.argv.
  std::vector<std::string> words;
  shell |= c.flag("_uses_shell");
  warn_of_executable(c, shell);
  d.set("cmd", read_command(c, shell, words));
  if (spec.strip_empty_ends) {
    strip_ends(p.out);
    strip_ends(p.err);
  }
  int rc = p.signal != 0 ? -p.signal : p.exit_status;
  d.set("changed", true).set("rc", rc).set("stdout", p.out).set("stderr", p.err);
  d.set("start", moment(r, p.started_us)).set("end", moment(r, p.ended_us));
  d.set("delta", duration(p.ended_us - p.started_us));
  if (p.timed_out) {
    c.fail(std::move(d), "the command was still running at its deadline and was ended");
  } else if (p.truncated) {
    c.fail(std::move(d), "the command's output went past the limit and was cut: send it to a file");
  } else if (rc != 0) {
    c.fail(std::move(d), "non-zero return code");
  }
  return c.result(std::move(d));
}

} // namespace

core::value finish_command(const request& r, const process_spec& spec, process_result&& p) {
  return finish(r, spec, p, false);
}

core::value finish_shell(const request& r, const process_spec& spec, process_result&& p) {
  return finish(r, spec, p, true);
}

} // namespace mito::modules
