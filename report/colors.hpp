#pragma once
/// Colours of the output, as the settings `[colors]` and ANSIBLE_COLOR_* name them.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mito::report {

/// What a colour is for.
enum class color : std::uint8_t {
  none, ok, changed, skip, error, unreachable, warn, debug, verbose, deprecate, highlight, diff_add, diff_remove, diff_lines
};
inline constexpr std::size_t color_count = 14;

/// The SGR parameters of a colour's name: "bright red", "color123", "rgb025", "gray7". Nothing for an unknown name.
std::optional<std::string> sgr_of(std::string_view name);

/// A purpose, its key in the section [colors] and Ansible's default; ANSIBLE_COLOR_ and the key in capitals is its variable.
struct color_role {
  color what;
  std::string_view key, fallback;
};
const std::array<color_role, color_count - 1>& color_roles();

class palette {
public:
  /// Ansible's default colours.
  explicit palette(bool on);
  palette() : palette(false) {}

  bool on() const { return on_; }
  /// False, and nothing changed, when there is no such colour.
  bool set(color what, std::string_view name);
  /// `text` in colour, line by line, as Ansible wraps it.
  std::string paint(std::string_view text, color what) const;
  /// Ansible's log keeps no line in the debug colour. It tells by the colour's name, so that another purpose of the same
  /// name counts too.
  bool logged(color what) const;

private:
  bool on_;
  std::array<std::string, color_count> names_, codes_;
};

} // namespace mito::report
