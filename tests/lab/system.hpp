#pragma once
// Thin wrappers of what the kernel offers: descriptors, files, child processes. Everything throws lab_error.

#include <sys/types.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mito::lab {

/// What went wrong, as one line for the user.
struct lab_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws lab_error "what: strerror(errno)".
[[noreturn]] void fail_errno(const std::string& what);

/// Throws fail_errno(what) when a system call's result is negative; else returns the result.
long check(long result, const std::string& what);

/// Owns one descriptor.
class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_{fd} {}
  unique_fd(unique_fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() { reset(); }
  void reset();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

struct pipe_pair {
  unique_fd read, write;
};

/// A close-on-exec pipe.
pipe_pair make_pipe();

std::string read_file(const std::string& path);
bool exists(const std::string& path);

/// Creates or replaces a file with this content, mode (umask ignored) and owner.
void write_file(const std::string& path, std::string_view content, mode_t mode = 0644, uid_t owner = 0);

/// Creates one directory with this mode (umask ignored) and owner; one that is there gets both.
void make_dir(const std::string& path, mode_t mode = 0755, uid_t owner = 0);

/// Removes a tree without following links or crossing mounts; nothing there is no error.
void remove_tree(const std::string& path);

/// Runs a program found on PATH with stdin and stdout on /dev/null; throws with its name on a status other
/// than 0.
void run_program(const std::vector<std::string>& argv);

/// Starts a program as run_program does; the caller reaps it.
pid_t start_program(const std::vector<std::string>& argv);

/// Waits for a child; a shell's view of its status (128 + signal).
int wait_status(pid_t pid);

/// Replaces this process by the program (found on PATH); prints why and exits 127 or 126 when that fails.
[[noreturn]] void exec_program(const std::vector<std::string>& argv);

/// Where this program is on the system's usual PATH, or "".
std::string find_program(const std::string& name);

/// The start time of a process in clock ticks since boot (proc(5) stat, field 22); 0 when it is gone or a
/// zombie. With the pid it names one process for good.
unsigned long long start_time(pid_t pid);

/// Kills a process for certain the same (by start time) and waits, at most this long, for it to be gone.
void kill_and_wait(pid_t pid, unsigned long long started, int signal, int timeout_ms);

/// Milliseconds on the monotonic clock.
long long now_ms();

std::vector<std::string> split(std::string_view text, char separator);

} // namespace mito::lab
