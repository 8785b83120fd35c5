// include_tasks and include_role: what they bring is read by whoever runs the play; here the names become final.
#include "actions/list.hpp"
#include "core/python.hpp"

namespace mito::actions {

namespace {

class include_tasks final : public local_action {
public:
  core::value run(const context& c) override {
    core::dict args = c.request.args.as_dict();
    core::value file;
    for (const auto* name : {"_raw_params", "file"})
      if (auto* v = args.find(name); v && v->truthy() && file.is_none()) file = *v;
    if (file.is_none()) return engine::failed_result("No include file was specified to the include");
    args.erase("_raw_params");
    args.erase("file");
    // For the included tasks: as written.
    if (auto* apply = c.request.raw_args.as_dict().find("apply")) args.set("apply", *apply);
    core::dict out;
    out.set("include", core::value(core::to_str(file)));
    out.set("include_args", core::value(std::move(args)));
    return core::value(std::move(out));
  }
};

class include_role final : public local_action {
public:
  core::value run(const context& c) override {
    return core::dict{{core::value("include_args"), c.request.args}};
  }
};

} // namespace

std::unique_ptr<action> make_include_tasks() { return std::make_unique<include_tasks>(); }
std::unique_ptr<action> make_include_role() { return std::make_unique<include_role>(); }

} // namespace mito::actions
