#include "templating/vault/envelope.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/text.hpp"

namespace mito::templating {

namespace {

constexpr std::string_view magic = "$ANSIBLE_VAULT";
constexpr std::size_t columns = 80;

core::error bad_format(std::string message) {
  core::error e(std::move(message));
  e.what().category = "vault_format";
  return e;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 32;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

core::expected<std::string> from_hex(std::string_view s) {
  if (s.size() % 2) return bad_format("Vault format unhexlify error: Odd-length string");
  std::string out;
  out.reserve(s.size() / 2);
  for (std::size_t i = 0; i < s.size(); i += 2) {
    int high = digit(s[i]), low = digit(s[i + 1]);
    if (high < 0 || low < 0) return bad_format("Vault format unhexlify error: Non-hexadecimal digit found");
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string to_hex(std::string_view s) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(s.size() * 2);
  for (char c : s) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[c & 15];
  }
  return out;
}

/// The text up to the next "\n", "\r" or "\r\n", which are taken off `rest` too.
std::string_view next_line(std::string_view& rest) {
  auto end = std::min(rest.find_first_of("\r\n"), rest.size());
  auto line = rest.substr(0, end);
  auto after = end < rest.size() ? end + (rest.substr(end).starts_with("\r\n") ? 2 : 1) : end;
  rest.remove_prefix(after);
  return line;
}

} // namespace

bool is_vault_text(std::string_view text) {
  return text.starts_with(magic) &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
}

core::expected<vault_envelope> parse_vault_envelope(std::string_view text, std::string_view name) {
  auto in_file = name.empty() ? std::string() : " in " + std::string(name);
  if (text.size() > largest_vault)
    return bad_format("Vault envelope format error" + in_file + ": the text is larger than " +
                      std::to_string(largest_vault) + " bytes");
  auto fields = core::split(core::trim(next_line(text)), ';');
  if (fields.size() < 3) return bad_format("Vault envelope format error" + in_file + ": list index out of range");
  vault_envelope out;
  out.version = core::trim(fields[1]);
  out.cipher = core::trim(fields[2]);
  if (fields.size() > 3) out.id = core::trim(fields[3]);
  out.body.reserve(text.size());
  while (!text.empty()) out.body += next_line(text);
  return out;
}

core::expected<sealed_text> parse_vault_body(std::string_view hexadecimal) {
  auto inner = from_hex(hexadecimal);
  if (!inner) return inner.error();
  std::string_view parts[3], rest = *inner;
  for (int i = 0; i < 3; ++i) {
    auto end = i < 2 ? rest.find('\n') : rest.size();
    if (end == rest.npos)
      return bad_format("Vault vaulttext format error: not enough values to unpack (expected 3, got " +
                        std::to_string(i + 1) + ")");
    parts[i] = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  sealed_text out;
  std::pair<std::string_view, std::string*> fields[] = {
      {parts[0], &out.salt}, {parts[2], &out.ciphertext}, {parts[1], &out.hmac}};
  for (auto& [from, to] : fields) {
    auto raw = from_hex(from);
    if (!raw) return raw.error();
    *to = std::move(*raw);
  }
  return out;
}

std::string format_vault(const sealed_text& text, std::string_view id) {
  bool named = !id.empty() && id != "default";
  std::string out(magic);
  out += named ? ";1.2;AES256;" : ";1.1;AES256";
  if (named) out += id;
  auto body = to_hex(to_hex(text.salt) + "\n" + to_hex(text.hmac) + "\n" + to_hex(text.ciphertext));
  for (std::size_t at = 0; at < body.size(); at += columns) {
    out += '\n';
    out.append(body, at, columns);
  }
  return out + '\n';
}

} // namespace mito::templating
