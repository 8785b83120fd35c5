#pragma once
/// What templates can call: filters, tests, global functions and methods, each a row in a table.
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace mito::templating {

class machine;
struct call;

enum : std::uint8_t {
  function_impure = 1,    ///< takes the context: never folded to a constant
  function_generator = 2, ///< gives a generator in Python
  function_verbatim = 4,  ///< Ansible's STRING_TYPE_FILTERS: the result is never literal-evaluated
  function_ansible = 8,   ///< exists only under Ansible
  function_jinja = 16,    ///< the plain Jinja2 variant of a name that Ansible overrides
  function_join = 64,     ///< takes the evaluation context too, which Python counts
  function_bare = 32,     ///< has no input: messages count only what is passed
  function_sealed = 128,  ///< takes encrypted texts as they are; all others get their input and arguments decrypted
};

/// One callable. `parameters` names what follows the input: "old new count=" (a name with '=' is optional),
/// "*rest" and
/// "**named" as in Python; arguments are bound to it before `run` is called, with Python's error texts.
struct function_def {
  std::string_view name;
  core::value (*run)(call&);
  std::string_view parameters;
  std::uint8_t flags = 0;
  /// Python's name of the function, for messages; empty: `name`.
  std::string_view python_name = {};
};

/// A call in progress, arguments bound.
struct call {
  machine& m;
  const function_def& def;
  /// The filter's input, the tested value, or the method's object.
  const core::value& self;
  /// In the order of `parameters`; absent ones are none with `given` false.
  core::value* args;
  std::uint32_t given;
  core::list rest;
  core::dict named;

  const core::value& operator[](unsigned i) const { return args[i]; }
  bool has(unsigned i) const { return given >> i & 1; }
};

/// Null when there is none. FQCNs of ansible.builtin and ansible.legacy count as the short name.
const function_def* find_filter(std::string_view name, bool ansible);
const function_def* find_test(std::string_view name, bool ansible);
const function_def* find_global(std::string_view name, bool ansible);
const std::vector<std::string_view>& filter_names();
const std::vector<std::string_view>& test_names();

/// Binds and runs. `skip_first` tells messages to count the input as Python would.
core::value invoke(machine& m, const function_def& def, const core::value& self, core::list positional,
                   core::dict named);

} // namespace mito::templating
