#pragma once
/// A module's argument specification, what Ansible's AnsibleModule makes of arguments, and the result at the
/// end.
#include <span>
#include <string>
#include <string_view>

#include "modules/module.hpp"

namespace mito::modules {

enum class option_type : std::uint8_t { str, boolean, integer, list, path, raw };

/// One option. Texts of several names are separated by ','.
struct option {
  const char* name;
  option_type type = option_type::str;
  const char* fallback = nullptr; ///< default, in text form
  const char* aliases = nullptr;
  const char* choices = nullptr;
  bool required = false;
};

struct spec {
  const char* module;
  std::span<const option> options;
  bool file_arguments = false;     ///< with Ansible's file_common_arguments (mode, owner, …)
  bool check_mode = true;          ///< false: check mode answers "skipped" at once
  const char* exclusive = nullptr; ///< mutually_exclusive: "a|b,c|d"
};

/// One call of a module: validated parameters going in, warnings and the result coming out.
/// Members of the arguments that start with "_ansible_" or "_mito_" are read by name from `req().args` and
/// are no options; `_ansible_module_name` names the module in messages, `_ansible_verbosity` >= 3 adds
/// `invocation`.
class call {
public:
  call(const request& r, const spec& s);

  const request& req() const { return req_; }
  bool check() const { return req_.check; }
  /// Whether a failure (or, in check mode, a skip) was recorded; `result()` then gives that.
  bool ended() const { return ended_; }

  /// Present and not None.
  bool given(const char* name) const;
  const core::value& operator[](const char* name) const;
  std::string text(const char* name) const;
  bool flag(const char* name) const;
  void set(const char* name, core::value v) { params_.set(name, std::move(v)); }

  void warn(std::string_view text) { warnings_.push_back(core::value(text)); }
  /// Records the first failure; always false, so that callers may `return c.fail(…)`.
  bool fail(const char* msg);
  bool fail(const std::string& msg);
  bool fail(core::dict extra, const std::string& msg);
  /// The failure that a Python exception nobody caught would have made.
  bool crash(std::string_view exception);
  /// Forgets a failure, for the callers that carry on.
  core::dict take_failure();

  /// The result with Ansible's path information, warnings and invocation; the recorded failure if there is
  /// one.
  core::value result(core::dict d = {});

private:
  void convert(const option& o);
  void check_choices(const option& o);
  void add_unsupported(const spec& s);

  const request& req_;
  core::dict params_;
  core::list warnings_;
  core::dict failure_;
  bool ended_ = false, crashed_ = false;
};

/// Adds uid, gid, owner, group, mode, state and size of the file that `path` (or `dest`) names, when it
/// exists.
void add_path_info(core::dict& d);

} // namespace mito::modules
