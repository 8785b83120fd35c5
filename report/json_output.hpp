#pragma once
/// One JSON document at the end of the run, in the shape of the stdout callback ansible.posix.json.
#include <map>
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

class json_output final : public sink {
public:
  explicit json_output(std::shared_ptr<display> to);
  void on(const event& e) override;

private:
  struct task_entry {
    core::dict task, hosts;
    std::string started, ended;
  };
  struct play_entry {
    core::dict play;
    std::string started, ended;
    bool lockstep = true;
    std::vector<task_entry> tasks;
  };
  void begin(const play_started& e);
  void begin(const task_info& t);
  void record(const host_finished& e);
  void show(const run_finished& e);

  std::shared_ptr<display> out_;
  std::vector<play_entry> plays_;
  /// Where hosts are at different tasks: the entry of the last play that a host's task has.
  std::map<std::pair<std::string, std::uint64_t>, std::size_t> entry_of_;
};

} // namespace mito::report
