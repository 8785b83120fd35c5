#pragma once
/// The outside world as the recorded cases had it: a folder of files, the environment, pipes.
#include "templating/environment.hpp"
#include "templating/templar.hpp"

namespace mito::conformance {

class services final : public templating::host_services {
public:
  /// `files`: name -> contents, the playbook's folder; they are written under `folder`.
  services(const core::dict& files, std::string folder);
  core::expected<std::string> read_file(std::string_view name, std::string_view kind) const override;
  core::expected<core::value> lookup(std::string_view name, const core::list& terms,
                                     const core::dict& options, const templating::scope& vars) const override;
  core::expected<core::value> path(std::string_view what, std::string_view name, bool follow) const override;

private:
  std::string folder_;
};

/// Templates by name from a dict.
class dict_loader final : public templating::loader {
public:
  dict_loader(const core::dict& texts, const templating::parse_options& options)
      : texts_(texts), options_(options) {}
  core::expected<templating::code_ptr> load(std::string_view name) const override;

private:
  const core::dict& texts_;
  templating::parse_options options_;
};

} // namespace mito::conformance
