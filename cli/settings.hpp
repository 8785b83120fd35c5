#pragma once
/// ansible.cfg and ANSIBLE_* variables: the settings that runs depend on.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/expected.hpp"

namespace mito::cli {

class settings {
public:
  /// ANSIBLE_CONFIG, ./ansible.cfg (not in a world-writable folder), ~/.ansible.cfg, /etc/ansible/ansible.cfg: the
  /// first that exists. The environment wins over the file. Errors say file and line.
  static core::expected<settings> load();

  /// By its name in the table of settings.cpp, such as "forks".
  std::optional<std::string> get(std::string_view name) const;
  std::string text(std::string_view name, std::string fallback) const;
  bool flag(std::string_view name, bool fallback) const;
  long number(std::string_view name, long fallback) const;
  std::vector<std::string> list(std::string_view name) const;
  /// A list of folders separated by colons, absolute: those of the file from the file's folder, `~` resolved.
  std::vector<std::string> paths(std::string_view name, const std::vector<std::string>& fallback) const;
  /// A path value of the file is relative to the file; made absolute.
  const std::string& file() const { return file_; }
  /// Settings that are set and that we do not know: warned about once.
  const std::vector<std::string>& unknown() const { return unknown_; }
  /// What the user should know about where the settings come from.
  const std::vector<std::string>& warnings() const { return warnings_; }

private:
  std::map<std::string, std::string, std::less<>> values_; ///< "section.key"
  std::string file_;
  std::vector<std::string> unknown_, warnings_;
};

} // namespace mito::cli
