#pragma once
/// The line below the text on a terminal: how long, which task, how many hosts are done, at work and failed.
#include <memory>
#include <set>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

class progress_output final : public sink {
public:
  using clock = std::chrono::steady_clock;
  explicit progress_output(std::shared_ptr<display> to);
  void on(const event& e) override;
  void tick() override;
  /// The line at this time; empty outside of plays.
  std::string line(clock::time_point now) const;

private:
  std::shared_ptr<display> out_;
  clock::time_point started_ = clock::now();
  std::string task_;
  bool in_play_ = false;
  std::size_t hosts_ = 0;
  std::set<std::string> running_, done_, failed_; ///< of the present task; failed: of the play
};

} // namespace mito::report
