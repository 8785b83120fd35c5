#pragma once
/// What the commands share: settings, inventory, extra variables and the variables of every host.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/host_services.hpp"
#include "cli/option_table.hpp"
#include "cli/settings.hpp"
#include "playbook/inventory/inventory.hpp"
#include "playbook/variables/store.hpp"
#include "report/display.hpp"
#include "templating/templar.hpp"

namespace mito::cli {

/// Exit codes of Ansible for what was wrong before anything ran.
inline constexpr int bad_usage = 1, bad_options = 2, bad_input = 4, bad_settings = 5;

/// Made in this order: settings, inventory, store. Each step returns 0, or the exit code once it has said on stderr
/// what is wrong.
struct site {
  const parsed& given;
  settings config;
  actions::host_services services{{}};
  templating::templar templar{&services};
  std::optional<playbook::inventory> hosts;
  playbook::run_settings run; ///< what magic variables say; extra_vars are read by read_variables
  std::optional<playbook::variable_store> store;

  explicit site(const parsed& g) : given(g) {}

  int load_settings();
  /// Sources from -i, else the setting, else /etc/ansible/hosts; warnings go to `display`.
  int load_inventory(report::display& display);
  /// -e, and what else goes into `run`: folder (absolute; searched for files, group_vars and host_vars), forks, tags…
  int read_variables(const std::string& folder);
  /// Makes `store` from `hosts` and `run` and reads group_vars and host_vars.
  int make_store();
};

/// One message on stderr, with its place and hint.
void complain(const core::diagnostic& d);
/// All values of a repeated option, each split at commas.
std::vector<std::string> words_of_list(const std::vector<std::string>& given);
/// The absolute folder that `path` stands in.
std::string folder_of(const std::string& path);

} // namespace mito::cli
