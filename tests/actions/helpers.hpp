#pragma once
/// Drives one action's state machine: what it asks for comes back as a step, the module's answer goes in as JSON.
#include <caf/test/unit_test.hpp>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "actions/action.hpp"
#include "core/json.hpp"
#include "core/python.hpp"

namespace actions_test {

namespace actions = mito::actions;
namespace core = mito::core;
namespace engine = mito::engine;
namespace templating = mito::templating;

inline core::value json(std::string_view text) {
  auto v = core::parse_json(text);
  if (!v) CAF_FAIL("broken JSON in a test: " << text);
  return *v;
}

/// A folder with files/ and templates/, and one action at a time in it.
class stage {
public:
  stage() {
    char name[] = "/tmp/mito-actions-XXXXXX";
    folder = ::mkdtemp(name);
  }
  ~stage() { std::filesystem::remove_all(folder); }
  void write(const std::string& path, std::string_view text) const {
    auto full = std::filesystem::path(folder) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << text;
  }

  /// `vars`: their strings are templates, as an author's are.
  void start(std::string_view name, std::string_view args, std::string_view vars = "{}") {
    request = {};
    request.action = name;
    request.args = json(args);
    request.raw_args = core::as_source(request.args);
    request.vars = std::make_shared<templating::dict_scope>(core::as_source(json(vars)).as_dict());
    request.check = check;
    request.diff = diff;
    context.reset(new actions::context{request, templar, "h1", "a task", {folder}, folder, {}, verbosity, false, interactive});
    auto* entry = actions::find(name);
    CAF_REQUIRE(entry && entry->make);
    action = entry->make();
    step = action->start(*context);
  }
  void answer(std::string_view text) { step = action->resume(*context, text.empty() ? core::value() : json(text)); }
  bool over() const { return std::holds_alternative<actions::finished>(step); }
  const actions::module_call& call() const {
    auto* c = std::get_if<actions::module_call>(&step);
    if (!c) CAF_FAIL("no call but " << (over() ? core::to_repr(std::get<actions::finished>(step).result) : "a pause"));
    return *c;
  }
  const core::value& result() const {
    if (!over()) CAF_FAIL("not over");
    return std::get<actions::finished>(step).result;
  }
  std::string msg() const { return core::to_str(result()["msg"]); }
  bool failed() const { return result()["failed"].truthy(); }
  /// Ends the execution, or the whole task.
  std::string raised() const { return std::string(result().text(engine::raised_key)); }

  std::string folder;
  templating::templar templar;
  engine::action_request request;
  std::unique_ptr<actions::context> context;
  std::unique_ptr<actions::action> action;
  actions::step step;
  bool check = false, diff = false, interactive = false;
  int verbosity = 0;
};

} // namespace actions_test
