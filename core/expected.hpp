#pragma once
/// expected<T>: a value or an error, for code that compiles without exceptions.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/diagnostic.hpp"

namespace mito::core {

/// Owning handle of one diagnostic; a pointer wide, so that expected<T> stays cheap on the good path.
class error {
public:
  explicit error(diagnostic d) : what_(std::make_unique<diagnostic>(std::move(d))) {}
  /// The usual error: a message, where it stands, and what to do next.
  explicit error(std::string message, location where = {}, std::string hint = {})
      : what_(std::make_unique<diagnostic>(
            diagnostic{severity::error, std::move(message), std::move(where), std::move(hint), {}, {}})) {}

  error(error&&) noexcept = default;
  error& operator=(error&&) noexcept = default;
  error(const error& other) : what_(std::make_unique<diagnostic>(*other.what_)) {}
  error& operator=(const error& other) {
    what_ = std::make_unique<diagnostic>(*other.what_);
    return *this;
  }

  const diagnostic& what() const { return *what_; }
  diagnostic& what() { return *what_; }
  const std::string& message() const { return what_->message; }

private:
  std::unique_ptr<diagnostic> what_;
};

/// A T or an error. Reading the wrong side is undefined: test first.
template <class T>
class [[nodiscard]] expected {
public:
  expected(T value) : value_(std::move(value)) {}
  template <class U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, expected> &&
           !std::is_same_v<std::remove_cvref_t<U>, core::error> && !std::is_same_v<std::remove_cvref_t<U>, T>)
      expected(U&& value)
      : value_(std::forward<U>(value)) {}
  expected(core::error e) : error_(std::move(e)) {}

  explicit operator bool() const { return value_.has_value(); }
  bool has_value() const { return value_.has_value(); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  core::error& error() { return *error_; }
  const core::error& error() const { return *error_; }
  T value_or(T fallback) const { return value_ ? *value_ : std::move(fallback); }

private:
  std::optional<T> value_;
  std::optional<core::error> error_;
};

template <>
class [[nodiscard]] expected<void> {
public:
  expected() = default;
  expected(core::error e) : error_(std::move(e)) {}
  explicit operator bool() const { return !error_; }
  bool has_value() const { return !error_; }
  core::error& error() { return *error_; }
  const core::error& error() const { return *error_; }

private:
  std::optional<core::error> error_;
};

} // namespace mito::core
