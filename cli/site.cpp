#include "cli/site.hpp"

#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "core/text.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/variables/extra_vars.hpp"

namespace mito::cli {

void complain(const core::diagnostic& d) { std::fprintf(stderr, "%s\n", core::render(d).c_str()); }

std::vector<std::string> words_of_list(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (auto& g : given)
    for (auto part : core::split(g, ','))
      if (auto t = core::trim(part); !t.empty()) out.emplace_back(t);
  return out;
}

std::string folder_of(const std::string& path) {
  char full[PATH_MAX];
  std::string p = ::realpath(path.c_str(), full) ? full : path;
  auto slash = p.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : p.substr(0, slash);
}

int site::load_settings() {
  auto loaded = settings::load();
  if (!loaded) {
    complain(loaded.error().what());
    return bad_settings;
  }
  config = std::move(*loaded);
  return 0;
}

int site::load_inventory(report::display& display) {
  auto sources = given.all("inventory");
  if (sources.empty()) sources = config.get("inventory") ? config.list("inventory") : std::vector<std::string>{"/etc/ansible/hosts"};
  auto loaded = playbook::load_inventory(sources);
  if (!loaded) {
    complain(loaded.error().what());
    return bad_usage;
  }
  for (auto& w : loaded->warnings) display.warning(w.message);
  hosts = std::move(loaded->hosts);
  return 0;
}

int site::read_variables(const std::string& folder) {
  auto extra = playbook::parse_extra_vars(given.all("extra-vars"));
  if (!extra) {
    complain(extra.error().what());
    return bad_input;
  }
  auto forks = core::parse_int(given.last("forks", config.text("forks", "5")));
  if (!forks || *forks < 1) {
    std::fprintf(stderr, "ERROR! The number of processes (--forks) must be >= 1\n");
    return bad_usage;
  }
  services.set_folders({folder});
  run.extra_vars = std::move(*extra);
  run.playbook_dir = folder;
  run.config_file = config.file();
  run.limit.clear();
  for (auto& l : given.all("limit")) run.limit += (run.limit.empty() ? "" : ",") + l;
  auto tags = words_of_list(given.has("tags") ? given.all("tags") : config.list("run_tags"));
  if (!tags.empty()) run.run_tags = tags;
  run.skip_tags = words_of_list(given.has("skip-tags") ? given.all("skip-tags") : config.list("skip_tags"));
  run.forks = static_cast<int>(*forks);
  run.verbosity = given.count("verbose") + static_cast<int>(config.number("verbosity", 0));
  run.check_mode = given.has("check");
  run.diff_mode = given.has("diff") || config.flag("diff_always", false);
  run.inject_facts = config.flag("inject_facts_as_vars", true);
  return 0;
}

int site::make_store() {
  store.emplace(std::move(*hosts), run, &templar);
  if (auto folders = store->load_vars_folders(); !folders) {
    complain(folders.error().what());
    return bad_input;
  }
  return 0;
}

} // namespace mito::cli
