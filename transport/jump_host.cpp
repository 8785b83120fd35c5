#include <algorithm>

#include "core/text.hpp"
#include "transport/jump.hpp"
#include "transport/prepare.hpp"
#include "transport/resolve_settings.hpp"

namespace mito::transport {
namespace {

constexpr int depth_limit = 8;
/// A jump host's session waits this long for another target before it closes.
constexpr std::chrono::seconds linger{60};

} // namespace

void jump_host::ask(jump_channel::request r) {
  auto shared_request = std::make_shared<jump_channel::request>(std::move(r));
  loop_->post([self = shared_from_this(), shared_request] {
    auto channel = std::make_unique<jump_channel>(*self, *self->loop_, std::move(*shared_request));
    if (self->gone_) {
      channel->fail({close_reason::lost,
                     -1,
                     "the connection to the jump host " + self->target_.host + " has ended",
                     {},
                     {}});
      return;
    }
    self->channels_.push_back(std::move(channel));
    if (!self->begun_)
      self->begin();
    else if (self->ready_)
      self->step();
  });
}

void jump_host::begin() {
  begun_ = true;
  loop_->keep(shared_from_this());
  if (depth_ > depth_limit) {
    end({close_reason::bad_options, -1, "ProxyJump goes in a circle at " + target_.host, {}, {}});
    return;
  }
  deadline_ = std::chrono::steady_clock::now() + target_.connect_timeout;
  timer_ = loop_->after(target_.connect_timeout, [this] {
    timer_ = 0;
    end({close_reason::timed_out, -1, "Connection to jump host " + target_.host + " timed out", {}, {}});
  });
  shared_->helpers.submit([weak = weak_from_this(), shared = shared_, loop = loop_, target = target_] {
    auto result = std::make_shared<prepared>(prepare(*shared, target));
    loop->post([weak, result] {
      const auto me = weak.lock();
      if (me && !me->gone_) me->prepared_is(std::move(*result));
    });
  });
}

void jump_host::prepared_is(prepared p) {
  if (p.error.empty() && !p.settings.needs_program.empty())
    p.error = "the jump host " + target_.host + " needs the ssh program: " + p.settings.needs_program;
  if (!p.error.empty()) {
    end({close_reason::bad_options, -1, p.error, {}, {}});
    return;
  }
  settings_ = std::move(p.settings);
  known_ = std::move(p.known);
  connector_ = std::make_unique<connector>(shared_, loop_, settings_, deadline_, depth_);
  connector_->start([this](connector::outcome outcome) { connected(std::move(outcome)); });
}

void jump_host::connected(connector::outcome outcome) {
  loop_->cancel(timer_);
  loop_->dispose(std::shared_ptr<connector>(std::move(connector_)));
  if (!outcome.fd) {
    end(outcome.failure);
    return;
  }
  proxy_ = std::move(outcome.keeper);
  session_ = std::make_shared<session>(shared_, loop_, settings_, std::move(known_), *this);
  session_->start(outcome.fd.take(), std::move(outcome.peer), deadline_);
}

void jump_host::session_ready() {
  ready_ = true;
}

void jump_host::session_turn() {
  for (auto& channel : channels_)
    if (!channel->turn()) channel.reset();
  channels_.erase(std::remove(channels_.begin(), channels_.end(), nullptr), channels_.end());
  rest_if_unused();
}

void jump_host::rest_if_unused() {
  if (!channels_.empty()) {
    loop_->cancel(timer_);
  } else if (timer_ == 0) {
    timer_ = loop_->after(linger, [this] {
      timer_ = 0;
      end({close_reason::local, -1, {}, {}, {}});
    });
  }
}

void jump_host::session_failed(close_info why) {
  for (auto& channel : channels_) channel->forget_channel(); // went with the session
  end(why);
}

void jump_host::session_note(int, std::string) {}

void jump_host::end(const close_info& why) {
  if (gone_.exchange(true)) return;
  ready_ = false;
  loop_->cancel(timer_);
  connector_.reset();
  auto told = why;
  told.message = "jump host " + target_.host + ": " + why.message;
  for (auto& channel : channels_) channel->fail(told);
  channels_.clear(); // closes their sockets: the sessions behind them end
  if (session_) {
    session_->release();
    loop_->dispose(std::move(session_));
  }
  proxy_.reset();
  loop_->release(this);
}

void jump_host::evict(bool) {
  end({close_reason::local, -1, {}, {}, {}});
}

void jump_hosts::connect(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                         const ssh_settings& settings, int depth,
                         std::function<void(connector::outcome)> done) {
  jump_channel::request request;
  request.host = settings.host_name;
  request.port = settings.port;
  request.done = [loop, done = std::move(done)](connector::outcome outcome) {
    auto shared_outcome = std::make_shared<connector::outcome>(std::move(outcome));
    loop->post([shared_outcome, done] { done(std::move(*shared_outcome)); });
  };
  auto way = settings.jump_hosts;
  const auto key =
      settings.config_file.value_or("") + '\n' + core::join(way, ",") + '\n' + std::to_string(depth);
  const auto spec = parse_jump(way.back()); // was checked when the settings were made
  way.pop_back();
  ssh_target target;
  target.host = spec->host;
  target.user = spec->user;
  target.port = spec->port;
  target.config_file = settings.config_file;
  target.connect_timeout = settings.connect_timeout;
  if (!way.empty()) target.ssh_arguments = {"-J", core::join(way, ",")};

  std::shared_ptr<jump_host> host;
  {
    std::lock_guard guard(mutex_);
    auto& slot = hosts_[key];
    if (!slot || slot->gone())
      slot = std::make_shared<jump_host>(std::move(shared), loops_[turn_++ % loops_.size()],
                                         std::move(target), depth + 1);
    host = slot;
  }
  host->ask(std::move(request));
}

} // namespace mito::transport
