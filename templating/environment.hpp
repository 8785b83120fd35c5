#pragma once
/// What stands around an evaluation: modes, limits in use, where templates and variables come from.
#include "templating/limits.hpp"
#include "templating/parser.hpp"
#include "templating/scope.hpp"
#include "templating/tree.hpp"

namespace mito::templating {

class host_services;
class template_cache;

/// Which of Jinja2's Undefined classes missing names become.
enum class undefined_mode : std::uint8_t {
  ansible,   ///< strict, but attributes of it are the same undefined
  lenient,   ///< Undefined: empty when printed
  strict,    ///< StrictUndefined
  chainable, ///< ChainableUndefined
  debug,     ///< DebugUndefined: printed as it was written
};

struct environment {
  parse_options parsing;
  undefined_mode undefined = undefined_mode::ansible;
  bool ansible = true; ///< Ansible's filters, finalizing, lazy variables
  bool native = false; ///< jinja2_native / NativeEnvironment
  bool convert = true; ///< Ansible's default mode: literal-evaluate what looks like a container or a bool
  bool autoescape = false;
  bool escape_backslashes = true;
  bool sandboxed = false;
  bool immutable = false; ///< sandboxed, and nothing may change its object
  /// Of what bears on parsing, for the cache; see cache.hpp.
  std::uint64_t signature = 0;
};

/// Templates by name, for include, import and extends.
class loader {
public:
  virtual ~loader() = default;
  /// Category "not_found" when there is no such template.
  virtual core::expected<code_ptr> load(std::string_view name) const = 0;
};

/// What one top-level evaluation may still use; shared by everything nested in it.
struct budget {
  std::uint64_t steps = limits::steps;
  std::size_t output = limits::output;
  unsigned depth = 0;
};

/// A variable that is being evaluated, for finding loops.
struct active_name {
  const active_name* outer;
  std::string_view name;
};

/// Everything that an evaluation and the variables nested in it share.
struct session {
  const environment& env;
  const scope& vars;
  budget& left;
  template_cache& cache;
  const loader* templates = nullptr;
  const host_services* host = nullptr;
  const core::dict* globals = nullptr; ///< further global names
  const active_name* active = nullptr;
  std::string_view omit = {};
};

} // namespace mito::templating
