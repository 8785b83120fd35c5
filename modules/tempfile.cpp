/// tempfile: a fresh file or directory that only its maker can use.
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules/common/arguments.hpp"
#include "modules/common/os.hpp"
#include "modules/common/replace.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"state", option_type::str, "file", nullptr, "file,directory"},
    {"path", option_type::path},
    {"prefix", option_type::str, "ansible."},
    {"suffix", option_type::str, ""},
};

/// tempfile.gettempdir(): the first of these that can be written to.
std::string default_directory(const request& r) {
  for (const char* name : {"TMPDIR", "TEMP", "TMP"})
    if (auto v = environment_variable(r, name); v && is_directory(*v) && accessible(*v, W_OK)) return *v;
  for (const char* directory : {"/tmp", "/var/tmp", "/usr/tmp"})
    if (accessible(directory, W_OK)) return directory;
  return ".";
}

} // namespace

core::value run_tempfile(const request& r) {
  call c(r, {"tempfile", options, false, false});
  if (c.ended()) return c.result();
  std::string directory = c.given("path") ? c.text("path") : default_directory(r);
  std::string path;
  int fd =
      make_temporary(directory, c.text("prefix"), c.text("suffix"), c.text("state") == "directory", path);
  if (fd < 0) {
    int error = errno;
    std::string text = os_error_text(error, path);
    c.fail(core::dict().set("exception", traceback(error, text)), text);
    return c.result();
  }
  if (fd > 0) ::close(fd);
  return c.result(core::dict().set("changed", true).set("path", path));
}

} // namespace mito::modules
