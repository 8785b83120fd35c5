#include "cli/vault_files.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <vector>

#include "core/python.hpp"
#include "playbook/inventory/shell_words.hpp"

extern char** environ;

namespace mito::cli {

namespace {

/// As Python prints an OSError.
std::string os_error(int code, const std::string& path = {}) {
  return "[Errno " + std::to_string(code) + "] " + std::strerror(code) +
         (path.empty() ? "" : ": " + core::to_repr(core::value(path)));
}

bool write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    auto n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    data.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool is_file(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

void overwrite(int fd, std::size_t size) {
  std::random_device random;
  char block[65536];
  for (int pass = 0; pass < 3; ++pass) {
    for (auto& c : block) c = static_cast<char>(random());
    ::lseek(fd, 0, SEEK_SET);
    for (std::size_t left = size; left > 0;) {
      auto n = std::min(left, sizeof block);
      if (!write_all(fd, {block, n})) return;
      left -= n;
    }
    ::fsync(fd);
  }
}

} // namespace

core::expected<playbook::wiped_string> read_vault_data(const std::string& path) {
  auto failed = [&](int code) {
    return core::error("Unable to read source file (" + path + "): " + os_error(code, path));
  };
  int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed(errno);
  playbook::wiped_string out;
  char buffer[65536];
  ssize_t n;
  while ((n = ::read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0) out.append({buffer, static_cast<std::size_t>(n)});
  int code = errno;
  ::explicit_bzero(buffer, sizeof buffer);
  if (path != "-") ::close(fd);
  if (n < 0) return core::error("Unable to read source file (" + path + "): " + os_error(code));
  return out;
}

core::expected<void> write_vault_data(std::string_view data, const std::string& path, old_file old) {
  if (path == "-") {
    if (!write_all(STDOUT_FILENO, data)) return core::error("Unable to write to stdout: " + os_error(errno));
    return {};
  }
  if (is_file(path)) {
    if (old == old_file::shred)
      shred_file(path);
    else
      ::unlink(path.c_str());
  }
  int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    return core::error("Vault file got recreated while we were operating on it: " + os_error(errno, path));
  if (fd < 0) return core::error("Problem creating temporary vault file: " + os_error(errno, path));
  bool ok = write_all(fd, data);
  int code = errno;
  ::close(fd);
  if (!ok) return core::error("Unable to write to temporary vault file: " + os_error(code));
  return {};
}

void shred_file(const std::string& path) {
  if (!is_file(path)) return;
  int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  struct stat st;
  if (fd >= 0 && ::fstat(fd, &st) == 0) overwrite(fd, static_cast<std::size_t>(st.st_size));
  if (fd >= 0) ::close(fd);
  ::unlink(path.c_str());
}

std::string real_path(const std::string& path) {
  if (path == "-") return path;
  std::error_code code;
  auto full = std::filesystem::weakly_canonical(std::filesystem::absolute(path, code), code);
  return code ? path : full.string();
}

core::expected<private_folder> private_folder::make(const std::string& base) {
  std::error_code code;
  std::filesystem::create_directories(base, code);
  if (code) return core::error("Unable to create local directories(" + base + "): " + code.message());
  auto pattern = base + "/ansible-local-" + std::to_string(::getpid()) + "XXXXXX";
  if (!::mkdtemp(pattern.data())) return core::error("Unable to create a private folder in " + base + ": " + os_error(errno));
  return private_folder(std::move(pattern));
}

private_folder::~private_folder() {
  if (path_.empty()) return;
  std::error_code code;
  for (std::filesystem::recursive_directory_iterator it(path_, code), end; !code && it != end; it.increment(code))
    if (it->is_regular_file(code)) shred_file(it->path().string());
  std::filesystem::remove_all(path_, code);
}

core::expected<void> run_editor(const std::string& path) {
  const char* named = std::getenv("EDITOR");
  auto words = playbook::shell_words(named && *named ? named : "vi", false);
  if (!words) return core::error(words.error().message());
  words->push_back(path);
  std::vector<char*> argv;
  std::string shown;
  for (auto& w : *words) {
    argv.push_back(w.data());
    shown += (shown.empty() ? "" : " ") + w;
  }
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  int code = ::posix_spawnp(&pid, argv[0], nullptr, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (code) return core::error("Unable to execute the command \"" + shown + "\": " + os_error(code, (*words)[0]));
  // Ctrl-C belongs to the editor: our signals are blocked.
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return {};
}

} // namespace mito::cli
