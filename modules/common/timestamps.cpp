#include "modules/common/timestamps.hpp"

#include <cerrno>
#include <cmath>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/python.hpp"
#include "modules/common/os.hpp"

namespace mito::modules {

timestamp read_timestamp(call& c, const char* name, const char* fallback) {
  std::string text = c.given(name) ? c.text(name) : fallback;
  if (text == "preserve") return {};
  if (text == "now") return {timestamp::what::now};
  std::string format = c.text(cat({name, "_format"}).c_str());
  std::tm parts{};
  parts.tm_mday = 1;
  parts.tm_isdst = -1;
  const char* rest = ::strptime(text.c_str(), format.c_str(), &parts);
  if (rest && *rest == '\0') return {timestamp::what::at, static_cast<double>(std::mktime(&parts))};
  std::string why =
      rest ? cat({"unconverted data remains: ", rest})
           : cat({"time data ", core::to_repr(text), " does not match format ", core::to_repr(format)});
  c.fail(cat({"Error while obtaining timestamp for time ", text, " using format ", format, ": ", why}));
  return {};
}

namespace {

timespec spec_of(double seconds) {
  double whole = std::floor(seconds);
  return {static_cast<std::time_t>(whole), static_cast<long>(std::floor((seconds - whole) * 1e9))};
}

} // namespace

bool set_timestamps(call& c, const std::string& path, timestamp modified, timestamp accessed,
                    diff_sides* diff) {
  using what = timestamp::what;
  if (c.ended() || (modified.kind == what::preserve && accessed.kind == what::preserve)) return false;
  struct stat st;
  bool ok = ::stat(path.c_str(), &st) == 0;
  if (ok) {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    // "now" for both needs no ownership of the file when the kernel is asked for it.
    bool both_now = modified.kind == what::now && accessed.kind == what::now;
    double was_modified = seconds_of(st.st_mtim), was_accessed = seconds_of(st.st_atim);
    auto wanted = [&](const timestamp& t, double was) {
      return t.kind == what::preserve ? was : t.kind == what::now ? seconds_of(now) : t.seconds;
    };
    double m = wanted(modified, was_modified), a = wanted(accessed, was_accessed);
    if (!both_now && m == was_modified && a == was_accessed) return false;
    timespec times[2] = {spec_of(a), spec_of(m)};
    ok = c.check() || ::utimensat(AT_FDCWD, path.c_str(), both_now ? nullptr : times, 0) == 0;
    if (ok && diff && m != was_modified) diff->note("mtime", was_modified, m);
    if (ok && diff && a != was_accessed) diff->note("atime", was_accessed, a);
  }
  if (!ok)
    c.fail(core::dict().set("path", path),
           cat({"Error while updating modification or access time: ", os_error(errno, path)}));
  return true;
}

} // namespace mito::modules
