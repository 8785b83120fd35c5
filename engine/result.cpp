// Reading results.
#include "engine/task_run.hpp"

namespace mito::engine {

namespace {

/// Ansible looks at every item of a loop, and at the result itself where there is no loop.
bool any_item(const core::value& result, std::string_view key) {
  if (result[key].truthy()) return true;
  for (auto& item : result["results"].as_list())
    if (item.is_dict() && item[key].truthy()) return true;
  return false;
}

} // namespace

bool is_failed(const core::value& result) {
  if (result["failed_when_result"].is_bool()) return result["failed_when_result"].as_bool();
  for (auto& item : result["results"].as_list())
    if (item.is_dict() && item["failed_when_result"].is_bool() && item["failed_when_result"].as_bool()) return true;
  return any_item(result, "failed");
}

bool is_unreachable(const core::value& result) { return any_item(result, "unreachable"); }

bool is_changed(const core::value& result) { return any_item(result, "changed"); }

bool is_skipped(const core::value& result) {
  auto& items = result["results"].as_list();
  if (!items.empty()) {
    bool any_dict = false;
    for (auto& item : items) {
      if (!item.is_dict()) return result["skipped"].truthy();
      any_dict = true;
      if (!item["skipped"].truthy()) return false;
    }
    if (any_dict) return true;
  }
  return result["skipped"].truthy();
}

core::value failed_result(std::string_view message) {
  return core::dict{{core::value("failed"), core::value(true)}, {core::value("msg"), core::value(message)}};
}

} // namespace mito::engine
