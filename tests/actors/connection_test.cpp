#define CAF_SUITE actors.connection
#include <caf/test/unit_test.hpp>

#include "actors/environment.hpp"
#include "core/json.hpp"

using namespace mito;
using namespace mito::actors;
using mito::transport::unknown_host;

namespace {

struct setting {
  templating::templar templar;
  environment env;
  setting() { env.templar = &templar; }
  core::expected<connection_ptr> resolve(std::string_view vars, std::optional<std::string> connection = {},
                                         std::optional<std::string> user = {}) {
    auto v = core::parse_json(vars);
    if (!v) CAF_FAIL("broken JSON in a test");
    templating::dict_scope scope(core::as_source(*v).as_dict());
    return resolve_connection(env, scope, "web1", connection, user);
  }
  connection_spec good(std::string_view vars, std::optional<std::string> connection = {}, std::optional<std::string> user = {}) {
    auto r = resolve(vars, std::move(connection), std::move(user));
    if (!r) CAF_FAIL(r.error().message());
    return **r;
  }
  std::string bad(std::string_view vars) {
    auto r = resolve(vars);
    return r ? "(fine)" : r.error().message();
  }
};

} // namespace

CAF_TEST(without variables the name is the address) {
  setting s;
  auto c = s.good("{}");
  CAF_CHECK(!c.local);
  CAF_CHECK_EQUAL(c.ssh.host, "web1");
  CAF_CHECK(!c.ssh.port && !c.ssh.user && !c.ssh.password);
  CAF_CHECK(c.ssh.on_unknown == unknown_host::ask);
}

CAF_TEST(variables win over keywords and those over the command line) {
  setting s;
  s.env.connection.remote_user = "cli";
  s.env.connection.port = 1;
  auto user = [&](std::string_view vars, std::optional<std::string> keyword = {}) {
    return s.good(vars, {}, std::move(keyword)).ssh.user.value_or("(none)");
  };
  auto port = [&](std::string_view vars) { return int(s.good(vars).ssh.port.value_or(0)); };
  CAF_CHECK_EQUAL(user("{}"), "cli");
  CAF_CHECK_EQUAL(user("{}", "keyword"), "keyword");
  CAF_CHECK_EQUAL(user(R"({"ansible_user": "var"})", "keyword"), "var");
  CAF_CHECK_EQUAL(user(R"({"ansible_ssh_user": "var2"})", "keyword"), "var2");
  CAF_CHECK_EQUAL(port("{}"), 1);
  CAF_CHECK_EQUAL(port(R"({"ansible_port": "{{ 2200 + 22 }}"})"), 2222);
  CAF_CHECK_EQUAL(std::string(s.good(R"({"ansible_host": "10.0.0.1"})").ssh.host), "10.0.0.1");
}

CAF_TEST(connections by name) {
  setting s;
  CAF_CHECK(s.good(R"({"ansible_connection": "local"})").local);
  CAF_CHECK(s.good("{}", "ansible.builtin.local").local);
  CAF_CHECK(!s.good(R"({"ansible_connection": "ssh"})", "local").local);
  CAF_CHECK_EQUAL(s.bad(R"({"ansible_connection": "winrm"})"), "the connection 'winrm' is not supported yet");
}

CAF_TEST(what makes no sense is named) {
  setting s;
  CAF_CHECK_EQUAL(s.bad(R"({"ansible_port": "ssh"})"), "ansible_port: 'ssh' is not a port number (1 to 65535)");
  CAF_CHECK_EQUAL(s.bad(R"({"ansible_port": 70000})"), "ansible_port: '70000' is not a port number (1 to 65535)");
  CAF_CHECK(s.bad(R"({"ansible_host": "{{ nothing }}"})").starts_with("ansible_host: 'nothing' is undefined"));
}

CAF_TEST(ssh arguments are split as a shell splits them) {
  setting s;
  s.env.connection.ssh_extra_args = {"-v"};
  auto c = s.good(R"({"ansible_ssh_common_args": "-o 'ProxyCommand=nc -x \"a b\" %h' -oUser=x\\ y"})");
  CAF_REQUIRE_EQUAL(c.ssh.ssh_arguments.size(), 4u);
  CAF_CHECK_EQUAL(c.ssh.ssh_arguments[1], "ProxyCommand=nc -x \"a b\" %h");
  CAF_CHECK_EQUAL(c.ssh.ssh_arguments[2], "-oUser=x y");
  CAF_CHECK_EQUAL(c.ssh.ssh_arguments[3], "-v");
}

CAF_TEST(host key checking and timeout) {
  setting s;
  CAF_CHECK(s.good(R"({"ansible_host_key_checking": "no"})").ssh.on_unknown == unknown_host::ignore);
  s.env.connection.host_key_checking = false;
  CAF_CHECK(s.good("{}").ssh.on_unknown == unknown_host::ignore);
  CAF_CHECK(s.good(R"({"ansible_ssh_host_key_checking": true})").ssh.on_unknown == unknown_host::ask);
  CAF_CHECK(s.good(R"({"ansible_timeout": 3})").ssh.connect_timeout == std::chrono::seconds(3));
}

CAF_TEST(what changes a login changes the key of its connection) {
  setting s;
  auto key = [&](std::string_view vars) { return s.good(vars).key; };
  auto plain = key("{}");
  CAF_CHECK_EQUAL(plain, key(R"({"unrelated": 1})"));
  for (auto vars : {R"({"ansible_host": "x"})", R"({"ansible_port": 2})", R"({"ansible_user": "u"})", R"({"ansible_password": "p"})",
                    R"({"ansible_private_key_file": "/k"})", R"({"ansible_ssh_common_args": "-C"})"})
    CAF_CHECK_NOT_EQUAL(plain, key(vars));
}
