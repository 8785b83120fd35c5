#define CAF_SUITE pymodules.scanner
#include <caf/test/unit_test.hpp>

#include "pymodules/scanner.hpp"

using mito::pymodules::scan_imports;

namespace {

/// "name" for what is required, "name?" for what may be missing.
std::string names(std::string_view source, std::string_view module = "ansible.modules.x", bool package = false) {
  std::string out;
  for (const auto& n : scan_imports(source, module, package)) out += (out.empty() ? "" : " ") + n.name + (n.optional ? "?" : "");
  return out;
}

} // namespace

CAF_TEST(every form of an import is seen) {
  CAF_CHECK_EQUAL(names("import ansible.module_utils.basic\n"), "ansible.module_utils.basic");
  CAF_CHECK_EQUAL(names("import os, ansible.module_utils.a as b, ansible.module_utils.c\n"),
                  "ansible.module_utils.a ansible.module_utils.c");
  CAF_CHECK_EQUAL(names("from ansible.module_utils.basic import AnsibleModule, env_fallback as e\n"),
                  "ansible.module_utils.basic.AnsibleModule ansible.module_utils.basic.env_fallback");
  CAF_CHECK_EQUAL(names("from ansible.module_utils.x import (a,  # one\n    b,\n)\n"), "ansible.module_utils.x.a ansible.module_utils.x.b");
  CAF_CHECK_EQUAL(names("from ansible.module_utils.x import a, \\\n    b\n"), "ansible.module_utils.x.a ansible.module_utils.x.b");
  CAF_CHECK_EQUAL(names("from ansible.module_utils.basic import *\n"), "ansible.module_utils.basic.*");
  CAF_CHECK_EQUAL(names("a = 1; from ansible.module_utils import x\n"), "ansible.module_utils.x");
}

CAF_TEST(relative imports are made absolute) {
  auto module = "ansible_collections.ns.coll.plugins.modules.x";
  CAF_CHECK_EQUAL(names("from ..module_utils.a import b\n", module), "ansible_collections.ns.coll.plugins.module_utils.a.b");
  auto package = "ansible_collections.ns.coll.plugins.module_utils.p";
  CAF_CHECK_EQUAL(names("from . import a\nfrom .b import c\n", package, true),
                  "ansible_collections.ns.coll.plugins.module_utils.p.a ansible_collections.ns.coll.plugins.module_utils.p.b.c");
  CAF_CHECK_EQUAL(names("from . import a\n", package, false), "ansible_collections.ns.coll.plugins.module_utils.a");
  CAF_CHECK_EQUAL(names("from ... import a\n", "ansible.module_utils.a.b.c"), "ansible.module_utils.a");
}

CAF_TEST(imports below the top level may be missing) {
  CAF_CHECK_EQUAL(names("try:\n    from ansible.module_utils.a import b\nexcept ImportError:\n    pass\n"), "ansible.module_utils.a.b?");
  CAF_CHECK_EQUAL(names("try: import ansible.module_utils.a\nexcept ImportError: pass\n"), "ansible.module_utils.a?");
  CAF_CHECK_EQUAL(names("def f():\n\tfrom ansible.module_utils import a\n"), "ansible.module_utils.a?");
  // One optional import of a name makes it optional, as in Ansible.
  CAF_CHECK_EQUAL(names("import ansible.module_utils.a\nif 1:\n  import ansible.module_utils.a\n"), "ansible.module_utils.a?");
}

CAF_TEST(what only looks like an import is none) {
  CAF_CHECK_EQUAL(names("x = '''\nfrom ansible.module_utils.a import b\n'''\n"), "");
  CAF_CHECK_EQUAL(names("# from ansible.module_utils.a import b\n"), "");
  CAF_CHECK_EQUAL(names("x = r'\\' ; y = 1\nz = \"from ansible.module_utils.a import b\"\n"), "");
  CAF_CHECK_EQUAL(names("from ansible.utils.x import y\nimport ansible.modules.z\n"), "");
  CAF_CHECK_EQUAL(names("from ansible_collections.ns.coll.plugins.plugin_utils.x import y\n"), "");
  CAF_CHECK_EQUAL(names("from ansible.module_utils.six import _six\n"), "");
}

CAF_TEST(text that is no Python ends) {
  for (auto text : {"from", "from .", "import", "from a import (", "'''", "x = \"", "from ansible.module_utils import (a, b", "\\", "((((", "import a as"})
    CAF_CHECK(scan_imports(text, "m", false).size() <= 2);
}
