#define CAF_SUITE pymodules.output
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "pymodules/output.hpp"

using namespace mito;
using protocol::process_output;

namespace {

pymodules::module_outcome read(std::string out, std::string err = {}, int status = 0) {
  process_output o;
  o.out = std::move(out);
  o.err = std::move(err);
  o.status = status;
  return pymodules::read_output(o, "/usr/bin/python3", "mod");
}

} // namespace

CAF_TEST(JSON is found among noise) {
  auto r = read("motd\n  welcome\n{\"changed\": true}\n");
  CAF_CHECK(r.result.flag("changed"));
  CAF_CHECK(r.warnings.empty());
  r = read("{\"a\": 1}\nbye\nbye\n");
  CAF_CHECK_EQUAL(r.result.integer("a"), 1);
  CAF_REQUIRE_EQUAL(r.warnings.size(), 1u);
  CAF_CHECK_EQUAL(r.warnings[0], "Module invocation had junk after the JSON data: bye\nbye");
  r = read("{\"a\":\n 1}\n\n");
  CAF_CHECK_EQUAL(r.result.integer("a"), 1);
  CAF_CHECK(r.warnings.empty());
}

CAF_TEST(what is no JSON is a module failure) {
  auto r = read("hello\n", "Traceback (most recent call last):\nBoom\n", 1);
  CAF_CHECK_EQUAL(core::to_json(r.result),
                  R"({"failed":true,"module_stdout":"hello\n","module_stderr":"Traceback (most recent call last):\nBoom\n",)"
                  R"("exception":"Traceback (most recent call last):\nBoom\n","msg":"MODULE FAILURE\nSee stdout/stderr for the exact error","rc":1})");
  for (std::string out : {"", "{", "}", "{}}", "[1]", "{\"a\": }", "{'a': 1}"}) {
    CAF_MESSAGE(out);
    CAF_CHECK(read(out).result.flag("failed"));
    CAF_CHECK_EQUAL(read(out).result.text("module_stdout"), out);
  }
}

CAF_TEST(a missing interpreter is said) {
  auto r = read("", "/bin/sh: 1: /usr/bin/python3: not found\n", 127);
  CAF_CHECK_EQUAL(r.result.text("msg"), "The module failed to execute correctly, you probably need to set the interpreter.\n"
                                        "See stdout/stderr for the exact error");
  CAF_CHECK_EQUAL(r.result.integer("rc"), 127);
}

CAF_TEST(signals give the status of a shell) {
  process_output o;
  o.signal = 9;
  CAF_CHECK_EQUAL(pymodules::read_output(o, "python", "mod").result.integer("rc"), 137);
}

CAF_TEST(internal keys are taken away) {
  auto r = read(R"({"_ansible_x": 1, "add_host": {}, "warnings": [], "ansible_facts": {"discovered_interpreter_python": "x", "a": 1}, "results": "r"})");
  CAF_CHECK_EQUAL(core::to_json(r.result), R"({"ansible_facts":{"a":1},"ansible_module_results":"r"})");
  CAF_CHECK_EQUAL(r.warnings.size(), 3u);
  CAF_CHECK_EQUAL(core::to_json(read(R"({"results": [1]})").result), R"({"results":[1]})");
}

CAF_TEST(messages of newer versions are made plain) {
  auto r = read(R"({"warnings": [{"__ansible_type": "WarningSummary", "event": {"msg": "careful"}}, "old"], "failed": true,
"exception": {"__ansible_type": "ErrorSummary", "event": {"msg": "boom", "formatted_traceback": "Traceback"}},
"deprecations": [{"__ansible_type": "DeprecationSummary", "event": {"msg": "late"}, "version": "9", "deprecator": {"resolved_name": "ns.c"}}]})");
  CAF_CHECK_EQUAL(core::to_json(r.result), R"({"warnings":["careful","old"],"failed":true,"exception":"Traceback",)"
                                           R"("deprecations":[{"msg":"late","version":"9","collection_name":"ns.c"}],"msg":"boom"})");
}

CAF_TEST(too old a Python says so) {
  process_output o;
  o.what = process_output::state::no_start;
  o.status = 70;
  o.err = "Python modules need Python 3.6 or newer on the target; it is 2.7.\n";
  auto r = pymodules::read_output(o, "python", "mod");
  CAF_CHECK_EQUAL(r.result.text("msg"), "Python modules need Python 3.6 or newer on the target; it is 2.7.");
}

CAF_TEST(refusals and losses say why) {
  process_output o;
  o.what = process_output::state::refused;
  o.err = "invalid syntax\nansible.modules.mod, line 3";
  auto r = pymodules::read_output(o, "python", "mod");
  CAF_CHECK(r.raised);
  CAF_CHECK_EQUAL(r.result.text("msg"), "Unable to import mod due to invalid syntax");
  CAF_CHECK_EQUAL(r.warnings.at(0), "Unable to import mod: ansible.modules.mod, line 3");
  o.what = process_output::state::lost;
  CAF_CHECK(pymodules::read_output(o, "python", "mod").result.flag("failed"));
  o.what = process_output::state::truncated;
  CAF_CHECK(pymodules::read_output(o, "python", "mod").result.text("msg").find("64 MiB") != std::string_view::npos);
}
