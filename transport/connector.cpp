#include "transport/connector.hpp"

#include "transport/jump.hpp"
#include "transport/proxy_command.hpp"

namespace mito::transport {

connector::connector(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                     const ssh_settings& settings, std::chrono::steady_clock::time_point deadline, int depth)
    : shared_(std::move(shared)), loop_(std::move(loop)), settings_(settings), deadline_(deadline),
      depth_(depth) {}

connector::~connector() {
  *alive_ = false;
}

const char* connector::doing() const {
  if (!settings_.proxy_command.empty()) return "ProxyCommand";
  if (!settings_.jump_hosts.empty()) return "connect to the jump host";
  return tcp_ ? "connect" : "name look-up";
}

void connector::start(std::function<void(outcome)> done) {
  done_ = std::move(done);
  if (!settings_.proxy_command.empty())
    through_command();
  else if (!settings_.jump_hosts.empty())
    through_jump_host();
  else
    direct();
}

void connector::through_command() {
  start_proxy(*shared_, loop_, settings_.proxy_command, [this, alive = alive_](proxy_started started) {
    if (!*alive) return; // its end ends the program
    outcome result;
    result.fd = std::move(started.fd);
    result.keeper = std::move(started.process);
    if (!result.fd)
      result.failure = {close_reason::connect_failed, -1, "ProxyCommand: " + started.error, {}, {}};
    done_(std::move(result));
  });
}

void connector::through_jump_host() {
  shared_->jumps->connect(shared_, loop_, settings_, depth_, [this, alive = alive_](outcome result) {
    if (*alive) done_(std::move(result));
  });
}

void connector::direct() {
  resolve(shared_->resolvers, loop_, settings_.host_name, settings_.port, settings_.address_family,
          [this, alive = alive_](resolve_result result) {
            if (*alive) resolved(std::move(result));
          });
}

void connector::resolved(resolve_result result) {
  if (result.addresses.empty()) {
    outcome none;
    none.failure = {close_reason::resolve_failed,
                    -1,
                    "ssh: Could not resolve hostname " + settings_.host_name + ": " + result.error,
                    "check the host's name, or give its address as ansible_host",
                    {}};
    done_(std::move(none));
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
  outcome out;
  if (result.fd >= 0) {
    out.fd = owned_fd(result.fd);
    out.peer = std::move(result.peer);
    done_(std::move(out));
    return;
  }
  auto& why = out.failure;
  why.reason = result.timed_out ? close_reason::timed_out : close_reason::connect_failed;
  why.message = "ssh: connect to host " + settings_.host_name + " port " + std::to_string(settings_.port) +
                ": " + result.error;
  why.hint = result.timed_out ? "is the host up, and does a firewall let port " +
                                    std::to_string(settings_.port) + " through?"
                              : "is the SSH server running there, on that port?";
  done_(std::move(out));
}

} // namespace mito::transport
