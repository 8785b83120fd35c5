#define CAF_SUITE pymodules.finder
#include <caf/test/unit_test.hpp>

#include <algorithm>

#include "tests/pymodules/tree.hpp"

using namespace mito;
using test::tree;

namespace {

const std::string new_style = "from ansible.module_utils.basic import x\n";

std::string path_of(pymodules::library& lib, const std::string& name, const std::vector<std::string>& collections = {}) {
  auto m = lib.find(name, collections);
  return m ? m->path : "error: " + m.error().message();
}

std::vector<std::string> members(pymodules::library& lib, const std::string& name) {
  auto m = lib.load(name, name);
  if (!m) return {"error: " + m.error().message()};
  std::vector<std::string> out;
  for (const auto& member : (*m)->sources->members) out.push_back(member.name);
  return out;
}

bool has(const std::vector<std::string>& list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

} // namespace

CAF_TEST(folders come before ansible core) {
  tree t;
  t.write("core/modules/a.py", new_style);
  t.write("library/a.py", new_style);
  t.write("book/library/a.sh", "#!/bin/sh\n");
  pymodules::library lib(t.settings());
  CAF_CHECK_EQUAL(path_of(lib, "a"), t.path("library/a.py"));
  CAF_CHECK(lib.overridden("a"));
  lib.add_folder(t.path("book"), true);
  CAF_CHECK_EQUAL(path_of(lib, "a"), t.path("book/library/a.sh"));
  CAF_CHECK_EQUAL(path_of(lib, "ansible.legacy.a"), t.path("book/library/a.sh"));
  CAF_CHECK_EQUAL(path_of(lib, "ansible.builtin.a"), t.path("core/modules/a.py"));
}

CAF_TEST(names that are nowhere say where was searched) {
  tree t;
  t.write("core/modules/lineinfile.py", new_style);
  pymodules::library lib(t.settings());
  auto m = lib.find("linefile", {});
  CAF_REQUIRE(!m);
  CAF_CHECK_EQUAL(m.error().message(), "The module linefile was not found in configured module paths");
  CAF_CHECK_EQUAL(m.error().what().category, "missing");
  CAF_CHECK(m.error().what().hint.find("did you mean 'lineinfile'?") != std::string::npos);
  CAF_CHECK(m.error().what().hint.find(t.path("core/modules")) != std::string::npos);
  auto s = t.settings();
  s.core.clear();
  pymodules::library none(s);
  auto nothing = none.find("lineinfile", {});
  CAF_CHECK(nothing.error().what().hint.find("no ansible-core is installed here") != std::string::npos);
}

CAF_TEST(collections are searched in the order of the keyword) {
  tree t;
  t.write("coll/ansible_collections/ns/one/plugins/modules/m.py", new_style);
  t.write("coll/ansible_collections/ns/two/plugins/modules/m.py", new_style);
  t.write("core/modules/m.py", new_style);
  pymodules::library lib(t.settings());
  auto at = [&](const std::string& c) { return t.path("coll/ansible_collections/ns/" + c + "/plugins/modules/m.py"); };
  CAF_CHECK_EQUAL(path_of(lib, "m"), t.path("core/modules/m.py"));
  CAF_CHECK_EQUAL(path_of(lib, "m", {"ns.two", "ns.one", "ansible.legacy"}), at("two"));
  CAF_CHECK_EQUAL(path_of(lib, "m", {"ns.none", "ns.one", "ansible.legacy"}), at("one"));
  CAF_CHECK_EQUAL(path_of(lib, "m", {"ansible.legacy", "ns.one"}), t.path("core/modules/m.py"));
  CAF_CHECK_EQUAL(path_of(lib, "ns.one.m", {"ns.two"}), at("one"));
}

CAF_TEST(redirects are followed and removals said) {
  tree t;
  t.write("core/config/ansible_builtin_runtime.yml",
          "plugin_routing:\n  modules:\n    old:\n      redirect: ns.one.new\n    gone:\n      tombstone:\n        removal_version: 2.9\n"
          "        warning_text: Use other.\n    round:\n      redirect: ns.one.round\n");
  t.write("coll/ansible_collections/ns/one/meta/runtime.yml",
          "plugin_routing:\n  modules:\n    new:\n      deprecation:\n        removal_version: 9.0.0\n        warning_text: It is old.\n"
          "    round:\n      redirect: ns.one.round\n    lost:\n      redirect: ns.nowhere.x\n");
  t.write("coll/ansible_collections/ns/one/plugins/modules/new.py", new_style);
  pymodules::library lib(t.settings());
  auto m = lib.find("old", {});
  CAF_REQUIRE(m);
  CAF_CHECK_EQUAL(m->name, "ns.one.new");
  CAF_REQUIRE_EQUAL(m->deprecations.size(), 1u);
  CAF_CHECK(m->deprecations[0].starts_with("ns.one.new has been deprecated. It is old. This feature will be removed from ns.one in version 9.0.0."));
  CAF_CHECK_EQUAL(path_of(lib, "gone"), "error: [DEPRECATED]: ansible.builtin.gone has been removed. Use other. This feature was removed from "
                                        "ansible-core in version 2.9. Please update your playbooks.");
  CAF_CHECK(path_of(lib, "round").find("redirect loop") != std::string::npos);
  CAF_CHECK_EQUAL(path_of(lib, "ns.one.lost"), "error: The module ns.one.lost was redirected to ns.nowhere.x, which could not be loaded.");
}

CAF_TEST(action plugins are seen) {
  tree t;
  t.write("core/modules/a.py", new_style);
  t.write("core/plugins/action/a.py", "");
  t.write("coll/ansible_collections/ns/one/plugins/modules/b.py", new_style);
  t.write("coll/ansible_collections/ns/one/plugins/action/b.py", "");
  t.write("book/action_plugins/c.py", "");
  t.write("core/modules/c.py", new_style);
  pymodules::library lib(t.settings());
  auto action = [&](const std::string& name) { return std::string(lib.find(name, {})->action_plugin); };
  CAF_CHECK_EQUAL(action("a"), t.path("core/plugins/action/a.py"));
  CAF_CHECK_EQUAL(action("ns.one.b"), t.path("coll/ansible_collections/ns/one/plugins/action/b.py"));
  CAF_CHECK_EQUAL(action("c"), "");
  lib.add_folder(t.path("book"), true);
  CAF_CHECK_EQUAL(action("c"), t.path("book/action_plugins/c.py"));
}

CAF_TEST(support code is found by precedence) {
  tree t;
  t.write("core/modules/m.py", "from ansible.module_utils.u import a\nfrom ansible.module_utils.p.q import b\n");
  t.write("core/module_utils/u.py", "core = 1\n");
  t.write("core/module_utils/p/__init__.py", "");
  t.write("core/module_utils/p/q.py", "from . import r\n");
  t.write("core/module_utils/p/r.py", "");
  t.write("utils/u.py", "user = 1\n");
  pymodules::library lib(t.settings());
  auto m = lib.load("ansible.builtin.m", "m");
  CAF_REQUIRE(m);
  std::string u;
  for (const auto& member : (*m)->sources->members)
    if (member.name == "ansible.module_utils.u") u = member.what->text;
  CAF_CHECK_EQUAL(u, "user = 1\n");
  auto names = members(lib, "ansible.builtin.m");
  for (auto name : {"ansible", "ansible.module_utils", "ansible.module_utils.basic", "ansible.module_utils.p", "ansible.module_utils.p.q",
                    "ansible.module_utils.p.r", "ansible.modules", "ansible.modules.m"})
    CAF_CHECK(has(names, name));
  CAF_CHECK_EQUAL(names.size(), 9u);
}

CAF_TEST(missing support code fails only where it must be there) {
  tree t;
  t.write("core/modules/must.py", "from ansible.module_utils.no.where import a\n");
  t.write("core/modules/may.py", "try:\n    from ansible.module_utils.no.where import a\nexcept ImportError:\n    pass\n");
  pymodules::library lib(t.settings());
  auto must = members(lib, "ansible.builtin.must");
  CAF_CHECK_EQUAL(must[0],
                  "error: Could not find imported module support code for ansible.modules.must.  Looked for "
                  "(['ansible.module_utils.no.where.a', 'ansible.module_utils.no.where'])");
  CAF_CHECK_EQUAL(members(lib, "ansible.builtin.may").size(), 5u);
}

CAF_TEST(support code of collections with redirects) {
  tree t;
  std::string one = "coll/ansible_collections/ns/one/", two = "coll/ansible_collections/ns/two/";
  t.write(one + "plugins/modules/m.py", "from ..module_utils.here import a\nfrom ansible.module_utils.moved import b\n");
  t.write(one + "plugins/module_utils/here.py", "from .sub.deep import c\nfrom ansible_collections.ns.one.plugins.module_utils.away import d\n");
  t.write(one + "plugins/module_utils/sub/deep.py", "");
  t.write(one + "meta/runtime.yml", "plugin_routing:\n  module_utils:\n    away:\n      redirect: ns.two.target\n");
  t.write(two + "plugins/module_utils/target.py", "");
  t.write("core/config/ansible_builtin_runtime.yml", "plugin_routing:\n  module_utils:\n    moved:\n      redirect: ns.two.target\n");
  pymodules::library lib(t.settings());
  auto names = members(lib, "ns.one.m");
  std::string utils = "ansible_collections.ns.one.plugins.module_utils.";
  for (auto name : {"here", "sub", "sub.deep", "away"}) CAF_CHECK(has(names, utils + name));
  CAF_CHECK(has(names, "ansible.module_utils.moved"));
  CAF_CHECK(has(names, "ansible_collections.ns.two.plugins.module_utils.target"));
  CAF_CHECK(has(names, "ansible_collections.ns.one.plugins.modules.m"));
}

CAF_TEST(kinds that cannot be run are refused) {
  tree t;
  t.write("library/win.ps1", "#Requires -Module Ansible.ModuleUtils.Legacy\n");
  t.write("library/bare", "echo hi\n");
  t.write("library/script", "#!/bin/sh -e\n# WANT_JSON\n");
  pymodules::library lib(t.settings());
  auto win = lib.load("win", "win"), bare = lib.load("bare", "bare");
  CAF_CHECK(win.error().message().find("PowerShell") != std::string::npos);
  CAF_CHECK_EQUAL(bare.error().message(), "module (bare) is missing interpreter line");
  auto script = lib.load("script", "script");
  CAF_REQUIRE(script);
  CAF_CHECK((*script)->text.kind == pymodules::module_kind::want_json);
  CAF_CHECK((*script)->text.interpreter == (std::vector<std::string>{"/bin/sh", "-e"}));
}
