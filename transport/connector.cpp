#include "transport/connector.hpp"

namespace mito::transport {

connector::connector(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                     const ssh_settings& settings, std::chrono::steady_clock::time_point deadline)
    : shared_(std::move(shared)), loop_(std::move(loop)), settings_(settings), deadline_(deadline) {}

connector::~connector() {
  *alive_ = false;
}

void connector::start(std::function<void(outcome)> done) {
  done_ = std::move(done);
  resolve(shared_->resolvers, loop_, settings_.host_name, settings_.port, settings_.address_family,
          [this, alive = alive_](resolve_result result) {
            if (*alive) resolved(std::move(result));
          });
}

void connector::resolved(resolve_result result) {
  if (result.addresses.empty()) {
    done_({-1,
           {},
           {close_reason::resolve_failed,
            -1,
            "ssh: Could not resolve hostname " + settings_.host_name + ": " + result.error,
            "check the host's name, or give its address as ansible_host",
            {}}});
    return;
  }
  tcp_options options;
  options.budget = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
  options.keepalive = settings_.alive_interval.value_or(shared_->options.keepalive);
  options.tcp_keepalive = settings_.tcp_keepalive;
  options.bind_address = settings_.bind_address;
  tcp_ = std::make_unique<tcp_connect>(*loop_, options, std::move(result.addresses),
                                       [this](tcp_connect::result r) { connected(std::move(r)); });
  tcp_->start();
}

void connector::connected(tcp_connect::result result) {
  if (result.fd >= 0) {
    done_({result.fd, std::move(result.peer), {}});
    return;
  }
  close_info why;
  why.reason = result.timed_out ? close_reason::timed_out : close_reason::connect_failed;
  why.message = "ssh: connect to host " + settings_.host_name + " port " + std::to_string(settings_.port) +
                ": " + result.error;
  why.hint = result.timed_out ? "is the host up, and does a firewall let port " +
                                    std::to_string(settings_.port) + " through?"
                              : "is the SSH server running there, on that port?";
  done_({-1, {}, std::move(why)});
}

} // namespace mito::transport
