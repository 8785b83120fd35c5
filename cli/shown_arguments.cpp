// The command line as Ansible shows it with -vvvv.
#include "cli/output.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::cli {

namespace {

enum class kind { text, flag, list, words };

struct row {
  std::string_view shown, option; ///< Ansible's name, ours
  kind what;
  std::string_view setting = {}, fallback = {};
};

/// In the order of Ansible's own table of options. What is not given and has no default is not shown.
constexpr row rows[] = {
    {"private_key_file", "key-file", kind::text, "private_key_file"},
    {"remote_user", "user", kind::text, "remote_user"},
    {"connection", "connection", kind::text, "transport", "smart"},
    {"timeout", "timeout", kind::text, "timeout", "10"},
    {"ssh_common_args", "ssh-common-args", kind::text},
    {"ssh_extra_args", "ssh-extra-args", kind::text},
    {"ask_pass", "ask-pass", kind::flag, "ask_pass"},
    {"connection_password_file", "connection-password-file", kind::text},
    {"force_handlers", "force-handlers", kind::flag, "force_handlers"},
    {"become", "become", kind::flag, "become"},
    {"become_method", "become-method", kind::text, "become_method", "sudo"},
    {"become_user", "become-user", kind::text},
    {"become_ask_pass", "ask-become-pass", kind::flag, "become_ask_pass"},
    {"become_password_file", "become-password-file", kind::text},
    {"tags", "tags", kind::words, "run_tags", "all"},
    {"skip_tags", "skip-tags", kind::words, "skip_tags"},
    {"check", "check", kind::flag},
    {"diff", "diff", kind::flag, "diff_always"},
    {"inventory", "inventory", kind::list, "inventory", "/etc/ansible/hosts"},
    {"subset", "limit", kind::text},
    {"extra_vars", "extra-vars", kind::list},
    {"vault_ids", "vault-id", kind::list},
    {"vault_password_files", "vault-password-file", kind::list},
    {"forks", "forks", kind::text, "forks", "5"},
    {"start_at_task", "start-at-task", kind::text},
};

std::string tuple_of(const std::vector<std::string>& words) {
  core::list items;
  for (auto& w : words) items.push_back(core::value(w));
  return core::to_repr(core::value::tuple(std::move(items)));
}

std::vector<std::string> values_of(const row& r, const parsed& given, const settings& s) {
  auto values = given.all(r.option);
  if (values.empty() && !r.setting.empty() && s.get(r.setting)) values = s.list(r.setting);
  if (values.empty() && !r.fallback.empty()) values = {std::string(r.fallback)};
  if (r.what != kind::words) return values;
  std::vector<std::string> words;
  for (auto& v : values)
    for (auto w : core::split(v, ',')) words.emplace_back(core::trim(w));
  return words;
}

std::string shown_value(const row& r, const parsed& given, const settings& s) {
  switch (r.what) {
  case kind::flag: return given.has(r.option) || (!r.setting.empty() && s.flag(r.setting, false)) ? "True" : "";
  case kind::text: return given.last(r.option, r.setting.empty() ? std::string(r.fallback) : s.text(r.setting, std::string(r.fallback)));
  default: break;
  }
  auto values = values_of(r, given, s);
  return values.empty() ? std::string() : tuple_of(values);
}

} // namespace

std::vector<std::pair<std::string, std::string>> shown_arguments(const parsed& given, const settings& s) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!given.positional.empty()) out.emplace_back("Positional arguments", core::join(given.positional, " "));
  auto verbosity = given.count("verbose") + s.number("verbosity", 0);
  out.emplace_back("verbosity", std::to_string(verbosity));
  for (auto& r : rows)
    if (auto value = shown_value(r, given, s); !value.empty()) out.emplace_back(r.shown, value);
  return out;
}

} // namespace mito::cli
