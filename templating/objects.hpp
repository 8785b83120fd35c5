#pragma once
/// The objects that only templates see: macros, loops, namespaces, modules, bound methods, global functions.
#include "templating/machine.hpp"

namespace mito::templating {

/// Base of them all. They may point into the machine that made them, so they never leave it: what a template
/// returns of them is their text.
class script_object : public core::object {
public:
  static const void* static_tag();
  const void* tag() const noexcept final { return static_tag(); }
  /// Where Python's class is defined, for messages: "jinja2.runtime.", or empty for built-in ones.
  virtual std::string_view module() const { return "jinja2.runtime."; }
  /// Python attribute; nullopt: there is none.
  virtual std::optional<core::value> member(machine&, std::string_view) const { return std::nullopt; }
  virtual std::optional<core::value> item(machine&, const core::value&) const { return std::nullopt; }
  virtual bool callable() const { return false; }
  virtual core::value call(machine& m, core::list, core::dict) const;
  virtual bool set_member(machine&, const core::value&, core::value) const { return false; }
  virtual const core::list* elements() const { return nullptr; }
  /// Puts `after` where it holds `before`.
  virtual bool replace(const core::value&, const core::value&) const { return false; }
  virtual bool lenient_text(std::string&) const { return false; }
  virtual const class macro* as_macro() const { return nullptr; }
};

/// Replaces `before`, the very object, by `after` in `v` at any depth; false when it is not in there.
bool replaced_in(core::value& v, const core::value& before, const core::value& after);
/// Null when the value is no such object.
const script_object* as_script(const core::value& v);

class macro final : public script_object {
public:
  /// Where a macro belongs: its template's context and the frame that it sees.
  macro(const templating::node& n, frame* f, context* c, core::value name)
      : source(n), closure(f), home(c), name_(std::move(name)) {}
  std::string_view type_name() const noexcept override { return "Macro"; }
  bool lenient_text(std::string& out) const override;
  std::optional<core::value> member(machine&, std::string_view name) const override;
  bool callable() const override { return true; }
  core::value call(machine& m, core::list args, core::dict named) const override;
  const macro* as_macro() const override { return this; }
  const core::value& name() const { return name_; }
  const templating::node& source;
  frame* closure;
  context* home;

private:
  core::value name_;
};

class namespace_object final : public script_object {
public:
  explicit namespace_object(core::dict members) : members_(std::move(members)) {}
  std::string_view type_name() const noexcept override { return "Namespace"; }
  std::string_view module() const override { return "jinja2.utils."; }
  std::optional<core::value> member(machine&, std::string_view name) const override;
  std::optional<core::value> item(machine&, const core::value& key) const override;
  bool set_member(machine&, const core::value& name, core::value v) const override;
  bool lenient_text(std::string& out) const override;
  bool replace(const core::value& before, const core::value& after) const override;

private:
  mutable core::dict members_;
  mutable bool replacing_ = false; ///< it may hold itself
};

class loop_object final : public script_object {
public:
  loop_object(core::value all, std::int64_t n, unsigned level, const templating::node& from, frame* f)
      : items(std::move(all)), length(n), depth(level), source(from), closure(f) {}
  std::string_view type_name() const noexcept override { return "LoopContext"; }
  std::optional<core::value> member(machine& m, std::string_view name) const override;
  bool callable() const override { return true; }
  core::value call(machine& m, core::list args, core::dict named) const override;
  core::value at(std::int64_t i) const;

  core::value items;
  std::int64_t length;
  unsigned depth;
  const templating::node& source;
  frame* closure;
  mutable std::int64_t index = 0;
  mutable core::value last_changed;
  mutable bool changed_before = false;
};

/// A method taken without being called, and `loop.cycle`.
class bound_method final : public script_object {
public:
  bound_method(core::value self, const function_def& def) : self_(std::move(self)), def_(def) {}
  std::string_view type_name() const noexcept override { return "builtin_function_or_method"; }
  std::string_view module() const override { return ""; }
  bool callable() const override { return true; }
  core::value call(machine& m, core::list args, core::dict named) const override;
  bool lenient_text(std::string& out) const override;

private:
  mutable core::value self_; ///< changed by methods that change it
  const function_def& def_;
};

class global_function final : public script_object {
public:
  explicit global_function(const function_def& def) : def_(def) {}
  std::string_view type_name() const noexcept override;
  std::string_view module() const override { return ""; }
  bool lenient_text(std::string& out) const override;
  bool callable() const override { return true; }
  core::value call(machine& m, core::list args, core::dict named) const override;

private:
  const function_def& def_;
};

class cycler final : public script_object {
public:
  explicit cycler(core::list items) : items_(std::move(items)) {}
  std::string_view type_name() const noexcept override { return "Cycler"; }
  std::string_view module() const override { return "jinja2.utils."; }
  std::optional<core::value> member(machine& m, std::string_view name) const override;
  core::value advance() const;
  void reset() const { at_ = 0; }

private:
  core::list items_;
  mutable std::size_t at_ = 0;
};

class joiner final : public script_object {
public:
  explicit joiner(std::string sep) : sep_(std::move(sep)) {}
  std::string_view type_name() const noexcept override { return "Joiner"; }
  std::string_view module() const override { return "jinja2.utils."; }
  bool callable() const override { return true; }
  core::value call(machine& m, core::list, core::dict) const override;

private:
  std::string sep_;
  mutable bool used_ = false;
};

/// An imported template: its top-level names.
class module_object final : public script_object {
public:
  module_object(frame* f, std::string name, core::value body)
      : root_(f), name_(std::move(name)), body_(std::move(body)) {}
  std::string_view type_name() const noexcept override { return "TemplateModule"; }
  std::string_view module() const override { return "jinja2.environment."; }
  std::optional<core::value> member(machine&, std::string_view name) const override;
  bool lenient_text(std::string& out) const override;
  const std::string& name() const { return name_; }

private:
  frame* root_;
  std::string name_;
  core::value body_;
};

/// `self`: calls blocks by name; and with a version `super()`.
class block_caller final : public script_object {
public:
  block_caller(context* c, std::size_t block, std::size_t version, bool self, frame* outer)
      : home_(c), block_(block), version_(version), self_(self), outer_(outer) {}
  std::string_view type_name() const noexcept override {
    return self_ ? "TemplateReference" : "BlockReference";
  }
  std::optional<core::value> member(machine&, std::string_view name) const override;
  bool callable() const override { return !self_; }
  core::value call(machine& m, core::list, core::dict) const override;
  bool lenient_text(std::string& out) const override;
  context* home() const { return home_; }

private:
  context* home_;
  std::size_t block_, version_;
  bool self_;
  frame* outer_; ///< what the block's body sees
};

/// `x.__class__`.
class class_object final : public script_object {
public:
  explicit class_object(std::string name) : name_(std::move(name)) {}
  std::string_view type_name() const noexcept override { return "type"; }
  std::string_view module() const override { return ""; }
  std::optional<core::value> member(machine&, std::string_view name) const override;
  bool lenient_text(std::string& out) const override;

private:
  std::string name_;
};

} // namespace mito::templating
