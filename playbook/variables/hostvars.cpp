#include "playbook/variables/state.hpp"

namespace mito::playbook {

namespace {

/// `hostvars['web1']`: that host's variables without a play's, each templated in that host's own scope.
class one_host final : public templating::lazy_mapping {
public:
  one_host(scope_handle vars, const templating::templar* templar)
      : vars_(std::move(vars)), templar_(templar) {}
  std::string_view type_name() const noexcept override { return "HostVarsVars"; }

  std::optional<core::value> get(const core::value& key) const override {
    if (!key.is_string()) return std::nullopt;
    auto raw = vars_->lookup(key.as_string());
    if (!raw || !templar_) return raw;
    templating::render_options options;
    options.keep_encrypted = true;
    auto v = templar_->render(*raw, *vars_, options);
    if (!v) return core::value::undefined(v.error().message());
    return *v;
  }
  std::vector<core::value> keys() const override {
    std::vector<core::value> out;
    for (auto n : vars_->names()) out.emplace_back(n);
    return out;
  }

private:
  scope_handle vars_;
  const templating::templar* templar_;
};

class all_hosts final : public templating::lazy_mapping {
public:
  explicit all_hosts(std::weak_ptr<variable_store::impl> state) : state_(std::move(state)) {}
  std::string_view type_name() const noexcept override { return "HostVars"; }

  std::optional<core::value> get(const core::value& key) const override {
    auto state = state_.lock();
    if (!state || !key.is_string()) return std::nullopt;
    host_id h = no_id;
    {
      std::lock_guard lock(state->mutex);
      h = state->hosts.find_host(key.as_string());
      if (h == no_id && inventory::is_local_name(key.as_string()))
        h = state->hosts.localhost(key.as_string());
    }
    if (h == no_id) return std::nullopt;
    auto vars = state->scope(h, {}, false);
    if (!vars) return core::value::undefined(vars.error().message());
    return core::value::adopt(new one_host(std::move(*vars), state->templar));
  }
  std::vector<core::value> keys() const override {
    std::vector<core::value> out;
    if (auto state = state_.lock()) {
      std::lock_guard lock(state->mutex);
      for (const auto& h : state->hosts.hosts())
        if (!h.implicit) out.emplace_back(h.name);
    }
    return out;
  }

private:
  std::weak_ptr<variable_store::impl> state_;
};

} // namespace

core::value make_hostvars(std::weak_ptr<variable_store::impl> state) {
  return core::value::adopt(new all_hosts(std::move(state)));
}

} // namespace mito::playbook
