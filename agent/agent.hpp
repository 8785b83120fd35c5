#pragma once
/// The target's program: one loop that turns frames into module calls, uploads and hops, and their outcome into frames.
/// It ends when its controller does: by `bye`, end of file, a broken stream, or a lease that ran out.
#include <memory>
#include <string>
#include <vector>

#include "agent/channel.hpp"
#include "agent/hop.hpp"
#include "agent/job.hpp"

namespace mito::agent {

class agent {
public:
  /// `children`: readable whenever a child has ended; an 'e' there asks us to end. `via`: how we were started, for the hello.
  agent(channel controller, descriptor children, std::string via);

  /// Returns when the controller is gone, with everything that ran ended.
  void run();

private:
  using handler = void (agent::*)(const protocol::frame&);
  struct route {
    std::uint16_t number;
    hop* next;
  };

  static handler handler_of(protocol::type t);
  void say_hello();
  void receive();
  void for_us(const protocol::frame& f);
  void for_hop(const protocol::frame& f);

  void on_set_hop(const protocol::frame& f);
  void on_request(const protocol::frame& f);
  void on_cancel(const protocol::frame& f);
  void on_upload_data(const protocol::frame& f);
  void on_upload_done(const protocol::frame& f);
  void on_hop_open(const protocol::frame& f);
  void on_hop_payload(const protocol::frame& f);
  void on_hop_close(const protocol::frame& f);
  void on_lease(const protocol::frame& f);
  void on_bye(const protocol::frame& f);
  void refuse(const protocol::frame& f);

  void poll();
  void handle_children();
  void handle_jobs();
  void handle_hops();
  void relay_from(hop& h);
  bool may_pass(const hop& h, const protocol::frame& f);
  void settle(hop& h);
  void send_result(std::uint32_t id, std::string_view json);
  void send_report(protocol::type type, std::uint16_t hop, const protocol::hop_report& report);
  void send_empty(protocol::type type, std::uint32_t id);
  void shut_down();

  job* find_job(std::uint32_t id);
  hop* route_to(std::uint16_t number);
  void forget_route(std::uint16_t number);
  void forget_hop(const hop* h);

  std::uint16_t number_ = 0; ///< our hop number
  channel controller_;
  descriptor children_;
  std::string via_;
  poll_set set_;
  std::vector<std::unique_ptr<job>> jobs_;
  std::vector<std::unique_ptr<hop>> hops_;
  std::vector<route> routes_; ///< our hops, and those below them
  moment lease_ = 0, heard_ = 0;
  bool ending_ = false;
};

} // namespace mito::agent
