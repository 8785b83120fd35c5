#pragma once
/// Ansible's `minimal` stdout callback, which `ansible` uses, byte for byte.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

class minimal_output : public sink {
public:
  explicit minimal_output(std::shared_ptr<display> to) : out_(std::move(to)) {}
  void on(const event& e) override;

protected:
  virtual void failed(const host_finished& e, core::value result);
  virtual void ok(const host_finished& e, core::value result);
  virtual void unreachable(const host_finished& e, const core::value& result);

  std::shared_ptr<display> out_;

private:
  void finished(const host_finished& e);
};

} // namespace mito::report
