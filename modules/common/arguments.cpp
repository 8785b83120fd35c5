#include "modules/common/arguments.hpp"

#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/os.hpp"

namespace mito::modules {

namespace {

constexpr option file_options[] = {
    {"mode", option_type::raw},
    {"owner"},
    {"group"},
    {"seuser"},
    {"serole"},
    {"selevel"},
    {"setype"},
    {"attributes", option_type::str, nullptr, "attr"},
    {"unsafe_writes", option_type::boolean, "no"},
};

std::string_view type_word(option_type t) {
  static constexpr std::string_view words[] = {"str", "bool", "int", "list", "path", "raw"};
  return words[static_cast<int>(t)];
}

std::vector<std::string_view> names(const char* text) {
  return text ? core::split(text, ',') : std::vector<std::string_view>();
}

/// Calls `f` with each option, in the order that Ansible looks at them.
template <class F>
void each_option(const spec& s, F f) {
  for (const option& o : s.options) f(o);
  if (s.file_arguments)
    for (const option& o : file_options) f(o);
}

bool is_internal(std::string_view name) {
  return core::starts_with_any(name, {"_ansible_", "_mito_"});
}

/// "<class 'str'>".
std::string class_of(const core::value& v) {
  std::string out = "<class '";
  out += core::type_name(v);
  return out + "'>";
}

/// 1 or 0; -1: no boolean word.
int boolean_word(const core::value& v) {
  if (v.is_bool() || v.is_int() || v.is_real()) {
    double d = v.as_real();
    return d == 1 ? 1 : d == 0 ? 0 : -1;
  }
  std::string word = core::lower(core::trim(v.as_string()));
  for (std::string_view yes : {"y", "yes", "on", "1", "true", "t"})
    if (word == yes) return 1;
  for (std::string_view no : {"n", "no", "off", "0", "false", "f"})
    if (word == no) return 0;
  return -1;
}

core::value text_of(const core::value& v) {
  return v.is_string() ? v : core::value(core::to_str(v));
}

std::string joined(std::vector<std::string>& list) {
  // Not std::sort: it is much code, and the first image has little room.
  for (std::size_t i = 1; i < list.size(); ++i)
    for (std::size_t at = i; at > 0 && list[at] < list[at - 1]; --at) list[at].swap(list[at - 1]);
  return core::join(list, ", ");
}

/// Converts `v` in place; false with the text of Python's TypeError.
bool convert_to(option_type t, const request& r, core::value& v, std::string& why) {
  switch (t) {
  case option_type::raw:
    return true;
  case option_type::str:
    v = text_of(v);
    return true;
  case option_type::path:
    v = core::value(expand_path(r, core::to_str(v)));
    return true;
  case option_type::boolean: {
    bool convertible = v.is_bool() || v.is_string() || v.is_int() || v.is_real();
    int b = convertible ? boolean_word(v) : -1;
    if (b >= 0) {
      v = core::value(b == 1);
      return true;
    }
    why = convertible
              ? "The value '" + core::to_str(v) +
                    "' is not a valid boolean.  Valid booleans include: 0, 1, 'no', 'yes', 'n', 'y', 'off', "
                    "'on', 'f', 't', 'false', 'true', '0', '1'"
              : class_of(v) + " cannot be converted to a bool";
    return false;
  }
  case option_type::integer:
    if (v.is_int() || v.is_bool()) return true;
    if (auto n = v.is_string() ? core::parse_int(core::trim(v.as_string())) : std::nullopt) {
      v = core::value(*n);
      return true;
    }
    why = class_of(v) + " cannot be converted to an int";
    return false;
  case option_type::list: {
    core::list items;
    if (v.is_list()) {
      for (const core::value& item : v.as_list()) items.push_back(text_of(item));
    } else if (v.is_string()) {
      for (std::string_view item : core::split(v.as_string(), ',')) items.push_back(core::value(item));
    } else if (v.is_int() || v.is_real() || v.is_bool()) {
      items.push_back(text_of(v));
    } else {
      why = class_of(v) + " cannot be converted to a list";
      return false;
    }
    v = core::value(std::move(items));
    return true;
  }
  }
  return true;
}

} // namespace

call::call(const request& r, const spec& s) : req_(r) {
  for (const auto& e : r.args.as_dict())
    if (!is_internal(e.key.as_string())) params_.set_key(e.key, e.val);
  each_option(s, [&](const option& o) {
    for (std::string_view alias : names(o.aliases)) {
      const core::value* v = params_.find(alias);
      if (!v) continue;
      if (params_.contains(o.name))
        warn("Both option " + std::string(o.name) + " and its alias " + std::string(alias) + " are set.");
      params_.set(o.name, core::value(*v));
    }
  });
  std::string clash;
  for (std::string_view group : names(s.exclusive)) {
    int count = 0;
    for (std::string_view name : core::split(group, '|')) count += params_.contains(name);
    if (count > 1) clash += (clash.empty() ? "" : ", ") + std::string(group);
  }
  if (!clash.empty()) fail("parameters are mutually exclusive: " + clash);
  std::vector<std::string> missing;
  each_option(s, [&](const option& o) {
    if (o.fallback) params_.set_default(o.name, core::value(o.fallback));
    if (o.required && !given(o.name)) missing.emplace_back(o.name);
  });
  if (!missing.empty()) fail("missing required arguments: " + joined(missing));
  each_option(s, [&](const option& o) { convert(o); });
  each_option(s, [&](const option& o) { check_choices(o); });
  add_unsupported(s);
  each_option(s, [&](const option& o) { params_.set_default(o.name, core::value()); });
  if (r.check && !s.check_mode && !ended_) {
    ended_ = true;
    failure_.set("skipped", true).set("changed", false);
    failure_.set("msg", "remote module (" + std::string(r.args.text("_ansible_module_name", s.module)) +
                            ") does not support check mode");
  }
}

void call::convert(const option& o) {
  const core::value* found = params_.find(o.name);
  if (!found || found->is_none()) return;
  core::value v = *found;
  std::string why;
  if (!convert_to(o.type, req_, v, why)) {
    fail("argument '" + std::string(o.name) + "' is of type " + class_of(*found) +
         " and we were unable to convert to " + std::string(type_word(o.type)) + ": " + why);
    return;
  }
  params_.set(o.name, std::move(v));
}

void call::check_choices(const option& o) {
  const core::value* v = params_.find(o.name);
  if (!o.choices || !v) return;
  std::string listed;
  for (std::string_view choice : names(o.choices)) {
    if (v->is_string() && v->as_string() == choice) return;
    if (!listed.empty()) listed += ", ";
    listed += choice;
  }
  fail("value of " + std::string(o.name) + " must be one of: " + listed + ", got: " + core::to_str(*v));
}

void call::add_unsupported(const spec& s) {
  std::vector<std::string> unknown, options, aliases;
  each_option(s, [&](const option& o) {
    options.emplace_back(o.name);
    for (std::string_view alias : names(o.aliases)) aliases.emplace_back(alias);
  });
  for (const auto& e : params_) {
    std::string name = core::to_str(e.key);
    if (std::find(options.begin(), options.end(), name) == options.end() &&
        std::find(aliases.begin(), aliases.end(), name) == aliases.end())
      unknown.push_back(std::move(name));
  }
  if (unknown.empty()) return;
  std::string msg = "Unsupported parameters for (";
  msg += req_.args.text("_ansible_module_name", s.module);
  msg += ") module: " + joined(unknown) + ". Supported parameters include: " + joined(options);
  if (!aliases.empty()) msg += " (" + joined(aliases) + ")";
  fail(msg + ".");
}

const core::value& call::operator[](const char* name) const {
  static constinit const core::value none;
  const core::value* v = params_.find(name);
  return v ? *v : none;
}

bool call::given(const char* name) const {
  return !(*this)[name].is_none();
}
bool call::flag(const char* name) const {
  return (*this)[name].as_bool();
}
std::string call::text(const char* name) const {
  return std::string((*this)[name].as_string());
}
bool call::fail(const char* msg) {
  return fail(core::dict(), msg);
}
bool call::fail(const std::string& msg) {
  return fail(core::dict(), msg);
}

bool call::fail(core::dict extra, const std::string& msg) {
  if (ended_) return false;
  ended_ = true;
  failure_ = std::move(extra);
  failure_.set("failed", true).set("msg", msg);
  // Here and not at the end: a module may remove what it failed on.
  add_path_info(failure_);
  return false;
}

bool call::crash(std::string_view exception) {
  std::string trace = "Traceback (most recent call last):\n" + std::string(exception) + "\n";
  core::dict d;
  d.set("module_stdout", "").set("module_stderr", trace).set("exception", trace).set("rc", 1);
  crashed_ = !ended_;
  return fail(std::move(d), "MODULE FAILURE\nSee stdout/stderr for the exact error");
}

core::dict call::take_failure() {
  ended_ = crashed_ = false;
  return std::move(failure_);
}

core::value call::result(core::dict d) {
  if (ended_)
    d = std::move(failure_);
  else
    add_path_info(d);
  // A module that crashed has said nothing of itself.
  if (!warnings_.empty() && !crashed_) d.set("warnings", core::value(std::move(warnings_)));
  if (!crashed_ && req_.args.integer("_ansible_verbosity") >= 3) {
    core::dict invocation;
    invocation.set("module_args", core::value(std::move(params_)));
    d.set("invocation", core::value(std::move(invocation)));
  }
  d.set_default("changed", false);
  return d;
}

} // namespace mito::modules
