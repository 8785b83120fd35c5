#pragma once
/// Templating of a task's keywords to their final types.
#include <optional>

#include "engine/task_run.hpp"

namespace mito::engine {

/// Reads templated keywords of one task. The first error sticks; test `ok()` once after reading.
class keyword_reader {
public:
  keyword_reader(const task_spec& spec, const templating::scope& vars, const templating::templar& templar)
      : spec_(spec), vars_(vars), templar_(templar) {}

  core::value value(const field& f);
  bool boolean(const field& f, bool fallback);
  std::optional<std::string> text(const field& f);
  double number(const field& f, double fallback);
  /// A variable by name, templated; none when it is not defined.
  core::value variable(std::string_view name);
  /// The merged environment of all levels.
  core::dict environment();

  bool ok() const { return !error_; }
  /// Ansible's wording, with the task's place.
  std::string error_text() const;

private:
  void fail(const core::error& e);

  const task_spec& spec_;
  const templating::scope& vars_;
  const templating::templar& templar_;
  std::optional<core::error> error_;
  bool raw_message_ = false;
};

/// Ansible's boolean(): yes/no/on/off/true/false/1/0 in any case; nullopt for anything else.
std::optional<bool> to_boolean(const core::value& v);

/// `become*` keywords, overridden by ansible_become* variables as connection plugins read them; without `variables` by
/// none: a delegated task has its keywords from its own host and those from the other.
become_settings read_become(keyword_reader& reader, const task_spec& spec, const become_settings& defaults, bool variables = true);
void read_become_variables(keyword_reader& reader, become_settings& out);

/// Without members (at any depth of dicts and lists) that hold the omit placeholder.
core::value remove_omitted(const core::value& args, std::string_view placeholder);

} // namespace mito::engine
