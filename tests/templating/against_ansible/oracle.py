"""What Ansible's Templar, Jinja2 and PyYAML themselves answer, as rows of the form that template_conformance reads."""
import datetime
import math
import os
import re
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
SCRATCH = tempfile.mkdtemp()
CONFIG = os.path.join(SCRATCH, "ansible.cfg")
open(CONFIG, "w").close()
os.environ.update(ANSIBLE_CONFIG=CONFIG, ANSIBLE_NOCOLOR="1", ANSIBLE_DEPRECATION_WARNINGS="0", ANSIBLE_SYSTEM_WARNINGS="0",
                  ANSIBLE_LOCAL_TEMP=SCRATCH, ANSIBLE_LOCALHOST_WARNING="0", TZ="UTC")
try:
    import jinja2
    import jinja2.ext
    import jinja2.sandbox
    from ansible import constants as C
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.conditional import Conditional
    from ansible.template import Templar
    from ansible.utils import encrypt
    from ansible.utils.display import Display
    from ansible.utils.unsafe_proxy import AnsibleUnsafe, wrap_var
    from jinja2 import nativetypes
    from jinja2.runtime import Undefined
    from markupsafe import Markup
except ImportError:
    print("ansible-core is not installed: skipped")
    sys.exit(77)

encrypt.PASSLIB_AVAILABLE = False  # ours hashes passwords as Ansible does without it
for name in ("warning", "deprecated", "error", "display"):
    setattr(Display, name, lambda self, *args, **kwargs: None)


ADDRESS = re.compile(r" at 0x[0-9a-f]+|ansible\.plugins\.filter\.\d+_core\.")


def text_of(v):
    """repr() without the address that some end in."""
    return ADDRESS.sub("", repr(v))


def plain(v):
    """A value as JSON, what JSON lacks as the corpora's README tells."""
    if isinstance(v, Undefined):
        return {"!other": type(v).__name__, "repr": repr(v)}
    if v is None or isinstance(v, bool):
        return v
    if isinstance(v, Markup):
        return {"!markup": str(v)}
    if isinstance(v, str):
        return ADDRESS.sub("", str.__str__(v))
    if isinstance(v, int):
        return int(v)
    if isinstance(v, float):
        if math.isnan(v) or math.isinf(v):
            return {"!float": repr(v)}
        return v
    if isinstance(v, list):
        return [plain(i) for i in v]
    if isinstance(v, tuple):
        return {"!tuple": [plain(i) for i in v]}
    if isinstance(v, range):
        return {"!range": [v.start, v.stop, v.step]}
    if isinstance(v, bytes):
        return {"!bytes": v.hex()}
    if isinstance(v, datetime.datetime):
        return {"!datetime": v.isoformat()}
    if isinstance(v, (set, frozenset)):
        return {"!set": sorted((plain(i) for i in v), key=repr)}
    if isinstance(v, dict):
        if all(type(k) is str or isinstance(k, str) for k in v) and not any(str(k).startswith("!") for k in v):
            return {str(k): plain(i) for k, i in v.items()}
        return {"!dict": [[plain(k), plain(i)] for k, i in v.items()]}
    if callable(v):
        return text_of(v)  # what leaves our templates is its text
    return {"!other": type(v).__name__, "repr": text_of(v)}


def decoded(v):
    """The variables that a row names, from the same form."""
    if isinstance(v, list):
        return [decoded(i) for i in v]
    if not isinstance(v, dict):
        return v
    if len(v) == 1:
        key, inner = next(iter(v.items()))
        if key.startswith("!"):
            return {"!tuple": lambda: tuple(decoded(inner)), "!unsafe": lambda: wrap_var(decoded(inner)),
                    "!markup": lambda: Markup(inner), "!float": lambda: float(inner),
                    "!dict": lambda: {decoded(k): decoded(i) for k, i in inner},
                    "!bytes": lambda: bytes.fromhex(inner)}[key]()
    return {k: decoded(i) for k, i in v.items()}


def outcome(run):
    try:
        result = run()
        row = {"result": plain(result), "type": type(result).__name__}
        if isinstance(result, AnsibleUnsafe):
            row["unsafe"] = True
        return row
    except RecursionError:
        return {"error": "RecursionError", "message": ""}
    except Exception as e:  # the class is what is recorded
        row = {"error": type(e).__name__, "message": ADDRESS.sub("", str(e))}
        if isinstance(e, jinja2.TemplateSyntaxError):
            row["message"], row["lineno"] = e.message, e.lineno or None
        return row


def templar_of(variables, files, native=False):
    folder = tempfile.mkdtemp(dir=SCRATCH) if files else SCRATCH
    for name, text in (files or {}).items():
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)
    loader = DataLoader()
    loader.set_basedir(folder)
    os.chdir(folder)
    C.DEFAULT_JINJA2_NATIVE = native
    variables = decoded(variables)
    if "vars" in variables:
        variables["vars"] = {k: v for k, v in variables.items() if k != "vars"}
    return Templar(loader=loader, variables=variables)


def playbook_row(expr, variables, files=None):
    """One template as a playbook has it, in both modes."""
    row = {"kind": "template", "expr": expr, "vars": {k: v for k, v in variables.items() if k != "vars"}}
    if files:
        row["files"] = files
    row.update(outcome(lambda: templar_of(variables, files).template(expr)))
    native = outcome(lambda: templar_of(variables, files, True).template(expr))
    common = {k: row.get(k) for k in ("result", "type", "error", "message")}
    row["native"] = "same" if common == {k: native.get(k) for k in common} else native
    return row


def condition_row(expr, variables):
    row = {"kind": "when", "expr": expr, "vars": {k: v for k, v in variables.items() if k != "vars"}}

    def run():
        t = templar_of(variables, None)
        c = Conditional(loader=t._loader)
        c.when = [expr]
        return c.evaluate_conditional(t, t.available_variables)

    row.update(outcome(run))
    return row


UNDEFINED = {"StrictUndefined": jinja2.StrictUndefined, "ChainableUndefined": jinja2.ChainableUndefined,
             "DebugUndefined": jinja2.DebugUndefined}


def jinja_row(text, context, env=None, templates=None, expression=False):
    """Plain Jinja2, without Ansible."""
    env = env or {}
    options = {k: v for k, v in env.items() if k not in ("native", "sandboxed", "undefined")}
    if "undefined" in env:
        options["undefined"] = UNDEFINED[env["undefined"]]
    kind = (nativetypes.NativeEnvironment if env.get("native") else
            getattr(jinja2.sandbox, env["sandboxed"]) if env.get("sandboxed") else jinja2.Environment)
    row = {"kind": "expression" if expression else "render", "template": text, "context": context, "env": env,
           "templates": templates or {}, "globals": {}}

    def run():
        e = kind(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], loader=jinja2.DictLoader(templates or {}), **options)
        if expression:
            return e.compile_expression(text)(**decoded(context))
        return e.from_string(text).render(**decoded(context))

    got = outcome(run)
    if "result" in got:
        row["expected"], row["expected_type"] = got["result"], got["type"]
    else:
        row.update(got)
    return row
