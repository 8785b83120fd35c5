// From inventory variables and keywords to connection settings, with the variables' names and order of Ansible's ssh
// connection plugin.
#include "actors/environment.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

namespace {

class variables {
public:
  variables(const environment& env, const templating::scope& vars) : env_(env), vars_(vars) {}

  /// The first of these that is defined, templated.
  core::value get(std::initializer_list<std::string_view> names) {
    for (auto name : names) {
      auto raw = vars_.lookup(name);
      if (!raw || raw->is_none()) continue;
      auto v = env_.templar->render(*raw, vars_);
      if (v) return std::move(*v);
      if (!error_) error_ = core::error(std::string(name) + ": " + v.error().message());
      return {};
    }
    return {};
  }
  std::optional<std::string> text(std::initializer_list<std::string_view> names) {
    auto v = get(names);
    if (v.is_none()) return std::nullopt;
    return core::to_str(v);
  }
  const std::optional<core::error>& error() const { return error_; }
  void fail(std::string message) {
    if (!error_) error_ = core::error(std::move(message));
  }

private:
  const environment& env_;
  const templating::scope& vars_;
  std::optional<core::error> error_;
};

std::vector<std::string> words(std::string_view s) {
  std::vector<std::string> out;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    char c = s[i];
    if (quote) {
      if (c == quote) quote = 0;
      else if (c == '\\' && quote == '"' && i + 1 < s.size()) word += s[++i];
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < s.size()) {
      word += s[++i];
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (open || !word.empty()) out.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
    }
  }
  if (open || !word.empty()) out.push_back(std::move(word));
  return out;
}

void read_arguments(variables& v, const environment& env, transport::ssh_target& t) {
  auto add = [&](const std::vector<std::string>& list) { t.ssh_arguments.insert(t.ssh_arguments.end(), list.begin(), list.end()); };
  auto take = [&](std::initializer_list<std::string_view> names, const std::vector<std::string>& fallback) {
    if (auto s = v.text(names)) add(words(*s));
    else add(fallback);
  };
  take({"ansible_ssh_args"}, env.connection.ssh_args);
  take({"ansible_ssh_common_args"}, env.connection.ssh_common_args);
  take({"ansible_ssh_extra_args"}, env.connection.ssh_extra_args);
}

void read_ssh(variables& v, const environment& env, connection_spec& spec, const std::optional<std::string>& user_keyword) {
  auto& t = spec.ssh;
  t.host = v.text({"ansible_ssh_host", "ansible_host"}).value_or(spec.host);
  if (auto port = v.get({"ansible_port", "ansible_ssh_port"}); !port.is_none()) {
    auto number = port.is_int() ? port.as_int() : core::parse_int(core::trim(core::to_str(port))).value_or(0);
    if (number < 1 || number > 65535)
      v.fail("ansible_port: '" + core::to_str(port) + "' is not a port number (1 to 65535)");
    t.port = static_cast<std::uint16_t>(number);
  } else {
    t.port = env.connection.port;
  }
  t.user = v.text({"ansible_user", "ansible_ssh_user"});
  if (!t.user) t.user = user_keyword;
  if (!t.user) t.user = env.connection.remote_user;
  t.password = v.text({"ansible_password", "ansible_ssh_pass", "ansible_ssh_password"});
  if (!t.password) t.password = env.connection.password;
  if (auto key = v.text({"ansible_private_key_file", "ansible_ssh_private_key_file"}))
    t.private_keys.push_back(*key);
  else if (env.connection.private_key)
    t.private_keys.push_back(*env.connection.private_key);
  read_arguments(v, env, t);
  bool check = env.connection.host_key_checking;
  if (auto set = v.get({"ansible_host_key_checking", "ansible_ssh_host_key_checking"}); !set.is_none())
    check = engine::to_boolean(set).value_or(check);
  t.on_unknown = check ? transport::unknown_host::ask : transport::unknown_host::ignore;
  t.connect_timeout = env.connection.timeout;
  if (auto timeout = v.get({"ansible_ssh_timeout", "ansible_timeout"}); !timeout.is_none())
    if (auto seconds = core::parse_int(core::to_str(timeout)); seconds && *seconds > 0)
      t.connect_timeout = std::chrono::seconds(*seconds);
  if (auto program = v.text({"ansible_ssh_executable"}))
    t.ssh_program = *program;
  else if (env.connection.ssh_executable)
    t.ssh_program = *env.connection.ssh_executable;
}

std::string key_of(const connection_spec& s) {
  if (s.local) return "local";
  std::string key = "ssh\n" + s.ssh.host + '\n' + std::to_string(s.ssh.port.value_or(0)) + '\n' + s.ssh.user.value_or("");
  for (auto& k : s.ssh.private_keys) key += "\ni" + k;
  for (auto& a : s.ssh.ssh_arguments) key += "\na" + a;
  key += s.ssh.password ? "\np" + *s.ssh.password : "\n";
  return key;
}

} // namespace

core::expected<connection_ptr> resolve_connection(const environment& env, const templating::scope& vars,
                                                  const std::string& host_name,
                                                  const std::optional<std::string>& connection_keyword,
                                                  const std::optional<std::string>& remote_user_keyword) {
  variables v(env, vars);
  auto spec = std::make_shared<connection_spec>();
  spec->host = host_name;
  std::string kind = v.text({"ansible_connection"}).value_or(connection_keyword.value_or(env.connection.connection));
  auto plain = kind.substr(kind.rfind('.') == std::string::npos ? 0 : kind.rfind('.') + 1);
  if (plain == "local")
    spec->local = true;
  else if (plain == "ssh" || plain == "smart" || plain == "paramiko" || plain == "paramiko_ssh")
    read_ssh(v, env, *spec, remote_user_keyword);
  else
    return core::error("the connection '" + kind + "' is not supported yet", {}, "use ssh or local");
  if (v.error()) return *v.error();
  spec->key = key_of(*spec);
  return connection_ptr(std::move(spec));
}

} // namespace mito::actors
