# The fork-server: runs new-style Python modules of Ansible, one fork each. Read from stdin by the target's Python; stdout is the
# socket to the agent. docs/python-modules.md tells what is said on it. Python 2 must be able to parse this file.
import sys

if sys.version_info < (3, 6):
    sys.stderr.write("Python modules need Python 3.6 or newer on the target; %s is Python %d.%d. Set ansible_python_interpreter to "
                     "a newer one.\n" % (sys.executable, sys.version_info[0], sys.version_info[1]))
    sys.exit(70)

import atexit
import errno
import gc
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import runpy
import select
import signal
import socket
import struct
import time
import traceback
import zlib

HELLO, SOURCES, RUN, STARTED, ENDED, REFUSED, STALE = range(1, 8)
MAGIC = b"\0\xf4MITO1\n"
HEADER = struct.Struct(">IHBBI")
UTILS = "ansible.module_utils."
BASIC = UTILS + "basic"
LOADER = UTILS + "_internal._ansiballz._loader"


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports from memory: the closure of one module at a time, compiled once for all of them."""

    def __init__(self):
        self.texts = {}     # digest -> bytes
        self.closures = {}  # digest -> {name: (flags, digest)}
        self.codes = {}     # (digest, name) -> code
        self.zips = {}      # digest of a closure -> descriptor of its zip
        self.members = {}   # of the closure in use
        self.root = "/mito-modules"

    def add(self, bundle):
        data, at = zlib.decompress(bundle), 4
        for _ in range(struct.unpack_from(">I", data)[0]):
            digest, size = struct.unpack_from(">QI", data, at)
            self.texts[digest] = data[at + 12:at + 12 + size]
            at += 12 + size
        count, at = struct.unpack_from(">I", data, at)[0], at + 4
        for _ in range(count):
            name, size = struct.unpack_from(">QI", data, at)
            at, members = at + 12, {}
            for _ in range(size):
                length, = struct.unpack_from(">H", data, at)
                member = data[at + 2:at + 2 + length].decode()
                members[member] = struct.unpack_from(">BQ", data, at + 2 + length)
                at += 11 + length
            self.closures[name] = members

    def use(self, closure, root):
        self.members, self.root = self.closures[closure], root

    def find_spec(self, name, path=None, target=None):
        if name not in self.members:
            return None
        package = bool(self.members[name][0] & 1)
        spec = importlib.machinery.ModuleSpec(name, self, origin=self.get_filename(name), is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [self.root + "/" + name.replace(".", "/")]
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name):
        self.need(name)
        digest = self.members[name][1]
        code = self.codes.get((digest, name))
        if code is None:
            code = compile(self.texts[digest], self.get_filename(name), "exec", dont_inherit=True)
            self.codes[digest, name] = code
        return code

    def need(self, name):
        if name not in self.members:
            raise ImportError("no source of " + name)

    def is_package(self, name):
        self.need(name)
        return bool(self.members[name][0] & 1)

    def get_source(self, name):
        self.need(name)
        return importlib._bootstrap_external.decode_source(self.texts[self.members[name][1]])

    def path(self, name, package):
        return name.replace(".", "/") + ("/__init__.py" if package else ".py")

    def get_filename(self, name):
        self.need(name)
        return self.root + "/" + self.path(name, self.members[name][0] & 1)

    def get_data(self, path):
        if path.startswith(self.root + "/"):
            wanted = path[len(self.root) + 1:]
            for name, (flags, digest) in self.members.items():
                if self.path(name, flags & 1) == wanted:
                    return self.texts[digest]
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def zip_of(self, closure):
        """Path of a zip with the closure's sources, for modules that start another Python on themselves."""
        if closure not in self.zips:
            import zipfile
            handle = memory_file()
            with os.fdopen(os.dup(handle), "w+b") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, (flags, digest) in self.closures[closure].items():
                    archive.writestr(zipfile.ZipInfo(self.path(name, flags & 1)), self.texts[digest])
            self.zips[closure] = handle
        return "/proc/%d/fd/%d" % (SERVER, self.zips[closure])


def memory_file():
    if hasattr(os, "memfd_create"):
        return os.memfd_create("mito-modules")
    import tempfile
    with tempfile.TemporaryFile() as stream:
        return os.dup(stream.fileno())


SERVER = os.getpid()
SOURCES_OF = Sources()
sys.meta_path.insert(0, SOURCES_OF)
# What Ansible's wrapper leaves out, too: the current folder is no place to import from.
sys.path = [entry for entry in sys.path if entry not in ("", ".")]
sys.dont_write_bytecode = True
ENVIRONMENT = dict(os.environ)
UMASK = os.umask(0o22)
os.umask(UMASK)
try:
    FOLDER = os.getcwd()
except OSError:
    FOLDER = os.path.expanduser("~")
AHEAD = {}  # modules imported before the fork: name -> digest
TRIED = set()


def import_ahead(members):
    """ansible-core's own module_utils, in the parent: what they print or fail at is left to the child."""
    wanted = sorted(n for n, (flags, digest) in members.items() if flags & 2 and n not in AHEAD and (n, digest) not in TRIED)
    if not wanted:
        return
    before = set(sys.modules)
    saved = [os.dup(1), os.dup(2)]
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for name in wanted:
        TRIED.add((name, members[name][1]))
        try:
            importlib.import_module(name)
        except BaseException:
            sys.modules.pop(name, None)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    for handle, copy in zip((1, 2), saved):
        os.dup2(copy, handle)
        os.close(copy)
    os.close(null)
    for name in set(sys.modules) - before:
        if name in members:
            AHEAD[name] = members[name][1]
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()


def forget_others(members):
    """In the child: a module sees its own closure only."""
    different = [name for name, digest in AHEAD.items() if name in members and members[name][1] != digest]
    for name in list(AHEAD):
        if different or name not in members:
            sys.modules.pop(name, None)


def stamps():
    """What changes when packages are installed or removed."""
    out = []
    for entry in sys.path:
        try:
            out.append(os.stat(entry).st_mtime_ns)
        except OSError:
            out.append(0)
    return out


def print_exception():
    """The frames of this program are of no use to the reader."""
    kind, error, frames = sys.exc_info()
    while frames and frames.tb_frame.f_code.co_filename == run_module.__code__.co_filename:
        frames = frames.tb_next
    traceback.print_exception(kind, error, frames)


def run_module(call, members, root):
    arguments = call["arguments"].encode("utf-8")
    name = call["module"]
    if LOADER in members:  # ansible-core 2.19 and later
        import inspect
        run = importlib.import_module(LOADER).run_module
        known = dict(json_params=arguments, profile=call["profile"], module_fqn=name, modlib_path=root, extensions={},
                     init_globals=None, coverage_config=None, coverage_output=None, rlimit_nofile=call["files"])
        run(**{k: v for k, v in known.items() if k in inspect.signature(run).parameters})
    else:
        basic = importlib.import_module(BASIC)
        basic._ANSIBLE_ARGS = arguments
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            basic._ANSIBLE_PROFILE = call["profile"]
        runpy.run_module(name, init_globals=dict(_module_fqn=name, _modlib_path=root), run_name="__main__", alter_sys=True)
    print('{"msg": "New-style module did not handle its own exit", "failed": true}')
    return 1


def prepare(call):
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    os.environ.update(call["environment"])
    time.tzset()
    try:
        os.chdir(call["folder"] or FOLDER)
    except OSError:
        os.chdir("/")
    os.umask(UMASK)
    if call["files"]:
        import resource
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        soft = call["files"] if hard == resource.RLIM_INFINITY else min(hard, call["files"])
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        except ValueError:
            pass
    if sys.version_info < (3, 7) and "random" in sys.modules:
        sys.modules["random"].seed()
    sys.argv = [call["module"].rsplit(".", 1)[-1]]


def child(call, members, root):
    """Never returns."""
    status = 1
    try:
        forget_others(members)
        prepare(call)
        status = run_module(call, members, root)
    except SystemExit as end:
        if end.code is None:
            status = 0
        elif isinstance(end.code, int):
            status = end.code & 0xff
        else:
            sys.stderr.write("%s\n" % (end.code,))
    except BaseException:
        print_exception()
    try:
        threads = sys.modules.get("threading")
        if threads:
            threads._shutdown()
        atexit._run_exitfuncs()
    except BaseException:
        print_exception()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    os._exit(status)


class Server(object):
    def __init__(self):
        # The socket leaves descriptor 1, where modules write.
        self.peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=os.dup(1))
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)
        sys.stdin = open(0, closefd=False)
        self.buffer, self.handles, self.children = b"", [], {}
        # A child that ended wakes the loop.
        self.wake_read, self.wake_write = os.pipe()
        for handle in (self.wake_read, self.wake_write):
            os.set_blocking(handle, False)
        signal.set_wakeup_fd(self.wake_write)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        self.stamps = stamps()

    def say(self, kind, number, body=b""):
        self.peer.sendall(HEADER.pack(len(body), 0, kind, 0, number) + body)

    def receive(self):
        """False at the end of the stream."""
        size = socket.CMSG_SPACE(16 * struct.calcsize("i"))
        data, extra, _, _ = self.peer.recvmsg(1 << 18, size)
        for level, kind, content in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                count = len(content) // struct.calcsize("i")
                self.handles.extend(struct.unpack("%di" % count, content[:count * struct.calcsize("i")]))
        self.buffer += data
        return bool(data)

    def frames(self):
        while len(self.buffer) >= HEADER.size:
            size, _, kind, _, number = HEADER.unpack_from(self.buffer)
            end = HEADER.size + size
            if len(self.buffer) < end:
                return
            body, self.buffer = self.buffer[HEADER.size:end], self.buffer[end:]
            if kind == SOURCES:
                SOURCES_OF.add(body)
            elif kind == RUN:
                out, err = self.handles[:2]
                del self.handles[:2]
                try:
                    self.run(number, json.loads(body.decode("utf-8")), out, err)
                finally:
                    os.close(out)
                    os.close(err)

    def run(self, number, call, out, err):
        if stamps() != self.stamps:
            return self.say(STALE, number)
        closure = int(call["closure"])
        members = SOURCES_OF.closures[closure]
        respawns = UTILS + "common.respawn" in members
        root = SOURCES_OF.zip_of(closure) if respawns else "/mito-modules"
        SOURCES_OF.use(closure, root)
        try:
            SOURCES_OF.get_code(call["module"])
        except SyntaxError as e:
            return self.say(REFUSED, number, ("%s\n%s, line %s" % (e.msg, call["module"], e.lineno)).encode("utf-8"))
        except ValueError as e:
            return self.say(REFUSED, number, str(e).encode("utf-8"))
        import_ahead(members)
        try:
            pid = os.fork()
        except OSError as e:
            os.write(err, ("cannot fork: %s\n" % e).encode())
            self.say(STARTED, number, struct.pack(">I", 0))
            return self.say(ENDED, number, struct.pack(">I", 1 << 8))
        if pid == 0:
            self.become_child(out, err)
            child(call, members, root)
        self.children[pid] = number
        self.say(STARTED, number, struct.pack(">I", pid))

    def become_child(self, out, err):
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(out, 1)
            os.dup2(err, 2)
            self.peer.close()
            for handle in [out, err, self.wake_read, self.wake_write] + self.handles:
                os.close(handle)
        except BaseException:
            os._exit(1)

    def reap(self):
        try:
            os.read(self.wake_read, 4096)
        except OSError:
            pass
        while self.children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except OSError:
                return
            if pid == 0:
                return
            if pid in self.children:
                self.say(ENDED, self.children.pop(pid), struct.pack(">I", status))

    def serve(self):
        self.peer.sendall(MAGIC)
        self.say(HELLO, 0, json.dumps({"version": list(sys.version_info[:3])}).encode())
        poll = select.poll()
        poll.register(self.peer.fileno(), select.POLLIN)
        poll.register(self.wake_read, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if self.wake_read in ready:
                self.reap()
            if self.peer.fileno() in ready:
                if not self.receive():
                    break
                self.frames()
        for pid in self.children:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        os._exit(0)


Server().serve()
