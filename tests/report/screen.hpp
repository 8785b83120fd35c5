#pragma once
/// A display whose streams are files in memory, and events to show on it.
#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "core/json.hpp"
#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

/// What is written to it can be read back.
class memory_file {
public:
  memory_file() : fd_(::memfd_create("test", MFD_CLOEXEC)) {}
  ~memory_file() { ::close(fd_); }
  memory_file(const memory_file&) = delete;
  int fd() const { return fd_; }
  std::string text() const {
    std::string out(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_END)), '\0');
    (void)!::pread(fd_, out.data(), out.size(), 0);
    return out;
  }

private:
  int fd_;
};

struct screen {
  memory_file out, err, log;
  std::shared_ptr<display> on;

  explicit screen(const output_options& o = {}) {
    output_writer::options to;
    to.out = out.fd();
    to.err = err.fd();
    to.log = log.fd();
    on = std::make_shared<display>(o, to);
  }
};

inline core::value json(std::string_view text) {
  auto v = core::parse_json(text);
  return v ? *v : core::value("not JSON: " + std::string(text));
}

inline std::shared_ptr<task_info> task(std::uint64_t id, std::string name, std::string action = "command") {
  auto t = std::make_shared<task_info>();
  t->id = id;
  t->name = std::move(name);
  t->action = action;
  t->short_action = std::move(action);
  return t;
}

inline host_finished finished(task_ref t, std::string host, verdict how, std::string_view result) {
  host_finished e;
  e.task = std::move(t);
  e.host = std::move(host);
  e.how = how;
  e.result = json(result);
  return e;
}

inline play_started play(std::string name, std::vector<std::string> hosts = {"h1"}) {
  play_started e;
  e.name = std::move(name);
  e.hosts = std::move(hosts);
  return e;
}

} // namespace mito::report
