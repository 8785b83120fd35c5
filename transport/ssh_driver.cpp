#include "transport/ssh_driver.hpp"

namespace mito::transport {

namespace {

/// Only a command that replaces its shell can be given an environment in front, whatever shell that is.
std::string with_environment(const std::string& command, const std::vector<std::string>& environment) {
  constexpr std::string_view exec = "exec ";
  if (environment.empty() || !command.starts_with(exec)) return command;
  std::string out = "exec env ";
  for (const auto& variable : environment) out += variable + ' ';
  return out + command.substr(exec.size());
}

} // namespace

ssh_driver::ssh_driver(endpoint& end, std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                       ssh_target target, std::string command)
    : end_(end), shared_(std::move(shared)), loop_(std::move(loop)), target_(std::move(target)),
      command_(std::move(command)) {}

void ssh_driver::begin() {
  shared_->gate->enter([weak = weak_from_this(), loop = loop_](std::shared_ptr<connect_gate::place> place) {
    loop->post([weak, place = std::move(place)]() mutable {
      if (const auto me = weak.lock()) me->admitted(std::move(place));
    });
  });
}

void ssh_driver::admitted(std::shared_ptr<connect_gate::place> place) {
  if (released_) return;
  place_ = std::move(place);
  deadline_ = std::chrono::steady_clock::now() + target_.connect_timeout;
  timer_ = loop_->after(target_.connect_timeout, [this] {
    timer_ = 0;
    const char* doing = connector_ ? connector_->doing() : "preparation";
    fail({close_reason::timed_out,
          -1,
          "ssh: connect to host " + target_.host + " timed out during " + std::string(doing),
          {},
          {}});
  });
  shared_->helpers.submit([weak = weak_from_this(), shared = shared_, loop = loop_, target = target_] {
    auto result = std::make_shared<prepared>(prepare(*shared, target));
    loop->post([weak, result] {
      const auto me = weak.lock();
      if (me && !me->released_) me->use(std::move(*result));
    });
  });
}

void ssh_driver::use(prepared p) {
  prepared_ = std::move(p);
  for (const auto& note : prepared_.settings.notes) end_.note(2, note);
  if (!prepared_.error.empty()) {
    fail({close_reason::bad_options, -1, prepared_.error, {}, {}});
    return;
  }
  if (prepared_.settings.needs_program.empty())
    connect();
  else
    use_program();
}

void ssh_driver::use_program() {
  end_.note(1, target_.host + ": using the ssh program: " + prepared_.settings.needs_program);
  loop_->cancel(timer_); // ssh has its own
  program_ = std::make_shared<program_driver>(end_, shared_, loop_, target_,
                                              prepared_.settings.connect_timeout, command_);
  program_->on_first_output = [this] { place_.reset(); };
  program_->begin();
}

void ssh_driver::connect() {
  connector_ = std::make_unique<connector>(shared_, loop_, prepared_.settings, deadline_);
  connector_->start([this](connector::outcome outcome) { connected(std::move(outcome)); });
}

void ssh_driver::connected(connector::outcome outcome) {
  loop_->cancel(timer_);
  loop_->dispose(std::shared_ptr<connector>(std::move(connector_)));
  if (!outcome.fd) {
    fail(std::move(outcome.failure));
    return;
  }
  keeper_ = std::move(outcome.keeper);
  end_.note(3, "connected to " + prepared_.settings.place() +
                   (outcome.peer.empty() ? "" : " (" + outcome.peer + ")"));
  channel_ = std::make_shared<exec_channel>(end_, with_environment(command_, prepared_.settings.environment));
  channel_->on_ready = [this] { place_.reset(); };
  auto ssh = std::make_shared<session>(shared_, loop_, std::move(prepared_.settings),
                                       std::move(prepared_.known), *channel_);
  channel_->attach(ssh);
  ssh->start(outcome.fd.take(), std::move(outcome.peer), deadline_);
}

void ssh_driver::poke() {
  if (channel_) channel_->poke();
  if (program_) program_->poke();
}

void ssh_driver::release() {
  released_ = true;
  place_.reset();
  loop_->cancel(timer_);
  connector_.reset();
  if (channel_) channel_->release();
  if (program_) program_->release();
  keeper_.reset();
}

} // namespace mito::transport
