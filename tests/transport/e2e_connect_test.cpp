#define CAF_SUITE transport.e2e_connect
#include <caf/test/unit_test.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture.hpp"

using namespace mito::transport;
using namespace transport_test;

namespace {

/// A prompter that gives these answers, and counts.
struct answers {
  std::vector<std::string> of;
  std::shared_ptr<std::vector<std::string>> asked = std::make_shared<std::vector<std::string>>();

  pool_options options() const {
    pool_options o;
    o.prompts.ask = [of = of, asked = asked](const std::string& q, bool) -> std::optional<std::string> {
      asked->push_back(q); // one thread asks
      if (asked->size() > of.size()) return std::nullopt;
      return of[asked->size() - 1];
    };
    return o;
  }
};

sshd& server() {
  need_root();
  static sshd one;
  return one;
}

/// A TCP server that takes connections, counts what they send and says nothing.
class silent_server {
public:
  silent_server() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    CAF_REQUIRE_EQUAL(::bind(fd_, reinterpret_cast<sockaddr*>(&a), size), 0);
    CAF_REQUIRE_EQUAL(::listen(fd_, 10), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&a), &size);
    port = ntohs(a.sin_port);
  }
  ~silent_server() { ::close(fd_); }
  std::uint16_t port = 0;

private:
  int fd_;
};

} // namespace

CAF_TEST(a command runs and its output and status come back) {
  const auto sink = run(server().target(), "cat; echo err >&2; exit 7", "hello\n");
  CAF_CHECK_EQUAL(sink->data(), "hello\n");
  CAF_CHECK_EQUAL(sink->why.message, "");
  CAF_CHECK(sink->why.reason == close_reason::finished);
  CAF_CHECK_EQUAL(sink->why.exit_status, 7);
  CAF_CHECK_EQUAL(sink->why.stderr_tail, "err\n");
}

CAF_TEST(a command ended by a signal) {
  const auto sink = run(server().target(), "kill -TERM $$");
  CAF_CHECK_EQUAL(sink->why.exit_status, 128 + 15);
  CAF_CHECK(sink->why.reason == close_reason::finished);
}

CAF_TEST(every type of user key) {
  for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"}) {
    auto t = server().target();
    t.private_keys = {sshd::file(name)};
    const auto sink = run(t, "echo in");
    CAF_CHECK_EQUAL(std::string(name) + " " + sink->data() + sink->why.message, std::string(name) + " in\n");
  }
}

CAF_TEST(an encrypted key asks once for all connections) {
  for (const char* name : {"id_ed25519_enc", "id_rsa_enc"}) {
    answers a{{"wrong", "open it"}};
    auto t = server().target();
    t.private_keys = {sshd::file(name)};
    io_pool pool(a.options());
    std::vector<std::shared_ptr<collector>> sinks;
    std::vector<std::shared_ptr<stream>> streams;
    for (int i = 0; i < 4; ++i) {
      sinks.push_back(std::make_shared<collector>());
      streams.push_back(pool.open(t, "echo in", sinks.back()));
    }
    for (auto& s : sinks) {
      CAF_REQUIRE(s->wait_closed());
      CAF_CHECK_EQUAL(s->data() + s->why.message, "in\n");
    }
    CAF_CHECK_EQUAL(a.asked->size(), 2u);
    CAF_CHECK_EQUAL(a.asked->at(0), "Enter passphrase for key '" + t.private_keys[0] + "': ");
    t.key_passphrase = "open it";
    CAF_CHECK_EQUAL(run(t, "echo in")->data(), "in\n");
  }
}

CAF_TEST(password and keyboard interactive) {
  auto t = server().target();
  t.user = "tester";
  t.private_keys = {"/nonexistent"};
  t.password = "opensesame";
  for (const char* method : {"password", "keyboard-interactive"}) {
    t.ssh_arguments = {"-o", std::string("PreferredAuthentications=") + method};
    const auto sink = run(t, "id -un");
    CAF_CHECK_EQUAL(sink->data() + sink->why.message, "tester\n");
  }
  t.password = "wrong";
  const auto sink = run(t, "id -un");
  CAF_CHECK(sink->why.reason == close_reason::auth_failed);
  CAF_CHECK_EQUAL(sink->why.message,
                  "tester@127.0.0.1: Permission denied (publickey,password,keyboard-interactive).");
}

CAF_TEST(a wrong key is refused and named) {
  auto t = server().target();
  t.private_keys = {sshd::file("id_wrong"), "/no/key"};
  const auto sink = run(t, "id");
  CAF_CHECK(sink->why.reason == close_reason::auth_failed);
  CAF_CHECK_EQUAL(sink->why.message,
                  "root@127.0.0.1: Permission denied (publickey,password,keyboard-interactive).");
  CAF_CHECK_EQUAL(sink->why.hint, "keys tried: " + sshd::file("id_wrong") +
                                      "; not usable: /no/key: No such file or directory");
}

CAF_TEST(the agent is used and can be switched off) {
  server();
  const scratch dir;
  const auto socket = dir.path("agent");
  program agent({"ssh-agent", "-D", "-a", socket});
  while (::access(socket.c_str(), F_OK) != 0) ::usleep(1000); // a program outside that is starting
  shell("SSH_AUTH_SOCK=" + socket + " ssh-add -q " + sshd::file("id_wrong") + " " + sshd::file("id_agent") +
        " 2>&1");
  auto t = server().target();
  t.private_keys = {"/nonexistent"};
  t.ssh_arguments = {"-o", "IdentityAgent=" + socket};
  for (int i = 0; i < 3; ++i) {
    const auto sink = run(t, "echo in");
    CAF_CHECK_EQUAL(sink->data() + sink->why.message, "in\n");
  }
  t.ssh_arguments = {"-o", "IdentityAgent=none"};
  CAF_CHECK(run(t, "echo in")->why.reason == close_reason::auth_failed);
}

CAF_TEST(a changed host key is refused before anything is sent) {
  sshd other({}, "other");
  auto t = other.target();
  t.user = "tester";
  t.password = "opensesame";
  const scratch dir;
  t.known_hosts_files = {dir.write("kh", "\n" + other.known_line("ed25519"))};
  for (auto policy : {unknown_host::refuse, unknown_host::accept_new, unknown_host::ask}) {
    t.on_unknown = policy;
    const auto sink = run(t, "id");
    CAF_CHECK(sink->why.reason == close_reason::host_key);
    CAF_CHECK(sink->why.message.find("REMOTE HOST IDENTIFICATION HAS CHANGED") != std::string::npos);
    CAF_CHECK(sink->why.message.find("offending ED25519 key in " + dir.path("kh") + ":2") !=
              std::string::npos);
    CAF_CHECK(sink->notes().find("IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!") !=
              std::string::npos);
    CAF_CHECK_EQUAL(sink->data(), "");
  }
  // As OpenSSH with StrictHostKeyChecking=no: a key may prove us, the password is not given away.
  t.on_unknown = unknown_host::ignore;
  t.private_keys = {"/nonexistent"};
  CAF_CHECK(run(t, "id")->why.reason == close_reason::auth_failed);
}

CAF_TEST(a revoked host key is refused) {
  auto t = server().target();
  const scratch dir;
  auto text = server().known_line();
  t.known_hosts_files = {dir.write("kh", text + "@revoked " + text)};
  const auto sink = run(t, "id");
  CAF_CHECK(sink->why.reason == close_reason::host_key);
  CAF_CHECK(sink->why.message.find("revoked") != std::string::npos);
}

CAF_TEST(an unknown host is refused accepted or asked about) {
  auto t = server().target();
  const scratch dir;
  t.known_hosts_files = {dir.path("kh")};
  auto sink = run(t, "echo in");
  CAF_CHECK(sink->why.reason == close_reason::host_key);
  CAF_CHECK(sink->why.message.find("No ED25519 host key is known for [127.0.0.1]:") == 0);

  t.on_unknown = unknown_host::accept_new;
  CAF_CHECK_EQUAL(run(t, "echo in")->data(), "in\n");
  CAF_CHECK_EQUAL(scratch::read(dir.path("kh")), server().known_line());

  t.on_unknown = unknown_host::ask;
  t.known_hosts_files = {dir.path("kh2")};
  answers no{{"what", "no"}};
  sink = run(t, "echo in", {}, no.options());
  CAF_CHECK_EQUAL(sink->why.message, "Host key verification failed.");
  CAF_REQUIRE_EQUAL(no.asked->size(), 2u);
  CAF_CHECK(no.asked->at(0).find("The authenticity of host '[127.0.0.1]:") == 0);
  CAF_CHECK_EQUAL(no.asked->at(1), "Please type 'yes', 'no' or the fingerprint: ");

  answers yes{{"yes"}};
  io_pool pool(yes.options());
  std::vector<std::shared_ptr<collector>> sinks;
  std::vector<std::shared_ptr<stream>> streams;
  for (int i = 0; i < 5; ++i) {
    sinks.push_back(std::make_shared<collector>());
    streams.push_back(pool.open(t, "echo in", sinks.back()));
  }
  for (auto& s : sinks) {
    CAF_REQUIRE(s->wait_closed());
    CAF_CHECK_EQUAL(s->data() + s->why.message, "in\n");
  }
  CAF_CHECK_EQUAL(yes.asked->size(), 1u);
  CAF_CHECK_EQUAL(scratch::read(dir.path("kh2")), server().known_line());
}

CAF_TEST(a name that does not resolve and a port that is closed) {
  auto t = server().target();
  t.host = "no-such-host.invalid";
  auto sink = run(t, "id");
  CAF_CHECK(sink->why.reason == close_reason::resolve_failed);
  CAF_CHECK(sink->why.message.find("ssh: Could not resolve hostname no-such-host.invalid: ") == 0);
  t = server().target();
  t.port = free_port();
  sink = run(t, "id");
  CAF_CHECK(sink->why.reason == close_reason::connect_failed);
  CAF_CHECK_EQUAL(sink->why.message,
                  "ssh: connect to host 127.0.0.1 port " + std::to_string(*t.port) + ": Connection refused");
}

CAF_TEST(all addresses of a name are tried) {
  // localhost has ::1 first; the server listens on 127.0.0.1 only.
  auto t = server().target();
  t.host = "localhost";
  t.ssh_arguments = {"-o", "HostKeyAlias=alias"};
  const scratch dir;
  auto line = server().known_line();
  t.known_hosts_files = {dir.write("kh", "alias" + line.substr(line.find(' ')))};
  CAF_CHECK_EQUAL(run(t, "echo in")->data(), "in\n");
}

CAF_TEST(a server that says nothing ends in a timeout and the next in line has its whole time) {
  const silent_server silent;
  auto t = server().target();
  t.port = silent.port;
  t.connect_timeout = std::chrono::milliseconds(300);
  pool_options options;
  options.connect_parallelism = 1;
  io_pool pool(options);
  auto first = std::make_shared<collector>(), second = std::make_shared<collector>(),
       third = std::make_shared<collector>();
  const auto start = std::chrono::steady_clock::now();
  auto s1 = pool.open(t, "id", first);
  auto s2 = pool.open(t, "id", second);
  auto good = server().target();
  auto s3 = pool.open(good, "echo in", third);
  CAF_REQUIRE(first->wait_closed());
  CAF_CHECK(first->why.reason == close_reason::timed_out);
  CAF_CHECK(first->why.message.find("timed out during banner exchange") != std::string::npos);
  CAF_REQUIRE(second->wait_closed());
  CAF_CHECK(second->why.reason == close_reason::timed_out);
  CAF_CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(600));
  CAF_REQUIRE(third->wait_closed());
  CAF_CHECK_EQUAL(third->data(), "in\n");
}

CAF_TEST(abort while connecting and while running) {
  const silent_server silent;
  io_pool pool({});
  auto t = server().target();
  t.port = silent.port;
  auto sink = std::make_shared<collector>();
  auto s = pool.open(t, "id", sink);
  s.reset(); // dropping the handle is the same
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK(sink->why.reason == close_reason::local);
  auto running = std::make_shared<collector>();
  auto s2 = pool.open(server().target(), "cat", running);
  CAF_REQUIRE(running->wait_opened());
  s2->abort();
  CAF_REQUIRE(running->wait_closed());
  CAF_CHECK(running->why.reason == close_reason::local);
}
