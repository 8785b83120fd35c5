#include "proxy.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>

namespace mito::lab {

unique_fd control_socket(const std::string& dir, bool listening) {
  unique_fd at{::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  check(at.get(), dir);
  unique_fd out{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  check(out.get(), "control socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control", at.get());
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (listening) {
    check(::bind(out.get(), raw, sizeof address), "binding the control socket");
    check(::chmod((dir + "/control").c_str(), 0600), "control socket");
    check(::listen(out.get(), 64), "control socket");
  } else {
    check(::connect(out.get(), raw, sizeof address),
          "the lab's proxy (no host has kind delay, count, slow or silent?)");
  }
  return out;
}

std::string ask_proxy(const std::string& dir, const std::string& command, const std::string& host) {
  auto socket = control_socket(dir, false);
  auto request = command + " " + host + "\n";
  check(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL), "control socket");
  std::string answer;
  char buffer[512];
  for (;;) {
    auto n = check(::read(socket.get(), buffer, sizeof buffer), "control socket");
    if (n == 0) break;
    answer.append(buffer, static_cast<size_t>(n));
  }
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  if (!answer.starts_with("ok")) throw lab_error{answer.empty() ? "the lab's proxy is gone" : answer};
  return answer.size() > 3 ? answer.substr(3) : "";
}

} // namespace mito::lab
