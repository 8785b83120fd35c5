#define CAF_SUITE pymodules.server
#include <caf/test/unit_test.hpp>

#include <csignal>
#include <unistd.h>

#include "core/json.hpp"
#include "protocol/features.hpp"
#include "pymodules/arguments.hpp"
#include "pymodules/output.hpp"
#include "tests/bootstrap/driver.hpp"
#include "tests/pymodules/tree.hpp"

// The built agent and a real Python, with modules of a few lines.

using namespace mito;
using state = protocol::process_output::state;
using std::chrono::milliseconds;

namespace {

const char* const python = "/usr/bin/python3";

struct extra {
  std::string interpreter = python;
  core::dict environment = {};
  milliseconds deadline{0};
};

class server {
public:
  server() : lib(t.settings()) { d.start({}); }
  ~server() { CAF_CHECK(d.end()); }

  bootstrap::invocation call(const std::string& name, core::dict args = {}, extra e = {}) {
    auto m = lib.load("ansible.builtin." + name, name);
    if (!m) CAF_FAIL(m.error().message());
    core::dict whole, message, request, at_start;
    whole.set("ANSIBLE_MODULE_ARGS", core::value(std::move(args)));
    message.set("closure", std::to_string((*m)->sources->digest)).set("module", (*m)->sources->fqn);
    message.set("arguments", core::to_json(core::value(std::move(whole)))).set("environment", core::value(core::dict(e.environment)));
    message.set("folder", "").set("files", 0).set("profile", "legacy");
    for (const auto& v : e.environment)
      if (v.key.as_string().starts_with("PYTHON")) at_start.set_key(v.key, v.val);
    request.set("interpreter", e.interpreter).set("environment", core::value(std::move(at_start)));
    bootstrap::invocation what;
    what.module = protocol::python_module;
    what.args = core::value(std::move(request));
    what.blob = core::to_json(core::value(std::move(message)));
    what.sources = (*m)->sent;
    what.deadline = e.deadline;
    return what;
  }
  protocol::process_output run(const std::string& name, core::dict args = {}, extra e = {}) {
    auto out = d.call_foreign(0, call(name, std::move(args), std::move(e)));
    if (!out) CAF_FAIL("no output of " + name);
    return *out;
  }
  core::value result(const std::string& name, core::dict args = {}, extra e = {}) {
    return pymodules::read_output(run(name, std::move(args), std::move(e)), python, name).result;
  }

  test::tree t;
  pymodules::library lib;
  test::driver d;
};

/// Whether a process of that number runs (zombies do not).
bool runs(std::int64_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  auto at = text.rfind(')');
  return at != text.npos && text.substr(at + 2, 1) != "Z";
}

struct fixture {
  fixture() {
    if (::access(python, X_OK) != 0) std::_Exit(77);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(servers, fixture)

CAF_TEST(arguments arrive and a result comes back) {
  server s;
  s.t.module("echo", "a = json.loads(basic._ANSIBLE_ARGS)['ANSIBLE_MODULE_ARGS']\nprint(json.dumps(dict(changed=False, got=a)))\nsys.exit(0)\n");
  auto r = s.result("echo", core::dict().set("x", "\xc3\xa4\n\"'"));
  CAF_CHECK_EQUAL(r["got"].text("x"), "\xc3\xa4\n\"'");
}

CAF_TEST(each source travels once) {
  server s;
  s.t.module("one", "print('{\"n\": 1}')\nsys.exit(0)\n");
  s.t.module("two", "print('{\"n\": 2}')\nsys.exit(0)\n");
  s.run("one");
  auto before = s.d.bytes_sent;
  s.run("one");
  auto again = s.d.bytes_sent - before;
  CAF_CHECK_LESS(again, 700u);
  before = s.d.bytes_sent;
  CAF_CHECK_EQUAL(s.result("two").integer("n"), 2);
  CAF_CHECK_LESS(s.d.bytes_sent - before, again + 600);
}

CAF_TEST(every way to end) {
  server s;
  s.t.module("returns", "pass\n");
  s.t.module("raises", "raise Exception('boom')\n");
  s.t.module("hard", "os.write(1, b'{\"a\": 1}')\nos._exit(3)\n");
  s.t.module("killed", "import signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
  s.t.module("text", "sys.exit('words')\n");
  s.t.module("late", "import atexit\natexit.register(lambda: print('{\"late\": true}'))\nsys.exit(0)\n");
  s.t.module("nothing", "sys.exit(0)\n");
  auto returns = s.result("returns");
  CAF_CHECK_EQUAL(returns.text("msg"), "New-style module did not handle its own exit");
  auto raised = s.result("raises");
  CAF_CHECK(raised.text("module_stderr").find("Exception: boom") != std::string_view::npos);
  CAF_CHECK(raised.text("exception").starts_with("Traceback"));
  CAF_CHECK_EQUAL(raised.integer("rc"), 1);
  auto hard = s.run("hard");
  CAF_CHECK_EQUAL(hard.status, 3);
  CAF_CHECK_EQUAL(hard.out, "{\"a\": 1}");
  CAF_CHECK_EQUAL(s.run("killed").signal, SIGKILL);
  auto text = s.run("text");
  CAF_CHECK_EQUAL(text.err, "words\n");
  CAF_CHECK_EQUAL(text.status, 1);
  CAF_CHECK(s.result("late").flag("late"));
  CAF_CHECK(s.result("nothing").flag("failed"));
}

CAF_TEST(calls share nothing) {
  server s;
  s.t.write("core/module_utils/shared.py", "state = []\n");
  s.t.module("leak", R"(from ansible.module_utils import shared
import json as j
before = dict(n=len(shared.state), env=os.environ.get('LEAK'), cwd=os.getcwd(), mask=os.umask(0), mark=getattr(j, 'mark', None), pid=os.getpid())
shared.state.append(1)
os.environ['LEAK'] = 'x'
os.chdir('/')
j.mark = 1
sys.path.append('/leak')
print(j.dumps(before))
sys.exit(0)
)");
  auto first = s.result("leak"), second = s.result("leak");
  for (auto key : {"n", "env", "cwd", "mask", "mark"}) CAF_CHECK(first[key] == second[key]);
  CAF_CHECK_EQUAL(second.integer("n"), 0);
  CAF_CHECK(first.integer("pid") != second.integer("pid"));
}

CAF_TEST(the environment is the login one and the task one) {
  server s;
  s.t.module("env", "print(json.dumps(dict(a=os.environ.get('A'), path=os.environ.get('PATH'), opt=os.environ.get('PYTHONOPT'),\n"
                    "  enc=sys.stdout.encoding, sid=os.getsid(0) == os.getpid(), stdin=sys.stdin.read(), fds=sorted(os.listdir('/proc/self/fd')))))\nsys.exit(0)\n");
  auto r = s.result("env", {}, {.environment = core::dict().set("A", "b")});
  CAF_CHECK_EQUAL(r.text("a"), "b");
  CAF_CHECK(!r.text("path").empty());
  CAF_CHECK(r.flag("sid"));
  CAF_CHECK_EQUAL(r.text("stdin"), "");
  CAF_CHECK(s.result("env")["a"].is_none());
  // What Python reads when it starts needs a Python of its own.
  r = s.result("env", {}, {.environment = core::dict().set("PYTHONIOENCODING", "latin-1")});
  CAF_CHECK(r.text("enc") != "utf-8");
  auto plain = s.result("env");
  CAF_CHECK_EQUAL(plain.text("enc"), "utf-8");
}

CAF_TEST(a module that hangs is ended with its group) {
  server s;
  s.t.module("hang", "import time\nif os.fork() == 0:\n    time.sleep(100)\nsys.stderr.write(str(os.getpid()))\nsys.stderr.flush()\ntime.sleep(100)\n");
  auto out = s.run("hang", {}, {.deadline = milliseconds(300)});
  CAF_CHECK(out.what == state::timed_out);
  CAF_CHECK(!runs(std::stoll(out.err)));
  auto id = s.d.link.invoke(0, s.call("hang"), bootstrap::clock::now());
  s.d.run_until([] { return false; }, milliseconds(200));
  s.d.link.cancel(id);
  CAF_CHECK(s.d.run_until([&] { return s.d.results.contains(id); }));
  CAF_CHECK_EQUAL(s.d.results[id].text("msg"), "cancelled");
}

CAF_TEST(a child that keeps stdout does not hold the result) {
  server s;
  s.t.module("daemon", "if os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(3)\n    os._exit(0)\nprint('{\"ok\": 1}')\nsys.exit(0)\n");
  auto begin = bootstrap::clock::now();
  CAF_CHECK_EQUAL(s.result("daemon").integer("ok"), 1);
  CAF_CHECK(bootstrap::clock::now() - begin < std::chrono::seconds(2));
}

CAF_TEST(many calls at a time) {
  server s;
  s.t.module("slow", "import time\na = json.loads(basic._ANSIBLE_ARGS)['ANSIBLE_MODULE_ARGS']\ntime.sleep(0.2)\nprint(json.dumps(a))\nsys.exit(0)\n");
  std::map<bootstrap::request_id, int> asked;
  for (int i = 0; i < 20; ++i) asked[s.d.link.invoke(0, s.call("slow", core::dict().set("n", i)), bootstrap::clock::now())] = i;
  CAF_CHECK(s.d.run_until([&] { return s.d.outputs.size() == asked.size(); }));
  for (auto [id, n] : asked) CAF_CHECK_EQUAL(pymodules::read_output(s.d.outputs[id], python, "slow").result.integer("n"), n);
}

CAF_TEST(large outputs come through and larger ones are cut) {
  server s;
  s.t.module("large", "a = json.loads(basic._ANSIBLE_ARGS)['ANSIBLE_MODULE_ARGS']\nprint(json.dumps(dict(x='y' * a['n'])))\nsys.exit(0)\n");
  auto large = s.result("large", core::dict().set("n", 50 << 20));
  CAF_CHECK_EQUAL(large.text("x").size(), std::size_t{50 << 20});
  CAF_CHECK(s.run("large", core::dict().set("n", 70 << 20)).what == state::truncated);
}

CAF_TEST(a killed server loses what runs and the next call starts another) {
  server s;
  s.t.module("parent", "import time\nprint(os.getppid())\nsys.stdout.flush()\ntime.sleep(json.loads(basic._ANSIBLE_ARGS)['ANSIBLE_MODULE_ARGS']['s'])\nsys.exit(0)\n");
  auto parent = std::stoll(s.run("parent", core::dict().set("s", 0)).out);
  auto id = s.d.link.invoke(0, s.call("parent", core::dict().set("s", 100)), bootstrap::clock::now());
  s.d.run_until([] { return false; }, milliseconds(300));
  ::kill(static_cast<pid_t>(parent), SIGKILL);
  CAF_REQUIRE(s.d.run_until([&] { return s.d.outputs.contains(id); }));
  CAF_CHECK(s.d.outputs[id].what == state::lost);
  auto another = std::stoll(s.run("parent", core::dict().set("s", 0)).out);
  CAF_CHECK(another != parent);
}

CAF_TEST(interpreters that do not start say why) {
  server s;
  s.t.module("any", "print('{}')\nsys.exit(0)\n");
  auto missing = s.run("any", {}, {.interpreter = "/no/such/python"});
  CAF_CHECK(missing.what == state::no_start);
  CAF_CHECK_EQUAL(missing.status, 127);
  CAF_CHECK(missing.err.find("/no/such/python: not found") != std::string::npos);
  auto wrong = s.run("any", {}, {.interpreter = "/bin/cat"});
  CAF_CHECK(wrong.what == state::no_start);
  auto arguments = s.result("any", {}, {.interpreter = "/usr/bin/env python3 -E"});
  CAF_CHECK(!arguments.flag("failed"));
}

CAF_TEST(broken sources are refused) {
  server s;
  s.t.module("broken", "def f(:\n");
  s.t.write("core/module_utils/bad.py", "def f(:\n");
  s.t.module("uses", "from ansible.module_utils import bad\n");
  auto out = s.run("broken");
  CAF_CHECK(out.what == state::refused);
  CAF_CHECK_EQUAL(out.err, "invalid syntax\nansible.modules.broken, line 4");
  auto uses = s.result("uses");
  CAF_CHECK(uses.text("module_stderr").find("SyntaxError") != std::string_view::npos);
}

CAF_TEST(a module sees its own closure only) {
  server s;
  s.t.write("core/module_utils/extra.py", "x = 1\n");
  s.t.module("with", "from ansible.module_utils import extra\nprint('{}')\nsys.exit(0)\n");
  s.t.module("without", "import importlib\ntry:\n    importlib.import_module('ansible.module_utils.extra')\n    print('{\"seen\": true}')\nexcept ImportError:\n"
                        "    print('{\"seen\": false}')\nsys.exit(0)\n");
  s.run("with");
  CAF_CHECK(!s.result("without").flag("seen", true));
}

CAF_TEST(a zip of the sources is there for another interpreter) {
  server s;
  s.t.write("core/module_utils/common/__init__.py", "");
  s.t.write("core/module_utils/common/respawn.py", "");
  s.t.module("respawns", R"(from ansible.module_utils.common import respawn
import subprocess
if not globals().get('_respawned'):
    code = "import runpy, sys\nsys.path.insert(0, %r)\nfrom ansible.module_utils import basic\nbasic._ANSIBLE_ARGS = b'{}'\n" % _modlib_path
    code += "runpy.run_module(%r, init_globals=dict(_respawned=True), run_name='__main__', alter_sys=True)\n" % _module_fqn
    sys.exit(subprocess.call([sys.executable, '-c', code]))
print(json.dumps(dict(respawned=True, file=__file__)))
sys.exit(0)
)");
  CAF_CHECK(s.result("respawns").flag("respawned"));
}

CAF_TEST(the loader of newer versions starts the module) {
  server s;
  s.t.write("core/module_utils/_internal/__init__.py", "");
  s.t.write("core/module_utils/_internal/_ansiballz/__init__.py", "");
  s.t.write("core/module_utils/_internal/_json/__init__.py", "");
  s.t.write("core/module_utils/_internal/_json/_profiles/__init__.py", "");
  s.t.write("core/module_utils/_internal/_json/_profiles/_module_legacy_m2c.py", "NAME = 'm2c'\n");
  s.t.write("core/module_utils/_internal/_ansiballz/_loader.py", R"(import importlib, runpy
from ansible.module_utils import basic
def run_module(*, json_params, profile, module_fqn, modlib_path, extensions, init_globals=None):
    basic._ANSIBLE_ARGS = json_params
    basic._ANSIBLE_PROFILE = profile
    basic.found = importlib.import_module('ansible.module_utils._internal._json._profiles._module_%s_m2c' % profile).NAME
    runpy.run_module(module_fqn, init_globals=dict(_module_fqn=module_fqn, _modlib_path=modlib_path), run_name='__main__', alter_sys=True)
)");
  s.t.module("new", "print(json.dumps(dict(profile=basic._ANSIBLE_PROFILE, found=basic.found, name=_module_fqn)))\nsys.exit(0)\n");
  auto r = s.result("new");
  CAF_CHECK_EQUAL(r.text("profile"), "legacy");
  CAF_CHECK_EQUAL(r.text("found"), "m2c");
  CAF_CHECK_EQUAL(r.text("name"), "ansible.modules.new");
}

CAF_TEST(a new package makes the next call start anew) {
  server s;
  s.t.write("packages/first.py", "");
  s.t.module("probe", "try:\n    import later\n    x = True\nexcept ImportError:\n    x = False\nprint(json.dumps(dict(later=x, parent=os.getppid())))\nsys.exit(0)\n");
  extra e{.environment = core::dict().set("PYTHONPATH", s.t.path("packages"))};
  auto before = s.result("probe", {}, e);
  CAF_CHECK(!before.flag("later", true));
  CAF_CHECK_EQUAL(s.result("probe", {}, e).integer("parent"), before.integer("parent"));
  s.t.write("packages/later.py", "");
  auto after = s.result("probe", {}, e);
  CAF_CHECK(after.flag("later"));
  CAF_CHECK(after.integer("parent") != before.integer("parent"));
}

CAF_TEST(programs run from memory and from files) {
  server s;
  auto run = [&](const std::string& program, bool memory, const std::string& interpreter = "/bin/sh") {
    core::dict request;
    request.set("interpreter", interpreter).set("arguments_file", true).set("arguments", "name=x ").set("in_memory", memory);
    request.set("name", "mod").set("folder", s.t.path("tmp/deep")).set("directory", "");
    bootstrap::invocation what;
    what.module = protocol::program_module;
    what.args = core::value(std::move(request));
    what.blob = program;
    auto out = s.d.call_foreign(0, std::move(what));
    if (!out) CAF_FAIL("no output");
    return *out;
  };
  std::string script = ". \"$1\"\necho \"{\\\"name\\\": \\\"$name\\\", \\\"me\\\": \\\"$0\\\"}\"\nexit 4\n";
  auto memory = run(script, true), file = run(script, false);
  CAF_CHECK(memory.out.starts_with("{\"name\": \"x\", \"me\": \"/proc/self/fd/"));
  CAF_CHECK_EQUAL(memory.status, 4);
  CAF_CHECK(file.out.starts_with("{\"name\": \"x\", \"me\": \"" + s.t.path("tmp/deep/ansible-tmp-mito-")));
  CAF_CHECK(std::filesystem::is_empty(s.t.path("tmp/deep")));
  CAF_CHECK_EQUAL(run("#!/bin/sh\necho direct\n", true, "").out, "direct\n");
  CAF_CHECK_EQUAL(run("", true, "/no/such/interpreter").status, 127);
}

CAF_TEST(the agent leaves nothing behind) {
  std::int64_t parent = 0, child = 0;
  {
    server s;
    s.t.module("stay", "import time\nprint('%d %d' % (os.getppid(), os.getpid()))\nsys.stdout.flush()\ntime.sleep(json.loads(basic._ANSIBLE_ARGS)['ANSIBLE_MODULE_ARGS']['s'])\nsys.exit(0)\n");
    auto out = s.run("stay", core::dict().set("s", 0)).out;
    parent = std::stoll(out);
    CAF_CHECK(runs(parent));
    s.d.link.invoke(0, s.call("stay", core::dict().set("s", 100)), bootstrap::clock::now());
    s.d.run_until([] { return false; }, milliseconds(200));
    child = parent;
  }
  for (int i = 0; i < 100 && runs(parent); ++i) ::usleep(20000);
  CAF_CHECK(!runs(parent));
  CAF_CHECK(child > 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
