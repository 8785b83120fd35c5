#pragma once
/// ansible.cfg and the ANSIBLE_* environment, read by the rules of setting_table.hpp.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/setting_table.hpp"
#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::cli {

class settings {
public:
  /// ANSIBLE_CONFIG, ./ansible.cfg (not in a world-writable folder: that is a warning), ~/.ansible.cfg,
  /// /etc/ansible/ansible.cfg: the first that exists. The environment wins over the file. Errors (a broken file, a value
  /// of the wrong type) are in Ansible's words.
  static core::expected<settings> load();
  /// The same with this file instead, which must exist.
  static core::expected<settings> load_from(const std::string& file);

  /// The text that the environment or the file sets, by a setting's name or id; nullopt: it is left at its default.
  /// Paths are absolute; lists as they were written.
  std::optional<std::string> get(std::string_view name) const;
  std::string text(std::string_view name, std::string fallback) const;
  bool flag(std::string_view name, bool fallback) const;
  long number(std::string_view name, long fallback) const;
  /// Of a list: its items, trimmed and without quotes; paths absolute.
  std::vector<std::string> list(std::string_view name) const;

  /// The typed value, or the default.
  core::value value(std::string_view name) const;
  /// Where it comes from, as `ansible-config dump` says it: "default", "env: NAME" or the file.
  std::string origin(std::string_view name) const;

  /// Absolute; empty: no file was found.
  const std::string& file() const { return file_; }
  /// What the user should know: settings that are not supported yet or unknown, a folder that is not trusted. Each once.
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Settings and names of settings that will go away; empty when DEPRECATION_WARNINGS is off.
  const std::vector<std::string>& deprecations() const { return deprecations_; }

private:
  struct given {
    core::value value;
    std::string origin;
  };
  core::expected<void> read(const std::string& file);
  core::expected<void> take(const setting& s, const std::map<std::string, std::string, std::less<>>& ini);
  void warn_unsupported(const setting& s);
  const given* find(std::string_view name) const;

  std::map<std::string, given, std::less<>> values_; ///< by id, what is set
  std::string file_, home_;
  std::vector<std::string> warnings_, deprecations_;
};

} // namespace mito::cli
