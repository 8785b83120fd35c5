#include "agent/hop.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent/image.hpp"
#include "agent/spawn.hpp"
#include "core/text.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

using reason = protocol::hop_report::reason;

namespace {

constexpr std::string_view image_method = "image";
/// Between the end of a stream and the exit status of its program, which says more.
constexpr moment exit_grace = 300;
/// Between words and the question whether anybody still reads; the second, where it could be taken for a password.
constexpr moment poke_delay = 300, late_poke_delay = 3000;

} // namespace

hop::hop(std::uint16_t number, protocol::hop_open&& open)
    : number_(number), dialogue_(open), method_(open.method), argv_(std::move(open.argv)),
      timeout_(open.timeout_ms), deadline_(now() + timeout_) {
  if (method_ == image_method)
    state_ = state::wants_payload;
  else
    start_become(argv_, true);
}

bool hop::open_streams(descriptor& theirs, descriptor& their_err) {
  int pair[2], err[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  theirs.reset(pair[1]);
  link_ = channel(descriptor(pair[0]), {}, protocol::max_body_to_controller);
  if (::pipe2(err, O_CLOEXEC) != 0) return false;
  their_err.reset(err[1]);
  err_.reset(err[0]);
  set_nonblocking(err[0]);
  return true;
}

void hop::run(const std::vector<std::string>& argv, int in, int out, int err) {
  pid_ = spawn({.argv = argv,
                .environment = environment_with({}),
                .directory = {},
                .in = in,
                .out = out,
                .err = err,
                .terminal = terminal_.slave.get(),
                .die_with_us = false});
  if (pid_ < 0) fail(reason::become, argv.empty() ? "no command" : argv[0] + ": " + std::strerror(errno));
}

void hop::start_become(const std::vector<std::string>& argv, bool by_descriptors) {
  descriptor theirs, their_err, image;
  if (!open_streams(theirs, their_err))
    return fail(reason::become, "no socket for " + method_ + ": " + std::strerror(errno));
  if (by_descriptors) {
    image = own_image();
    if (!image) return want_payload();
  }
  // Without a free terminal, sudo may still do without.
  terminal_ = open_terminal();
  run(argv, theirs.get(), by_descriptors ? image.get() : theirs.get(), their_err.get());
}

void hop::start_image(std::string_view bytes) {
  descriptor theirs, their_err, image = executable_file(bytes, 0500);
  if (!image || !open_streams(theirs, their_err))
    return fail(reason::become, std::string("could not start the full image: ") + std::strerror(errno));
  std::string path = "/proc/self/fd/";
  core::append_int(path, image.get());
  run({path}, theirs.get(), image.get(), their_err.get());
}

void hop::restart(const protocol::hop_payload& payload) {
  if (state_ != state::wants_payload) return;
  state_ = state::starting;
  if (method_ == image_method) return start_image(payload.image);
  retried_ = true;
  deadline_ = now() + timeout_;
  status_ = -1;
  exit_due_ = poke_due_ = never;
  before_magic_.clear();
  dialogue_.restart();
  start_become(payload.argv, false);
  payload_ = payload.image;
}

void hop::send(std::string_view bytes) {
  if (state_ == state::up) return link_.send(bytes);
  if (state_ != state::starting && state_ != state::wants_payload) return;
  if (queue_.size() + bytes.size() > protocol::max_hop_queue)
    return fail(reason::protocol, "too many requests are waiting for " + method_);
  queue_ += bytes;
}

bool hop::next(protocol::frame& out) {
  if (state_ != state::up) return false;
  if (link_.next(out)) return true;
  // What it sent is no frame, perhaps: nothing would wake us for that again.
  if (link_.dead()) ended();
  return false;
}

void hop::misbehaved(std::string_view what) {
  std::string message = "the agent behind " + method_ + " sent ";
  message += what;
  fail(reason::protocol, std::move(message));
}

void hop::poll(poll_set& set, bool reading) const {
  if (!link_.dead()) link_.poll(set, reading);
  set.wake_at(exit_due_);
  if (state_ == state::starting) set.wake_at(poke_due_);
  set.add(err_.get(), POLLIN);
  if (state_ == state::starting) set.add(terminal_.master.get(), POLLIN);
  if (state_ != state::up) set.wake_at(retried_ ? deadline_ : deadline_ - timeout_ / 2);
}

void hop::collect_output(const poll_set* set) {
  char bytes[4096];
  ssize_t n;
  while (err_ && (!set || set->ready(err_.get()) != 0) && (n = ::read(err_.get(), bytes, sizeof bytes)) != -1) {
    if (n == 0) err_.reset();
    if (state_ != state::up) hear(become_dialogue::error, {bytes, static_cast<std::size_t>(n)});
    if (set) break;
  }
  int master = terminal_.master.get();
  if (state_ != state::starting || master < 0 || (set && set->ready(master) == 0)) return;
  while ((n = ::read(master, bytes, sizeof bytes)) > 0) {
    hear(become_dialogue::terminal, {bytes, static_cast<std::size_t>(n)});
    if (set) break;
  }
}

/// Words before the agent speaks: noise, a prompt perhaps, and of stage-0 that it waits for its payload.
void hop::hear(become_dialogue::source from, std::string_view text) {
  if (text.empty()) return;
  auto answer = dialogue_.hear(from, text);
  if (from == become_dialogue::terminal) {
    if (!answer.empty()) (void)!::write(terminal_.master.get(), answer.data(), answer.size());
  } else {
    link_.send(answer);
  }
  ::explicit_bzero(answer.data(), answer.size());
  poke_due_ = now() + (dialogue_.awaits_prompt() ? late_poke_delay : poke_delay);
  if (payload_.empty() || !dialogue_.wants_payload()) return;
  link_.send(payload_);
  std::string().swap(payload_);
}

void hop::handle(const poll_set& set) {
  if (state_ == state::failed || state_ == state::down) return;
  collect_output(&set);
  if (state_ == state::up) {
    link_.handle(set);
    if (link_.dead()) ended();
    return;
  }
  if (now() >= deadline_)
    return fail(reason::become, "Timeout waiting for privilege escalation by " + method_);
  if (state_ != state::starting) return;
  // A program between us and the shell may swallow its words.
  bool silent = method_ != image_method && !retried_ && now() >= deadline_ - timeout_ / 2;
  if (!retried_ && (silent || dialogue_.descriptors_lost())) return want_payload();
  if (dialogue_.hopeless() || now() >= exit_due_) return ended();
  if (link_.dead()) return;
  if (now() >= poke_due_) poke();
  if (link_.queued() > 0 && set.ready(link_.out()) != 0) link_.flush();
  if (set.ready(link_.in()) & (POLLIN | POLLHUP | POLLERR)) read_before_magic();
  // Its program will say why, a moment later.
  if (state_ == state::starting && link_.dead()) exit_due_ = now() + exit_grace;
}

/// In `cat | sudo … | cat` the first cat outlives a sudo that refused, until it finds that nobody reads any more. A
/// heartbeat is what an agent may read first; in the second attempt, until the payload was asked for, an empty line.
void hop::poke() {
  poke_due_ = never;
  if (retried_) {
    if (!payload_.empty()) link_.send("\n");
    return;
  }
  std::string bytes;
  protocol::append_frame(bytes, {.type = protocol::type::lease}, {});
  link_.send(bytes);
}

void hop::read_before_magic() {
  std::size_t before = before_magic_.size();
  link_.read_raw(before_magic_);
  std::size_t at = before_magic_.find(protocol::magic);
  if (at == std::string::npos) {
    hear(become_dialogue::output, std::string_view(before_magic_).substr(before));
    if (before_magic_.size() > protocol::max_noise)
      fail(reason::protocol, method_ + " wrote more than 64 KiB and started no agent");
    return;
  }
  state_ = state::up;
  link_.feed(std::string_view(before_magic_).substr(at + protocol::magic.size()));
  std::string().swap(before_magic_);
  protocol::header number{.hop = number_, .type = protocol::type::set_hop};
  std::string bytes;
  protocol::append_frame(bytes, number, {});
  bytes += queue_;
  std::string().swap(queue_);
  link_.send(bytes);
}

bool hop::exited(pid_t pid, int status) {
  if (pid != pid_) return false;
  pid_ = -1;
  status_ = status;
  if (state_ == state::starting) ended();
  return true;
}

/// -1 when it is not known.
int hop::exit_status() const { return status_ >= 0 && WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

/// The program or the agent behind it is gone, or cannot succeed.
void hop::ended() {
  if (state_ == state::up) {
    if (!link_.protocol_error().empty()) return misbehaved(link_.protocol_error());
    return fail(reason::lost, "the agent behind " + method_ + " ended");
  }
  collect_output(nullptr);
  before_magic_.clear();
  // A shell ends with 126 when it may not execute a file; nothing that refuses without a word ends with 0.
  int status = exit_status();
  bool lost = status == 126 || (status == 0 && dialogue_.silent()) || dialogue_.descriptors_lost();
  if (!retried_ && lost && !dialogue_.hopeless()) return want_payload();
  fail(reason::become, dialogue_.failure(status));
}

void hop::want_payload() {
  end_process();
  state_ = state::wants_payload;
  wish_ = true;
}

void hop::fail(reason why, std::string message) {
  state_ = state_ == state::up ? state::down : state::failed;
  why_ = {why, std::move(message)};
  end_process();
  std::string().swap(queue_);
  std::string().swap(payload_);
}

/// An agent of another user ends when its stream does; the become program itself may be ours to kill.
void hop::end_process() {
  if (pid_ > 0 && state_ != state::up) ::kill(-pid_, SIGTERM);
  link_ = {};
  err_.reset();
  terminal_ = {};
}

} // namespace mito::agent
