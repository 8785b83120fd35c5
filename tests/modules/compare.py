#!/usr/bin/env python3
"""Runs each case through the native module and through Ansible's own module on two copies of the same tree, and
compares the results key by key and the trees entry by entry. Usage: compare.py MODULE_DRIVER [-v] [NAME…]
Exit code 77: ansible-core is not installed here."""
import base64
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import socket

try:
    import ansible.modules.command
    from ansible.release import __version__ as ansible_version
except ImportError:
    # The distribution's packages are seen by the distribution's Python only.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    print("ansible-core is not installed: skipped")
    sys.exit(77)

# Keys whose values differ between any two runs.
VOLATILE = {"start", "end", "delta", "elapsed", "atime", "ctime", "mtime", "inode", "dev", "version", "backup_file",
            "module_stderr", "exception", "traceback", "blocks"}
# Ansible's own libraries are read from here even when a case changes directory.
ENVIRONMENT = dict(os.environ, PYTHONPATH=os.path.dirname(os.path.dirname(os.path.dirname(ansible.modules.command.__file__))),
                   LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1", FROM_ENV="value of it")


def build(root):
    """The tree that every case starts with."""
    os.makedirs(root + "/dir/sub/deep")
    os.makedirs(root + "/empty")
    os.makedirs(root + "/home")

    def write(name, data, mode=0o644, when=1_500_000_000.25):
        path = os.path.join(root, name)
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        os.utime(path, (when, when))
    write("file", b"hello\n")
    write("other", b"other text\n", 0o600)
    write("binary", b"a\0b\xff\xfe")
    write("script", b"#!/bin/sh\necho script $1\n", 0o755)
    write("noexec", b"#!/bin/sh\n")
    write("dir/a", b"a\n")
    write("dir/b.txt", b"b\n", 0o640)
    write("dir/sub/c", b"c\n")
    write("dir/sub/deep/d", b"d\n", 0o4755)
    write("zero", b"")
    write("big", b"x" * 200_000)
    os.symlink("file", root + "/link")
    os.symlink("nowhere", root + "/dangling")
    os.symlink("dir", root + "/dirlink")
    os.symlink("../file", root + "/dir/uplink")
    os.link(root + "/file", root + "/hard")
    os.mkfifo(root + "/fifo")
    os.chmod(root + "/dir", 0o2750)


def snapshot(root):
    entries = {}
    for base, dirs, files in os.walk(root):
        for name in dirs + files:
            path = os.path.join(base, name)
            s = os.lstat(path)
            content = None
            if stat.S_ISREG(s.st_mode):
                with open(path, "rb") as f:
                    content = f.read()
            elif stat.S_ISLNK(s.st_mode):
                content = os.readlink(path).replace(root, "ROOT")
            shown = re.sub(r"\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$", ".BACKUP", path[len(root):])
            shown = re.sub(r"ansible\.[a-z0-9_]{8}", "ansible.RANDOM", shown)
            when = int(s.st_mtime) if s.st_mtime < 1_700_000_000 else "now"
            if stat.S_ISDIR(s.st_mode):
                when = None
            entries[shown] = (oct(s.st_mode), s.st_uid, s.st_gid, s.st_nlink if content is not None else 0, when, content)
    return entries


def clean(v, root, key=None):
    if key in VOLATILE:
        return "volatile"
    if isinstance(v, dict):
        return {k: clean(x, root, k) for k, x in v.items() if k not in ("invocation", "ansible_facts_gathered")}
    if isinstance(v, (list, tuple)):
        return [clean(x, root) for x in v]
    if isinstance(v, float) and v > 1_700_000_000:
        return "now"
    if isinstance(v, str):
        v = v.replace(root, "ROOT")
        v = re.sub(r"Valid booleans include:.*", "Valid booleans include", v)
        v = re.sub(r"\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~", ".BACKUP", v)
        v = re.sub(r"\.\d+\.\d+\.?\d*\.tmp", ".TMP", v)
        v = re.sub(r"ansible\.[a-z0-9_]{8}", "ansible.RANDOM", v)
        v = re.sub(r"0x[0-9a-f]{6,}", "ADDRESS", v)
    return v


def finish(result):
    """What the controller adds to a module's answer before anyone sees it."""
    result = dict(result)
    result.setdefault("changed", False)
    result.setdefault("failed", False)
    return result


def run(argv, args, cwd, env=None):
    p = subprocess.run(argv, input=json.dumps(args).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                       env=dict(ENVIRONMENT, **(env or {})), timeout=60)
    return p


def ansible_result(name, args, cwd, options):
    if name == "shell":
        name, args = "command", dict(args, _uses_shell=True)
    full = dict(args, _ansible_module_name=options.get("module_name", name), _ansible_check_mode=options.get("check", False),
                _ansible_diff=options.get("diff", False), _ansible_no_log=False, _ansible_remote_tmp="/tmp",
                _ansible_keep_remote_files=False, _ansible_syslog_facility="LOG_USER", _ansible_verbosity=0,
                _ansible_selinux_special_fs=[], _ansible_string_conversion_action="warn")
    code = ("import runpy, sys; import ansible.module_utils.basic as b; b._ANSIBLE_ARGS = sys.stdin.buffer.read(); "
            "b.has_journal = False; b.AnsibleModule._log_to_syslog = lambda *a: None; "
            "sys.argv = ['%s']; runpy.run_module('ansible.modules.%s', run_name='__main__', alter_sys=True)" % (name, name))
    p = run([sys.executable, "-c", code], {"ANSIBLE_MODULE_ARGS": full}, cwd, options.get("env"))
    try:
        return finish(json.loads(p.stdout.decode("utf-8", "surrogateescape").strip().splitlines()[-1]))
    except (ValueError, IndexError):
        error = p.stderr.decode().strip().splitlines()
        return finish({"failed": True, "rc": p.returncode, "module_stdout": p.stdout.decode(), "module_stderr": "",
                       "msg": "MODULE FAILURE\nSee stdout/stderr for the exact error", "exception": "",
                       "_last_line": error[-1] if error else ""})


def native_result(driver, name, args, cwd, options):
    full = dict(args, _ansible_check_mode=options.get("check", False), _ansible_diff=options.get("diff", False),
                _driver_environment=options.get("env", {}), _ansible_module_name=options.get("module_name", name))
    p = run([driver, name], full, cwd)
    try:
        return finish(json.loads(p.stdout.decode("utf-8", "replace")))
    except ValueError:
        return {"native crashed": p.returncode, "stdout": p.stdout.decode("utf-8", "replace"), "stderr": p.stderr.decode()}


# name, arguments (ROOT stands for the tree), options. Options: check, diff, env, twice (run again on the result),
# ignore (keys that are known to differ, with the reason beside the case).
CASES = []


def case(module, args, **options):
    CASES.append((module, args, options))


def both(module, args, **options):
    case(module, args, **options)
    case(module, args, check=True, diff=True, **options)


# ---- argument handling
case("ping", {})
case("ping", {"data": "x"})
case("ping", {"data": 5})
case("ping", {"data": [1, "a", None, True, {"b": 1.5}]})
case("ping", {"data": "crash"})
case("ping", {"daata": "x", "b": 1})
case("ping", {"data": None})
case("stat", {})
case("stat", {"path": "ROOT/file", "follow": "maybe"})
case("stat", {"path": "ROOT/file", "follow": [1]})
case("stat", {"path": "ROOT/file", "follow": 3})
case("stat", {"path": "ROOT/file", "checksum_algorithm": "crc"})
case("stat", {"path": "ROOT/file", "wrong": 1, "follow": "maybe"})
case("stat", {"name": "ROOT/file", "path": "ROOT/other"})
case("file", {"state": "directory"})
case("file", {"path": "ROOT/x", "stat": "touch"})
case("file", {"path": "ROOT/x", "state": "wrong"})
case("file", {"path": "ROOT/x", "state": None})
case("wait_for", {"port": "abc"})
case("wait_for", {"port": 1.5})
case("wait_for", {"timeout": {"a": 1}})
case("wait_for", {"exclude_hosts": {"a": 1}})
case("command", {"_raw_params": "true", "creatse": "x"})
case("command", {"argv": {"a": 1}})
case("command", {"_raw_params": "true", "chdir": 5})
# ---- command and shell
case("command", {"_raw_params": "echo hello world"})
case("command", {"_raw_params": "echo 'a b' \"c d\" e\\ f \"\\$HOME \\\"q\\\" \\n\" ''"})
case("command", {"_raw_params": "echo $FROM_ENV ${FROM_ENV} $NOT_SET ${NOT_SET} $ ${ $1"})
case("command", {"_raw_params": "echo ~ ~/x ~root/y ~nobody-such/z a~"})
case("command", {"_raw_params": "echo $IN_TASK"}, env={"IN_TASK": "task's"})
case("shell", {"_raw_params": "echo $IN_TASK"}, env={"IN_TASK": "task's"})
case("command", {"_raw_params": "ROOT/none arg 'with space' --password secret --pass=x"})
case("command", {"_raw_params": "no-such-program-anywhere"})
case("command", {"_raw_params": "ROOT/noexec"})
case("command", {"_raw_params": "ROOT"})
case("command", {"_raw_params": "ROOT/file/x"})
case("command", {"_raw_params": "false"})
case("command", {"_raw_params": ""})
case("command", {"_raw_params": "   "})
case("command", {})
case("command", {"_raw_params": "a", "argv": ["b"]})
case("command", {"_raw_params": "echo 'open"})
case("command", {"_raw_params": "echo end\\"})
case("command", {"argv": ["echo", "a b", "$FROM_ENV", "~", 5, True]})
case("command", {"argv": "echo,x"})
case("command", {"argv": []})
case("command", {"_raw_params": "pwd", "chdir": "ROOT/dir"})
case("command", {"_raw_params": "pwd", "chdir": "ROOT/none"})
case("command", {"_raw_params": "pwd", "chdir": "ROOT/file"})
case("command", {"_raw_params": "echo x", "executable": "/bin/bash"})
for extra in ({"creates": "ROOT/file"}, {"creates": "ROOT/none"}, {"creates": "ROOT/di*"}, {"creates": "ROOT/none*"},
              {"creates": "ROOT/dangling"}, {"removes": "ROOT/file"}, {"removes": "ROOT/none"}, {"removes": "ROOT/[a-f]ile"},
              {"creates": "a", "chdir": "ROOT/dir"}, {"creates": "ROOT/*/sub/?"}, {"creates": "ROOT/.*"}, {"creates": "ROOT/[!f]ile"},
              {"creates": "ROOT/none", "removes": "ROOT/none"}, {"creates": ""}, {}):
    both("command", dict({"_raw_params": "echo ran"}, **extra))
case("command", {"_raw_params": "cat", "stdin": "text"})
case("command", {"_raw_params": "cat", "stdin": "text", "stdin_add_newline": False})
case("command", {"_raw_params": "cat", "stdin": "text\n\n", "strip_empty_ends": False})
case("command", {"_raw_params": "printf 'a\\r\\n\\n'"})
case("command", {"_raw_params": "printf 'a\\r\\n\\n'", "strip_empty_ends": "no"})
case("shell", {"_raw_params": "echo out; echo err >&2; exit 7"})
case("shell", {"_raw_params": "kill -9 $$"})
case("shell", {"_raw_params": "echo ${BASH_VERSION:+bash}", "executable": "/bin/bash"})
case("shell", {"_raw_params": "echo x", "executable": "/bin/none"})
case("shell", {"argv": ["echo", "a b", "it's"]})
case("shell", {"_raw_params": "cd dir && pwd", "chdir": "ROOT"})
case("shell", {"_raw_params": "echo '*'*", "chdir": "ROOT/dir"})
# ---- stat
for name in ("file", "dir", "link", "dangling", "dirlink", "fifo", "hard", "binary", "zero", "none", "file/x", "dir/sub/deep/d"):
    case("stat", {"path": "ROOT/" + name})
    case("stat", {"path": "ROOT/" + name, "follow": True})
for algorithm in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
    case("stat", {"path": "ROOT/big", "checksum_algorithm": algorithm, "get_mime": False, "get_attributes": False})
    case("stat", {"path": "ROOT/zero", "checksum": algorithm, "mime": False, "attr": False})
case("stat", {"path": "ROOT/file", "get_checksum": False, "get_md5": True})
case("stat", {"path": "/dev/null"})
case("stat", {"path": "/dev"})
case("stat", {"path": "~/", "get_attributes": False}, env={"HOME": "/tmp"}, ignore={"stat.size", "stat.nlink"})
case("stat", {"path": "$FROM_ENV"})
# ---- file
for state in ("file", "directory", "touch", "absent", "link", "hard", None):
    for name in ("file", "dir", "link", "dangling", "dirlink", "none", "hard", "empty", "none/deeper"):
        args = {"path": "ROOT/" + name}
        if state:
            args["state"] = state
        both("file", args)
for mode in ("0600", "600", "0o640", 384, 420, "u=rwX,g=rX,o=", "a+x", "+x", "-w", "u+s,g+s", "o+t", "g=u", "u=g", "o=u-w", "=r", "a=",
             "ug+rw", "u=rw-x+X", "X", "u+q", "z+r", "uz+r", "", "0999", "10644", "-5", 1.5, "rwx", "u=,g=r"):
    case("file", {"path": "ROOT/file", "mode": mode})
    case("file", {"path": "ROOT/script", "mode": mode}, check=True)
    case("file", {"path": "ROOT/dir", "mode": mode})
for name in ("link", "dangling", "dirlink"):
    case("file", {"path": "ROOT/" + name, "mode": "0600", "follow": False})
    case("file", {"path": "ROOT/" + name, "mode": "0600"})
    case("file", {"path": "ROOT/" + name, "state": "link", "mode": "0640", "owner": "daemon", "follow": False})
both("file", {"path": "ROOT/dir", "mode": "u=rwX,g=rX,o=rX", "recurse": True})
both("file", {"path": "ROOT/dir", "mode": "0700", "owner": "daemon", "group": "1", "recurse": True, "state": "directory"})
case("file", {"path": "ROOT/dir", "recurse": True, "follow": False, "owner": 1, "state": "directory"})
case("file", {"path": "ROOT/file", "recurse": True})
case("file", {"path": "ROOT/none", "recurse": True})
both("file", {"path": "ROOT/new/a/b", "state": "directory", "mode": "0711", "owner": "daemon"})
both("file", {"path": "ROOT/file/sub", "state": "directory"})
for owner in ("daemon", "1", 1, "no-such-user", "4242", ""):
    both("file", {"path": "ROOT/file", "owner": owner})
    both("file", {"path": "ROOT/file", "group": owner})
for src, path in (("file", "newlink"), ("file", "link"), ("other", "link"), ("none", "newlink"), ("file", "other"), ("file", "empty"),
                  ("file", "dir"), ("ROOT/file", "newlink"), ("dir", "dirlink"), ("other", "dirlink"), ("file", "dangling"), ("file", "no/link")):
    for force in (False, True):
        both("file", {"path": "ROOT/" + path, "src": src, "state": "link", "force": force})
    case("file", {"path": "ROOT/" + path, "src": src, "state": "link", "follow": False, "force": True})
for src, path in (("file", "newhard"), ("file", "hard"), ("other", "hard"), ("none", "newhard"), ("file", "other"), ("file", "link"),
                  ("file", "dir"), ("dir", "newhard"), ("file", "no/hard")):
    for force in (False, True):
        both("file", {"path": "ROOT/" + path, "src": "ROOT/" + src, "state": "hard", "force": force})
case("file", {"path": "ROOT/file", "src": "ROOT/other"})
case("file", {"path": "ROOT/dir", "state": "file", "_original_basename": "a", "mode": "0600"})
for when in ("preserve", "now", "202001020304.05", "20200102", "garbage", "202001020304.05x"):
    both("file", {"path": "ROOT/file", "state": "file", "modification_time": when})
    both("file", {"path": "ROOT/file", "state": "touch", "access_time": when, "modification_time": "preserve"})
    case("file", {"path": "ROOT/new/deep", "state": "directory", "access_time": when})
case("file", {"path": "ROOT/file", "state": "touch", "modification_time": "2020-02-03", "modification_time_format": "%Y-%m-%d"})
case("file", {"path": "ROOT/new", "state": "touch", "mode": "0600", "owner": "no-such-user"})
case("file", {"path": "ROOT/file", "_diff_peek": True})
case("file", {"path": "ROOT/binary", "_diff_peek": True})
case("file", {"path": "ROOT/none", "_diff_peek": True})
case("file", {"path": "ROOT/fi\u00e9\u20ac", "state": "touch"})
case("file", {"path": "ROOT/a'b/c", "state": "touch"})
case("file", {"path": "ROOT/" + "n" * 300, "state": "touch"})
case("file", {"path": "ROOT/file", "attributes": "A"}, ignore={"diff"})
case("file", {"path": "/proc/none", "state": "directory"})
# ---- slurp, tempfile, getent
for name in ("file", "binary", "zero", "none", "dir", "link", "file/x", "dangling"):
    case("slurp", {"src": "ROOT/" + name})
case("slurp", {"path": "ROOT/big"})
case("tempfile", {"path": "ROOT"})
case("tempfile", {"path": "ROOT", "state": "directory", "suffix": ".d"})
case("tempfile", {"path": "ROOT", "state": "other"})
case("tempfile", {"path": "ROOT/none", "prefix": "ansible."})
case("tempfile", {}, check=True)
case("tempfile", {"state": "file"}, env={"TMPDIR": "ROOT"})
case("getent", {"database": "passwd", "key": "root"})
case("getent", {"database": "passwd"})
case("getent", {"database": "group", "key": "daemon", "split": ","})
case("getent", {"database": "hosts"})
case("getent", {"database": "services", "key": "ssh"})
case("getent", {"database": "passwd", "key": "no-such-user"})
case("getent", {"database": "passwd", "key": "no-such-user", "fail_key": False})
case("getent", {"database": "nonsense", "key": "x"})
case("getent", {"database": "protocols", "service": "files"})
case("getent", {"database": "shadow", "key": "root"})
case("getent", {})
# ---- copy on the target
for src, dest in (("file", "copied"), ("file", "other"), ("file", "hard"), ("file", "dir"), ("file", "dir/"), ("file", "new/dir/"), ("file", "new/x"),
                  ("file", "link"), ("other", "link"), ("none", "x"), ("dir", "empty"), ("dir/", "empty"), ("dir", "empty/"), ("dir/", "newdir"),
                  ("dir", "newdir"), ("dir", "file"), ("fifo", "x"), ("zero", "file"), ("other", "dangling"), ("dirlink", "newdir"), ("big", "other"), ("file", "file/x")):
    # Ansible changes the mode of a source directory before it finds that the destination is a file.
    both("copy", {"src": "ROOT/" + src, "dest": "ROOT/" + dest, "remote_src": True},
         **({"ignore": {"tree /dir"}} if (src, dest) == ("dir", "file") else {}))
for extra in ({"mode": "0600"}, {"mode": "preserve"}, {"mode": "u+x"}, {"owner": "daemon", "group": "daemon"}, {"force": False}, {"backup": True},
              {"validate": "grep -q hello %s"}, {"validate": "grep -q absent %s"}, {"validate": "true"}, {"validate": "none-such %s"}, {"checksum": "0" * 40},
              {"checksum": "f572d396fae9206628714fb2ce00f72e94f2258f"}, {"follow": True}, {"directory_mode": "0700"}, {"local_follow": True},
              {"local_follow": False}, {"owner": "no-such-user"}, {"mode": "wrong"}):
    both("copy", dict({"src": "ROOT/file", "dest": "ROOT/other", "remote_src": True}, **extra))
    # Ansible has replaced a link with an empty file by the time that validation fails; the native module has not.
    both("copy", dict({"src": "ROOT/other", "dest": "ROOT/link", "remote_src": True}, **extra),
         **({"ignore": {"tree /link"}} if "validate" in extra else {}))
    case("copy", dict({"src": "ROOT/dir", "dest": "ROOT/copied", "remote_src": True}, **extra))
    case("copy", dict({"src": "ROOT/file", "dest": "ROOT/made/for/", "remote_src": True}, **extra))
# ---- wait_for
case("wait_for", {"path": "ROOT/file", "timeout": 2})
case("wait_for", {"path": "ROOT/none", "timeout": 1})
case("wait_for", {"path": "ROOT/none", "timeout": 1, "msg": "own words"})
case("wait_for", {"path": "ROOT/none", "state": "absent", "timeout": 1})
case("wait_for", {"path": "ROOT/file", "state": "absent", "timeout": 1})
case("wait_for", {"path": "ROOT/file/x", "timeout": 1})
case("wait_for", {"path": "ROOT/file", "state": "stopped"})
case("wait_for", {"path": "ROOT/file", "state": "drained"})
case("wait_for", {"path": "ROOT/file", "port": 1})
case("wait_for", {"timeout": 0})
case("wait_for", {"port": 1, "timeout": 1})
case("wait_for", {"port": 1, "timeout": 1, "search_regex": "x"})
case("wait_for", {"port": 1, "state": "stopped", "timeout": 1})
case("wait_for", {"port": 1, "state": "drained", "timeout": 1})
case("wait_for", {"port": "OPEN_PORT", "timeout": 3})
case("wait_for", {"port": "OPEN_PORT", "host": "localhost", "timeout": 3})
case("wait_for", {"port": "OPEN_PORT", "timeout": 3, "search_regex": "(?P<name>SSH|mito)-([0-9.]+)"})
case("wait_for", {"port": "OPEN_PORT", "timeout": 2, "search_regex": "absent text"})
case("wait_for", {"port": "OPEN_PORT", "state": "stopped", "timeout": 1})
case("wait_for", {"port": 1, "exclude_hosts": "a"})
case("wait_for", {"port": 1, "active_connection_states": ["WRONG"]})
case("wait_for", {"state": "drained", "timeout": 1})
case("wait_for", {}, check=True)
for pattern in ("hell", "^h(.)l+", "(x)|(h)e", "(?P<a>h)(?:e)(l{2})o$", "[^a-z]", "\\w+\\b", "\\s", "h.*?l", "(l|o)+", "(?i)HELLO", "absent", "(?s)o.", "h{1,2}e?"):
    case("wait_for", {"path": "ROOT/file", "search_regex": pattern, "timeout": 1})


def substitute(v, root, port):
    if isinstance(v, str):
        return port if v == "OPEN_PORT" else v.replace("ROOT", root)
    if isinstance(v, dict):
        return {k: substitute(x, root, port) for k, x in v.items()}
    if isinstance(v, list):
        return [substitute(x, root, port) for x in v]
    return v


def differences(a, b, where=""):
    if isinstance(a, dict) and isinstance(b, dict):
        out = []
        for k in sorted(set(a) | set(b)):
            place = where + "." + k if where else k
            if k not in a:
                out.append("%s: only Ansible: %r" % (place, b[k]))
            elif k not in b:
                out.append("%s: only native: %r" % (place, a[k]))
            else:
                out += differences(a[k], b[k], place)
        return out
    # Directory order is the file system's, not the module's.
    if where.endswith(("directories", "files")) and isinstance(a, list) and sorted(a) == sorted(b):
        return []
    return [] if a == b and type(a) is type(b) else ["%s: native %r, Ansible %r" % (where, a, b)]


def greet(server):
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        try:
            connection.sendall(b"mito-1.2.3\r\n")
            connection.close()
        except OSError:
            pass


def main():
    driver, wanted = os.path.abspath(sys.argv[1]), [a for a in sys.argv[2:] if a != "-v"]
    verbose = "-v" in sys.argv
    if os.geteuid() != 0:
        print("owners cannot be changed without root: skipped")
        return 77
    os.umask(0o022)
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    threading.Thread(target=greet, args=(server,), daemon=True).start()
    top = tempfile.mkdtemp(prefix="compare.")
    failed = run_count = 0
    try:
        for number, (module, args, options) in enumerate(CASES):
            if wanted and module not in wanted and str(number) not in wanted:
                continue
            run_count += 1
            results, trees, roots = [], [], []
            for who in ("n", "a"):
                root = os.path.join(top, who)
                shutil.rmtree(root, ignore_errors=True)
                os.mkdir(root)
                build(root)
                real = substitute(args, root, port)
                opts = dict(options, env=substitute(options.get("env", {}), root, port))
                if who == "n":
                    r = native_result(driver, module, real, root, opts)
                else:
                    r = ansible_result(module, real, root, opts)
                last = r.pop("_last_line", "")
                results.append(clean(r, root))
                trees.append(snapshot(root))
                roots.append(root)
            found = differences(results[0], results[1])
            found += ["tree " + d for d in differences(trees[0], trees[1])]
            found = [d for d in found if d.split(":")[0] not in options.get("ignore", ())]
            if found:
                failed += 1
                print("case %d: %s %s %s" % (number, module, json.dumps(args), options or ""))
                for d in found:
                    print("    " + d)
                if last:
                    print("    Ansible's traceback ends: " + last)
            elif verbose:
                print("case %d: ok %s %s" % (number, module, json.dumps(args)))
    finally:
        shutil.rmtree(top, ignore_errors=True)
        server.close()
    print("%d of %d cases equal (ansible-core %s)" % (run_count - failed, run_count, ansible_version))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
