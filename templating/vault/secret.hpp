#pragma once
/// Passwords and keys in memory: wiped when nobody holds them any more.
#include <memory>
#include <string>
#include <string_view>

namespace mito::templating {

/// Overwrites the bytes of `s`, what lies behind its end included, and empties it.
void wipe(std::string& s) noexcept;

/// A string that is wiped when it goes out of scope: for what is on its way into a `secret`, and for plaintext.
class wiped_string {
public:
  wiped_string() = default;
  explicit wiped_string(std::string s) : text(std::move(s)) {}
  wiped_string(wiped_string&& other) noexcept { swap(other); }
  wiped_string& operator=(wiped_string&& other) noexcept {
    swap(other);
    return *this;
  }
  ~wiped_string() { wipe(text); }
  std::string_view view() const noexcept { return text; }
  /// Grows without leaving a copy behind.
  void append(std::string_view more);

  std::string text;

private:
  void swap(wiped_string& other) noexcept { text.swap(other.text); }
};

/// A password. Copies share the bytes; the last one wipes them.
class secret {
public:
  secret() = default;
  explicit secret(std::string_view bytes);
  std::string_view view() const noexcept { return bytes_ ? bytes_->view() : std::string_view(); }
  bool empty() const noexcept { return view().empty(); }

private:
  std::shared_ptr<const wiped_string> bytes_;
};

} // namespace mito::templating
