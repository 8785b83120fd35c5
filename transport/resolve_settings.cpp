#include "transport/resolve_settings.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/text.hpp"
#include "transport/algorithms.hpp"
#include "transport/child.hpp"
#include "transport/known_hosts.hpp"
#include "transport/ssh_arguments.hpp"
#include "transport/ssh_config_match.hpp"

namespace mito::transport {
namespace {

/// Seconds, or OpenSSH's time format (sshd_config(5), TIME FORMATS); -1 when malformed.
long parse_time(std::string_view text) {
  long total = 0;
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = core::parse_int(text.substr(0, digits));
    if (!number || *number > 1000000000) return -1;
    long unit = 1;
    if (digits < text.size()) {
      switch (text[digits] | 0x20) {
      case 's':
        break;
      case 'm':
        unit = 60;
        break;
      case 'h':
        unit = 3600;
        break;
      case 'd':
        unit = 86400;
        break;
      case 'w':
        unit = 604800;
        break;
      default:
        return -1;
      }
    }
    total += static_cast<long>(*number) * unit;
    text.remove_prefix(std::min(digits + 1, text.size()));
  }
  return total;
}

class resolution {
public:
  resolution(const ssh_target& target, config_query query, config_answer answer)
      : target_(target), query_(std::move(query)), answer_(std::move(answer)) {}

  core::expected<ssh_settings> run(std::string needs_program) {
    s.original_host = target_.host;
    s.password = target_.password;
    s.key_passphrase = target_.key_passphrase;
    s.needs_program = std::move(needs_program);
    if (s.needs_program.empty() && !answer_.needs_program.empty())
      s.needs_program = "option " + answer_.needs_program + " is not honoured natively";
    basics();
    times();
    authentication();
    host_checking();
    algorithms();
    proxies();
    environment();
    for (const auto& path : answer_.read) s.notes.push_back("Reading configuration data " + path);
    if (!error_.empty()) return core::error(error_);
    return std::move(s);
  }

private:
  const std::string* find(const char* key) const { return answer_.find(key); }
  void complain(std::string text) {
    if (error_.empty()) error_ = std::move(text);
  }
  void program(std::string why) {
    if (s.needs_program.empty()) s.needs_program = std::move(why);
  }
  bool flag(const char* key, bool standard) {
    const auto* text = find(key);
    if (text == nullptr) return standard;
    const auto v = core::lower(*text);
    if (v == "yes" || v == "true") return true;
    if (v != "no" && v != "false") complain("unsupported option \"" + *text + "\" for " + key);
    return false;
  }
  std::map<char, std::string> tokens() const {
    return token_table(query_, s.host_name, std::to_string(s.port), s.user, s.host_key_alias);
  }
  /// Tokens, variables and ~; complains and is empty when that fails.
  std::string expand_file(const std::string& text) {
    auto tilde = expand_path(text, query_.account);
    if (!tilde) return complain(tilde.error().message()), std::string();
    auto path = expand_tokens(*tilde, tokens());
    if (!path) return complain(path.error().message()), std::string();
    return *path;
  }

  void basics() {
    s.host_name = target_.host;
    if (const auto* name = find("hostname")) {
      auto expanded = expand_tokens(*name, {{'h', target_.host}});
      if (expanded)
        s.host_name = *expanded;
      else
        complain(expanded.error().message());
    }
    s.host_name = core::lower(s.host_name);
    if (target_.port) {
      s.port = *target_.port;
    } else if (const auto* port = find("port")) {
      const auto number = core::parse_int(*port);
      if (!number || *number < 1 || *number > 65535)
        complain("Bad port '" + *port + "'");
      else
        s.port = static_cast<std::uint16_t>(*number);
    }
    const auto* user = find("user");
    s.user = target_.user ? *target_.user : user != nullptr ? *user : query_.account.name;
    if (const auto* alias = find("hostkeyalias")) s.host_key_alias = *alias;
    if (const auto* family = find("addressfamily")) {
      const auto v = core::lower(*family);
      s.address_family = v == "inet" ? AF_INET : v == "inet6" ? AF_INET6 : AF_UNSPEC;
    }
    if (const auto* address = find("bindaddress")) s.bind_address = *address;
    s.compression = flag("compression", false);
    s.tcp_keepalive = flag("tcpkeepalive", true);
    s.batch = flag("batchmode", false);
  }

  void times() {
    s.connect_timeout = target_.connect_timeout;
    // Ansible gives its own timeout on the command line: only an argument that stands before it wins.
    for (const auto& [key, value] : query_.overrides) {
      if (key != "connecttimeout") continue;
      const long seconds = parse_time(value);
      if (seconds < 0) complain("invalid time value '" + value + "' for ConnectTimeout");
      if (seconds > 0) s.connect_timeout = std::chrono::seconds(seconds);
      break;
    }
    if (const auto* interval = find("serveraliveinterval")) {
      const long seconds = parse_time(*interval);
      if (seconds < 0)
        complain("invalid time value '" + *interval + "' for ServerAliveInterval");
      else
        s.alive_interval = std::chrono::seconds(seconds);
    }
    if (const auto* count = find("serveralivecountmax"))
      s.alive_count = static_cast<int>(core::parse_int(*count).value_or(3));
  }

  void authentication() {
    for (const auto& path : target_.private_keys) add_identity(path, true);
    for (const auto& words : answer_.identity_files)
      if (!words.empty() && words[0] != "none") add_identity(words[0], true);
    if (s.identities.empty() && answer_.identity_files.empty())
      for (const char* name : {"id_rsa", "id_ecdsa", "id_ed25519"})
        add_identity(query_.account.home + "/.ssh/" + name, false);
    s.identities_only = flag("identitiesonly", false);
    s.public_key =
        answer_.find("pubkeyauthentication") == nullptr || core::lower(*find("pubkeyauthentication")) != "no";
    s.password_login = flag("passwordauthentication", true);
    s.keyboard_interactive = flag("kbdinteractiveauthentication", true);
    agent();
    if (const auto* wanted = find("preferredauthentications")) {
      const auto known = std::exchange(s.methods, {});
      for (auto method : core::split(*wanted, ','))
        if (std::find(known.begin(), known.end(), method) != known.end()) s.methods.emplace_back(method);
      if (s.methods.empty())
        program("option PreferredAuthentications " + *wanted + " is not honoured natively");
    }
  }

  void add_identity(const std::string& text, bool named) {
    auto path = named ? expand_file(text) : text;
    if (path.empty()) return;
    for (const auto& there : s.identities)
      if (there.path == path) return;
    if (::access((path + "-cert.pub").c_str(), R_OK) == 0)
      program("the certificate " + path + "-cert.pub is not honoured natively");
    s.identities.push_back({std::move(path), named});
  }

  void agent() {
    const auto* wanted = find("identityagent");
    const char* standard =
        ::getenv("SSH_AUTH_SOCK"); // NOLINT(concurrency-mt-unsafe): nobody changes the environment
    if (wanted == nullptr || *wanted == "SSH_AUTH_SOCK") {
      s.agent_socket = standard == nullptr ? "" : standard;
    } else if (wanted->starts_with("$") && !wanted->starts_with("${")) {
      const char* value = ::getenv(wanted->c_str() + 1); // NOLINT(concurrency-mt-unsafe): as above
      s.agent_socket = value == nullptr ? "" : value;
    } else if (*wanted != "none") {
      s.agent_socket = expand_file(*wanted);
    }
  }

  void host_checking() {
    s.on_unknown = target_.on_unknown;
    if (const auto* strict = find("stricthostkeychecking");
        strict != nullptr && target_.on_unknown == unknown_host::ask) {
      const auto v = core::lower(*strict);
      if (v == "yes" || v == "true")
        s.on_unknown = unknown_host::refuse;
      else if (v == "no" || v == "off" || v == "false")
        s.on_unknown = unknown_host::ignore;
      else if (v == "accept-new")
        s.on_unknown = unknown_host::accept_new;
      else if (v != "ask")
        complain("unsupported option \"" + *strict + "\" for StrictHostKeyChecking");
    }
    if (s.batch && s.on_unknown == unknown_host::ask) s.on_unknown = unknown_host::refuse;
    s.hash_known_hosts = flag("hashknownhosts", false);
    const auto& home = query_.account.home;
    if (!target_.known_hosts_files.empty()) {
      s.user_known_hosts = target_.known_hosts_files;
    } else {
      s.user_known_hosts =
          files("userknownhostsfile", {home + "/.ssh/known_hosts", home + "/.ssh/known_hosts2"});
    }
    s.global_known_hosts =
        files("globalknownhostsfile", {"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"});
  }

  std::vector<std::string> files(const char* key, std::vector<std::string> standard) {
    const auto found = answer_.values.find(key);
    if (found == answer_.values.end()) return standard;
    std::vector<std::string> out;
    for (const auto& word : found->second)
      if (core::lower(word) != "none") out.push_back(expand_file(word));
    return out;
  }

  void algorithms() {
    const auto take = [this](const char* key, algorithm_kind kind, std::string& into) {
      const auto* list = find(key);
      if (list == nullptr) return;
      // `+`, `-` and `^` change OpenSSH's own list, which libssh does not have.
      if (list->find_first_of("+-^") == 0 || !knows_algorithms(kind, *list)) {
        program(std::string("option ") + std::string(find_option(key)->name) + " " + *list +
                " is not honoured natively");
      } else {
        into = *list;
      }
    };
    take("ciphers", algorithm_kind::cipher, s.ciphers);
    take("macs", algorithm_kind::mac, s.macs);
    take("kexalgorithms", algorithm_kind::kex, s.kex);
    take("hostkeyalgorithms", algorithm_kind::host_key, s.host_key_algorithms);
    take("pubkeyacceptedalgorithms", algorithm_kind::user_key, s.accepted_keys);
    if (const auto* bits = find("requiredrsasize"))
      s.rsa_min_size = static_cast<int>(core::parse_int(*bits).value_or(0));
  }

  void proxies() {
    s.config_file = target_.config_file;
    if (const auto* jump = find("proxyjump"); jump != nullptr && core::lower(*jump) != "none") {
      for (auto hop : core::split(*jump, ',')) {
        const auto spec = parse_jump(hop);
        if (!spec)
          complain(spec.error().message());
        else if (core::lower(spec->host) == s.host_name && spec->port.value_or(22) == s.port &&
                 spec->user.value_or(s.user) == s.user)
          complain("jumphost loop via " + spec->host);
        s.jump_hosts.emplace_back(hop);
      }
    }
    const auto command = answer_.whole.find("proxycommand");
    if (command == answer_.whole.end() || core::lower(command->second) == "none") return;
    auto expanded = expand_tokens(command->second, tokens());
    if (expanded)
      s.proxy_command = *expanded;
    else
      complain(expanded.error().message());
  }

  void environment() {
    // SetEnv comes after SendEnv, and so wins.
    if (!answer_.send_env.empty())
      for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto name = text.substr(0, text.find('='));
        for (const auto& pattern : answer_.send_env)
          if (match_pattern(name, pattern)) {
            add_variable(text);
            break;
          }
      }
    const auto set = answer_.values.find("setenv");
    if (set == answer_.values.end()) return;
    for (const auto& word : set->second) add_variable(word);
  }

  /// What is no plain word to every login shell stays here.
  void add_variable(const std::string& text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@,:+/-=";
    if (text.find('=') == text.npos || text.find_first_not_of(plain) != text.npos)
      s.notes.push_back("not sent to the host, for its characters: " + text.substr(0, text.find('=')));
    else
      s.environment.push_back(text);
  }

  const ssh_target& target_;
  const config_query query_;
  const config_answer answer_;
  ssh_settings s;
  std::string error_;
};

} // namespace

core::expected<jump_spec> parse_jump(std::string_view text) {
  jump_spec out;
  const std::string whole(text);
  text = core::trim(text);
  if (text.starts_with("ssh://")) text.remove_prefix(6);
  if (const auto at = text.rfind('@'); at != text.npos) {
    out.user = std::string(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with("[")) {
    const auto end = text.find(']');
    if (end == text.npos) return core::error("Invalid -J argument '" + whole + "'");
    if (end + 1 < text.size() && text[end + 1] == ':') port = text.substr(end + 2);
    text = text.substr(1, end - 1);
  } else if (const auto colon = text.find(':'); colon != text.npos && text.rfind(':') == colon) {
    port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  out.host = std::string(text);
  if (!port.empty()) {
    const auto number = core::parse_int(port);
    if (!number || *number < 1 || *number > 65535) return core::error("Invalid -J argument '" + whole + "'");
    out.port = static_cast<std::uint16_t>(*number);
  }
  if (out.host.empty() || out.host.front() == '-') return core::error("Invalid -J argument '" + whole + "'");
  return out;
}

core::expected<ssh_settings> resolve_settings(const ssh_target& target, config_store& store) {
  if (target.host.empty()) return core::error("no host name to connect to");
  if (target.host.front() == '-') return core::error("hostname contains invalid characters: " + target.host);
  auto arguments = parse_ssh_arguments(target.ssh_arguments);
  if (!arguments) return arguments.error();
  config_query query;
  query.host = target.host;
  query.account = own_account();
  query.overrides = std::move(arguments->options);
  query.run = [](const std::string& command) {
    const char* shell = ::getenv("SHELL"); // NOLINT(concurrency-mt-unsafe): nobody changes the environment
    return run_and_wait({shell == nullptr || *shell == 0 ? "/bin/sh" : shell, "-c", command}) == 0;
  };
  // What the caller says about port and user decides `Match user` and tokens as an option of the command line
  // would.
  if (target.port) query.overrides.emplace(query.overrides.begin(), "port", std::to_string(*target.port));
  if (target.user) query.overrides.emplace(query.overrides.begin(), "user", '"' + *target.user + '"');
  const auto file = target.config_file ? target.config_file : arguments->config_file;
  if (!file) {
    query.user_file = query.account.home + "/.ssh/config";
    query.system_file = "/etc/ssh/ssh_config";
  } else if (core::lower(*file) != "none") {
    query.user_file = *file;
    query.user_file_must_exist = true;
  }
  auto answer = evaluate_config(query, store);
  if (!answer) return answer.error();
  std::string why = target.force_program ? "it was asked for" : "";
  if (why.empty() && !arguments->needs_program.empty())
    why = "option " + arguments->needs_program + " is not honoured natively";
  auto settings = resolution(target, std::move(query), std::move(*answer)).run(std::move(why));
  if (settings) settings->config_file = file;
  return settings;
}

} // namespace mito::transport
