// `mito-actor config`: the settings, as ansible-config shows them.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/pager.hpp"
#include "cli/setting_value.hpp"
#include "cli/settings_page.hpp"
#include "cli/signals.hpp"
#include "cli/site.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/paths.hpp"
#include "report/display.hpp"
#include "templating/scope.hpp"
#include "templating/templar.hpp"

namespace mito::cli {

namespace {

int fail(std::string_view message, int code, const settings& config = {}) {
  report::display(output_options_of({}, config)).print("ERROR! " + std::string(message), report::color::error, true);
  return code;
}

/// The settings of --config's file or of the one that is found. Nullopt: the user was told, `code` is set.
std::optional<settings> read(const parsed& given, int& code) {
  unblock_signals();
  core::expected<settings> loaded = core::error("");
  if (given.has("config")) {
    auto path = playbook::unfrack_path(given.last("config"));
    if (::access(path.c_str(), R_OK) != 0) {
      code = fail("The provided configuration file is missing or not accessible: " + path, bad_settings);
      return std::nullopt;
    }
    loaded = settings::load_from(path);
  } else {
    loaded = settings::load();
  }
  if (!loaded) {
    std::fprintf(stderr, "ERROR: %s\n", loaded.error().message().c_str());
    code = bad_settings;
    return std::nullopt;
  }
  if (auto type = given.last("type", "base"); type != "base") {
    code = fail("the settings of plugins (--type " + type + ") are not listed here; use --type base, or see docs/settings.md", bad_options);
    return std::nullopt;
  }
  report::display display(output_options_of(given, *loaded));
  if (given.count("verbose") > 0)
    display.print(loaded->file().empty() ? "No config file found; using defaults" : "Using " + loaded->file() + " as config file",
                  report::color::verbose);
  return std::move(*loaded);
}

/// As PyYAML's dumper writes it in block style, keys sorted.
std::string yaml_of(const core::value& v) {
  templating::templar templar;
  templating::dict_scope vars({});
  vars.vars().set("it", v);
  auto text = templar.render(core::value("{{ it | to_nice_yaml(indent=2, width=80, sort_keys=True) }}", core::trust::source), vars);
  return text ? core::to_str(*text) : std::string();
}

std::string json_of(const core::value& v) {
  return core::to_json(v, {.indent = 4, .sort_keys = true, .ascii = true});
}

/// Ansible's own settings and CONFIG_FILE, in the order of their names.
std::vector<std::string> base_ids() {
  std::vector<std::string> out;
  for_each_setting([&](const setting& s) {
    if (s.of_plugin()) return;
    if (s.id > "CONFIG_FILE" && (out.empty() || out.back() < "CONFIG_FILE")) out.emplace_back("CONFIG_FILE");
    out.emplace_back(s.id);
  });
  return out;
}

int bad_format(const parsed& given, std::string_view allowed) {
  std::fprintf(stderr, "argument --format/-f: invalid choice: '%s' (choose from %s)\n", given.last("format").c_str(),
               std::string(allowed).c_str());
  return bad_options;
}

core::value sources(std::string_view words, bool in_file) {
  core::list out;
  for (auto w : core::split(words, ' ')) {
    if (w.empty()) continue;
    core::dict one;
    if (w.ends_with('!')) {
      one.set("deprecated", core::value(true));
      w.remove_suffix(1);
    }
    if (in_file) {
      one.set("key", core::value(w.substr(w.find('.') + 1)));
      one.set("section", core::value(w.substr(0, w.find('.'))));
    } else {
      one.set("name", core::value(w));
    }
    out.push_back(core::value(std::move(one)));
  }
  return core::value(std::move(out));
}

core::value described(const setting& s) {
  static constexpr std::string_view states[] = {"used", "without effect", "not supported yet"};
  core::dict d;
  // Paths as they are before `~` and the home folder are put in.
  bool path = s.fallback.find("{{") != s.fallback.npos || s.fallback.starts_with('~');
  d.set("default", path ? core::value(s.fallback) : default_value(s, {}));
  d.set("description", core::value(s.about));
  d.set("env", sources(s.environment, false));
  d.set("ini", sources(s.ini, true));
  d.set("state", core::value(states[static_cast<int>(s.state)]));
  if (!s.type.empty()) d.set("type", core::value(s.type));
  if (!s.choices.empty()) {
    core::list choices;
    for (auto c : core::split(s.choices, '|')) choices.emplace_back(c);
    d.set("choices", core::value(std::move(choices)));
  }
  return core::value(std::move(d));
}

} // namespace

int config_dump(const parsed& given) {
  int code = 0;
  auto config = read(given, code);
  if (!config) return code;
  auto format = given.last("format", "display");
  if (format != "display" && format != "json" && format != "yaml") return bad_format(given, "'json', 'yaml', 'display'");
  auto options = output_options_of(given, *config);
  report::display display(options);
  say_settings(*config, display);
  core::list entries;
  std::string text;
  for (auto& id : base_ids()) {
    auto origin = config->origin(id);
    if (given.has("changed-only") && origin == "default") continue;
    auto value = config->value(id);
    if (format == "display") {
      auto line = id + "(" + origin + ") = " + core::to_str(value);
      text += report::paint(line, origin == "default" ? report::color::ok : report::color::changed, options.color) + "\n";
    }
    entries.push_back(core::dict{{core::value("name"), core::value(id)},
                                 {core::value("origin"), core::value(origin)},
                                 {core::value("type"), core::value()},
                                 {core::value("value"), value}});
  }
  if (format != "display") text = format == "json" ? json_of(core::value(entries)) : yaml_of(core::value(entries));
  page(text);
  return 0;
}

int config_list(const parsed& given) {
  int code = 0;
  auto config = read(given, code);
  if (!config) return code;
  auto format = given.last("format", "yaml");
  if (format == "markdown") {
    page(settings_page());
    return 0;
  }
  if (format != "json" && format != "yaml") return bad_format(given, "'json', 'yaml', 'markdown'");
  core::dict all;
  for_each_setting([&](const setting& s) {
    if (!s.of_plugin()) all.set(s.id, described(s));
  });
  core::value v(std::move(all));
  page(format == "json" ? json_of(v) : yaml_of(v));
  return 0;
}

int config_view(const parsed& given) {
  int code = 0;
  auto config = read(given, code);
  if (!config) return code;
  if (config->file().empty()) return fail("Invalid or no config file was supplied", bad_usage, *config);
  std::ifstream in(config->file(), std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail("Failed to open config file: " + config->file(), bad_usage, *config);
  page(text.str());
  return 0;
}

int config_init(const parsed&) {
  return fail("`config init` is not supported: configs/ansible.cfg.example is a commented file to start from, and "
              "`config list` names all settings",
              bad_options);
}

} // namespace mito::cli
