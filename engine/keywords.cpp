#include "engine/keywords.hpp"

#include <cstdlib>

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::engine {

std::optional<bool> to_boolean(const core::value& v) {
  if (v.is_bool()) return v.as_bool();
  if (v.is_int()) return v.as_int() == 1 ? std::optional(true) : v.as_int() == 0 ? std::optional(false) : std::nullopt;
  if (v.is_real()) return v.as_real() == 1.0 ? std::optional(true) : v.as_real() == 0.0 ? std::optional(false) : std::nullopt;
  if (!v.is_string()) return std::nullopt;
  auto s = core::lower(core::trim(v.as_string()));
  for (auto word : {"yes", "on", "1", "true", "t", "y", "1.0"})
    if (s == word) return true;
  for (auto word : {"no", "off", "0", "false", "f", "n", "0.0"})
    if (s == word) return false;
  return std::nullopt;
}

void keyword_reader::fail(const core::error& e) {
  if (!error_) error_ = e;
}

core::value keyword_reader::value(const field& f) {
  if (!f) return {};
  auto v = templar_.render(f.raw, vars_, {}, f.where ? f.where : spec_.where);
  if (v) return std::move(*v);
  fail(v.error());
  return {};
}

bool keyword_reader::boolean(const field& f, bool fallback) {
  if (!f) return fallback;
  auto v = value(f);
  if (v.is_none()) return fallback;
  if (auto b = to_boolean(v)) return *b;
  raw_message_ = true;
  fail(core::error("the value '" + core::to_str(v) + "' is not a valid boolean", f.where));
  return fallback;
}

std::optional<std::string> keyword_reader::text(const field& f) {
  if (!f) return std::nullopt;
  auto v = value(f);
  if (v.is_none()) return std::nullopt;
  return core::to_str(v);
}

double keyword_reader::number(const field& f, double fallback) {
  if (!f) return fallback;
  auto v = value(f);
  if (v.is_int() || v.is_real()) return v.as_real();
  if (v.is_none()) return fallback;
  auto s = core::to_str(v);
  char* end = nullptr;
  double d = std::strtod(s.c_str(), &end);
  if (!s.empty() && *end == '\0') return d;
  raw_message_ = true;
  fail(core::error("the value '" + s + "' is not a number", f.where));
  return fallback;
}

core::value keyword_reader::variable(std::string_view name) {
  auto raw = vars_.lookup(name);
  if (!raw) return {};
  auto v = templar_.render(*raw, vars_, {}, spec_.where);
  if (v) return std::move(*v);
  fail(v.error());
  return {};
}

core::dict keyword_reader::environment() {
  core::dict out;
  for (auto& f : spec_.environment) {
    auto level = value(f);
    auto take = [&](const core::value& one) {
      if (!one.is_dict()) return;
      for (auto& e : one.as_dict()) out.set(core::to_str(e.key), core::value(core::to_str(e.val)));
    };
    if (level.is_sequence())
      for (auto& one : level.as_list()) take(one);
    else if (level.is_dict())
      take(level);
    else if (level.truthy()) {
      raw_message_ = true;
      fail(core::error("environment must be a dictionary, received " + core::to_str(level) + " (" +
                           std::string(core::type_name(level)) + ")",
                       f.where));
    }
  }
  return out;
}

std::string keyword_reader::error_text() const {
  if (!error_) return {};
  auto& e = error_->what();
  if (raw_message_) return with_place(e.message, spec_.where);
  if (e.category == "undefined")
    return with_place("The task includes an option with an undefined variable. The error was: " + e.message, spec_.where);
  return with_place(e.message, spec_.where);
}

namespace {

/// The first of these variables that is defined.
core::value first_variable(keyword_reader& reader, std::initializer_list<std::string> names) {
  for (auto& name : names)
    if (auto v = reader.variable(name); !v.is_none()) return v;
  return {};
}

} // namespace

become_settings read_become(keyword_reader& reader, const task_spec& spec, const become_settings& defaults, bool variables) {
  become_settings out = defaults;
  out.active = reader.boolean(spec.become, defaults.active);
  if (auto v = reader.text(spec.become_user)) out.user = *v;
  if (auto v = reader.text(spec.become_method)) out.method = *v;
  if (auto v = reader.text(spec.become_flags)) out.flags = *v;
  if (auto v = reader.text(spec.become_exe)) out.exe = *v;
  if (variables) read_become_variables(reader, out);
  if (out.user.empty()) out.user = "root";
  return out;
}

void read_become_variables(keyword_reader& reader, become_settings& out) {
  if (auto v = reader.variable("ansible_become"); !v.is_none()) out.active = to_boolean(v).value_or(out.active);
  if (!out.active) return;
  if (auto v = reader.variable("ansible_become_method"); !v.is_none()) out.method = core::to_str(v);
  auto own = [&](const char* what) { return "ansible_" + out.method + "_" + what; };
  if (auto v = first_variable(reader, {"ansible_become_user", own("user")}); !v.is_none()) out.user = core::to_str(v);
  if (auto v = first_variable(reader, {"ansible_become_exe", own("exe")}); !v.is_none()) out.exe = core::to_str(v);
  if (auto v = first_variable(reader, {"ansible_become_flags", own("flags")}); !v.is_none()) out.flags = core::to_str(v);
  auto password = first_variable(reader, {"ansible_become_password", "ansible_become_pass", own("pass"), own("password")});
  if (!password.is_none()) out.password = core::to_str(password);
  if (out.user.empty()) out.user = "root";
}

core::value remove_omitted(const core::value& v, std::string_view placeholder) {
  auto omitted = [&](const core::value& x) { return x.is_string() && x.as_string() == placeholder; };
  if (v.is_dict()) {
    core::dict out;
    for (auto& e : v.as_dict())
      if (!omitted(e.val)) out.set_key(e.key, remove_omitted(e.val, placeholder));
    return core::value(std::move(out));
  }
  if (v.is_list()) {
    core::list out;
    for (auto& i : v.as_list())
      if (!omitted(i)) out.push_back(remove_omitted(i, placeholder));
    return core::value(std::move(out));
  }
  return v;
}

} // namespace mito::engine
