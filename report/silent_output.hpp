#pragma once
/// community.general.null: nothing but warnings and errors of the run.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"
#include "report/recap.hpp"

namespace mito::report {

class silent_output final : public sink {
public:
  explicit silent_output(std::shared_ptr<display> to) : out_(std::move(to)) {}
  void on(const event& e) override {
    if (auto* said = std::get_if<message>(&e)) show_message(*out_, *said);
  }

private:
  std::shared_ptr<display> out_;
};

} // namespace mito::report
