#include "playbook/vault/programs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/python.hpp"
#include "core/text.hpp"

extern char** environ;

namespace mito::playbook {

namespace {

/// A password is no larger; more is cut off in time to say so.
constexpr std::size_t most_output = 1u << 20;

core::error failure(std::string message) {
  core::error e(std::move(message));
  e.what().category = "vault";
  return e;
}

/// As Python prints an OSError.
std::string os_error(int code, const std::string& path) {
  return "[Errno " + std::to_string(code) + "] " + std::strerror(code) + ": " + core::to_repr(core::value(path));
}

/// The pipe's two ends; both are closed at the end.
struct pipe_pair {
  int ends[2] = {-1, -1};
  ~pipe_pair() {
    for (int fd : ends)
      if (fd >= 0) ::close(fd);
  }
  bool open() { return ::pipe2(ends, O_CLOEXEC) == 0; }
  void close_write() {
    ::close(ends[1]);
    ends[1] = -1;
  }
};

/// The program may ask its user something: it keeps our stdin, and our stderr unless that is wanted. Signals are as
/// a program expects them; we block and ignore some.
int spawn(pid_t& pid, const std::vector<std::string>& argv, const pipe_pair& out, const pipe_pair* err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  if (err) posix_spawn_file_actions_adddup2(&actions, err->ends[1], 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  for (auto& a : argv) words.push_back(const_cast<char*>(a.c_str()));
  words.push_back(nullptr);
  int code = ::posix_spawn(&pid, argv[0].c_str(), &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return code;
}

void collect(pipe_pair& out, pipe_pair* err, secret_output& into) {
  pollfd fds[2] = {{out.ends[0], POLLIN, 0}, {err ? err->ends[0] : -1, POLLIN, 0}};
  wiped_string* texts[2] = {&into.out, &into.err};
  char buffer[4096];
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    if (::poll(fds, 2, -1) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      auto n = ::read(fds[i].fd, buffer, sizeof buffer);
      if (n > 0 && texts[i]->text.size() < most_output) texts[i]->append({buffer, static_cast<std::size_t>(n)});
      if (n == 0 || (n < 0 && errno != EINTR)) fds[i].fd = -1;
    }
  }
  ::explicit_bzero(buffer, sizeof buffer);
}

} // namespace

core::expected<secret_output> run_secret_program(const std::vector<std::string>& argv, bool take_err) {
  pipe_pair out, err;
  if (!out.open() || !err.open()) return core::error(std::strerror(errno));
  pid_t pid = 0;
  if (int code = spawn(pid, argv, out, take_err ? &err : nullptr)) return core::error(os_error(code, argv[0]));
  out.close_write();
  err.close_write();
  secret_output result;
  collect(out, take_err ? &err : nullptr, result);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

core::expected<wiped_string> read_secret_bytes(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return core::error(os_error(errno, path));
  wiped_string out;
  char buffer[4096];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) > 0 && out.text.size() < most_output)
    out.append({buffer, static_cast<std::size_t>(n)});
  int code = errno;
  ::close(fd);
  ::explicit_bzero(buffer, sizeof buffer);
  if (n < 0) return core::error(os_error(code, path));
  return out;
}

bool is_executable(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
}

std::string_view without_line_ends(std::string_view s) {
  while (!s.empty() && (s.back() == '\n' || s.back() == '\r')) s.remove_suffix(1);
  while (!s.empty() && (s.front() == '\n' || s.front() == '\r')) s.remove_prefix(1);
  return s;
}

namespace {

/// "something-client", "something-client.py"
bool is_client(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  auto dot = name.rfind('.');
  if (dot != name.npos && name.find_first_not_of('.') < dot) name = name.substr(0, dot);
  return name.ends_with("-client");
}

core::expected<secret> from_program(const std::string& path, const std::optional<std::string>& id) {
  bool client = is_client(path);
  std::vector<std::string> argv{path};
  if (client && id && !id->empty()) argv.insert(argv.end(), {"--vault-id", *id});
  std::string kind = client ? "client script " : "script ";
  auto result = run_secret_program(argv, client);
  if (!result)
    return failure("Problem running vault password " + kind + path + " (" + result.error().message() +
                   "). If this is not a script, remove the executable bit from the file.");
  auto err = client ? core::to_repr(core::value::bytes(result->err.view())) : "None";
  auto name = id.value_or("None");
  if (client && result->status == 2)
    return failure("Vault password client script " + path + " did not find a secret for vault-id=" + name + ": " + err);
  if (result->status != 0)
    return failure("Vault password " + kind + path + " returned non-zero (" + std::to_string(result->status) + ")" +
                   (client ? " when getting secret for vault-id=" + name : "") + ": " + err);
  auto password = without_line_ends(result->out.view());
  if (password.empty()) return failure("Invalid vault password was provided from script (" + path + ")");
  return secret(password);
}

core::expected<secret> from_file(const std::string& path, const vault_keyring& known) {
  auto text = read_secret_bytes(path);
  if (!text) return failure("Could not read vault password file " + path + ": " + text.error().message());
  auto password = core::trim(text->view());
  wiped_string inner;
  if (is_vault_text(password)) {
    if (known.empty()) return failure("A vault password must be specified to decrypt data");
    auto opened = known.open(password, path);
    if (!opened) return opened.error();
    inner = std::move(opened->plaintext);
    password = inner.view();
  }
  password = without_line_ends(password);
  if (password.empty()) return failure("Invalid vault password was provided from file (" + path + ")");
  return secret(password);
}

} // namespace

core::expected<secret> read_password_source(const std::string& path, const std::optional<std::string>& id,
                                            const vault_keyring& known) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) return failure("The vault password file " + path + " was not found");
  return is_executable(path) ? from_program(path, id) : from_file(path, known);
}

} // namespace mito::playbook
