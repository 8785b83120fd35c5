/// wait_for: until a port or a file is there, gone, drained or says something.
#include "modules/wait_for.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/common/arguments.hpp"
#include "modules/common/os.hpp"
#include "modules/common/regex.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"host", option_type::str, "127.0.0.1"},
    {"timeout", option_type::integer, "300"},
    {"connect_timeout", option_type::integer, "5"},
    {"delay", option_type::integer, "0"},
    {"port", option_type::integer},
    {"active_connection_states", option_type::list,
     "ESTABLISHED,FIN_WAIT1,FIN_WAIT2,SYN_RECV,SYN_SENT,TIME_WAIT"},
    {"path", option_type::path},
    {"search_regex"},
    {"state", option_type::str, "started", nullptr, "absent,drained,present,started,stopped"},
    {"exclude_hosts", option_type::list},
    {"sleep", option_type::integer, "1"},
    {"msg"},
};

double now() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return seconds_of(t);
}

void sleep_for(double seconds) {
  if (seconds <= 0) return;
  timespec t{static_cast<std::time_t>(seconds),
             static_cast<long>((seconds - static_cast<double>(static_cast<std::time_t>(seconds))) * 1e9)};
  while (::nanosleep(&t, &t) != 0 && errno == EINTR) {
  }
}

struct waiting {
  call& c;
  std::string host, path, state;
  int port;
  double start, end;
  bool searching;
  regex pattern;
  core::list groups;
  core::dict named;

  int elapsed() const { return static_cast<int>(now() - start); }

  bool fail(const std::string& msg, bool own_words = true) {
    bool replaced = own_words && c["msg"].truthy();
    return c.fail(core::dict().set("elapsed", elapsed()), replaced ? c.text("msg") : msg);
  }

  bool found(std::string_view text) {
    std::vector<regex::span> spans;
    if (!pattern.search(text, spans)) return false;
    // Ansible reports groups of files only.
    if (path.empty()) return true;
    for (std::size_t i = 0; i < spans.size(); ++i) {
      core::value v = spans[i].matched()
                          ? core::value(text.substr(spans[i].begin, spans[i].end - spans[i].begin))
                          : core::value();
      if (!pattern.names()[i].empty()) named.set(pattern.names()[i], v);
      groups.push_back(std::move(v));
    }
    return true;
  }

  /// Reads from the socket until the pattern is there, the peer ends or the time is up.
  bool found_at_port(int fd) {
    std::string data;
    for (double left; (left = end - now()) > 0;) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, static_cast<int>(left * 1000) + 1) <= 0) continue;
      char block[1024];
      ssize_t n = ::read(fd, block, sizeof block);
      if (n <= 0) return false;
      data.append(block, static_cast<std::size_t>(n));
      if (found(data)) return true;
    }
    return false;
  }

  bool is_there() {
    if (!path.empty()) {
      struct stat st;
      std::string text;
      if (::stat(path.c_str(), &st) != 0)
        return errno != ENOENT && fail(cat({"Failed to stat ", path, ", ", error_text(errno)}));
      return !searching || (read_file(path, text) == 0 && found(text));
    }
    int left = static_cast<int>(end - now()) + 1;
    int fd = connect_to(c.req(), host, port, std::min(static_cast<int>(c["connect_timeout"].as_int()), left));
    if (fd < 0) return false;
    bool ready = !searching || found_at_port(fd);
    ::shutdown(fd, SHUT_RDWR);
    ::close(fd);
    return ready;
  }

  bool is_gone() {
    if (!path.empty()) return !accessible(path, F_OK);
    int fd = connect_to(c.req(), host, port, static_cast<int>(c["connect_timeout"].as_int()));
    if (fd >= 0) ::close(fd);
    return fd < 0;
  }

  std::string place() const {
    std::string out = host + ':';
    core::append_int(out, port);
    return path.empty() ? out : path;
  }

  std::string timeout_text(bool gone, bool drained) const {
    if (drained) return cat({"Timeout when waiting for ", place(), " to drain"});
    if (gone)
      return cat({"Timeout when waiting for ", place(), path.empty() ? " to stop." : " to be absent."});
    if (searching)
      return cat({"Timeout when waiting for search string ", c["search_regex"].as_string(), " in ", place()});
    return cat({"Timeout when waiting for ", path.empty() ? "" : "file ", place()});
  }

  void wait() {
    bool gone = state == "absent" || state == "stopped", drained = state == "drained";
    if (port == 0 && path.empty() && !drained) return sleep_for(static_cast<double>(c["timeout"].as_int()));
    while (now() < end) {
      bool met = drained ? count_connections(c.req(), host, port, c["active_connection_states"].as_list(),
                                             c["exclude_hosts"].as_list()) == 0
                 : gone  ? is_gone()
                         : is_there();
      if (met || c.ended()) return;
      sleep_for(static_cast<double>(c["sleep"].as_int()));
    }
    fail(timeout_text(gone, drained));
  }
};

/// What Ansible refuses before it waits.
bool check_options(call& c, const std::string& state) {
  bool path = c["path"].truthy();
  auto refuse = [&](const std::string& msg) { return c.fail(core::dict().set("elapsed", 0), msg); };
  if (c["port"].truthy() && path) return refuse("port and path parameter can not both be passed to wait_for");
  if (path && (state == "stopped" || state == "drained"))
    return refuse(cat({"state=", state, " should only be used for checking a port in the wait_for module"}));
  if (c.given("exclude_hosts") && state != "drained")
    return refuse("exclude_hosts should only be with state=drained");
  for (const core::value& name : c["active_connection_states"].as_list())
    if (connection_state(name.as_string()) == 0)
      return refuse(cat({"unknown active_connection_state (", name.as_string(), ") defined"}));
  if (state == "drained" && !c.given("port"))
    return c.crash(
        "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'");
  return true;
}

} // namespace

core::value run_wait_for(const request& r) {
  call c(r, {"wait_for", options, false, false});
  if (c.ended()) return c.result();
  double start = now();
  waiting w{c,
            c.text("host"),
            c.text("path"),
            c.text("state"),
            static_cast<int>(c["port"].as_int()),
            start,
            start + static_cast<double>(c["timeout"].as_int()),
            c["search_regex"].truthy(),
            {},
            {},
            {}};
  if (std::string error = w.searching ? w.pattern.compile(c["search_regex"].as_string()) : std::string();
      !error.empty())
    c.fail(cat({"Invalid regular expression: ", error}));
  else if (check_options(c, w.state)) {
    sleep_for(static_cast<double>(c["delay"].as_int()));
    w.wait();
  }
  core::dict d;
  d.set("state", w.state)
      .set("port", c["port"])
      .set("search_regex", c["search_regex"])
      .set("path", c["path"]);
  d.set("match_groups", core::value(std::move(w.groups)))
      .set("match_groupdict", core::value(std::move(w.named)));
  return c.result(d.set("elapsed", w.elapsed()));
}

} // namespace mito::modules
