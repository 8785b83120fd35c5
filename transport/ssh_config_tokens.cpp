#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "transport/ssh_config.hpp"

namespace mito::transport {
namespace {

/// Name and home directory of a user; empty when there is none. May block (NSS).
std::pair<std::string, std::string> look_up(const char* name, uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::string buffer(16384, '\0');
  if (name != nullptr) {
    ::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found);
  } else {
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  }
  if (found == nullptr) return {};
  return {entry.pw_name, entry.pw_dir};
}

} // namespace

local_account own_account() {
  local_account me;
  std::tie(me.name, me.home) = look_up(nullptr, ::getuid());
  me.uid = ::getuid();
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  me.host_name = host;
  return me;
}

core::expected<std::string> expand_tokens(std::string_view text, const std::map<char, std::string>& table) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return core::error("invalid format: '" + std::string(text) + "' ends in %");
    if (text[i] == '%') {
      out += '%';
      continue;
    }
    const auto found = table.find(text[i]);
    if (found == table.end())
      return core::error("unknown key %" + std::string(1, text[i]) + " in '" + std::string(text) + "'");
    out += found->second;
  }
  return out;
}

core::expected<std::string> expand_path(std::string_view text, const local_account& account) {
  std::string out;
  if (text.starts_with("~")) {
    const auto slash = std::min(text.find('/'), text.size());
    const std::string user(text.substr(1, slash - 1));
    out = user.empty() ? account.home : look_up(user.c_str(), 0).second;
    if (out.empty()) return core::error("no home directory for '" + std::string(text) + "'");
    text.remove_prefix(slash);
  }
  while (!text.empty()) {
    const auto at = text.find("${");
    out += text.substr(0, at);
    if (at == text.npos) break;
    const auto end = text.find('}', at);
    if (end == text.npos)
      return core::error("environment variable '" + std::string(text) + "' missing closing '}'");
    const std::string name(text.substr(at + 2, end - at - 2));
    const char* value =
        ::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nobody changes the environment
    if (value == nullptr) return core::error("env var ${" + name + "} has no value");
    out += value;
    text.remove_prefix(end + 1);
  }
  return out;
}

} // namespace mito::transport
