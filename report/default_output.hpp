#pragma once
/// Ansible's `default` stdout callback, byte for byte, and those that differ from it in how they write results.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"
#include "report/result_text.hpp"

namespace mito::report {

class default_output final : public sink {
public:
  /// `silent_skips`: ansible.posix.skippy, which says nothing of skipped hosts.
  explicit default_output(std::shared_ptr<display> to, const dump_style& style = standard_dump, bool silent_skips = false);
  void on(const event& e) override;

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
  void skipped(const host_finished& e, core::value result);
  void custom_stats(const core::dict& stats);
  void task_path(const task_info& t);
  std::string dump(const core::value& shown, std::optional<int> indent = std::nullopt) const;

  std::shared_ptr<display> out_;
  const dump_style& style_;
  bool silent_skips_;
  bool lockstep_ = true;
  std::uint64_t last_banner_ = 0;
};

} // namespace mito::report
