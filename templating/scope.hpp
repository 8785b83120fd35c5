#pragma once
/// Where a template finds its variables.
#include <optional>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::templating {

/// Raw variables by name. Values may themselves be templates (trust::source strings, at any depth): the
/// templar evaluates them when they are used, never before. Implementations are immutable while a template is
/// evaluated.
class scope {
public:
  virtual ~scope() = default;
  /// nullopt: no such variable. Must be quick: called for every reference.
  virtual std::optional<core::value> lookup(std::string_view name) const = 0;
  /// All names, for `vars`, error hints and `lookup('varnames')`.
  virtual std::vector<std::string_view> names() const = 0;
};

/// A scope over a dict, with an optional parent that is asked for what the dict lacks.
class dict_scope final : public scope {
public:
  explicit dict_scope(core::dict vars, const scope* parent = nullptr)
      : vars_(std::move(vars)), parent_(parent) {}
  std::optional<core::value> lookup(std::string_view name) const override;
  std::vector<std::string_view> names() const override;
  core::dict& vars() { return vars_; }
  const core::dict& vars() const { return vars_; }

private:
  core::dict vars_;
  const scope* parent_;
};

/// Base of a lazy mapping that a scope may hand out as a kind::object value (hostvars): members are looked up
/// on demand.
class lazy_mapping : public core::object {
public:
  static const void* static_tag();
  const void* tag() const noexcept override { return static_tag(); }
  virtual std::optional<core::value> get(const core::value& key) const = 0;
  virtual std::vector<core::value> keys() const = 0;
};

} // namespace mito::templating
