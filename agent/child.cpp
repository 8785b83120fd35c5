#include "agent/child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "agent/spawn.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

namespace {

/// Between SIGTERM and SIGKILL.
constexpr moment grace = 500;
/// After the child's exit, output that others still hold open: silence that ends the wait, and the most it takes.
constexpr moment quiet_after_exit = 100, most_after_exit = 1000;

bool make_pipe(descriptor& read_end, descriptor& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  read_end.reset(ends[0]);
  write_end.reset(ends[1]);
  return true;
}

void close_from(int first) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, ~0u, 0) == 0) return;
#endif
  constexpr int most = 65536; // kernels before 5.9
  for (int fd = first; fd < most; ++fd) ::close(fd);
}

} // namespace

std::unique_ptr<child> child::start(const modules::process_spec& spec, const core::dict& environment,
                                    moment deadline, std::size_t output_limit) {
  std::unique_ptr<child> c(new child);
  c->limit_ = output_limit;
  c->result_.started_us = c->result_.ended_us = wall_clock_us();
  descriptor in, out, err;
  bool ready = make_pipe(c->out_, out) && make_pipe(c->err_, err);
  if (ready && spec.stdin_data.empty())
    in.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  else if (ready && make_pipe(in, c->in_)) {
    set_nonblocking(c->in_.get());
    c->stdin_ = spec.stdin_data;
  }
  if (!ready || !in) {
    c->result_.start_errno = errno;
    return c;
  }
  set_nonblocking(c->out_.get());
  set_nonblocking(c->err_.get());
  auto variables = environment_with(environment);
  c->pid_ = spawn({.argv = spec.argv,
                  .environment = variables,
                  .directory = spec.directory,
                  .in = in.get(),
                  .out = out.get(),
                  .err = err.get()});
  if (c->pid_ < 0)
    c->result_.start_errno = errno;
  else
    c->running_ = true;
  c->deadline_ = deadline;
  return c;
}

int child::fork_with_pipe(moment deadline, std::size_t output_limit) {
  limit_ = output_limit;
  deadline_ = deadline;
  result_.started_us = result_.ended_us = wall_clock_us();
  descriptor out;
  if (!make_pipe(out_, out)) {
    result_.start_errno = errno;
    return -1;
  }
  set_nonblocking(out_.get());
  pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) {
    if (pid_ < 0)
      result_.start_errno = errno;
    else
      running_ = true;
    return -1;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::setsid();
  for (int number : {SIGCHLD, SIGPIPE, SIGHUP, SIGINT, SIGTERM}) ::signal(number, SIG_DFL);
  // A hop's end would stay open with our copies: the hop could not see the agent go.
  if (out.get() != 3) ::dup2(out.get(), 3);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
  close_from(4);
  return 3;
}

void child::poll(poll_set& set) const {
  set.add(out_.get(), POLLIN);
  set.add(err_.get(), POLLIN);
  set.add(in_.get(), POLLOUT);
  for (moment m : {deadline_, kill_at_, quiet_at_, give_up_at_}) set.wake_at(m);
}

void child::handle(const poll_set& set) {
  if (in_ && set.ready(in_.get()) != 0) feed();
  if (out_ && set.ready(out_.get()) != 0) drain(out_, result_.out);
  if (err_ && set.ready(err_.get()) != 0) drain(err_, result_.err);
  moment t = now();
  if (running_ && t >= deadline_) {
    result_.timed_out = true;
    deadline_ = never;
    stop();
  }
  if (running_ && t >= kill_at_) kill_now();
}

void child::feed() {
  ssize_t n = ::write(in_.get(), stdin_.data() + fed_, stdin_.size() - fed_);
  if (n > 0) fed_ += static_cast<std::size_t>(n);
  if (fed_ == stdin_.size() || (n < 0 && errno != EAGAIN && errno != EINTR)) {
    in_.reset();
    std::string().swap(stdin_);
  }
}

void child::drain(descriptor& from, std::string& into) {
  char bytes[32768];
  // A few portions a turn: a child that never stops writing must not keep the loop from its other work.
  for (int turn = 0; turn < 8; ++turn) {
    ssize_t n = ::read(from.get(), bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      from.reset();
      return;
    }
    if (!running_) quiet_at_ = now() + quiet_after_exit;
    if (result_.truncated) continue;
    into.append(bytes, static_cast<std::size_t>(n));
    if (result_.out.size() + result_.err.size() > limit_) {
      result_.truncated = true;
      for (std::string* s : {&result_.out, &result_.err}) {
        s->resize(std::min(s->size(), protocol::output_excerpt));
        s->shrink_to_fit();
      }
      kill_now();
    }
  }
}

bool child::exited(pid_t pid, int status) {
  if (!running_ || pid != pid_) return false;
  running_ = false;
  result_.ended_us = wall_clock_us();
  result_.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  result_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  deadline_ = kill_at_ = never;
  in_.reset();
  quiet_at_ = now() + quiet_after_exit;
  give_up_at_ = now() + most_after_exit;
  // Stopped by us: what is left of its group has no further word.
  if (stopped_ || result_.truncated) ::kill(-pid_, SIGKILL);
  if (out_) drain(out_, result_.out);
  if (err_) drain(err_, result_.err);
  return true;
}

void child::stop() {
  if (!running_) return;
  stopped_ = true;
  ::kill(-pid_, SIGTERM);
  ::kill(-pid_, SIGCONT);
  kill_at_ = std::min(kill_at_, now() + grace);
}

void child::kill_now() {
  if (running_) ::kill(-pid_, SIGKILL);
  kill_at_ = never;
}

bool child::finished() const {
  if (pid_ < 0) return true;
  if (running_) return false;
  if (!out_ && !err_) return true;
  moment t = now();
  return t >= quiet_at_ || t >= give_up_at_;
}

} // namespace mito::agent
