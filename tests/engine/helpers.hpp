#pragma once
/// Runs one task's state machine from playbook text, with variables and the module's answers as JSON.
#include <caf/test/unit_test.hpp>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actions/action.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "engine/task_run.hpp"
#include "playbook/loader.hpp"
#include "strategy/plan.hpp"

namespace engine_test {

namespace core = mito::core;
namespace engine = mito::engine;

inline core::value json(std::string_view text) {
  auto v = core::parse_json(text);
  if (!v) CAF_FAIL("broken JSON in a test: " << text);
  return *v;
}

/// The first task of a play whose tasks are `yaml` ("- command: x").
inline std::shared_ptr<const engine::task_spec> spec_of(const std::string& yaml) {
  mito::playbook::action_table table;
  for (auto& e : mito::actions::all()) table.add({std::string(e.name), e.free_form, e.raw_params});
  mito::playbook::load_options load;
  load.actions = &table;
  std::string text = "- hosts: all\n  tasks:\n";
  for (std::size_t at = 0; at < yaml.size();) {
    auto end = std::min(yaml.find('\n', at), yaml.size());
    text += "  " + yaml.substr(at, end - at) + "\n";
    at = end + 1;
  }
  auto book = mito::playbook::load_playbook_text("t.yml", text, load);
  if (!book) CAF_FAIL(core::render(book.error().what()));
  for (auto& p : book->problems) CAF_FAIL(core::render(p));
  auto plan = mito::strategy::make_plan(book->book.plays.at(0), false, {});
  for (auto& item : plan.root->body) {
    auto* found = &item;
    while (found->block) found = &found->block->body.at(0);
    if (!found->task->spec->implicit) return found->task->spec;
  }
  CAF_FAIL("no task");
  return nullptr;
}

/// What a run asked for and gave, in order.
struct trace {
  std::vector<engine::action_request> requests;
  std::vector<engine::item_report> items;
  std::vector<engine::retry_report> retries;
  std::vector<engine::pause_request> pauses;
  engine::task_result over;
  const core::value& result() const { return over.result; }
  std::string msg() const { return std::string(over.result.text("msg")); }
};

/// The task to its end; the n-th action gets the n-th answer, the last one for all after it.
inline trace run(const std::string& yaml, std::string_view vars = "{}", std::vector<std::string> answers = {R"({"rc": 0})"},
                 engine::run_defaults defaults = {}) {
  static mito::templating::templar templar;
  auto scope = std::make_shared<mito::templating::dict_scope>(core::as_source(json(vars)).as_dict());
  engine::task_run machine(spec_of(yaml), scope, templar, std::move(defaults));
  trace out;
  auto step = machine.start();
  for (;;) {
    if (auto* request = std::get_if<engine::action_request>(&step)) {
      out.requests.push_back(*request);
      CAF_REQUIRE(!answers.empty());
      auto& answer = answers[std::min(out.requests.size(), answers.size()) - 1];
      step = machine.resume(json(answer));
    } else if (auto* item = std::get_if<engine::item_report>(&step)) {
      out.items.push_back(*item);
      step = machine.resume();
    } else if (auto* retry = std::get_if<engine::retry_report>(&step)) {
      out.retries.push_back(*retry);
      step = machine.resume();
    } else if (auto* pause = std::get_if<engine::pause_request>(&step)) {
      out.pauses.push_back(*pause);
      step = machine.resume();
    } else {
      out.over = std::move(std::get<engine::task_result>(step));
      return out;
    }
    CAF_REQUIRE(out.requests.size() < 10000);
  }
}

/// Free-form arguments of each request.
inline std::string commands(const trace& t) {
  std::string out;
  for (auto& r : t.requests) out += (out.empty() ? "" : "|") + std::string(r.args.text("_raw_params"));
  return out;
}

} // namespace engine_test
