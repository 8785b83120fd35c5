// Inventory plugins that are none of ours: the installed ansible-core runs them and exports what they found.
#include <cstdlib>
#include <optional>
#include <set>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/inventory/process.hpp"
#include "playbook/yaml/ansible_json.hpp"

namespace mito::playbook {

namespace {

/// Set for what we start: where its ansible-inventory is mito-actor under that name, it has to say so and not start the
/// next one.
constexpr const char* guard = "MITO_ACTOR_PLUGIN_RUNNER";

core::error not_installed(const reading& r) {
  core::error e("the inventory plugin '" + r.format + "' of " + r.source +
                " is none of the built-in ones, and there is no ansible-core that could run it");
  e.what().hint = "install ansible-core and the plugin's collection, or write out the inventory where they are: "
                  "`ansible-inventory -i SOURCE --list --export`";
  e.what().category = "fatal";
  return e;
}

/// "[WARNING]: …" blocks of what the program wrote, each as one line.
std::vector<std::string> warnings_in(std::string_view text) {
  std::vector<std::string> out;
  bool inside = false;
  for (auto line : core::split(text, '\n')) {
    constexpr std::string_view mark = "[WARNING]: ";
    if (line.starts_with(mark)) {
      out.emplace_back(line.substr(mark.size()));
      inside = true;
    } else if (inside && !line.empty() && !line.starts_with('[') && !line.starts_with("ERROR!")) {
      out.back() += " " + std::string(line);
    } else {
      inside = false;
    }
  }
  return out;
}

/// Takes over what `ansible-inventory --list --export` printed: our own view with what the plugin added.
class importer {
public:
  importer(inventory& into, const core::value& exported) : into_(into), exported_(exported) {}

  core::expected<void> run() {
    // From `all` down: the order in which groups were made is not exported, that of children is.
    if (auto ok = group("all", no_id); !ok) return ok;
    for (const auto& e : exported_.as_dict())
      if (e.key.as_string() != "_meta")
        if (auto ok = group(e.key.as_string(), no_id); !ok) return ok;
    for (const auto& host : exported_["_meta"]["hostvars"].as_dict())
      for (const auto& e : host.val.as_dict())
        if (auto ok = into_.set_variable(host.key.as_string(), e.key, e.val); !ok) return ok;
    return {};
  }

private:
  core::expected<void> group(std::string_view name, group_id parent) {
    auto id = into_.add_group(name);
    // What stands under `all` only because everything does is put there when all sources are read.
    if (parent != no_id && parent != inventory::all)
      if (auto ok = into_.add_child(parent, id); !ok) return ok;
    if (!seen_.insert(std::string(name)).second) return {};
    const auto& said = exported_[name];
    for (const auto& h : said["hosts"].as_list()) into_.add_to_group(into_.add_host(h.as_string()), id);
    for (const auto& e : said["vars"].as_dict())
      if (auto ok = into_.set_group_var(id, e.key, e.val); !ok) return ok;
    for (const auto& child : said["children"].as_list())
      if (auto ok = group(child.as_string(), id); !ok) return ok;
    return {};
  }

  inventory& into_;
  const core::value& exported_;
  std::set<std::string> seen_;
};

std::vector<std::vector<std::string>> runners(const inventory_options& options) {
  if (!options.plugin_runner.empty()) return {options.plugin_runner};
  return {{"ansible-inventory"}, {options.rules.python, "-m", "ansible.cli.inventory"}};
}

/// Runs the first of the runners that is one; nullopt: there is none.
core::expected<std::optional<program_output>> run_plugin(const inventory_options& options, const std::vector<std::string>& arguments) {
  for (auto& argv : runners(options)) {
    auto shown = argv[0];
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    // group_vars and host_vars are ours to read.
    auto ran = run_program(argv, options.script_timeout,
                           {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true", "ANSIBLE_VARS_ENABLED=", "ANSIBLE_NOCOLOR=true",
                            std::string(guard) + "=1"});
    if (!ran && ran.error().what().category == "timeout") return ran.error();
    if (!ran || ran->status == 126 || ran->status == 127) continue;
    if (ran->status != 0 && ran->err.find("No module named") != std::string::npos) continue;
    return std::optional(std::move(*ran));
  }
  return std::optional<program_output>();
}

} // namespace

bool runs_for_a_plugin() { return std::getenv(guard) != nullptr; }

core::expected<void> read_foreign_source(reading& r) {
  std::vector<std::string> argv;
  // Plugins may build on what was read before them.
  for (const auto& before : r.read_before) argv.insert(argv.end(), {"-i", before});
  argv.insert(argv.end(), {"-i", r.source, "--list", "--export"});
  if (!r.options.playbook_dir.empty()) argv.insert(argv.end(), {"--playbook-dir", r.options.playbook_dir});
  auto done = run_plugin(r.options, argv);
  if (!done) return done.error();
  if (!*done) return not_installed(r);
  auto& ran = *done;
  for (auto& w : warnings_in(ran->err)) {
    if (ran->status != 0 && w.starts_with(" * Failed to parse " + r.source)) return source_error(w.substr(w.find(": ") + 2));
    if (ran->status == 0 && !w.starts_with("Found both")) r.hosts.say(core::severity::warning, std::move(w));
  }
  if (ran->status != 0) return source_error("the plugin '" + r.format + "' failed: " + std::string(core::trim(ran->err)));
  auto exported = core::parse_json(ran->out, {.depth = 200, .bytes = 256u << 20, .trust = core::trust::source});
  if (!exported) return source_error("the plugin '" + r.format + "' printed no JSON for " + r.source + ": " + exported.error().message());
  return importer(r.hosts, revive_json(*exported, r.source)).run();
}

} // namespace mito::playbook
