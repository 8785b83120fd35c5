#pragma once
/// --list-hosts, --list-tasks and --list-tags: what a run would do, in ansible-playbook's form.
#include <vector>

#include "playbook/loader.hpp"
#include "playbook/variables/store.hpp"
#include "strategy/plan.hpp"

namespace mito::cli {

struct listing {
  bool hosts = false, tasks = false, tags = false;
};

/// Prints to stdout. 0, or the exit code once stderr says what is wrong.
/// `names` are the books' as given.
int list(const std::vector<playbook::playbook>& books, const std::vector<std::string>& names, playbook::variable_store& store, const strategy::plan_options& options,
         const std::string& limit, const listing& what);

} // namespace mito::cli
