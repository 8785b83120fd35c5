#pragma once
/// Ansible's `default` stdout callback, byte for byte.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

class default_output final : public sink {
public:
  explicit default_output(std::shared_ptr<display> to);
  void on(const event& e) override;
  void tick() override;

private:
  void handle(const run_started& e);
  void handle(const play_started& e);
  void handle(const task_started& e);
  void handle(const host_started& e);
  void handle(const item_finished& e);
  void handle(const item_retried& e);
  void handle(const host_finished& e);
  void handle(const diff_shown& e);
  void handle(const handler_notified& e);
  void handle(const file_included&);
  void handle(const no_hosts_matched&);
  void handle(const no_hosts_remaining&);
  void handle(const message& e);
  void handle(const run_finished& e);

  void task_banner(const task_info& t);
  void need_banner(const task_info& t);
  void warnings(core::value& result);
  void exception(core::value& result);
  void failed(const host_finished& e, core::value result, const std::string& label);
  void ok(const host_finished& e, core::value result, const std::string& label);
  void recap_line(const std::string& host, const host_stats& s);
  void update_status();

  std::shared_ptr<display> out_;
  std::uint64_t last_banner_ = 0;
  std::string task_name_, play_name_;
  unsigned hosts_ = 0, running_ = 0, done_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

} // namespace mito::report
