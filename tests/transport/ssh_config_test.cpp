#define CAF_SUITE transport.ssh_config
#include <caf/test/unit_test.hpp>

#include <map>
#include <random>
#include <sstream>

#include "core/text.hpp"
#include "fixture.hpp"
#include "transport/resolve_settings.hpp"

using namespace mito::transport;
using namespace transport_test;

namespace {

/// What `ssh -G` says: first value of each keyword; identity files in order.
struct oracle {
  std::map<std::string, std::string> values;
  std::vector<std::string> identities;
};

oracle ask_ssh(const std::string& arguments) {
  oracle out;
  std::istringstream in(shell("ssh -G " + arguments + " 2>&1"));
  for (std::string line; std::getline(in, line);) {
    const auto blank = line.find(' ');
    const auto key = line.substr(0, blank);
    const auto value = blank == line.npos ? "" : line.substr(blank + 1);
    if (key == "identityfile") out.identities.push_back(value);
    out.values.emplace(key, value);
  }
  return out;
}

ssh_settings resolve(const ssh_target& t, config_store& store) {
  auto s = resolve_settings(t, store);
  if (!s) CAF_FAIL(s.error().message());
  return *s;
}

ssh_settings resolve_text(const std::string& text, const std::string& host,
                          std::vector<std::string> arguments = {}) {
  const scratch dir;
  config_store store;
  ssh_target t;
  t.host = host;
  t.config_file = dir.write("config", text);
  t.ssh_arguments = std::move(arguments);
  return resolve(t, store);
}

std::string strict_text(unknown_host u) {
  switch (u) {
  case unknown_host::refuse:
    return "true";
  case unknown_host::ignore:
    return "false";
  case unknown_host::accept_new:
    return "accept-new";
  case unknown_host::ask:
    return "ask";
  }
  return "?";
}

std::string yes_no(bool b) {
  return b ? "yes" : "no";
}

/// The values that both sides name, in one notation.
void compare(const ssh_settings& s, const oracle& o, const std::string& what) {
  auto check = [&](const std::string& key, const std::string& ours) {
    const auto found = o.values.find(key);
    const auto theirs = found == o.values.end() ? "" : found->second;
    if (theirs != ours) CAF_FAIL(key << ": ours '" << ours << "', ssh's '" << theirs << "' for " << what);
  };
  check("hostname", s.host_name);
  check("port", std::to_string(s.port));
  check("user", s.user);
  check("stricthostkeychecking", strict_text(s.on_unknown));
  check("identitiesonly", yes_no(s.identities_only));
  check("passwordauthentication", yes_no(s.password_login));
  check("kbdinteractiveauthentication", yes_no(s.keyboard_interactive));
  check("compression", yes_no(s.compression));
  check("tcpkeepalive", yes_no(s.tcp_keepalive));
  check("hashknownhosts", yes_no(s.hash_known_hosts));
  check("hostkeyalias", s.host_key_alias);
  check("serveraliveinterval", std::to_string(s.alive_interval.value_or(std::chrono::seconds(0)).count()));
  check("serveralivecountmax", std::to_string(s.alive_count));
  check("userknownhostsfile", mito::core::join(s.user_known_hosts, " "));
  // ssh shows it before its tokens are expanded.
  const auto command = o.values.find("proxycommand");
  const std::map<char, std::string> tokens{
      {'h', s.host_name}, {'p', std::to_string(s.port)}, {'r', s.user}, {'n', s.original_host}};
  const auto theirs = command == o.values.end() ? std::string() : *expand_tokens(command->second, tokens);
  if (theirs != s.proxy_command)
    CAF_FAIL("proxycommand: ours '" << s.proxy_command << "', ssh's '" << theirs << "' for " << what);
  check("proxyjump", mito::core::join(s.jump_hosts, ","));
}

/// A random configuration of the constructs that matter.
class generator {
public:
  explicit generator(unsigned seed) : random_(seed) {}

  std::string config(const std::string& include) {
    std::string text;
    for (int block = pick(1, 7); block > 0; --block) {
      if (pick(0, 9) != 0) text += header();
      for (int n = pick(0, 5); n > 0; --n) text += option();
      if (!include.empty() && pick(0, 6) == 0) text += "  Include " + include + "\n";
    }
    return text;
  }
  std::string host() { return one({"web1", "web2", "db1.example.com", "WEB3", "10.0.0.7", "gw"}); }

private:
  int pick(int low, int high) { return std::uniform_int_distribution<>(low, high)(random_); }
  std::string one(std::vector<std::string> of) {
    return of[static_cast<std::size_t>(pick(0, static_cast<int>(of.size()) - 1))];
  }
  std::string pattern() {
    return one({"web1", "web?", "web*", "*", "!web1", "!web*", "*.example.com", "10.0.0.*", "gw",
                "db1.example.com", "WEB3", "real.example.com"});
  }
  std::string header() {
    if (pick(0, 2) != 0) {
      std::string line = one({"Host", "host", "HOST"}) + one({" ", "\t", " = "}) + pattern();
      for (int n = pick(0, 2); n > 0; --n) line += " " + pattern();
      return line + "\n";
    }
    return "Match " +
           one({"all", "final all", "host web1,web2", "host !web1,*", "originalhost web*", "user root",
                "user alice host web*", "localuser root", "!user alice", "exec \"test %h = web1\"",
                "exec true", "exec false host *", "final host real.example.com", "!exec false",
                "host real.example.com", "originalhost !web1,*", "!final", "!host web2 user bob"}) +
           "\n";
  }
  std::string option() {
    return one({"  ", "\t", ""}) +
           one({"Port 2222",
                "Port 2201",
                "User alice",
                "User=bob",
                "User \"root\"",
                "HostName real.example.com",
                "HostName %h.internal",
                "Hostname 10.1.2.3",
                "StrictHostKeyChecking no",
                "StrictHostKeyChecking accept-new",
                "StrictHostKeyChecking yes",
                "IdentitiesOnly yes",
                "IdentityFile ~/.ssh/%h_key",
                "IdentityFile /keys/%r@%n",
                "IdentityFile \"/with space/key\"",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "ChallengeResponseAuthentication no",
                "Compression yes",
                "TCPKeepAlive no",
                "HashKnownHosts yes",
                "HostKeyAlias alias-%%",
                "HostKeyAlias cluster",
                "ServerAliveInterval 15",
                "ServerAliveInterval 2m",
                "ServerAliveCountMax 7",
                "UserKnownHostsFile /tmp/kh /tmp/kh2",
                "UserKnownHostsFile ~/.ssh/kh_%k",
                "ProxyJump gw",
                "ProxyJump alice@gw:2200,other",
                "ProxyJump none",
                "ProxyCommand nc %h %p",
                "ProxyCommand none",
                "# a comment",
                "",
                "SendEnv LANG LC_*",
                "LogLevel ERROR # trailing",
                "ControlMaster auto",
                "ForwardAgent no"}) +
           one({"", "", " ", "\t"}) + "\n";
  }

  std::mt19937 random_;
};

} // namespace

CAF_TEST(generated configurations are read as ssh reads them) {
  if (shell("ssh -V 2>&1").find("OpenSSH") == std::string::npos) std::_Exit(77);
  const scratch dir;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    generator g(seed);
    const auto included = dir.write("included_" + std::to_string(seed), g.config(""));
    const auto text = g.config(included);
    const auto file = dir.write("config_" + std::to_string(seed), text);
    const auto host = g.host();
    config_store store;
    ssh_target t;
    t.host = host;
    t.config_file = file;
    const auto o = ask_ssh("-F " + file + " " + host);
    if (o.values.count("jumphost") != 0) { // "jumphost loop via …"
      const auto ours = resolve_settings(t, store);
      // ssh ends its line with a carriage return.
      CAF_REQUIRE(!ours);
      CAF_CHECK_EQUAL(std::string(ours.error().message()), "jumphost " + std::string(mito::core::trim(o.values.at("jumphost"))));
      continue;
    }
    const auto s = resolve(t, store);
    const auto what =
        host + " with seed " + std::to_string(seed) + ":\n" + text + "included:\n" + scratch::read(included);
    compare(s, o, what);
  }
}

CAF_TEST(arguments win over files as they do for ssh) {
  const scratch dir;
  const auto file =
      dir.write("config", "Host *\n  Port 1\n  User alice\n  HostName from.file\n  IdentityFile /k/file\n");
  const std::vector<std::vector<std::string>> cases{
      {"-p", "2222"},
      {"-p2222", "-l", "bob"},
      {"-o", "Port=7", "-o", "Port=8"},
      {"-oUser=carol"},
      {"-C", "-4"},
      {"-o", "Hostname %h.x"},
      {"-J", "a,b:22"},
      {"-o", "ProxyCommand=nc -X 5 %h %p"},
      {"-qTi", "/k/arg"},
      {"-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no"},
      {"-oServerAliveInterval=30"}};
  for (const auto& arguments : cases) {
    config_store store;
    ssh_target t;
    t.host = "web1";
    t.config_file = file;
    t.ssh_arguments = arguments;
    std::string line = "-F " + file;
    for (const auto& a : arguments) line += " '" + a + "'";
    compare(resolve(t, store), ask_ssh(line + " web1"), line);
  }
}

CAF_TEST(identity files keep their order and lose their repetitions) {
  const auto s = resolve_text(
      "IdentityFile /a\nHost web*\n IdentityFile /b\n IdentityFile /a\nHost *\n IdentityFile /%h/%r\n",
      "web1", {"-i", "/first", "-l", "me"});
  std::vector<std::string> paths;
  for (const auto& i : s.identities) paths.push_back(i.path);
  CAF_CHECK_EQUAL(mito::core::join(paths, " "), "/first /a /b /web1/me");
}

CAF_TEST(the environment that is sent) {
  ::setenv("MITO_SENT", "one.UTF-8", 1);
  ::setenv("MITO_STRANGE", "a b", 1);
  const auto s = resolve_text("Host web\nSendEnv MITO_S* MITO_X\nSendEnv MITO_STRANGE\nHost *\nSetEnv A=b MITO_SENT=two\n", "web");
  CAF_CHECK_EQUAL(mito::core::join(s.environment, " "), "MITO_SENT=one.UTF-8 A=b MITO_SENT=two");
  const auto taken_back = resolve_text("SendEnv MITO_S*\nSendEnv -MITO_S*\n", "web");
  CAF_CHECK(taken_back.environment.empty());
}

CAF_TEST(what libssh cannot do names the option) {
  auto why = [](const std::string& text, std::vector<std::string> arguments = {}) {
    return resolve_text(text, "web1", std::move(arguments)).needs_program;
  };
  CAF_CHECK_EQUAL(why("ForwardAgent no\n"), "");
  CAF_CHECK(why("\nForwardAgent yes\n").find("option ForwardAgent yes (") == 0);
  CAF_CHECK(why("\nForwardAgent yes\n").find("config line 2) is not honoured natively") != std::string::npos);
  CAF_CHECK_EQUAL(why("Host other\n ForwardAgent yes\n"), "");
  CAF_CHECK_EQUAL(why("", {"-A"}), "option ForwardAgent yes (command-line) is not honoured natively");
  CAF_CHECK_EQUAL(why("", {"-a"}), "");
  CAF_CHECK_EQUAL(why("", {"-R", "1:localhost:2"}), "option -R 1:localhost:2 is not honoured natively");
  CAF_CHECK_EQUAL(why("KexAlgorithms sntrup761x25519-sha512@openssh.com\n"),
                  "option KexAlgorithms sntrup761x25519-sha512@openssh.com is not honoured natively");
  CAF_CHECK_EQUAL(why("KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256\n"), "");
  CAF_CHECK_EQUAL(why("Ciphers +aes256-cbc\n"), "option Ciphers +aes256-cbc is not honoured natively");
  CAF_CHECK_EQUAL(why("PreferredAuthentications gssapi-with-mic\n"),
                  "option PreferredAuthentications gssapi-with-mic is not honoured natively");
  CAF_CHECK(why("CertificateFile /x\n").find("option CertificateFile /x") == 0);
  CAF_CHECK(why("CanonicalizeHostname yes\n").find("option CanonicalizeHostname yes") == 0);
  CAF_CHECK_EQUAL(
      why("ControlMaster auto\nControlPersist 60s\nControlPath ~/.ssh/%C\nSendEnv LANG\nSetEnv A=b\n"), "");
  CAF_CHECK_EQUAL(why("", {"-C", "-o", "ControlMaster=auto", "-o", "ControlPersist=60s", "-tt", "-vvv"}), "");
}

CAF_TEST(mistakes are named with their place) {
  const scratch dir;
  auto error = [&](const std::string& text, std::vector<std::string> arguments = {}) {
    config_store store;
    ssh_target t;
    t.host = "web1";
    t.config_file = dir.write("config", text);
    t.ssh_arguments = std::move(arguments);
    auto s = resolve_settings(t, store);
    if (s) return std::string();
    return std::string(s.error().message());
  };
  const auto file = dir.path("config");
  CAF_CHECK_EQUAL(error("\nHost a\nFrobnicate yes\n"),
                  file + ": line 3: Bad configuration option: frobnicate");
  CAF_CHECK_EQUAL(error("IgnoreUnknown Frob*,UseKeychain\nHost a\nFrobnicate yes\nUseKeychain yes\n"), "");
  CAF_CHECK_EQUAL(error("Port\n"), file + " line 1: no argument after keyword \"Port\"");
  CAF_CHECK_EQUAL(error("Match planet earth\n"), file + " line 1: Unsupported Match attribute earth");
  CAF_CHECK_EQUAL(error("User \"x\n"), file + " line 1: invalid quotes");
  CAF_CHECK_EQUAL(error("Port 70000\n"), "Bad port '70000'");
  CAF_CHECK_EQUAL(error("", {"-o", "Bogus=1"}), "command-line: line 0: Bad configuration option: bogus");
  CAF_CHECK_EQUAL(error("", {"otherhost"}),
                  "unexpected ssh argument 'otherhost': only options may stand in the ssh arguments");
  CAF_CHECK_EQUAL(error("", {"-p"}), "ssh option requires an argument -- p");
  CAF_CHECK_EQUAL(error("", {"-Z"}), "unknown ssh option -- Z");
  CAF_CHECK_EQUAL(error("IdentityFile /%Z\n"), "unknown key %Z in '/%Z'");
  config_store store;
  ssh_target t;
  t.host = "web1";
  t.config_file = dir.path("missing");
  CAF_CHECK_EQUAL(std::string(resolve_settings(t, store).error().message()),
                  "Can't open user config file " + dir.path("missing") + ": No such file or directory");
}

CAF_TEST(every option of ssh is in the table) {
  // `ssh -G` prints each option it knows by its name.
  std::istringstream in(shell("ssh -G -F none somewhere 2>/dev/null"));
  int seen = 0;
  for (std::string line; std::getline(in, line); ++seen) {
    const auto key = line.substr(0, line.find(' '));
    if (key == "host") continue;
    if (find_option(key) == nullptr) CAF_FAIL("not in the table: " << key);
  }
  CAF_CHECK(seen == 0 || seen > 40);
}

CAF_TEST(jump specifications) {
  auto j = parse_jump("ssh://al@[fe80::1]:2200");
  CAF_REQUIRE(j);
  CAF_CHECK_EQUAL(j->host, "fe80::1");
  CAF_CHECK_EQUAL(*j->user, "al");
  CAF_CHECK_EQUAL(*j->port, 2200);
  CAF_CHECK(!parse_jump("host:99999"));
  CAF_CHECK(!parse_jump("-oProxyCommand=evil"));
  CAF_CHECK(!parse_jump(""));
}
