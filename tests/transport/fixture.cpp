#include "fixture.hpp"

#include "transport/files.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace transport_test {

using namespace std::chrono_literals;
using namespace mito::transport;

void need_root() {
  if (::geteuid() == 0 && ::access("/usr/sbin/sshd", X_OK) == 0) return;
  std::fputs("skipped: needs root and /usr/sbin/sshd\n", stderr);
  std::_Exit(77);
}

scratch::scratch() {
  std::string name = "/tmp/mito-transport-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  dir_ = name;
}

scratch::~scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

std::string scratch::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string scratch::read(const std::string& path) {
  return read_file(path).value_or(std::string());
}

program::program(std::vector<std::string> argv, std::vector<std::string> environment) {
  std::vector<char*> args;
  for (auto& a : argv) args.push_back(a.data());
  args.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) {
    ::setpgid(pid_, pid_);
    return;
  }
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (auto& e : environment) ::putenv(e.data());
  ::execvp(args[0], args.data());
  ::_exit(127);
}

void program::stop() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string shell(const std::string& command) {
  std::string out;
  FILE* p = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t n; p != nullptr && (n = std::fread(buffer, 1, sizeof buffer, p)) > 0;)
    out.append(buffer, n);
  if (p != nullptr) ::pclose(p);
  return out;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&a), size) != 0) std::abort();
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size);
  ::close(fd);
  return ntohs(a.sin_port);
}

void wait_for_port(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < end) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int rc = ::connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a);
    ::close(fd);
    if (rc == 0) return;
    std::this_thread::sleep_for(5ms); // a program outside that is starting
  }
  std::fputs("nothing listens there\n", stderr);
  std::_Exit(1);
}

namespace {
const scratch& key_directory() {
  static const scratch keys;
  return keys;
}
} // namespace

std::string sshd::file(const std::string& name) {
  return key_directory().path(name);
}

sshd::sshd(std::vector<std::string> options, std::string host_key, std::uint16_t port)
    : port_(port == 0 ? free_port() : port) {
  std::vector<std::string> argv{MITO_SOURCE_DIR "/tests/transport/sshd.sh", key_directory().dir(),
                                std::to_string(port_), "-h", file("host_" + host_key)};
  for (auto& o : options) {
    argv.push_back("-o");
    argv.push_back(o);
  }
  process_ = std::make_unique<program>(argv);
  wait_for_port(port_);
  own_.write("known_hosts", known_line(host_key));
}

std::string sshd::known_line(const std::string& key) const {
  const auto text = scratch::read(file("host_" + key + ".pub"));
  return "[127.0.0.1]:" + std::to_string(port_) + " " + text.substr(0, text.rfind(' ')) + "\n";
}

ssh_target sshd::target() const {
  ssh_target t;
  t.host = "127.0.0.1";
  t.port = port_;
  t.user = "root";
  t.private_keys = {file("id_ed25519")};
  t.on_unknown = unknown_host::refuse;
  t.known_hosts_files = {own_.path("known_hosts")};
  t.config_file = "/dev/null";
  return t;
}

void collector::opened() {
  std::lock_guard guard(mutex_);
  opened_ = true;
  changed_.notify_all();
}

void collector::received(std::string bytes) {
  std::lock_guard guard(mutex_);
  bytes_ += bytes.size();
  if (!count_only_) data_ += bytes;
  changed_.notify_all();
}

void collector::drained() {
  std::lock_guard guard(mutex_);
  ++drained_;
  changed_.notify_all();
}

void collector::closed(close_info info) {
  std::lock_guard guard(mutex_);
  if (closed_) std::abort(); // twice: against the contract
  closed_ = true;
  why = std::move(info);
  changed_.notify_all();
}

void collector::note(int, std::string text) {
  std::lock_guard guard(mutex_);
  notes_ += text + "\n";
  changed_.notify_all();
}

bool collector::wait(const std::function<bool()>& ready) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 20s, ready);
}
bool collector::wait_opened() {
  wait([this] { return opened_ || closed_; });
  std::lock_guard guard(mutex_);
  return opened_;
}
bool collector::wait_closed() {
  return wait([this] { return closed_; });
}
bool collector::wait_bytes(std::size_t n) {
  return wait([this, n] { return bytes_ >= n || closed_; }) && bytes() >= n;
}
bool collector::wait_drained(std::size_t times) {
  return wait([this, times] { return drained_ >= times; });
}
bool collector::wait_note(const std::string& part) {
  return wait([this, part] { return notes_.find(part) != std::string::npos; });
}

std::string collector::data() const {
  std::lock_guard guard(mutex_);
  return data_;
}
std::size_t collector::bytes() const {
  std::lock_guard guard(mutex_);
  return bytes_;
}
std::string collector::notes() const {
  std::lock_guard guard(mutex_);
  return notes_;
}

std::shared_ptr<collector> run(const ssh_target& target, const std::string& command, const std::string& input,
                               pool_options options) {
  io_pool pool(std::move(options));
  auto sink = std::make_shared<collector>();
  auto s = pool.open(target, command, sink);
  if (!input.empty()) s->write(input);
  s->finish();
  if (!sink->wait_closed()) {
    std::fputs("the stream did not end\n", stderr);
    std::abort();
  }
  return sink;
}

} // namespace transport_test
