#include "engine/execution.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/facts.hpp"
#include "engine/keywords.hpp"

namespace mito::engine {

/// The host's variables with what this task itself produces on top: its registered result and new facts.
class execution::overlay final : public templating::scope {
public:
  explicit overlay(std::shared_ptr<const templating::scope> parent) : parent_(std::move(parent)) {}
  std::optional<core::value> lookup(std::string_view name) const override {
    if (auto* v = own_.find(name)) return *v;
    return parent_->lookup(name);
  }
  std::vector<std::string_view> names() const override {
    auto out = parent_->names();
    for (auto& e : own_) out.push_back(e.key.as_string());
    return out;
  }
  void set(std::string_view name, core::value v) { own_.set(name, std::move(v)); }
  const core::dict& own() const { return own_; }

private:
  std::shared_ptr<const templating::scope> parent_;
  core::dict own_;
};

execution::execution(std::shared_ptr<const task_spec> spec, std::shared_ptr<const templating::scope> vars,
                     const templating::templar& templar, const run_defaults& defaults, const core::error* loop_error)
    : spec_(std::move(spec)), vars_(std::make_shared<overlay>(std::move(vars))), templar_(templar),
      defaults_(defaults), loop_error_(loop_error) {}

execution::~execution() = default;

const templating::scope& execution::vars() const { return *vars_; }
const core::dict& execution::produced() const { return vars_->own(); }

namespace {

core::list conditions_of(const core::value& raw) {
  return raw.is_list() ? raw.as_list() : core::list{raw};
}

core::value skipped_result() {
  return core::dict{{core::value("changed"), core::value(false)},
                    {core::value("skipped"), core::value(true)},
                    {core::value("skip_reason"), core::value("Conditional result was False")}};
}

} // namespace

std::optional<execution::step> execution::check_conditions() {
  for (auto& f : spec_->when) {
    for (auto& condition : conditions_of(f.raw)) {
      auto holds = templar_.condition(condition, *vars_, f.where);
      if (!holds) {
        if (loop_error_) return raise(failed_result(loop_error_->message()));
        return raise(failed_result(with_place(holds.error().message(), spec_->where)));
      }
      if (!*holds) return finish(skipped_result());
    }
  }
  if (loop_error_) return raise(failed_result(loop_error_->message()));
  return std::nullopt;
}

void execution::read_flags(keyword_reader& reader) {
  out_.no_log = reader.boolean(spec_->no_log, false);
  out_.ignore_errors = reader.boolean(spec_->ignore_errors, false);
  out_.ignore_unreachable = reader.boolean(spec_->ignore_unreachable, false);
  out_.delegate_to = reader.text(spec_->delegate_to);
  if (out_.delegate_to && out_.delegate_to->empty()) out_.delegate_to.reset();
  auto names = reader.value(spec_->notify);
  for (auto& n : names.is_list() ? names.as_list() : names.is_none() ? core::list{} : core::list{names})
    out_.notify.push_back(core::to_str(n));
  if (spec_->until) {
    double retries = reader.number(spec_->retries, 3);
    // Without the keyword Ansible's default is 3 re-tries; an empty value means 3 attempts.
    bool empty = spec_->retries && reader.value(spec_->retries).is_none();
    attempts_ = empty ? 3 : retries <= 0 ? 1 : static_cast<int>(retries < 1e6 ? retries : 1e6) + 1;
  }
  double delay = reader.number(spec_->delay, 5);
  delay_ = std::chrono::milliseconds(static_cast<std::int64_t>((delay < 0 ? 1 : delay) * 1000));
}

std::optional<execution::step> execution::prepare() {
  keyword_reader reader(*spec_, *vars_, templar_);
  read_flags(reader);
  if (!reader.ok()) return raise(failed_result(reader.error_text()));
  request_.action = spec_->action;
  request_.no_log = out_.no_log;
  request_.check = reader.boolean(spec_->check_mode, defaults_.check);
  request_.diff = reader.boolean(spec_->diff, defaults_.diff);
  request_.become = read_become(reader, *spec_, defaults_.become, !out_.delegate_to);
  request_.environment = reader.environment();
  request_.delegate_to = out_.delegate_to;
  request_.connection = reader.text(spec_->connection);
  request_.remote_user = reader.text(spec_->remote_user);
  request_.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(reader.number(spec_->timeout, 0) * 1000));
  request_.vars = vars_;
  request_.raw_args = spec_->args;
  // What `apply` says is for the included tasks, each in its own time.
  core::value given = spec_->args;
  if (is_include(*spec_) && given.as_dict().contains("apply")) {
    core::dict rest = given.as_dict();
    rest.erase("apply");
    given = core::value(std::move(rest));
  }
  auto args = reader.value(field{std::move(given), spec_->where, true});
  if (spec_->default_args && reader.ok()) {
    core::dict all = reader.value(spec_->default_args).as_dict();
    all.update(args.as_dict());
    args = core::value(std::move(all));
  }
  if (!reader.ok()) return raise(failed_result(reader.error_text()));
  auto omit = vars_->lookup("omit");
  request_.args = omit && omit->is_string() ? remove_omitted(args, omit->as_string()) : args;
  if (spec_->register_as) {
    auto name = core::to_str(spec_->register_as.raw);
    auto letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
    bool valid = !name.empty() && (letter(name[0]) || name[0] == '_' || (name[0] & 0x80));
    for (char c : name) valid = valid && (letter(c) || c == '_' || (c >= '0' && c <= '9') || (c & 0x80));
    if (!valid) return raise(failed_result("Invalid variable name in 'register' specified: '" + name + "'"));
  }
  return std::nullopt;
}

execution::step execution::start() {
  // A failing condition is ignored or hidden like any other failure: these flags come first. What is wrong with them
  // themselves is said by prepare().
  keyword_reader early(*spec_, *vars_, templar_);
  out_.no_log = early.boolean(spec_->no_log, false);
  out_.ignore_errors = early.boolean(spec_->ignore_errors, false);
  out_.ignore_unreachable = early.boolean(spec_->ignore_unreachable, false);
  if (auto over = check_conditions()) return std::move(*over);
  if (auto over = prepare()) return std::move(*over);
  attempt_ = 1;
  return request_;
}

execution::step execution::retry() {
  ++attempt_;
  return request_;
}

core::expected<bool> execution::all_true(const field& conditions) const {
  for (auto& condition : conditions_of(conditions.raw)) {
    auto holds = templar_.condition(condition, *vars_, conditions.where);
    if (!holds || !*holds) return holds;
  }
  return true;
}

/// Makes the result visible to changed_when, failed_when and until.
void execution::publish(const core::dict& result) {
  core::value shown{core::dict(result)};
  if (spec_->action != "set_fact" && spec_->action != "include_vars") shown = core::as_data(shown);
  if (spec_->register_as) vars_->set(core::to_str(spec_->register_as.raw), shown);
  auto& facts = shown["ansible_facts"];
  if (!facts.is_dict() || spec_->action == "debug") return;
  if (spec_->action == "set_fact" || spec_->action == "include_vars") {
    for (auto& e : facts.as_dict()) vars_->set(e.key.as_string(), e.val);
    return;
  }
  // A target's facts: what follows on this host (retries, items) must not be steered by them.
  auto known = vars_->lookup("ansible_facts");
  core::dict all = known ? known->as_dict() : core::dict{};
  core::dict before = all;
  vars_->set("ansible_facts", core::value(std::move(all.update(namespaced_facts(facts.as_dict())))));
  if (!defaults_.inject_facts) return;
  for (auto& e : injectable_facts(facts.as_dict())) {
    auto name = e.key.as_string();
    // What an author has set wins over facts, here as in the tasks that follow: only a fact's own value is replaced.
    auto seen = vars_->lookup(name);
    auto* fact = before.find(name.starts_with("ansible_") && name != "ansible_local" ? name.substr(8) : name);
    if (!seen || (fact && *seen == *fact)) vars_->set(name, e.val);
  }
}

/// failed, changed, changed_when, failed_when, in Ansible's order.
void execution::judge(core::dict& result) {
  if (!result.contains("failed")) {
    auto* rc = result.find("rc");
    bool bad = rc && !(*rc == core::value(0)) && !(rc->is_string() && rc->as_string() == "0");
    result.set("failed", core::value(bad));
  }
  if (spec_->until) result.set("attempts", core::value(attempt_));
  result.set_default("changed", core::value(false));
  publish(result);
  if (result.contains("skipped")) return;
  if (spec_->changed_when && !(spec_->changed_when.raw.is_list() && spec_->changed_when.raw.as_list().empty())) {
    auto changed = all_true(spec_->changed_when);
    if (!changed) {
      result.set("failed", core::value(true));
      result.set("changed_when_result", core::value(changed.error().message()));
      return;
    }
    result.set("changed", core::value(*changed));
    publish(result);
  }
  if (!spec_->failed_when || (spec_->failed_when.raw.is_list() && spec_->failed_when.raw.as_list().empty())) return;
  auto failed = all_true(spec_->failed_when);
  if (!failed) {
    result.set("failed", core::value(true));
    result.set("failed_when_result", core::value(failed.error().message()));
    return;
  }
  result.set("failed", core::value(*failed));
  result.set("failed_when_result", core::value(*failed));
}

execution::step execution::resume(core::value value) {
  // An include's result is for whoever runs the play; nothing is judged about it.
  if (is_include(*spec_) && !value["failed"].truthy()) {
    out_.result = std::move(value);
    return std::move(out_);
  }
  if (value["unreachable"].truthy()) return finish(std::move(value));
  if (auto how = value.text(raised_key); !how.empty()) {
    core::dict plain = value.as_dict();
    plain.erase(raised_key);
    if (how == "error") return raise(core::value(std::move(plain)));
    out_.result = core::as_data(core::value(std::move(plain)));
    return std::move(out_);
  }
  core::dict result = value.as_dict();
  if (out_.no_log) result.set("_ansible_no_log", core::value(true));
  judge(result);
  publish(result);
  if (attempts_ > 1) {
    auto done = all_true(spec_->until);
    if (!done) return raise(failed_result(done.error().message()));
    if (!*done && attempt_ < attempts_) {
      result.set("_ansible_retry", core::value(true));
      result.set("retries", core::value(attempts_));
      return retry_report{core::value(std::move(result)), delay_};
    }
    if (!*done) {
      result.set("attempts", core::value(attempts_ - 1));
      result.set("failed", core::value(true));
    }
  }
  return finish(core::value(std::move(result)));
}

execution::step execution::raise(core::value result) {
  out_.raised = true;
  return finish(std::move(result));
}

execution::step execution::finish(core::value result) {
  out_.diff = request_.diff;
  if (!result["unreachable"].truthy() && !result.as_dict().contains("_ansible_no_log")) {
    core::dict with_mark = result.as_dict();
    with_mark.set("_ansible_no_log", core::value(out_.no_log));
    result = core::value(std::move(with_mark));
  }
  out_.result = spec_->action == "set_fact" || spec_->action == "include_vars" ? std::move(result) : core::as_data(result);
  return std::move(out_);
}

} // namespace mito::engine
