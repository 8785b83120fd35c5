#pragma once
/// One JSON document at the end of the run, in the shape of Ansible's `json` stdout callback.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

class json_output final : public sink {
public:
  json_output(std::shared_ptr<display> to, int indent);
  void on(const event& e) override;

private:
  struct task_entry {
    core::dict task, hosts;
    std::string started, ended;
    std::uint64_t id = 0;
  };
  struct play_entry {
    std::string name, path, started, ended;
    std::vector<task_entry> tasks;
  };
  void record(const host_finished& e);
  void show(const run_finished& e);

  std::shared_ptr<display> out_;
  int indent_;
  std::vector<play_entry> plays_;
};

} // namespace mito::report
