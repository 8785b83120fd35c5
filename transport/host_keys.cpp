#include "transport/host_keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/text.hpp"

namespace mito::transport {

key_verdict judge(const std::vector<known_key>& lines, const server_key& key) {
  key_verdict verdict;
  const known_key *same = nullptr, *other = nullptr;
  for (const auto& line : lines) {
    if (line.mark == host_mark::authority) {
      verdict.authority = true;
    } else if (line.mark == host_mark::revoked) {
      if (line.key == key.key) return {key_state::revoked, line, verdict.authority};
    } else if (line.key == key.key) {
      if (same == nullptr) same = &line;
    } else if (line.other_port) {
      continue; // another server may run there: no reason to call the key changed
    } else if (other == nullptr || (line.type == key.type && other->type != key.type)) {
      other = &line; // a line of the same type is the better one to name
    }
  }
  if (same != nullptr) {
    verdict.state = key_state::known;
    verdict.line = *same;
  } else if (other != nullptr) {
    verdict.state = key_state::changed;
    verdict.line = *other;
  }
  return verdict;
}

std::string short_type(std::string_view type) {
  if (type.find("ed25519") != type.npos) return "ED25519";
  if (type.find("ecdsa") != type.npos) return "ECDSA";
  if (type.find("rsa") != type.npos) return "RSA";
  if (type.find("dss") != type.npos) return "DSA";
  return std::string(type);
}

std::string preferred_algorithms(const std::vector<known_key>& lines) {
  // What libssh has, best first; an ssh-rsa key is proven with SHA-2 signatures.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> all{{
      {"ssh-ed25519", "ssh-ed25519"},
      {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
      {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
      {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
      {"rsa-sha2-512", "ssh-rsa"},
      {"rsa-sha2-256", "ssh-rsa"},
  }};
  std::vector<std::string> first, rest;
  for (const auto& [algorithm, type] : all) {
    const bool known = std::any_of(lines.begin(), lines.end(), [type = type](const known_key& l) {
      return l.mark == host_mark::none && l.type == type;
    });
    (known ? first : rest).emplace_back(algorithm);
  }
  first.insert(first.end(), rest.begin(), rest.end());
  return core::join(first, ",");
}

std::shared_ptr<const known_hosts_file> host_keys::file(const std::string& path) {
  {
    std::lock_guard guard(mutex_);
    auto found = files_.find(path);
    if (found != files_.end()) return found->second;
  }
  auto read = known_hosts_file::read(path); // outside the lock; the first one in wins
  std::lock_guard guard(mutex_);
  return files_.emplace(path, std::move(read)).first->second;
}

namespace {
std::string user_file(const ssh_settings& s) {
  return s.user_known_hosts.empty() ? "" : s.user_known_hosts.front();
}
std::string memory_key(const ssh_settings& s) {
  return user_file(s) + '\n' + s.known_name();
}
} // namespace

std::vector<known_key> host_keys::find(const ssh_settings& s) {
  std::vector<known_key> lines;
  const auto name = s.known_name();
  auto search = [&](const std::string& wanted) {
    for (const auto* list : {&s.user_known_hosts, &s.global_known_hosts})
      for (const auto& path : *list)
        for (auto& line : file(path)->find(wanted)) lines.push_back(std::move(line));
  };
  search(name);
  // As OpenSSH: a host on another port is also known by a line without port, if its key fits there.
  if (s.port != 22 && s.host_key_alias.empty()) {
    const auto own = lines.size();
    search(core::lower(s.host_name));
    for (auto i = own; i < lines.size(); ++i) lines[i].other_port = lines[i].mark == host_mark::none;
  }
  std::lock_guard guard(mutex_);
  const auto [begin, end] = added_.equal_range(memory_key(s));
  for (auto it = begin; it != end; ++it) lines.push_back(it->second);
  return lines;
}

key_state host_keys::answered(const ssh_settings& s, const server_key& key) {
  std::lock_guard guard(mutex_);
  const auto [begin, end] = added_.equal_range(memory_key(s));
  for (auto it = begin; it != end; ++it)
    if (it->second.key == key.key) return key_state::accepted;
  return refused_.count(memory_key(s) + '\n' + key.key) != 0 ? key_state::revoked : key_state::unknown;
}

void host_keys::refuse(const ssh_settings& s, const server_key& key) {
  std::lock_guard guard(mutex_);
  refused_.insert(memory_key(s) + '\n' + key.key);
}

std::string host_keys::remember(const ssh_settings& s, const server_key& key) {
  std::lock_guard guard(mutex_); // appends one at a time, and never the same key twice
  const auto memory = memory_key(s);
  const auto [begin, end] = added_.equal_range(memory);
  for (auto it = begin; it != end; ++it)
    if (it->second.key == key.key) return {};
  const auto path = user_file(s);
  added_.emplace(memory, known_key{host_mark::none, key.type, key.key, path, 0});
  if (path.empty() || path == "/dev/null") return {};

  if (const auto slash = path.rfind('/'); slash != path.npos) ::mkdir(path.substr(0, slash).c_str(), 0700);
  const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return path + ": " + std::strerror(errno);
  const auto name = s.known_name();
  std::string line =
      (s.hash_known_hosts ? hash_host_name(name) : name) + " " + key.type + " " + key.key + "\n";
  struct stat info {};
  char last = '\n';
  if (::fstat(fd, &info) == 0 && info.st_size > 0 && ::pread(fd, &last, 1, info.st_size - 1) == 1 &&
      last != '\n')
    line.insert(line.begin(), '\n'); // a file whose last line is not ended must not swallow ours
  const auto written = ::write(fd, line.data(), line.size());
  const auto error = written == static_cast<ssize_t>(line.size()) ? "" : path + ": " + std::strerror(errno);
  ::close(fd);
  return error;
}

std::string unknown_host_question(const ssh_settings& s, const std::string& peer, const server_key& key) {
  const auto shown = s.host_key_alias.empty() ? s.known_name() : s.host_key_alias;
  const bool numeric = peer.empty() || peer == s.host_name;
  const auto address = s.port == 22 ? peer : "[" + peer + "]:" + std::to_string(s.port);
  return "The authenticity of host '" + shown + " (" +
         (numeric && peer.empty() ? "<no hostip for proxy command>" : address) +
         ")' can't be established.\n" + short_type(key.type) + " key fingerprint is " + key.fingerprint +
         ".\nThis key is not known by any other names.\n"
         "Are you sure you want to continue connecting (yes/no/[fingerprint])? ";
}

std::string changed_key_warning(const ssh_settings& s, const server_key& key, const known_key& line) {
  const std::string bar(59, '@');
  const auto type = short_type(key.type);
  return bar + "\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n" + bar +
         "\nIT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\n"
         "Someone could be eavesdropping on you right now (man-in-the-middle attack)!\n"
         "It is also possible that a host key has just been changed.\n"
         "The fingerprint for the " +
         type + " key sent by the remote host is\n" + key.fingerprint +
         ".\nPlease contact your system administrator.\nAdd correct host key in " + user_file(s) +
         " to get rid of this message.\nOffending " + short_type(line.type) + " key in " + line.where() +
         "\nHost key for " + s.known_name() +
         " has changed and you have requested strict checking.\nHost key verification failed.";
}

} // namespace mito::transport
