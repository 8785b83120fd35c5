#pragma once
/// What templates may reach on the controller: files beside the playbook, the environment, commands by `pipe`.
#include <string>
#include <vector>

#include "playbook/vault/keyring.hpp"
#include "templating/templar.hpp"

namespace mito::actions {

class host_services final : public templating::host_services {
public:
  /// Folders that files and templates are searched in; set before the run starts.
  explicit host_services(std::vector<std::string> folders) : folders_(std::move(folders)) {}
  void set_folders(std::vector<std::string> folders) { folders_ = std::move(folders); }
  /// Opens files that are vaults; set before the run starts.
  void set_vault(playbook::keyring_handle vault) { vault_ = std::move(vault); }

  core::expected<std::string> read_file(std::string_view name, std::string_view kind) const override;
  core::expected<core::value> lookup(std::string_view name, const core::list& terms, const core::dict& options,
                                     const templating::scope& vars) const override;
  core::expected<std::string> vault(std::string_view text, std::string_view password, std::string_view salt,
                                    std::string_view id) const override;
  core::expected<std::string> unvault(std::string_view text, std::string_view password) const override;
  core::expected<core::value> path(std::string_view what, std::string_view name, bool follow) const override;

private:
  std::vector<std::string> folders_;
  playbook::keyring_handle vault_;
};

} // namespace mito::actions
