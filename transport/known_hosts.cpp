// The low-level SHA-1 calls: HMAC through EVP costs four times as much, and 10,000 hashed lines are searched
// per host.
#define OPENSSL_API_COMPAT 0x10100000L
#include "transport/known_hosts.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "transport/files.hpp"

namespace mito::transport {
namespace {

constexpr std::string_view blanks = " \t";

/// Takes the next white-space separated word off `line`.
std::string_view take_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(blanks);
  if (begin == line.npos) {
    line = {};
    return {};
  }
  line.remove_prefix(begin);
  const auto end = std::min(line.find_first_of(blanks), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

/// RFC 2104 with SHA-1, whose key (the salt) is at most one block.
std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::array<unsigned char, SHA_CBLOCK> inner{}, outer{};
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const unsigned char k = i < key.size() ? static_cast<unsigned char>(key[i]) : 0;
    inner[i] = k ^ 0x36;
    outer[i] = k ^ 0x5c;
  }
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA_CTX hash;
  SHA1_Init(&hash);
  SHA1_Update(&hash, inner.data(), inner.size());
  SHA1_Update(&hash, text.data(), text.size());
  SHA1_Final(digest.data(), &hash);
  SHA1_Init(&hash);
  SHA1_Update(&hash, outer.data(), outer.size());
  SHA1_Update(&hash, digest.data(), digest.size());
  SHA1_Final(digest.data(), &hash);
  return {digest.begin(), digest.end()};
}

} // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

std::string base64_decode(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 1u << 20) return {};
  std::string out(text.size() / 4 * 3 + 1, '\0');
  const int n =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (n < 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  out.resize(static_cast<std::size_t>(n) - padding);
  return out;
}

bool match_pattern(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] == text[t] && pattern[p] != '*'))) {
      ++t, ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

int match_pattern_list(std::string_view text, std::string_view list) {
  bool matched = false;
  for (auto part : core::split(list, ',')) {
    const bool negated = !part.empty() && part.front() == '!';
    if (negated) part.remove_prefix(1);
    if (part.empty() || !match_pattern(text, part)) continue;
    if (negated) return -1;
    matched = true;
  }
  return matched ? 1 : 0;
}

std::string host_key_name(std::string_view host, std::uint16_t port) {
  auto name = core::lower(host);
  return port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

std::string hash_host_name(std::string_view name) {
  std::string salt(SHA_DIGEST_LENGTH, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size()));
  return "|1|" + base64_encode(salt) + "|" + base64_encode(hmac_sha1(salt, name));
}

std::shared_ptr<const known_hosts_file> known_hosts_file::read(const std::string& path) {
  return parse(read_file(path).value_or(std::string()), path);
}

std::shared_ptr<const known_hosts_file> known_hosts_file::parse(std::string_view text,
                                                                const std::string& name) {
  auto file = std::make_shared<known_hosts_file>();
  std::uint32_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    file->add_line(line, ++number, name);
  }
  return file;
}

void known_hosts_file::add_line(std::string_view line, std::uint32_t number, const std::string& name) {
  known_key key;
  auto hosts = take_word(line);
  if (hosts.empty() || hosts.front() == '#') return;
  if (hosts == "@revoked" || hosts == "@cert-authority") {
    key.mark = hosts == "@revoked" ? host_mark::revoked : host_mark::authority;
    hosts = take_word(line);
  } else if (hosts.front() == '@') {
    return; // an unknown marker: OpenSSH passes the line over
  }
  key.type = take_word(line);
  key.key = take_word(line);
  if (key.type.empty() || key.key.empty() || base64_decode(key.key).empty()) return;
  key.file = name;
  key.line = number;
  const auto index = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back(std::move(key));

  if (hosts.starts_with("|1|")) {
    const auto parts = core::split(hosts, '|');
    if (parts.size() == 4) hashed_.push_back({base64_decode(parts[2]), base64_decode(parts[3]), index});
  } else if (hosts.find_first_of("*?!") != hosts.npos) {
    patterns_.push_back({core::lower(hosts), index});
  } else {
    for (auto host : core::split(hosts, ',')) names_.emplace(core::lower(host), index);
  }
}

std::vector<known_key> known_hosts_file::find(std::string_view name) const {
  std::vector<std::uint32_t> hits;
  const auto [begin, end] = names_.equal_range(std::string(name));
  for (auto it = begin; it != end; ++it) hits.push_back(it->second);
  for (const auto& h : hashed_)
    if (hmac_sha1(h.salt, name) == h.digest) hits.push_back(h.key);
  for (const auto& p : patterns_)
    if (match_pattern_list(name, p.list) > 0) hits.push_back(p.key);
  std::sort(hits.begin(), hits.end());
  hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
  std::vector<known_key> found;
  for (auto i : hits) found.push_back(keys_[i]);
  return found;
}

} // namespace mito::transport
