#define OPENSSL_API_COMPAT 0x10100000L
#include "transport/ssh_config_match.hpp"

#include <openssl/sha.h>

#include "core/text.hpp"
#include "transport/known_hosts.hpp"

namespace mito::transport {
namespace {

std::string sha1_hex(const std::string& text) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string out;
  for (auto byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

/// Host name as far as it is known while files are being read.
std::string present_host(const match_subject& s) {
  if (s.final_pass) return s.final_host;
  const auto* name = s.so_far.find("hostname");
  if (name == nullptr) return s.query.host;
  auto expanded = expand_tokens(*name, {{'h', s.query.host}});
  return expanded ? *expanded : s.query.host;
}

std::string present_user(const match_subject& s) {
  const auto* user = s.so_far.find("user");
  return user == nullptr ? s.query.account.name : *user;
}

core::expected<bool> run_exec(const std::string& command, const match_subject& s) {
  const auto* port = s.so_far.find("port");
  const auto* alias = s.so_far.find("hostkeyalias");
  auto expanded = expand_tokens(command, token_table(s.query, present_host(s), port == nullptr ? "22" : *port,
                                                     present_user(s), alias == nullptr ? "" : *alias));
  if (!expanded) return expanded.error();
  return s.query.run && s.query.run(*expanded);
}

} // namespace

std::map<char, std::string> token_table(const config_query& query, const std::string& host_name,
                                        const std::string& port, const std::string& user,
                                        const std::string& key_alias) {
  const auto& me = query.account;
  return {{'h', host_name},
          {'n', query.host},
          {'p', port},
          {'r', user},
          {'u', me.name},
          {'d', me.home},
          {'i', std::to_string(me.uid)},
          {'k', key_alias.empty() ? query.host : key_alias},
          {'l', me.host_name},
          {'L', me.host_name.substr(0, me.host_name.find('.'))},
          {'C', sha1_hex(me.host_name + host_name + port + user)}};
}

core::expected<match_result> match_criteria(const std::vector<std::string>& words, const match_subject& s) {
  match_result out{true, false};
  if (words.empty()) return core::error("Match requires arguments");
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    const bool negated = word.starts_with("!");
    if (negated) word.erase(0, 1);
    std::string argument;
    bool has_argument = false;
    if (const auto equal = word.find('='); equal != word.npos) {
      argument = word.substr(equal + 1);
      word.resize(equal);
      has_argument = true;
    }
    const auto name = core::lower(word);
    bool hit = false;
    if (name == "all") {
      if (words.size() > 2 || (words.size() == 2 && (i == 0 || (core::lower(words[0]) != "final" &&
                                                                core::lower(words[0]) != "canonical"))))
        return core::error("'all' cannot be combined with other Match attributes");
      hit = true;
    } else if (name == "final" || name == "canonical") {
      // Without CanonicalizeHostname `canonical` too is about the second pass, which it does not ask for.
      out.wants_final = out.wants_final || name == "final";
      hit = s.final_pass;
    } else {
      if (!has_argument) {
        if (i + 1 == words.size()) return core::error("Missing Match criteria for " + word);
        argument = words[++i];
      }
      if (name == "host") {
        hit = match_pattern_list(core::lower(present_host(s)), core::lower(argument)) == 1;
      } else if (name == "originalhost") {
        hit = match_pattern_list(core::lower(s.query.host), core::lower(argument)) == 1;
      } else if (name == "user") {
        hit = match_pattern_list(present_user(s), argument) == 1;
      } else if (name == "localuser") {
        hit = match_pattern_list(s.query.account.name, argument) == 1;
      } else if (name == "exec") {
        if (!out.matched) continue; // no command is run for a line that is lost already
        auto ran = run_exec(argument, s);
        if (!ran) return ran.error();
        hit = *ran;
      } else {
        return core::error("Unsupported Match attribute " + words[i]);
      }
    }
    if (hit == negated) out.matched = false;
  }
  return out;
}

} // namespace mito::transport
