#include "playbook/inventory/addresses.hpp"

#include "core/text.hpp"
#include "playbook/inventory/names.hpp"

namespace mito::playbook {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Moves along a text; every `take_` says whether it was there and moves past it only then.
class cursor {
public:
  explicit cursor(std::string_view s) : s_(s) {}
  bool done() const { return at_ == s_.size(); }
  char peek() const { return done() ? '\0' : s_[at_]; }

  bool take(std::string_view text) {
    if (!s_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  template <class Test>
  std::size_t take_while(const Test& test, std::size_t most) {
    auto from = at_;
    while (!done() && at_ - from < most && test(s_[at_])) ++at_;
    return at_ - from;
  }

  enum class range_kind : std::uint8_t { letters_or_numbers, numbers, hex };
  /// "[1:3]", "[a:f:2]".
  bool take_range(range_kind kind) {
    auto from = at_;
    constexpr auto any = static_cast<std::size_t>(-1);
    auto bounds = [&](auto test, std::size_t most) {
      at_ = from;
      return take("[") && take_while(test, most) && take(":") && take_while(test, most) &&
             (!take(":") || take_while(digit, any)) && take("]");
    };
    bool there = kind == range_kind::hex ? bounds(hex_digit, any) : bounds(digit, any);
    if (!there && kind == range_kind::letters_or_numbers) there = bounds(letter, 1);
    if (!there) at_ = from;
    return there;
  }

  bool take_word() {
    if (done()) return false;
    auto next = at_;
    auto c = core::next_utf8(s_, next);
    if (!c || !is_word(*c)) return false;
    at_ = next;
    return true;
  }

private:
  std::string_view s_;
  std::size_t at_ = 0;
};

using kind = cursor::range_kind;

/// Labels of word characters, `-` and ranges; none starts with `-` or ends in `-` or `_`.
bool is_hostname(std::string_view text) {
  cursor c(text);
  do {
    char last = c.peek();
    if (!c.take_word() && !c.take_range(kind::letters_or_numbers)) return false;
    for (char next = c.peek(); c.take_word() || c.take("-") || c.take_range(kind::letters_or_numbers); next = c.peek())
      last = next;
    if (last == '-' || last == '_') return false;
  } while (c.take("."));
  return c.done();
}

bool is_ipv4(std::string_view text) {
  cursor c(text);
  for (int i = 0; i < 4; ++i) {
    if (i && !c.take(".")) return false;
    if (c.take_range(kind::numbers)) continue;
    int value = 0;
    std::size_t n = c.take_while([&](char d) { return digit(d) && (value = value * 10 + (d - '0'), true); }, 3);
    if (!n || value > 255) return false;
  }
  return c.done();
}

bool take_group(cursor& c) { return c.take_while(hex_digit, 4) > 0 || c.take_range(kind::hex); }

/// IPv4 inside IPv6, whose parts Ansible takes for hex as well.
bool take_dotted(cursor& c) {
  for (int i = 0; i < 4; ++i)
    if ((i && !c.take(".")) || !take_group(c)) return false;
  return true;
}

/// Whether the text begins as an IPv6 address does. What follows is not looked at: Ansible's rule is anchored at the start
/// only, so that "fe80::1%eth0" is one as well.
bool is_ipv6(std::string_view text) {
  if (text.starts_with("::")) return true;
  cursor c(text);
  for (int groups = 1; groups <= 8; ++groups) {
    if (!take_group(c)) return false;
    if (groups == 8) return true;
    if (!c.take(":")) return false;
    if (groups <= 6 && c.peek() == ':') return true;
    cursor rest = c;
    bool zeros = text.starts_with("0:0:0:0:0:");
    if (groups == 6 && zeros && text.starts_with("0:0:0:0:0:0:") && take_dotted(rest)) return true;
    if (groups == 6 && zeros && core::lower(text).starts_with("0:0:0:0:0:ffff:") && take_dotted(rest) && rest.done()) return true;
  }
  return false;
}

/// Position of the colon of a ":22" at the end; everything before it is free of colons outside brackets.
std::optional<std::size_t> port_colon(std::string_view s) {
  auto colon = s.rfind(':');
  if (colon == s.npos || colon + 1 == s.size() || s.find_first_not_of("0123456789", colon + 1) != s.npos) return std::nullopt;
  for (std::size_t i = 0; i < colon; ++i) {
    if (s[i] == ':' || s[i] == ']') return std::nullopt;
    if (s[i] != '[') continue;
    i = s.find(']', i);
    if (i == s.npos || i > colon) return std::nullopt;
  }
  return colon;
}

} // namespace

bool is_ip_address(std::string_view text) { return is_ipv4(text) || is_ipv6(text); }

std::optional<host_and_port> parse_address(std::string_view text) {
  host_and_port out;
  auto port_of = [&](std::string_view digits) {
    auto n = core::parse_int(digits);
    if (n) out.port = *n;
    return n.has_value();
  };
  if (auto close = text.rfind("]:"); text.starts_with('[') && close != text.npos && close > 1 && close + 2 < text.size() &&
                                     text.find_first_not_of("0123456789", close + 2) == text.npos) {
    if (!port_of(text.substr(close + 2))) return std::nullopt;
    text = text.substr(1, close - 1);
  }
  if (auto colon = port_colon(text)) {
    if (!port_of(text.substr(*colon + 1))) return std::nullopt;
    text = text.substr(0, *colon);
  }
  if (!is_hostname(text) && !is_ipv6(text)) return std::nullopt;
  out.host = text;
  return out;
}

} // namespace mito::playbook
