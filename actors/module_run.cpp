#include "actors/module_run.hpp"

#include "actors/content.hpp"
#include "actors/task_runner.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "protocol/limits.hpp"
#include "pymodules/arguments.hpp"
#include "pymodules/interpreter.hpp"
#include "pymodules/output.hpp"

namespace mito::actors {

namespace {

constexpr std::string_view fact = "discovered_interpreter_python";

/// Variables that Python or the dynamic linker reads once, when it starts.
bool seen_at_start(std::string_view name) { return core::starts_with_any(name, {"PYTHON", "LD_", "LC_", "LANG"}); }

core::dict start_environment(const core::dict& all) {
  core::dict out;
  for (const auto& e : all)
    if (seen_at_start(e.key.as_string())) out.set_key(e.key, e.val);
  return out;
}

/// Interpreters that take a script from /proc/self/fd; others look for the file's real name.
bool reads_descriptors(const std::vector<std::string>& interpreter) {
  if (interpreter.empty()) return true;
  auto name = pymodules::base_name(interpreter[0]);
  for (std::string_view known : {"sh", "bash", "dash", "ash", "ksh", "zsh", "perl", "python", "python3"})
    if (name == known) return true;
  return false;
}

} // namespace

module_run::module_run(inputs in, actions::module_call call) : in_(std::move(in)), call_(std::move(call)) {}

void module_run::note(std::string text) const {
  if (in_.env.verbosity >= 3) report_event(in_.env, report::message{core::severity::note, 3, in_.host, std::move(text)});
}

void module_run::warn(std::string text) const {
  report_event(in_.env, report::message{core::severity::warning, 0, "", std::move(text)});
}

module_run::step module_run::failed(std::string_view message) const {
  core::dict d = engine::failed_result(message).as_dict();
  d.set(engine::raised_key, "error");
  return core::value(std::move(d));
}

module_run::step module_run::start() {
  auto choice = choose_module(in_.env, call_, in_.request, in_.spec, *in_.request.vars);
  if (!choice) return failed(choice.error().message());
  choice_ = std::move(*choice);
  if (choice_.native) return send_native();
  if (!choice_.why.empty()) note("the installed module " + choice_.installed + " runs: " + choice_.why);
  return begin_installed();
}

module_run::step module_run::send_native() {
  phase_ = phase::native;
  send out;
  out.what.module = call_.module;
  // A call that may be repeated for the installed module keeps its arguments.
  out.what.args = with_hints(call_.args, in_.env, in_.spec);
  out.what.check = call_.check;
  out.what.diff = call_.diff;
  // raw is the one action that takes no environment.
  if (call_.module != "raw") out.what.environment = in_.request.environment;
  out.what.deadline = in_.request.timeout;
  out.what.blob = std::move(call_.blob);
  if (!call_.upload_path.empty()) {
    out.what.upload = file_content(call_.upload_path);
    if (!out.what.upload) return core::value(engine::failed_result("could not find src=" + call_.upload_path));
  } else if (call_.upload_text) {
    out.what.upload = text_content(call_.upload_text);
  }
  return out;
}

module_run::step module_run::begin_installed() {
  if (!in_.env.modules) return failed("The module " + call_.module + " was not found in configured module paths");
  auto loaded = in_.env.modules->load(choice_.installed, choice_.called_as);
  if (!loaded) return failed(loaded.error().message());
  module_ = *loaded;
  note("Using module file " + module_->where.path);
  auto interpreter = resolve_interpreter();
  if (!interpreter) return failed(interpreter.error().message());
  if (*interpreter) {
    interpreter_ = **interpreter;
    return send_installed();
  }
  phase_ = phase::discovery;
  note("Attempting python interpreter discovery");
  send out;
  out.as_login = true;
  out.what.module = "raw";
  out.what.args = core::dict{{core::value("_raw_params"), core::value(pymodules::discovery_command(candidates()))}};
  out.what.deadline = in_.request.timeout;
  return out;
}

std::vector<std::string> module_run::candidates() const {
  std::vector<std::string> out;
  auto raw = in_.host_vars->lookup("ansible_interpreter_python_fallback");
  if (raw && !raw->is_none())
    if (auto v = in_.env.templar->render(*raw, *in_.host_vars); v && v->is_list())
      for (const auto& e : v->as_list()) out.push_back(core::to_str(e));
  if (out.empty()) out = in_.env.module_settings.interpreter_fallback;
  return out.empty() ? pymodules::default_candidates() : out;
}

/// A variable as text, templated and trimmed; empty when it is not defined.
core::expected<std::string> module_run::variable(std::string_view name) const {
  auto raw = in_.host_vars->lookup(name);
  if (!raw || raw->is_none()) return std::string();
  auto v = in_.env.templar->render(*raw, *in_.host_vars);
  if (!v) return core::error(std::string(name) + ": " + v.error().message());
  return std::string(core::trim(core::to_str(*v)));
}

/// Ansible's rule (_get_shebang): `python` is the setting's or discovered, any other name may have a variable of its own. Nothing:
/// discovery is needed.
core::expected<std::optional<std::string>> module_run::resolve_interpreter() {
  auto words = module_->text.interpreter;
  if (words.empty()) {
    if (module_->text.kind == pymodules::module_kind::binary) return std::optional<std::string>("");
    words = {"/usr/bin/python"};
  }
  auto name = pymodules::base_name(words[0]);
  auto given = variable("ansible_" + name + "_interpreter");
  if (!given) return given.error();
  std::string command = *given;
  if (name == "python") {
    if (command.empty()) command = in_.env.module_settings.interpreter_python;
    if (pymodules::is_discovery_mode(command)) {
      mode_ = command.empty() ? "auto" : command;
      auto facts = in_.host_vars->lookup("ansible_facts");
      auto known = in_.discovered ? *in_.discovered : std::string(facts ? facts->text(fact) : std::string_view());
      if (known.empty()) return std::optional<std::string>();
      command = known;
    }
  } else if (command.empty()) {
    command = words[0];
  }
  for (std::size_t i = 1; i < words.size(); ++i) command += " " + words[i];
  return std::optional(command);
}

module_run::step module_run::read_found(const module_reply& reply) {
  if (reply.failure) return result_of(reply);
  auto found = pymodules::read_discovery(reply.result.text("stdout"), mode_, in_.host, candidates(), in_.env.modules->version());
  if (!found.warning.empty()) warn(found.warning);
  if (!found.note.empty()) note(found.note);
  warnings_ = std::move(found.warnings);
  found_now_ = true;
  in_.discovered = found.interpreter;
  auto interpreter = resolve_interpreter();
  if (!interpreter) return failed(interpreter.error().message());
  interpreter_ = interpreter->value_or(found.interpreter);
  return send_installed();
}

pymodules::call_context module_run::context_of() const {
  auto& s = in_.env.module_settings;
  pymodules::call_context c;
  c.check = call_.check;
  c.diff = call_.diff;
  c.no_log = in_.request.no_log || s.no_target_syslog;
  c.keep_remote_files = s.keep_remote_files;
  c.debug = s.debug;
  c.verbosity = in_.env.verbosity;
  c.version = in_.env.modules->version();
  c.module_name = choice_.called_as;
  auto text_or = [&](std::string_view name, const std::string& fallback) {
    auto v = variable(name);
    return v && !v->empty() ? *v : fallback;
  };
  c.syslog_facility = text_or("ansible_syslog_facility", s.syslog_facility);
  c.remote_tmp = text_or("ansible_remote_tmp", s.remote_tmp);
  c.shell_executable = text_or("ansible_shell_executable", s.shell_executable);
  c.string_conversion_action = s.string_conversion_action;
  c.selinux_special_fs = s.selinux_special_fs.empty() ? pymodules::default_special_filesystems() : s.selinux_special_fs;
  return c;
}

module_run::step module_run::send_installed() {
  phase_ = phase::installed;
  auto context = context_of();
  auto args = pymodules::with_internal_arguments(choice_.args, context);
  if (module_->text.kind == pymodules::module_kind::python) return send_python(*module_, args);
  return send_program(*module_, args, context);
}

module_run::step module_run::send_python(const pymodules::loaded_module& m, const core::value& args) {
  auto limit = variable("ansible_python_module_rlimit_nofile");
  if (!limit) return failed(limit.error().message());
  core::dict whole;
  whole.set("ANSIBLE_MODULE_ARGS", args);
  core::dict call;
  call.set("closure", std::to_string(m.sources->digest));
  call.set("module", m.sources->fqn);
  call.set("arguments", core::to_json(core::value(std::move(whole)), {.spaced = true, .ascii = true}));
  call.set("environment", core::value(core::dict(in_.request.environment)));
  call.set("folder", in_.local ? in_.env.playbook_dir : std::string());
  call.set("files", core::value(limit->empty() ? in_.env.module_settings.rlimit_nofile : core::parse_int(*limit).value_or(0)));
  call.set("profile", "legacy");
  core::dict request;
  request.set("interpreter", interpreter_);
  request.set("environment", core::value(start_environment(in_.request.environment)));
  send out;
  out.what.module = protocol::python_module;
  out.what.args = core::value(std::move(request));
  out.what.blob = core::to_json(core::value(std::move(call)));
  out.what.sources = m.sent;
  out.what.deadline = in_.request.timeout;
  return out;
}

module_run::step module_run::send_program(const pymodules::loaded_module& m, const core::value& args, const pymodules::call_context& context) {
  using kind = pymodules::module_kind;
  bool inside = m.text.kind == kind::json_args;
  auto program = inside ? std::make_shared<const std::string>(pymodules::with_json_arguments(*m.program, args, context)) : m.program;
  core::dict request;
  request.set("interpreter", interpreter_);
  request.set("arguments_file", !inside);
  request.set("arguments", inside ? std::string() : pymodules::arguments_file(m.text.kind, args));
  request.set("in_memory", reads_descriptors(m.text.interpreter));
  request.set("name", pymodules::base_name(m.where.path));
  request.set("folder", context.remote_tmp);
  request.set("directory", in_.local ? in_.env.playbook_dir : std::string());
  send out;
  out.what.module = protocol::program_module;
  out.what.args = core::value(std::move(request));
  out.what.environment = in_.request.environment;
  out.what.deadline = in_.request.timeout;
  if (program->size() <= protocol::max_blob)
    out.what.blob = *program;
  else
    out.what.upload = text_content(program);
  return out;
}

/// What discovery found belongs to the result of the call that needed it.
core::value module_run::add_discovery(core::value result) {
  if (!found_now_ || result["unreachable"].truthy()) return result;
  core::dict d = result.as_dict();
  if (in_.keep_facts) {
    core::dict facts = result["ansible_facts"].as_dict();
    facts.set(fact, *in_.discovered);
    d.set("ansible_facts", core::value(std::move(facts)));
  }
  if (!warnings_.empty()) {
    core::list all = result["warnings"].as_list();
    for (auto& w : warnings_) all.emplace_back(w);
    d.set("warnings", core::value(std::move(all)));
  }
  return core::value(std::move(d));
}

module_run::step module_run::finish(const module_reply& reply) {
  if (!reply.output) return add_discovery(result_of(reply));
  auto outcome = pymodules::read_output(*reply.output, interpreter_, choice_.called_as);
  for (auto& w : outcome.warnings) warn(w);
  auto result = with_lines(outcome.result);
  if (outcome.raised) {
    core::dict d = result.as_dict();
    d.set(engine::raised_key, "error");
    result = core::value(std::move(d));
  }
  return add_discovery(std::move(result));
}

module_run::step module_run::resume(const module_reply& reply) {
  switch (phase_) {
  case phase::native: {
    auto result = result_of(reply);
    auto why = hand_over_reason(result);
    if (why.empty()) return result;
    if (!in_.env.modules || choice_.installed.empty() || !in_.env.modules->load(choice_.installed, choice_.called_as))
      return without_hand_over(std::move(result));
    note("the native module " + call_.module + " hands over to " + choice_.installed + ": " + why);
    return begin_installed();
  }
  case phase::discovery:
    return read_found(reply);
  case phase::installed:
    return finish(reply);
  }
  return failed("unexpected answer");
}

} // namespace mito::actors
