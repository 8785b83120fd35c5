#include "bootstrap/stage0.hpp"

#include "core/text.hpp"

namespace mito::bootstrap {

namespace {

// In all three programs: no single quote (the login shell's quoting), no exclamation mark (csh history), no line feed (csh),
// no two backslashes in a row (fish). NR stands for the number of memfd_create.

/// $1: payload size, $2: LC_CTYPE before Python made up its own. Python 2.7 and 3. memfd flags: 19 also says "executable",
/// which vm.memfd_noexec=1 wants and kernels before 6.3 refuse.
constexpr std::string_view python = R"(exec("""
import os,sys
n=int(sys.argv[1])
b=bytes()
while len(b)<n:
 c=os.read(0,min(n-len(b),65536))
 if not c:os._exit(97)
 b+=c
e=os.environ
e.pop("LC_CTYPE",0)
if sys.argv[2]:e["LC_CTYPE"]=sys.argv[2]
def put(f):
 v=0
 while b[v:]:v+=os.write(f,b[v:v+65536])
e["MITO_VIA"]="python-memfd"
for m in 19,3:
 try:
  try:f=os.memfd_create("mito-agent",m)
  except AttributeError:
   import ctypes
   f=ctypes.CDLL(None).syscall(NR,b"mito-agent",m)
  put(f)
  os.execve("/proc/self/fd/%d"%f,["mito-agent"],e)
 except Exception:pass
import tempfile
for d in ["/dev/shm",e.get("XDG_RUNTIME_DIR"),e.get("TMPDIR"),"/tmp","/var/tmp",e.get("HOME"),"/run"]:
 try:
  f,p=tempfile.mkstemp("",".mito",d or "/dev/null")
  put(f)
  os.chmod(p,448)
  os.close(f)
  e["MITO_VIA"]="python-file "+d
  e["MITO_UNLINK"]=p
  os.execve(p,["mito-agent"],e)
 except Exception:
  try:os.unlink(p)
  except Exception:pass
os.write(1,b"MITO"+b"0 noexec ")
"""))";

/// With a second argument it only says whether it can. \041 is the exclamation mark of errno's name.
constexpr std::string_view perl =
    R"(($n,$p)=@ARGV;$f=syscall(NR,$m="mito-agent",19);$f=syscall(NR,$m,3)if$f<0&&${"\041"}==22;exit($f<0)if$p||$f<0;)"
    R"($b="";while(length($b)<$n){sysread(STDIN,$b,$n-length($b),length($b))or exit 97})"
    R"(open(G,">/proc/$$/fd/$f")&&print(G $b)&&close G or exit 98;)"
    R"($ENV{MITO_VIA}="perl-memfd";exec{"/proc/self/fd/$f"}"mito-agent";exit 99)";

/// $1 Python's program, $2 Perl's, $3 the platform of the image, $4 its size. dd that reads one byte at a time is the only reader
/// that every system has and that takes not a byte too much. The probe file tells noexec mounts.
constexpr std::string_view shell =
    R"(u=`uname -sm`;[ "$u" = "$3" ]||{ echo MITO""0 arch $u;exit 0;};)"
    R"(for p in PYTHONS;do q=`command -v $p`&&[ -x "$q" ]&&exec "$q" -ESs -c "$1" $4 "$LC_CTYPE";done;)"
    R"([ -x "`command -v perl`" ]&&perl -e "$2" $4 1&&exec perl -e "$2" $4;)"
    R"(for d in /dev/shm "$XDG_RUNTIME_DIR" /run/user/`id -u` "$TMPDIR" /tmp /var/tmp "$HOME" /run;do [ -d "$d" ]||continue;)"
    R"(f=$d/.mito$$;(umask 077;set -C;printf "#\041/bin/sh\n">"$f") 2>/dev/null||continue;)"
    R"({ chmod 700 "$f"&&"$f"; } 2>/dev/null||{ rm -f "$f";continue;};)"
    R"(dd ibs=1 obs=64k count=$4 >"$f" 2>/dev/null||{ rm -f "$f";exit 98;};)"
    R"([ `wc -c <"$f"` -eq $4 ]||{ rm -f "$f";exit 97;};)"
    R"(MITO_VIA="sh-file $d" MITO_UNLINK=$f;export MITO_VIA MITO_UNLINK;exec "$f";done;echo MITO""0 noexec)";

constexpr std::string_view usual_pythons =
    "/usr/bin/python3 /usr/libexec/platform-python python3 python python2";

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (std::size_t at; (at = text.find(what)) != std::string_view::npos; text.remove_prefix(at + what.size())) {
    out += text.substr(0, at);
    out += by;
  }
  out += text;
  return out;
}

/// Names that mean nothing to any shell.
std::string plain_names(std::string_view names) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";
  std::string list;
  for (auto name : core::split(names, ' ')) {
    if (name.empty() || name[0] == '-' || name.find_first_not_of(plain) != std::string_view::npos) continue;
    list += name;
    list += ' ';
  }
  return list;
}

} // namespace

std::string stage0_line(const image& i, std::string_view pythons) {
  std::string number;
  core::append_uint(number, i.memfd_create);
  // Python's program needs line feeds that the login shell must not see: they are escapes inside its string.
  std::string py = replaced(replaced(python, "\n", "\\n"), "NR", number);
  std::string pl = replaced(perl, "NR", number);
  std::string sh = replaced(shell, "PYTHONS", plain_names(pythons) + std::string(usual_pythons));
  std::string line = "exec sh -c '" + sh + "' mito '" + py + "' '" + pl + "' 'Linux ";
  line += i.machine;
  line += "' ";
  core::append_uint(line, i.first.size());
  return line;
}

} // namespace mito::bootstrap
