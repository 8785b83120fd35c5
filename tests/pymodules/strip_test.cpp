#define CAF_SUITE pymodules.strip
#include <caf/test/unit_test.hpp>

#include "pymodules/strip.hpp"

using mito::pymodules::strip_source;

CAF_TEST(comments go and lines stay) {
  CAF_CHECK_EQUAL(strip_source("#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\n# note\nx = 1  # one\ny = '#'\n"),
                  "\n# -*- coding: utf-8 -*-\n\n\nx = 1\ny = '#'\n");
}

CAF_TEST(docstrings become empty) {
  CAF_CHECK_EQUAL(strip_source("def f():\n    \"\"\"what\n    it does\"\"\"\n    return 1\n"), "def f():\n    \"\"\"\n\"\"\"\n    return 1\n");
  CAF_CHECK_EQUAL(strip_source("class A:\n    'doc'\n"), "class A:\n    ''\n");
  CAF_CHECK_EQUAL(strip_source("f('''arg''')\n"), "f('''arg''')\n");
  CAF_CHECK_EQUAL(strip_source("def f():\n    f'{g()}'\n"), "def f():\n    f'{g()}'\n");
}

CAF_TEST(docstrings that the source reads stay) {
  std::string text = "def f():\n    'doc'\nprint(f.__doc__)\n";
  CAF_CHECK_EQUAL(strip_source(text), text);
}

CAF_TEST(documentation goes unless something uses it) {
  CAF_CHECK_EQUAL(strip_source("DOCUMENTATION = r'''\na: 1\n'''\nx = 1\n"), "DOCUMENTATION = r'''\n\n'''\nx = 1\n");
  std::string used = "DOCUMENTATION = '''\na: 1\n'''\nx = yaml.safe_load(DOCUMENTATION)\n";
  CAF_CHECK_EQUAL(strip_source(used), used);
  std::string named = "RETURN = '''a'''\nx = globals()['RETURN']\n";
  CAF_CHECK_EQUAL(strip_source(named), named);
  // A mention inside what goes is no use.
  CAF_CHECK_EQUAL(strip_source("EXAMPLES = '''see RETURN'''\nRETURN = '''x'''\n"), "EXAMPLES = ''''''\nRETURN = ''''''\n");
}

CAF_TEST(broken sources come back as they are) {
  for (std::string text : {"x = '''open", "def f(:\n  'a\n", "\"\"\"", "'"}) CAF_CHECK_EQUAL(strip_source(text), text);
}
