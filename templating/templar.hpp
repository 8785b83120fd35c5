#pragma once
/// Ansible's view of Jinja2: values in, values out.
#include <memory>
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "templating/scope.hpp"

namespace mito::templating {

/// What templates may reach outside themselves. All calls may come from several threads at a time.
class host_services {
public:
  virtual ~host_services() = default;
  /// Text of a template or data file searched as Ansible does (role, play folder); for include/import and the
  /// file, template and fileglob lookups.
  virtual core::expected<std::string> read_file(std::string_view name, std::string_view kind) const = 0;
  /// A lookup that templating does not have itself: pipe, lines, inventory_hostnames, url, password, config
  /// and those of collections. (file, unvault, env, template, ini, csvfile, first_found and fileglob are
  /// templating's, over read_file() and path().) An exception that Ansible wraps has the category "error". Unknown lookups: category "missing_lookup",
  /// message "lookup plugin (name) not found".
  virtual core::expected<core::value> lookup(std::string_view name, const core::list& terms,
                                             const core::dict& options, const scope& vars) const = 0;
  /// For file tests and path filters: `what` is "stat" (a dict as os.stat: exists, isdir, isreg, islnk,
  /// ismount, dev, inode; of the link itself where `follow` is false), "realpath", "expanduser",
  /// "expandvars", "cwd" (strings), "env" (a variable of the environment, or null), "find" (the path of a file searched as read_file() searches kind "file",
  /// or null), "glob" (a list of strings) or "fileglob" (the same for files, found as that lookup does). Hosts without files keep this default. Inline: code with RTTI
  /// derives from this class, code without defines it.
  virtual core::expected<core::value> path(std::string_view what, std::string_view, bool) const {
    core::error e("templates have no access to files here (" + std::string(what) + ")");
    e.what().category = "lookup";
    return e;
  }
};

/// Marks other than Jinja2's own; empty: Jinja2's.
struct template_marks {
  std::string variable_start, variable_end, block_start, block_end, comment_start, comment_end;
};

struct render_options {
  bool native = false;           ///< jinja2_native
  bool fail_on_undefined = true; ///< error_on_undefined_vars
  bool convert_data = true;      ///< literal-evaluate results that look like containers or booleans
  bool preserve_trailing_newlines = true;
  bool escape_backslashes = true;
  bool trim_blocks = true; ///< only for whole files (the template module's default)
  bool lstrip_blocks = false;
  std::string_view newline_sequence = "\n";
  template_marks marks = {}; ///< only for whole files
};

/// Thread-safe: parsed templates are kept in a cache keyed by their text and shared.
class templar {
public:
  /// `services` may be null: then lookups that need the host are errors.
  explicit templar(const host_services* services = nullptr);
  ~templar();

  /// Evaluates every template in `v`, at any depth; data strings and other kinds come back as they are.
  /// Results that came from data in any way are data throughout; the others are `source`.
  /// Messages are what Ansible 2.14 shows, its repetitions included ("'x' is undefined. 'x' is undefined").
  /// Errors: category "undefined" (the message is AnsibleUndefined's), "syntax", "recursion", "type",
  /// "limit", "lookup".
  core::expected<core::value> render(const core::value& v, const scope& vars, const render_options& opt = {},
                                     const core::location& where = {}) const;
  /// A bare conditional as `when:` has it: bool, or an expression without braces. Ansible's rules for what is
  /// true.
  core::expected<bool> condition(const core::value& cond, const scope& vars,
                                 const core::location& where = {}) const;
  /// A bare expression's value (`vars: foo`, debug's var, loops that name a variable).
  core::expected<core::value> expression(std::string_view expr, const scope& vars,
                                         const core::location& where = {}) const;
  /// A whole template file.
  core::expected<std::string> render_file(std::string_view text, std::string_view name, const scope& vars,
                                          const render_options& opt) const;
  /// Only the syntax; for --syntax-check and pre-flight. Categories: "syntax"; "unsupported" for a filter or test that an
  /// installation of Ansible has and we lack; "unknown_name" for one that it has only by plugins beside the playbook.
  core::expected<void> check(std::string_view text, bool bare_expression,
                             const core::location& where = {}) const;

  /// The value of the variable `omit`: a string that is different in every run, so that no data can pretend
  /// to be it. An argument whose rendered value is_omit() is to be left out, as Ansible does.
  std::string_view omit() const;
  bool is_omit(const core::value& v) const;

  /// True when `text` has template marks ({{, {%, {#).
  static bool is_template(std::string_view text);
  static bool is_template(const core::value& v);

  struct impl;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace mito::templating
