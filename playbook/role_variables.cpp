// What roles add to the variables of tasks (VariableManager.get_vars and Role.get_vars).
#include <algorithm>

#include "playbook/roles.hpp"

namespace mito::playbook {

using core::value;

namespace {

using role_ptr = std::shared_ptr<const role>;

void collect(const role& r, std::vector<role_ptr>& out) {
  for (const auto& d : r.dependencies) {
    collect(*d, out);
    out.push_back(d);
  }
}

void add_defaults(const role& r, core::dict& out) {
  for (const auto& d : all_dependencies(r)) add_defaults(*d, out);
  out.update(r.defaults);
}

/// Dependencies' variables, then the role's own: those of the use, under those of its files.
void add_vars(const role& r, core::dict& out) {
  for (const auto& d : all_dependencies(r)) add_vars(*d, out);
  out.update(r.shared.vars);
  out.update(r.vars);
}

value names(const std::vector<std::string>& list) {
  core::list out;
  for (const auto& n : list) out.emplace_back(n);
  return value(std::move(out));
}

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

} // namespace

std::vector<role_ptr> all_dependencies(const role& r) {
  std::vector<role_ptr> out;
  collect(r, out);
  return out;
}

role_layers layers_of(const std::vector<role_ptr>& chain) {
  const auto& own = *chain.back();
  core::dict defaults, vars, params, magic;
  for (const auto& d : all_dependencies(own)) add_defaults(*d, defaults);
  for (const auto& r : chain) {
    defaults.update(r->defaults);
    vars.update(r->shared.vars);
    vars.update(r->vars);
    params.update(r->params);
  }
  add_vars(own, vars);
  magic.set("role_name", value(own.name));
  magic.set("role_path", value(own.path));
  magic.set("ansible_role_name", value(own.full_name()));
  magic.set("ansible_collection_name", own.collection.empty() ? value() : value(own.collection));
  return {value(std::move(defaults)), value(std::move(vars)), value(std::move(params)), value(std::move(magic))};
}

role_layers layers_of_play(const std::vector<role_ptr>& roles) {
  core::dict defaults, vars;
  for (const auto& r : roles) {
    add_defaults(*r, defaults);
    add_vars(*r, vars);
  }
  return {value(std::move(defaults)), value(std::move(vars)), value(core::dict{}), value(core::dict{})};
}

core::dict role_name_variables(const std::vector<role_ptr>& roles) {
  std::vector<std::string> direct, dependent, all;
  for (const auto& r : roles) {
    direct.push_back(r->full_name());
    for (const auto& d : all_dependencies(*r)) add_once(dependent, d->full_name());
  }
  for (const auto* list : {&dependent, &direct})
    for (const auto& n : *list) add_once(all, n);
  core::dict out;
  out.set("ansible_role_names", names(all));
  out.set("ansible_play_role_names", names(direct));
  out.set("ansible_dependent_role_names", names(dependent));
  out.set("role_names", names(direct));
  return out;
}

} // namespace mito::playbook
