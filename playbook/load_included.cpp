// What include_tasks and include_role read while a play runs.
#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/load_context.hpp"
#include "playbook/roles.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

/// The first error of `problems`, if any.
std::optional<core::error> first_error(const std::vector<core::diagnostic>& problems) {
  for (const auto& p : problems)
    if (p.severity == core::severity::error) return core::error(p);
  return std::nullopt;
}

} // namespace

core::expected<included> load_included_tasks(play& current, const std::string& path, const include_place& where,
                                             const load_options& options) {
  auto doc = read_yaml_file(path);
  if (!doc) return doc.error();
  included out;
  out.problems = doc->warnings;
  if (doc->root->val.is_none()) return out;
  if (!doc->root->val.is_list()) return core::error("included task files must contain a list of tasks", doc->at(*doc->root));
  loading state{options, out.problems, current.directory, &current};
  place here;
  here.role = where.role;
  if (where.role) {
    here.role_path = where.role->path;
    here.role_name = where.role->name;
  }
  here.folders = where.folders;
  here.vars = where.vars;
  here.collections = where.collections;
  here.dynamic = true;
  load_context ctx(*doc, state, std::move(here));
  auto handlers_before = current.handlers.size();
  out.items = load_task_list(ctx, *doc->root, where.handlers);
  if (auto bad = first_error(out.problems)) return std::move(*bad);
  out.handlers.assign(current.handlers.begin() + static_cast<std::ptrdiff_t>(handlers_before), current.handlers.end());
  return out;
}

std::shared_ptr<const block> block_of_keywords(const core::dict& keywords, const core::location& where) {
  auto out = std::make_shared<block>();
  out->where = where;
  auto list = [](const core::value& v) { return v.is_list() ? v.as_list() : v.is_none() ? core::list{} : core::list{v}; };
  for (const auto& e : keywords) {
    auto name = e.key.is_string() ? e.key.as_string() : std::string_view();
    field f{e.val, where, true};
    if (auto at = common_field(name)) {
      out->shared.*at = std::move(f);
    } else if (name == "tags") {
      for (const auto& t : list(e.val))
        for (auto part : core::split(core::to_str(t), ',')) out->shared.tags.emplace_back(core::trim(part));
    } else if (name == "vars" && e.val.is_dict()) {
      out->shared.vars = e.val.as_dict();
    } else if (name == "when") {
      for (const auto& c : list(e.val)) out->shared.when.push_back({c, where, true});
    } else if (name == "environment") {
      for (const auto& c : list(e.val)) out->shared.environment.push_back({c, where, true});
    } else if (name == "delegate_to") {
      out->delegate_to = std::move(f);
    } else if (name == "delegate_facts") {
      out->delegate_facts = std::move(f);
    } else if (name == "notify") {
      out->notify = std::move(f);
    }
  }
  return out;
}

core::expected<included> load_included_role(play& current, const role_use& use, const load_options& options) {
  included out;
  loading state{options, out.problems, current.directory, &current};
  auto handlers_before = current.handlers.size();
  auto r = load_role(state, use);
  if (auto bad = first_error(out.problems)) return std::move(*bad);
  if (!r) return core::error("the role '" + use.name + "' could not be read", use.where);
  out.role = r;
  out.items = role_tasks(r);
  out.handlers.assign(current.handlers.begin() + static_cast<std::ptrdiff_t>(handlers_before), current.handlers.end());
  for (auto& h : role_handlers(r)) out.handlers.push_back(std::move(h));
  return out;
}

} // namespace mito::playbook
