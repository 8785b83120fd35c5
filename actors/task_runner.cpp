#include "actors/task_runner.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mito::actors {

namespace {

using self_pointer = task_runner_actor::stateful_pointer<task_runner_state>;
using waiting = task_runner_state::waiting;

std::uint64_t next_token() {
  static std::atomic<std::uint64_t> counter{0};
  return ++counter;
}

/// A local file, read in pieces as the target takes them.
class file_source final : public bootstrap::content_source {
public:
  explicit file_source(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat st;
    if (fd_ >= 0 && ::fstat(fd_, &st) == 0) size_ = static_cast<std::uint64_t>(st.st_size);
  }
  ~file_source() override {
    if (fd_ >= 0) ::close(fd_);
  }
  bool good() const { return fd_ >= 0; }
  std::uint64_t size() const override { return size_; }
  core::expected<void> read(std::string& into, std::size_t limit) override {
    auto had = into.size();
    into.resize(had + limit);
    auto n = ::read(fd_, into.data() + had, limit);
    into.resize(had + (n > 0 ? static_cast<std::size_t>(n) : 0));
    if (n < 0) return core::error(std::string("cannot read the file to send: ") + std::strerror(errno));
    return {};
  }

private:
  int fd_;
  std::uint64_t size_ = 0;
};

class text_source final : public bootstrap::content_source {
public:
  explicit text_source(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_->size(); }
  core::expected<void> read(std::string& into, std::size_t limit) override {
    auto n = std::min(limit, text_->size() - at_);
    into.append(*text_, at_, n);
    at_ += n;
    return {};
  }

private:
  std::shared_ptr<const std::string> text_;
  std::size_t at_ = 0;
};

report::verdict verdict_of(const core::value& r) {
  if (engine::is_failed(r)) return report::verdict::failed;
  if (engine::is_unreachable(r)) return report::verdict::unreachable;
  return engine::is_skipped(r) ? report::verdict::skipped : report::verdict::ok;
}

/// What the engine does next; nothing when a message has to come first.
using next_step = std::optional<engine::task_step>;
next_step drive_action(self_pointer self, actions::step step);
void drive(self_pointer self, next_step step);

/// Where the call goes: this host, or the one it is delegated to.
core::expected<connection_ptr> target_of(task_runner_state& st) {
  auto& env = *st.env;
  auto& r = *st.request;
  if (!r.delegate_to) return resolve_connection(env, *r.vars, st.order->host_name, r.connection, r.remote_user);
  auto name = *r.delegate_to;
  playbook::host_id id = playbook::no_id;
  env.store->read_inventory([&](const playbook::inventory& i) { id = i.find_host(name); });
  if (id == playbook::no_id && (name == "localhost" || name == "127.0.0.1" || name == "::1")) {
    templating::dict_scope local({{core::value("ansible_connection"), core::value("local")}});
    return resolve_connection(env, local, name, std::nullopt, std::nullopt);
  }
  if (id == playbook::no_id) {
    templating::dict_scope nothing({});
    return resolve_connection(env, nothing, name, r.connection, r.remote_user);
  }
  auto vars = env.store->scope_for(id);
  if (!vars) return vars.error();
  return resolve_connection(env, **vars, name, r.connection, r.remote_user);
}

next_step answer_call(self_pointer self, core::value result) {
  auto& st = state_of(self);
  if (st.action) return drive_action(self, st.action->resume(*st.context, std::move(result)));
  return st.run->resume(std::move(result));
}

next_step fail_call(self_pointer self, std::string_view message) {
  return answer_call(self, engine::failed_result(message));
}

/// Registered loops keep the `invocation` of each item, as in Ansible.
bool wants_invocation(const environment& env, const engine::task_spec& spec) {
  return env.want_invocation || (spec.register_as && spec.loop != engine::loop_form::none);
}

/// Arguments that are no options: the name that error texts show, and whether the call is to be repeated in the result.
core::value with_hints(core::value args, const environment& env, const engine::task_spec& spec) {
  bool renamed = spec.action_as_written != spec.action && !spec.implicit && spec.action_as_written.find('.') != std::string::npos;
  bool wanted = wants_invocation(env, spec);
  if (!wanted && !renamed) return args;
  core::dict d = args.as_dict();
  if (renamed) d.set("_ansible_module_name", core::value(spec.action_as_written));
  if (!wanted) return core::value(std::move(d));
  d.set("_ansible_verbosity", core::value(3));
  if (spec.action == "shell") d.set("_uses_shell", core::value(true));
  return core::value(std::move(d));
}

/// Ansible calls these modules by their `ansible.legacy` names, and its messages show it.
core::value with_legacy_name(core::value result, const std::string& action) {
  if (!result["failed"].truthy() || (action != "command" && action != "shell" && action != "copy" && action != "template")) return result;
  std::string msg(result.text("msg"));
  std::string name = action == "copy" || action == "template" ? "copy" : "command";
  for (auto& shown : {"(" + name + ") module", "(" + action + ") module"}) {
    auto at = msg.find(shown);
    if (at == msg.npos) continue;
    core::dict d = result.as_dict();
    d.set("msg", core::value(msg.replace(at, shown.size(), "(ansible.legacy." + name + ") module")));
    return core::value(std::move(d));
  }
  return result;
}

next_step call_module(self_pointer self, actions::module_call call) {
  auto& st = state_of(self);
  auto& r = *st.request;
  if (r.become.active && r.become.method != "sudo" && r.become.method != "su")
    return fail_call(self, "become_method '" + r.become.method + "' is not supported yet; use sudo or su");
  auto spec = target_of(st);
  if (!spec) return fail_call(self, spec.error().message());
  if (r.delegate_to) {
    auto& host = (*spec)->ssh.host;
    st.delegate = *r.delegate_to == st.order->host_name ? std::string() : *r.delegate_to;
    if (!st.delegate.empty() && !(*spec)->local && host != *r.delegate_to) st.delegate += "(" + host + ")";
  }
  auto request = std::make_shared<module_request>();
  request->token = next_token();
  request->become = r.become;
  auto& what = request->what;
  what.module = std::move(call.module);
  what.args = with_hints(std::move(call.args), *st.env, *st.order->spec);
  what.check = call.check;
  what.diff = call.diff;
  // raw is the one action that takes no environment.
  if (what.module != "raw") what.environment = r.environment;
  what.deadline = r.timeout;
  what.blob = std::move(call.blob);
  if (!call.upload_path.empty()) {
    auto source = std::make_shared<file_source>(call.upload_path);
    if (!source->good()) return fail_call(self, "could not find src=" + call.upload_path);
    what.upload = std::move(source);
  } else if (call.upload_text) {
    what.upload = std::make_shared<text_source>(call.upload_text);
  }
  st.wait = waiting::module;
  auto limit = r.timeout;
  ask(self, st.env->directory, get_v, *spec)
    .then(
      [self, request, limit](const host_context_actor& host) {
        auto& s = state_of(self);
        s.call = self->spawn(invocation, task_runner_actor(self), host, module_request_ptr(request), limit, s.request->action);
      },
      [self](const caf::error&) {
        auto reply = std::make_shared<module_reply>();
        reply->failure = bootstrap::link_failure{};
        reply->failure->message = "the run is over";
        tell(self, task_runner_actor(self), module_reply_ptr(std::move(reply)));
      });
  return std::nullopt;
}

next_step drive_action(self_pointer self, actions::step step) {
  auto& st = state_of(self);
  if (auto* call = std::get_if<actions::module_call>(&step)) return call_module(self, std::move(*call));
  if (auto* pause = std::get_if<actions::pause_call>(&step)) {
    if (!pause->text.empty()) report_event(*st.env, report::message{core::severity::note, 0, "", pause->text});
    st.wait = waiting::action_pause;
    tell_later(self, task_runner_actor(self), pause->duration, wake_v);
    return std::nullopt;
  }
  auto result = std::move(std::get<actions::finished>(step).result);
  st.action.reset();
  return st.run->resume(std::move(result));
}

next_step start_action(self_pointer self, engine::action_request request) {
  auto& st = state_of(self);
  st.request = std::move(request);
  auto& r = *st.request;
  st.context.reset(new actions::context{r, *st.env->templar, st.order->host_name, st.order->info->name,
                                        st.order->spec->search_path, st.order->directory, st.order->spec->where, st.env->verbosity,
                                        wants_invocation(*st.env, *st.order->spec), st.env->interactive});
  auto* entry = actions::find(r.action);
  if (entry && entry->make) {
    st.action = entry->make();
    return drive_action(self, st.action->start(*st.context));
  }
  actions::module_call call{r.action, r.args, r.check, r.diff, {}, {}, {}};
  return call_module(self, std::move(call));
}

void show_item(self_pointer self, engine::item_report item) {
  auto& st = state_of(self);
  auto how = verdict_of(item.result);
  if (item.diff && how == report::verdict::ok && item.result.as_dict().contains("diff"))
    report_event(*st.env, report::diff_shown{st.order->info, st.order->host_name, item.result});
  // add_host and group_by show their items once the inventory has changed.
  bool later = how == report::verdict::ok && (item.result.as_dict().contains("add_host") || item.result.as_dict().contains("add_group"));
  if (!later)
    report_event(*st.env, report::item_finished{st.order->info, st.order->host_name, st.delegate, how, std::move(item.result)});
}

void finish_task(self_pointer self, engine::task_result result) {
  auto& st = state_of(self);
  auto done = std::make_shared<task_done>();
  done->index = st.order->index;
  done->result = std::move(result);
  if (done->result.delegate_to) done->result.delegate_to = st.delegate;
  done->took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - st.started);
  post(st.owner, task_done_ptr(std::move(done)));
  self->quit();
}

/// Runs the engine's steps until one has to wait. A loop, not recursion: loops of local actions are long.
void drive(self_pointer self, next_step next) {
  auto& st = state_of(self);
  while (next) {
    auto step = std::move(*next);
    st.wait = waiting::nothing;
    if (auto* request = std::get_if<engine::action_request>(&step)) {
      next = start_action(self, std::move(*request));
    } else if (auto* item = std::get_if<engine::item_report>(&step)) {
      show_item(self, std::move(*item));
      next = st.run->resume();
    } else if (auto* retry = std::get_if<engine::retry_report>(&step)) {
      report_event(*st.env, report::item_retried{st.order->info, st.order->host_name, st.delegate, std::move(retry->result)});
      st.wait = waiting::run_pause;
      return tell_later(self, task_runner_actor(self), retry->delay, wake_v);
    } else if (auto* pause = std::get_if<engine::pause_request>(&step)) {
      st.wait = waiting::run_pause;
      return tell_later(self, task_runner_actor(self), pause->duration, wake_v);
    } else {
      return finish_task(self, std::move(std::get<engine::task_result>(step)));
    }
  }
}

} // namespace

task_runner_actor::behavior_type task_runner(self_pointer self, environment_ptr env, task_order_ptr order,
                                             supervisor_actor owner) {
  auto& st = state_of(self);
  st.env = std::move(env);
  st.order = std::move(order);
  st.owner = std::move(owner);
  st.run = std::make_unique<engine::task_run>(st.order->spec, st.order->vars, *st.env->templar, st.env->defaults);
  return {
    [self](begin_atom) {
      auto& s = state_of(self);
      s.started = std::chrono::steady_clock::now();
      drive(self, s.run->start());
    },
    [self](wake_atom) {
      auto& s = state_of(self);
      if (s.wait == waiting::action_pause) return drive(self, drive_action(self, s.action->resume(*s.context, core::value())));
      if (s.wait == waiting::run_pause) drive(self, s.run->resume());
    },
    [self](const module_reply_ptr& reply) {
      auto& s = state_of(self);
      if (s.wait != waiting::module) return;
      s.call = invocation_actor();
      drive(self, answer_call(self, with_legacy_name(result_of(*reply), s.request->action)));
    },
    [self](stop_atom) {
      auto& s = state_of(self);
      if (s.call) tell(self, s.call, stop_v);
      self->quit();
    },
  };
}

invocation_actor::behavior_type invocation(invocation_actor::stateful_pointer<invocation_state> self,
                                           task_runner_actor owner, host_context_actor host, module_request_ptr request,
                                           std::chrono::milliseconds limit, std::string action) {
  auto answer = [self, owner](module_reply_ptr reply) {
    auto& st = state_of(self);
    if (st.answered) return;
    st.answered = true;
    tell(self, owner, std::move(reply));
    self->quit();
  };
  ask(self, host, invoke_v, request)
    .then([answer](const module_reply_ptr& reply) { answer(reply); },
          [answer](const caf::error&) {
            // The context's actor is gone: only this host suffers.
            auto reply = std::make_shared<module_reply>();
            reply->failure = bootstrap::link_failure{};
            reply->failure->message = "the connection to the host was closed";
            answer(std::move(reply));
          });
  if (limit.count() > 0) tell_later(self, invocation_actor(self), limit, expire_v);
  return {
    [self, host, request, answer, limit, action](expire_atom) {
      if (state_of(self).answered) return;
      tell(self, host, cancel_v, request->token);
      auto reply = std::make_shared<module_reply>();
      core::dict late;
      late.set("failed", core::value(true));
      late.set("msg", core::value("The " + action + " action failed to execute in the expected time frame (" +
                                  std::to_string(limit.count() / 1000) + ") and was terminated"));
      late.set(engine::raised_key, "failure");
      reply->result = core::value(std::move(late));
      answer(std::move(reply));
    },
    [self, host, request](stop_atom) {
      tell(self, host, cancel_v, request->token);
      self->quit();
    },
  };
}

} // namespace mito::actors
