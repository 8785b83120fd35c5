"""Compares pymodules with the installed ansible-core: closures with recursive_finder's, stripped sources with the originals'
trees, kinds with _find_module_utils', names with the loader's."""
import ast
import glob
import io
import json
import os
import subprocess
import sys
import zipfile

SKIPPED = 77
try:
    import ansible
    from ansible.executor import module_common
    from ansible.plugins.loader import init_plugin_loader
except ImportError:
    try:
        import ansible
        from ansible.executor import module_common
        from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
        from ansible.plugins import loader as _

        def init_plugin_loader():
            from ansible.utils.collection_loader import AnsibleCollectionConfig
            if AnsibleCollectionConfig.collection_finder is None:
                _AnsibleCollectionFinder(paths=[])._install()
    except ImportError:
        print("skipped: no ansible-core here")
        sys.exit(SKIPPED)
from ansible.errors import AnsibleError
from ansible.plugins.loader import module_loader

CORE = os.path.dirname(ansible.__file__)
COLLECTIONS = os.path.join(os.path.dirname(CORE), "ansible_collections")
# Collections with much or unusual support code; each sixth of their modules.
SAMPLE = ("community/general", "community/docker", "ansible/posix", "ansible/netcommon", "amazon/aws", "community/crypto", "cisco/ios",
          "community/mysql", "community/postgresql", "netapp/ontap", "vmware/vmware_rest", "community/vmware")


def ours(program, mode, names):
    out = subprocess.run([program, mode], input="".join(n + "\n" for n in names), stdout=subprocess.PIPE, text=True, check=True).stdout
    return {entry["name"]: entry for entry in map(json.loads, out.splitlines())}


def core_modules():
    return sorted(p for p in glob.glob(CORE + "/modules/*.py") if not p.endswith("__init__.py"))


def collection_modules(step=6):
    for place in SAMPLE:
        found = sorted(glob.glob("%s/%s/plugins/modules/*.py" % (COLLECTIONS, place)))
        for path in found[::step]:
            if not path.endswith("__init__.py"):
                yield place.replace("/", "."), path


def stem(path):
    return os.path.basename(path)[:-3]


def named():
    yield from (("ansible.builtin." + stem(p), "ansible.modules." + stem(p), p) for p in core_modules())
    for owner, path in collection_modules():
        yield owner + "." + stem(path), "ansible_collections.%s.plugins.modules.%s" % (owner, stem(path)), path


def closure(program):
    names = list(named())
    made, bad, compared, extra = ours(program, "closure", [n for n, _, _ in names]), [], 0, 0
    for name, fqn, path in names:
        with open(path, "rb") as stream:
            data = stream.read()
        if module_common.NEW_STYLE_PYTHON_MODULE_RE.search(data) is None:
            continue
        archive = zipfile.ZipFile(io.BytesIO(), "w")
        entry = made[name]
        try:
            module_common.recursive_finder(stem(path), fqn, data, archive)
        except AnsibleError as error:
            if entry.get("error") != str(error):
                bad.append("%s: Ansible says %r, we %r" % (name, str(error), entry))
            continue
        module_common._add_module_to_zip(archive, fqn, data)
        if "error" in entry:
            bad.append("%s: %s" % (name, entry["error"]))
            continue
        theirs = {}
        for member in archive.namelist():
            package = member.endswith("/__init__.py")
            theirs[member[:-12 if package else -3].replace("/", ".")] = package
        compared += 1
        extra += len(set(entry["members"]) - set(theirs))
        for member, package in theirs.items():
            if entry["members"].get(member) != package:
                bad.append("%s lacks %s" % (name, member))
    print("%d closures compared; %d sources more than Ansible's" % (compared, extra))
    return bad, compared > 200 and extra == 0


class Plain(ast.NodeTransformer):
    """Docstrings and documentation as the stripper leaves them: empty but for their lines."""

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = ""
        return self.generic_visit(node)

    def visit_Assign(self, node):
        name = node.targets[0]
        if isinstance(name, ast.Name) and name.id in ("DOCUMENTATION", "EXAMPLES", "RETURN") and isinstance(node.value, ast.Constant):
            node.value.value = ""
        return self.generic_visit(node)


def tree(text):
    parsed = Plain().visit(ast.parse(text))
    lines = [node.lineno for node in ast.walk(parsed) if isinstance(node, ast.stmt)]
    return ast.dump(parsed), lines


def strip(program):
    paths = core_modules() + sorted(glob.glob(CORE + "/module_utils/**/*.py", recursive=True)) + [p for _, p in collection_modules()]
    made, bad, before, after = ours(program, "strip", paths), [], 0, 0
    for path in paths:
        with open(path, "rb") as stream:
            original = stream.read()
        text = made[path]["text"]
        before += len(original)
        after += len(text.encode())
        try:
            if tree(original) != tree(text.encode()):
                bad.append(path + ": another program, or other lines")
        except SyntaxError as error:
            bad.append("%s: %s" % (path, error))
    print("%d sources, %d bytes become %d" % (len(paths), before, after))
    return bad, len(paths) > 300


def kinds(program):
    paths = core_modules() + [p for _, p in collection_modules(1)] + sorted(glob.glob(COLLECTIONS + "/*/*/plugins/modules/*.ps1"))[::20]
    made, bad = ours(program, "kinds", paths), []
    for path in paths:
        with open(path, "rb") as stream:
            data = stream.read()
        if module_common._is_binary(data):
            theirs = "binary"
        elif module_common.REPLACER in data or module_common.NEW_STYLE_PYTHON_MODULE_RE.search(data):
            theirs = "python"
        elif module_common.REPLACER_JSONARGS in data:
            theirs = "jsonargs"
        elif path.endswith(".ps1"):
            theirs = None
        elif b"WANT_JSON" in data:
            theirs = "non_native_want_json"
        else:
            theirs = "old"
        entry = made[path]
        if theirs is None:
            if "PowerShell" not in entry.get("error", "") and entry.get("kind") != "old":
                bad.append("%s is for PowerShell, we say %r" % (path, entry))
        elif theirs != entry.get("kind") and "missing interpreter line" not in entry.get("error", ""):
            bad.append("%s is %s, we say %r" % (path, theirs, entry))
    print("%d files" % len(paths))
    return bad, len(paths) > 1000


def finder(program):
    names = [stem(p) for p in core_modules()] + [n for n, _, _ in named()]
    names += ["ini_file", "docker_container", "mysql_db", "sysctl", "authorized_key", "community.general.docker_container", "foreman",
              "community.general.foreman", "nothing_of_that_name", "ansible.builtin.nothing", "ansible.posix.synchronize", "ec2_instance",
              "community.general.nothing", "ansible.legacy.stat", "ansible.legacy.ini_file", "no.such.module"]
    made, bad = ours(program, "finder", names), []
    for name in names:
        try:
            context = module_loader.find_plugin_with_context(name)
            theirs = context.plugin_resolved_path if context.resolved else None
        except AnsibleError as error:
            theirs = "error: " + str(error)
        entry = made[name]
        mine = entry.get("path")
        if theirs and theirs.startswith("error: "):
            if entry.get("error") != theirs[7:]:
                bad.append("%s: Ansible says %s, we %r" % (name, theirs, entry))
        elif mine != theirs:
            bad.append("%s: Ansible finds %s, we %r" % (name, theirs, entry))
    print("%d names" % len(names))
    return bad, len(names) > 300


def main():
    init_plugin_loader()
    bad, enough = {"closure": closure, "strip": strip, "kinds": kinds, "finder": finder}[sys.argv[1]](sys.argv[2])
    print("\n".join(bad[:40]))
    print("%d differences" % len(bad))
    return 1 if bad or not enough else 0


sys.exit(main())
