#pragma once
/// What the end-to-end tests stand on: a real sshd, programs, and a sink that a test can wait for.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <vector>

#include "transport/io_pool.hpp"

namespace transport_test {

/// Ends the program with 77 (skipped) unless this is root and sshd is installed.
void need_root();

/// A directory that goes with its last user.
class scratch {
public:
  scratch();
  ~scratch();
  std::string path(const std::string& name) const { return dir_ + "/" + name; }
  const std::string& dir() const { return dir_; }
  std::string write(const std::string& name, const std::string& text) const;
  static std::string read(const std::string& path);

private:
  std::string dir_;
};

/// A child process in its own group; ended with all of it.
class program {
public:
  explicit program(std::vector<std::string> argv, std::vector<std::string> environment = {});
  ~program() { stop(); }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  void stop();
  pid_t pid() const { return pid_; }

private:
  pid_t pid_ = -1;
};

/// Runs a shell command and returns what it printed.
std::string shell(const std::string& command);
std::uint16_t free_port();
void wait_for_port(std::uint16_t port);

/// One sshd; keys are shared by all of one test program.
class sshd {
public:
  /// `options`: more `-o Name=value` for sshd; `host_key` of ed25519, ecdsa, rsa, other.
  explicit sshd(std::vector<std::string> options = {}, std::string host_key = "ed25519",
                std::uint16_t port = 0);
  /// Keys and other files of the sshd.
  static std::string file(const std::string& name);
  /// A target that knows the host key and has the ed25519 user key.
  mito::transport::ssh_target target() const;
  std::uint16_t port() const { return port_; }
  /// A known_hosts line for this server.
  std::string known_line(const std::string& key = "ed25519") const;
  void stop() { process_->stop(); }
  pid_t pid() const { return process_->pid(); }
  const scratch& own() const { return own_; }

private:
  std::uint16_t port_;
  scratch own_;
  std::unique_ptr<program> process_;
};

/// Collects what a stream tells.
class collector final : public mito::transport::stream_sink {
public:
  void opened() override;
  void received(std::string bytes) override;
  void drained() override;
  void closed(mito::transport::close_info why) override;
  void note(int verbosity, std::string text) override;

  /// Each waits at most 20 s; false when it did not come.
  bool wait_opened();
  bool wait_closed();
  bool wait_bytes(std::size_t n);
  bool wait_drained(std::size_t times);
  bool wait_note(const std::string& part);

  std::string data() const;
  std::size_t bytes() const;
  std::string notes() const;
  /// Keep no bytes, only count them.
  void count_only() { count_only_ = true; }
  mito::transport::close_info why;

private:
  bool wait(const std::function<bool()>& ready);
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool opened_ = false, closed_ = false, count_only_ = false;
  std::size_t bytes_ = 0, drained_ = 0;
  std::string data_, notes_;
};

/// Opens `command` on `target` in a pool of its own (or `pool`), sends `input`, and waits for the end.
std::shared_ptr<collector> run(const mito::transport::ssh_target& target, const std::string& command,
                               const std::string& input = {}, mito::transport::pool_options options = {});

} // namespace transport_test
