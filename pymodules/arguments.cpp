#include "pymodules/arguments.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::pymodules {

namespace {

constexpr core::json_style as_python{.spaced = true, .ascii = true};

core::value texts(const std::vector<std::string>& list) {
  core::list out;
  for (const auto& s : list) out.emplace_back(s);
  return core::value(std::move(out));
}

/// shlex.quote.
std::string quoted(std::string_view s) {
  auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  };
  if (!s.empty() && std::all_of(s.begin(), s.end(), safe)) return std::string(s);
  std::string out = "'";
  for (char c : s) {
    if (c == '\'')
      out += "'\"'\"'";
    else
      out += c;
  }
  return out + "'";
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) text.replace(at, what.size(), by);
}

} // namespace

std::vector<std::string> default_special_filesystems() { return {"fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"}; }

core::value with_internal_arguments(const core::value& args, const call_context& c) {
  core::dict d = args.as_dict();
  d.set("_ansible_check_mode", c.check)
      .set("_ansible_no_log", c.no_log)
      .set("_ansible_debug", c.debug)
      .set("_ansible_diff", c.diff)
      .set("_ansible_verbosity", c.verbosity)
      .set("_ansible_version", c.version)
      .set("_ansible_module_name", c.module_name)
      .set("_ansible_syslog_facility", c.syslog_facility)
      .set("_ansible_selinux_special_fs", texts(c.selinux_special_fs))
      .set("_ansible_string_conversion_action", c.string_conversion_action)
      .set("_ansible_socket", c.socket)
      .set("_ansible_shell_executable", c.shell_executable)
      .set("_ansible_keep_remote_files", c.keep_remote_files)
      .set("_ansible_tmpdir", core::value())
      .set("_ansible_remote_tmp", c.remote_tmp);
  return core::value(std::move(d));
}

std::string arguments_file(module_kind kind, const core::value& args) {
  if (kind != module_kind::old_style) return core::to_json(args, as_python);
  std::string out;
  for (const auto& e : args.as_dict()) out += core::to_str(e.key) + "=" + quoted(core::to_str(e.val)) + " ";
  return out;
}

std::string with_json_arguments(std::string_view text, const core::value& args, const call_context& c) {
  std::string out(text), json = core::to_json(args, as_python);
  replace_all(out, "\"<<ANSIBLE_VERSION>>\"", core::to_repr(core::value(c.version)));
  replace_all(out, "\"<<INCLUDE_ANSIBLE_MODULE_COMPLEX_ARGS>>\"", core::to_repr(core::value::bytes(json)));
  replace_all(out, "<<SELINUX_SPECIAL_FILESYSTEMS>>", core::join(c.selinux_special_fs, ","));
  replace_all(out, "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>", json);
  replace_all(out, "syslog.LOG_USER", "syslog." + c.syslog_facility);
  return out;
}

} // namespace mito::pymodules
