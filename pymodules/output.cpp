#include "pymodules/output.hpp"

#include <optional>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "protocol/limits.hpp"

namespace mito::pymodules {

namespace {

using protocol::process_output;
using state = process_output::state;

/// The fork-server's exit status when its Python is too old.
constexpr int too_old = 70;

/// The JSON object among other lines: from the first line that begins with a brace to the last that ends with one.
std::optional<std::string_view> json_part(std::string_view text, std::vector<std::string>& warnings) {
  std::size_t begin = text.npos;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    auto line = text.substr(at, end == text.npos ? end : end - at);
    if (core::trim(line).starts_with('{')) {
      begin = at;
      break;
    }
    if (end == text.npos) break;
    at = end + 1;
  }
  if (begin == text.npos) return std::nullopt;
  std::string_view rest = text.substr(begin);
  std::size_t stop = rest.size();
  for (;;) {
    auto line_begin = stop == 0 ? rest.npos : rest.rfind('\n', stop - 1);
    auto line = rest.substr(line_begin == rest.npos ? 0 : line_begin + 1, stop - (line_begin == rest.npos ? 0 : line_begin + 1));
    if (core::trim(line).ends_with('}')) break;
    if (line_begin == rest.npos) return std::nullopt;
    stop = line_begin;
  }
  auto junk = rest.substr(stop);
  if (!core::trim(junk).empty()) {
    if (junk.starts_with('\n')) junk.remove_prefix(1);
    if (junk.ends_with('\n')) junk.remove_suffix(1);
    warnings.push_back("Module invocation had junk after the JSON data: " + core::to_valid_utf8(junk));
  }
  return rest.substr(0, stop);
}

bool starts_with_word(const core::value& key, std::string_view word) { return key.is_string() && key.as_string().starts_with(word); }

/// ansible-core 2.19 and later: messages are objects ({"__ansible_type": "WarningSummary", "event": {"msg": …}}). As they were before.
core::value plain_message(const core::value& v) {
  auto kind = v.text("__ansible_type");
  auto& event = v["event"];
  if (kind.empty() || !event.is_dict()) return v;
  if (kind == "ErrorSummary") return core::value(event["formatted_traceback"].truthy() ? event["formatted_traceback"] : event["msg"]);
  if (kind == "WarningSummary") return event["msg"];
  core::dict d;
  d.set("msg", event["msg"]);
  for (auto key : {"date", "version"})
    if (v[key].truthy()) d.set(key, v[key]);
  if (auto owner = v["deprecator"].text("resolved_name"); !owner.empty()) d.set("collection_name", owner);
  return core::value(std::move(d));
}

void plain_messages(core::dict& d) {
  for (auto key : {"warnings", "deprecations"})
    if (auto* list = d.find(key); list && list->is_list()) {
      core::list plain;
      for (const auto& m : list->as_list()) plain.push_back(plain_message(m));
      d.set(key, core::value(std::move(plain)));
    }
  auto* error = d.find("exception");
  if (!error || !error->is_dict()) return;
  core::value whole = *error;
  if (!d.contains("msg")) d.set("msg", whole["event"]["msg"]);
  d.set("exception", plain_message(whole));
}

/// What only Ansible itself may say (remove_internal_keys).
void remove_internal(core::dict& d, std::vector<std::string>& warnings) {
  core::dict out;
  for (const auto& e : d) {
    bool internal = (starts_with_word(e.key, "_ansible_") && e.key.as_string() != "_ansible_parsed") ||
                    (e.key.is_string() && (e.key.as_string() == "add_host" || e.key.as_string() == "add_group"));
    if (internal) {
      if (e.key.as_string() != "_ansible_suppress_tmpdir_delete")
        warnings.push_back("Removed unexpected internal key in module return: " + core::to_str(e.key) + " = " + core::to_str(e.val));
      continue;
    }
    bool empty_list = e.key.is_string() && (e.key.as_string() == "warnings" || e.key.as_string() == "deprecations") && !e.val.truthy();
    if (!empty_list) out.set_key(e.key, e.val);
  }
  if (auto* facts = out.find("ansible_facts"); facts && facts->is_dict()) {
    core::dict kept;
    for (const auto& e : facts->as_dict())
      if (!starts_with_word(e.key, "discovered_interpreter_") && !starts_with_word(e.key, "ansible_discovered_interpreter_"))
        kept.set_key(e.key, e.val);
    out.set("ansible_facts", core::value(std::move(kept)));
  }
  d = std::move(out);
}

core::dict failed(std::string_view msg) {
  core::dict d;
  d.set("failed", true).set("msg", msg);
  return d;
}

/// 128 + N is what the shell reports of a program that signal N ended; it also names the signal.
int shell_status(const process_output& from) { return from.signal != 0 ? 128 + from.signal : from.status; }

bool interpreter_missing(std::string_view text, const std::string& interpreter) {
  return text.find(interpreter + ": No such file or directory") != text.npos || text.find(interpreter + ": not found") != text.npos;
}

core::value module_failure(const process_output& from, const std::string& interpreter) {
  core::dict d;
  std::string out = core::to_valid_utf8(from.out), err = core::to_valid_utf8(from.err);
  d.set("failed", true).set("module_stdout", out).set("module_stderr", err);
  if (err.starts_with("Traceback"))
    d.set("exception", err);
  else if (out.starts_with("Traceback"))
    d.set("exception", out);
  bool missing = !interpreter.empty() && (interpreter_missing(err, interpreter) || interpreter_missing(out, interpreter));
  d.set("msg", std::string(missing ? "The module failed to execute correctly, you probably need to set the interpreter." : "MODULE FAILURE") +
                   "\nSee stdout/stderr for the exact error");
  d.set("rc", shell_status(from));
  return core::value(std::move(d));
}

} // namespace

module_outcome read_output(const process_output& from, const std::string& interpreter, const std::string& name) {
  module_outcome out;
  switch (from.what) {
  case state::timed_out: {
    auto d = failed("The module did not finish in time and was ended");
    d.set("timed_out", true);
    out.result = core::value(std::move(d));
    return out;
  }
  case state::truncated:
    out.result = core::value(failed("the output of the module " + name + " is larger than 64 MiB"));
    return out;
  case state::refused:
    out.raised = true;
    // The second line says where.
    out.result = core::value(failed("Unable to import " + name + " due to " + from.err.substr(0, from.err.find('\n'))));
    if (auto line = from.err.find('\n'); line != from.err.npos)
      out.warnings.push_back("Unable to import " + name + ": " + core::to_valid_utf8(from.err.substr(line + 1)));
    return out;
  case state::lost: {
    auto d = failed("the Python process that runs modules on the target ended while " + name + " ran");
    d.set("module_stdout", core::to_valid_utf8(from.out)).set("module_stderr", core::to_valid_utf8(from.err)).set("rc", shell_status(from));
    out.result = core::value(std::move(d));
    return out;
  }
  case state::no_start:
    if (from.status == too_old) {
      out.result = module_failure(from, interpreter);
      core::dict d = out.result.as_dict();
      d.set("msg", core::trim(core::to_valid_utf8(from.err)));
      out.result = core::value(std::move(d));
      return out;
    }
    break;
  case state::done:
    break;
  }
  auto text = json_part(from.out, out.warnings);
  auto parsed = text ? core::parse_json(*text, {.depth = 64, .bytes = protocol::max_result})
                     : core::expected<core::value>(core::error("no JSON"));
  if (!parsed || !parsed->is_dict()) {
    if (text && !parsed && core::is_utf8(*text) == false)
      parsed = core::parse_json(core::to_valid_utf8(*text), {.depth = 64, .bytes = protocol::max_result});
    if (!parsed || !parsed->is_dict()) {
      out.warnings.clear();
      out.result = module_failure(from, interpreter);
      return out;
    }
  }
  core::dict d = parsed->as_dict();
  if (auto* results = d.find("results"); results && !results->is_list()) {
    d.set("ansible_module_results", *results);
    d.erase("results");
    out.warnings.push_back("Found internal 'results' key in module return, renamed to 'ansible_module_results'.");
  }
  plain_messages(d);
  remove_internal(d, out.warnings);
  out.result = core::value(std::move(d));
  return out;
}

} // namespace mito::pymodules
