#define CAF_SUITE agent.wire
#include <caf/test/unit_test.hpp>

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bootstrap/image_file.hpp"
#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "protocol/messages.hpp"

// The real agent at the end of a bare pipe: what it makes of a controller that is none.

using namespace mito;
using protocol::type;

namespace {

struct raw_agent {
  bootstrap::image_file image;
  pid_t pid = -1;
  int in = -1, out = -1;
  std::string said;

  raw_agent() {
    auto path = image.path();
    if (path.empty()) ::_exit(77);
    ::signal(SIGPIPE, SIG_IGN);
    int down[2], up[2];
    CAF_REQUIRE(::pipe2(down, O_CLOEXEC) == 0 && ::pipe2(up, O_CLOEXEC) == 0);
    pid = ::fork();
    if (pid == 0) {
      ::dup2(down[0], 0);
      ::dup2(up[1], 1);
      ::execl(path.c_str(), "mito-agent", nullptr);
      ::_exit(127);
    }
    ::close(down[0]);
    ::close(up[1]);
    in = down[1];
    out = up[0];
  }
  ~raw_agent() {
    ::close(in);
    ::close(out);
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t n = ::write(in, bytes.data(), bytes.size());
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void send(protocol::header h, std::string_view body = {}) {
    std::string bytes;
    protocol::append_frame(bytes, h, body);
    send(bytes);
  }
  void request(std::uint32_t id, std::string_view module, std::string_view args, std::string_view environment = "") {
    protocol::request r;
    r.module = module;
    r.args = args;
    r.environment = environment;
    std::string body;
    r.encode(body, 0);
    send({.type = type::request, .id = id}, body);
  }
  /// Reads until `text` was said, or the agent has ended, or time is over.
  bool hears(std::string_view text, int seconds = 20) {
    char bytes[65536];
    for (int left = seconds * 10; left > 0 && said.find(text) == said.npos;) {
      pollfd p{out, POLLIN, 0};
      if (::poll(&p, 1, 100) == 0) {
        --left;
        continue;
      }
      ssize_t n = ::read(out, bytes, sizeof bytes);
      if (n <= 0) break;
      said.append(bytes, static_cast<std::size_t>(n));
    }
    return said.find(text) != said.npos;
  }
  /// It ends by itself, with its pipe still open.
  bool ends() {
    for (int i = 0; i < 500; ++i) {
      if (::waitpid(pid, nullptr, WNOHANG) == pid) {
        pid = -1;
        return true;
      }
      ::usleep(20000);
    }
    return false;
  }
};

pid_t sleeper(raw_agent& a) {
  a.request(1, "command", R"({"_raw_params":"sleep 300"})");
  a.request(2, "shell", R"({"_raw_params":"pgrep -P $PPID -x sleep","_uses_shell":true})");
  pid_t pid = 0;
  if (a.hears("\"stdout\":\"")) pid = std::atoi(a.said.c_str() + a.said.find("\"stdout\":\"") + 10);
  CAF_REQUIRE(pid > 0);
  return pid;
}

bool gone(pid_t pid) {
  for (int i = 0; i < 500; ++i) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline");
    if (!in || in.peek() == EOF) return true;
    ::usleep(20000);
  }
  return false;
}

std::string header_only(std::uint32_t size, type t) {
  std::string bytes;
  protocol::append_header(bytes, {.size = size, .type = t});
  return bytes;
}

} // namespace

CAF_TEST(a frame that no controller sends ends the agent and what it runs) {
  std::string hop_to_itself;
  protocol::append_message(hop_to_itself, {.type = type::hop_open, .id = 0}, protocol::hop_open{});
  for (auto bytes : {std::string(100, '\xff'), std::string(12, '\0'), header_only(protocol::max_body_to_agent + 1, type::request),
                     header_only(0, type::hello), header_only(0, type::result), header_only(0, type::hop_failed),
                     header_only(0, static_cast<type>(99)), header_only(0, type::request), header_only(0, type::hop_open),
                     header_only(0, type::hop_payload), hop_to_itself,
                     header_only(3, type::lease) + "abc", header_only(4, type::request) + "\xff\xff\xff\xff"}) {
    raw_agent a;
    pid_t child = sleeper(a);
    a.send(bytes);
    CAF_CHECK(a.ends());
    CAF_CHECK(gone(child));
  }
}

CAF_TEST(one request number at a time) {
  raw_agent a;
  a.request(1, "command", R"({"_raw_params":"sleep 300"})");
  a.request(1, "ping", "{}");
  CAF_CHECK(a.ends());
}

CAF_TEST(arguments that are none fail their request alone) {
  raw_agent a;
  std::string deep = std::string(100, '[') + std::string(100, ']');
  for (std::string_view args : {"", "[]", "{", "nonsense", "{\"a\":\"\\ud800\"}x", deep.c_str(), "{\"a\":1e999999999999}x"}) {
    a.said.clear();
    a.request(5, "command", args);
    CAF_CHECK(a.hears("the module's arguments or environment are no JSON dict"));
  }
  a.said.clear();
  a.request(6, "command", R"({"_raw_params":"true"})", "[1]");
  CAF_CHECK(a.hears("the module's arguments or environment are no JSON dict"));
  a.request(7, "no_such_module", "{}");
  CAF_CHECK(a.hears("the agent has no module named no_such_module"));
  a.request(8, "ping", "{}");
  CAF_CHECK(a.hears("pong"));
}

CAF_TEST(requests are bounded in number) {
  raw_agent a;
  for (std::uint32_t id = 1; id <= protocol::max_requests + 1; ++id) a.request(id, "command", R"({"_raw_params":"sleep 300"})");
  CAF_CHECK(a.hears("the agent has too many requests under way"));
  a.send({.type = type::bye});
  CAF_CHECK(a.ends());
}

CAF_TEST(frames for what is not there are dropped) {
  raw_agent a;
  a.send({.hop = 7, .type = type::request, .id = 1}, "whatever");
  a.send({.type = type::cancel, .id = 99});
  a.send({.type = type::upload_data, .id = 99}, "bytes");
  a.send({.type = type::upload_done, .id = 99});
  a.send({.type = type::hop_close, .id = 99});
  a.request(3, "ping", "{}");
  CAF_CHECK(a.hears("pong"));
}

CAF_TEST(an upload that the first image does not take is refused) {
  raw_agent a;
  protocol::request r;
  r.module = "command";
  r.args = R"({"_raw_params":"true"})";
  r.upload_size = 5;
  std::string body;
  r.encode(body, protocol::flag::upload);
  a.send({.type = type::request, .flags = protocol::flag::upload, .id = 1}, body);
  CAF_CHECK(a.hears("command takes no upload"));
}

CAF_TEST(a lease that runs out ends the agent and what it runs) {
  raw_agent a;
  pid_t child = sleeper(a);
  std::string bytes;
  protocol::append_message(bytes, {.type = type::lease}, protocol::lease{1});
  a.send(bytes);
  CAF_CHECK(a.ends());
  CAF_CHECK(gone(child));
}

CAF_TEST(a lease that runs out ends an agent whose words nobody reads) {
  raw_agent a;
  a.request(1, "shell", R"({"_raw_params":"head -c 9000000 /dev/zero | tr '\\0' x","_uses_shell":true})");
  std::string bytes;
  protocol::append_message(bytes, {.type = type::lease}, protocol::lease{2});
  a.send(bytes);
  CAF_CHECK(a.ends());
}

CAF_TEST(a killed agent takes its children with it) {
  raw_agent a;
  pid_t child = sleeper(a);
  ::kill(a.pid, SIGKILL);
  CAF_CHECK(a.ends());
  CAF_CHECK(gone(child));
}
