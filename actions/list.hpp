#pragma once
/// The factories that registry.cpp lists; one file each.
#include "actions/action.hpp"

namespace mito::actions {

std::unique_ptr<action> make_add_host();
std::unique_ptr<action> make_assert();
std::unique_ptr<action> make_copy();
std::unique_ptr<action> make_debug();
std::unique_ptr<action> make_fail();
std::unique_ptr<action> make_gather_facts();
std::unique_ptr<action> make_group_by();
std::unique_ptr<action> make_include_role();
std::unique_ptr<action> make_include_tasks();
std::unique_ptr<action> make_include_vars();
std::unique_ptr<action> make_pause();
std::unique_ptr<action> make_set_fact();
std::unique_ptr<action> make_setup();
std::unique_ptr<action> make_template();

/// An action that needs no target: `run` gives the result at once.
class local_action : public action {
public:
  step start(const context& c) final { return finished{run(c)}; }
  step resume(const context&, core::value result) final { return finished{std::move(result)}; }
  virtual core::value run(const context& c) = 0;
};

} // namespace mito::actions
