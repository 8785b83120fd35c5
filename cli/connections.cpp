#include "cli/connections.hpp"

#include "cli/secrets.hpp"
#include "core/text.hpp"

namespace mito::cli {

namespace {

std::vector<std::string> shell_words(const std::string& s) {
  std::vector<std::string> out;
  for (auto w : core::split(s, ' '))
    if (!w.empty()) out.emplace_back(w);
  return out;
}

} // namespace

core::expected<void> read_passwords(const parsed& given, const settings& s, actors::connection_defaults& connection,
                                    engine::become_settings& become) {
  if (auto file = given.last("conn-pass-file", s.text("connection_password_file", "")); !file.empty()) {
    auto secret = read_secret_file(file);
    if (!secret) return secret.error();
    connection.password = *secret;
  } else if (given.has("ask-pass") || s.flag("ask_pass", false)) {
    if (auto answer = ask_secret("SSH password: ")) connection.password = std::string(answer->view());
  }
  if (auto file = given.last("become-pass-file", s.text("become_password_file", "")); !file.empty()) {
    auto secret = read_secret_file(file);
    if (!secret) return secret.error();
    become.password = *secret;
  } else if (given.has("ask-become-pass") || s.flag("become_ask_pass", false)) {
    std::string question = connection.password ? "BECOME password[defaults to SSH password]: " : "BECOME password: ";
    if (auto answer = ask_secret(question)) become.password = std::string(answer->view());
    if (become.password && become.password->empty() && connection.password) become.password = connection.password;
  }
  return {};
}

core::expected<std::shared_ptr<actors::connection_defaults>> connection_of(const parsed& given, const settings& s) {
  auto c = std::make_shared<actors::connection_defaults>();
  auto option_or = [&](std::string_view option, std::string_view setting) -> std::optional<std::string> {
    if (given.has(option)) return given.last(option);
    return s.get(setting);
  };
  c->connection = given.last("connection", s.text("transport", "smart"));
  c->remote_user = option_or("user", "remote_user");
  c->private_key = option_or("key-file", "private_key_file");
  if (auto args = s.get("ssh_args")) c->ssh_args = shell_words(*args);
  if (auto args = option_or("ssh-common-args", "ssh_common_args")) c->ssh_common_args = shell_words(*args);
  if (auto args = option_or("ssh-extra-args", "ssh_extra_args")) c->ssh_extra_args = shell_words(*args);
  c->ssh_executable = s.get("ssh_executable");
  c->host_key_checking = s.flag("ssh_host_key_checking", s.flag("host_key_checking", true));
  if (auto port = s.number("remote_port", 0); port > 0 && port < 65536) c->port = static_cast<std::uint16_t>(port);
  auto timeout = core::parse_int(given.last("timeout", s.text("ssh_timeout", s.text("timeout", "10"))));
  if (!timeout || *timeout <= 0) return core::error("--timeout: '" + given.last("timeout") + "' is not a number of seconds");
  c->timeout = std::chrono::seconds(*timeout);
  return c;
}

engine::become_settings become_of(const parsed& given, const settings& s) {
  engine::become_settings b;
  b.active = given.has("become") || s.flag("become", false);
  b.user = given.last("become-user", s.text("become_user", "root"));
  b.method = given.last("become-method", s.text("become_method", "sudo"));
  b.flags = s.text("become_flags", "");
  b.exe = s.text("become_exe", "");
  return b;
}

} // namespace mito::cli
