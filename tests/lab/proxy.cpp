#include "proxy.hpp"

#include "proxy_link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <list>
#include <memory>

namespace mito::lab {

namespace {

constexpr std::uint16_t ssh_port = 22;

sockaddr_in endpoint(ipv4 address) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(ssh_port);
  out.sin_addr.s_addr = htonl(address);
  return out;
}

unique_fd tcp_socket() {
  unique_fd out{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  check(out.get(), "socket");
  return out;
}

struct proxied_host {
  std::string name;
  ipv4 address = 0;
  link_rules rules;
  unique_fd listener;
  byte_counters counters;
  std::list<proxy_link> links;
  bool frozen = false;
};

/// Which object an epoll event belongs to: every event steps the whole host, for a host has few connections.
class proxy {
public:
  explicit proxy(const lab& from);
  [[noreturn]] void run();

private:
  void watch(int fd, std::uint32_t& registered, std::uint32_t wanted, proxied_host* owner);
  void accept_all(proxied_host& host);
  void dial(proxied_host& host, proxy_link& link);
  void step(proxied_host& host, microseconds now);
  void drop(proxied_host& host, std::list<proxy_link>::iterator link);
  microseconds next_due() const;
  void answer();
  std::string obey(const std::string& command, const std::string& name);

  unique_fd epoll_, control_;
  std::list<proxied_host> hosts_;
};

proxy::proxy(const lab& from)
    : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, control_{control_socket(from.dir, true)} {
  std::uint32_t none = 0;
  watch(control_.get(), none, EPOLLIN, nullptr);
  for (const auto& one : from.hosts) {
    if (one.contact == one.address) continue;
    auto& host = hosts_.emplace_back();
    host.name = one.name;
    host.address = one.address;
    host.rules = {one.kinds.delay_us, one.kinds.slow_ms * 1000, one.kinds.silent};
    host.listener = tcp_socket();
    auto address = endpoint(one.contact);
    check(::bind(host.listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
          "proxy address");
    check(::listen(host.listener.get(), 1024), "proxy address");
    none = 0;
    watch(host.listener.get(), none, EPOLLIN, &host);
  }
}

void proxy::watch(int fd, std::uint32_t& registered, std::uint32_t wanted, proxied_host* owner) {
  if (registered == wanted) return;
  epoll_event event{};
  event.events = wanted;
  event.data.ptr = owner;
  // Out of the set when nothing is wanted: hang-ups are reported even for an empty mask.
  int operation = wanted == 0 ? EPOLL_CTL_DEL : registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  check(::epoll_ctl(epoll_.get(), operation, fd, &event), "epoll");
  registered = wanted;
}

void proxy::accept_all(proxied_host& host) {
  for (;;) {
    unique_fd accepted{::accept4(host.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!accepted) return;
    host.links.emplace_back(std::move(accepted), host.rules, now_us());
  }
}

void proxy::dial(proxied_host& host, proxy_link& link) {
  auto socket = tcp_socket();
  auto address = endpoint(host.address);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 &&
      errno != EINPROGRESS)
    fail_errno("dialling " + host.name);
  link.dialled(std::move(socket));
}

void proxy::drop(proxied_host& host, std::list<proxy_link>::iterator link) {
  host.links.erase(link);
}

void proxy::step(proxied_host& host, microseconds now) {
  if (host.frozen) return;
  accept_all(host);
  for (auto at = host.links.begin(); at != host.links.end();) {
    auto link = at++;
    if (link->dial_at() <= now) dial(host, *link);
    if (!link->step(now, host.counters)) {
      drop(host, link);
      continue;
    }
    for (auto side : {proxy_link::client, proxy_link::server})
      if (link->descriptor(side) >= 0)
        watch(link->descriptor(side), link->registered[side], link->wants(side), &host);
  }
}

microseconds proxy::next_due() const {
  auto due = never;
  for (const auto& host : hosts_)
    if (!host.frozen)
      for (const auto& link : host.links) due = std::min(due, link.next_due());
  return due;
}

std::string proxy::obey(const std::string& command, const std::string& name) {
  for (auto& host : hosts_) {
    if (host.name != name) continue;
    if (command == "bytes")
      return "ok {\"to\":" + std::to_string(host.counters.to) +
             ",\"from\":" + std::to_string(host.counters.from) + "}\n";
    if (command == "cut") {
      for (auto& link : host.links) link.reset_on_close();
      host.links.clear();
      return "ok\n";
    }
    bool freeze = command == "freeze";
    if (host.frozen == freeze) return "ok\n";
    host.frozen = freeze;
    std::uint32_t listening = freeze ? EPOLLIN : 0U;
    watch(host.listener.get(), listening, freeze ? 0U : EPOLLIN, &host);
    if (freeze)
      for (auto& link : host.links)
        for (auto side : {proxy_link::client, proxy_link::server})
          if (link.descriptor(side) >= 0) watch(link.descriptor(side), link.registered[side], 0, &host);
    if (!freeze) step(host, now_us());
    return "ok\n";
  }
  return "error: host " + name + " has no proxy (kinds delay, count, slow, silent)\n";
}

void proxy::answer() {
  unique_fd client{::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  if (!client) return;
  // A client that does not finish its line must not hold up the hosts.
  timeval patience{1, 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char buffer[256];
  auto n = ::recv(client.get(), buffer, sizeof buffer - 1, 0);
  if (n <= 0 || buffer[n - 1] != '\n') return;
  auto words = split(std::string_view{buffer, static_cast<size_t>(n - 1)}, ' ');
  auto reply = words.size() == 2 ? obey(words[0], words[1]) : "error: bad request\n";
  ::send(client.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
}

void proxy::run() {
  for (;;) {
    auto due = next_due();
    auto wait = due == never ? never : std::max<microseconds>(due - now_us(), 0);
    timespec timeout{wait / 1000000, wait % 1000000 * 1000};
    epoll_event events[64];
    int count = ::epoll_pwait2(epoll_.get(), events, 64, due == never ? nullptr : &timeout, nullptr);
    for (int i = 0; i < count; ++i)
      if (events[i].data.ptr)
        step(*static_cast<proxied_host*>(events[i].data.ptr), now_us());
      else
        answer();
    auto now = now_us();
    for (auto& host : hosts_)
      for (const auto& link : host.links)
        if (link.next_due() <= now) {
          step(host, now);
          break;
        }
  }
}

} // namespace

pid_t start_proxy(const lab& from) {
  bool needed = false;
  for (const auto& one : from.hosts) needed |= one.contact != one.address;
  if (!needed) return 0;
  auto ready = make_pipe();
  auto pid = static_cast<pid_t>(check(::fork(), "fork"));
  if (pid != 0) {
    ready.write.reset();
    char text[512];
    auto n = ::read(ready.read.get(), text, sizeof text);
    if (n != 0) throw lab_error{"proxy: " + std::string(text, static_cast<size_t>(std::max<long>(n, 0)))};
    return pid;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "lab-proxy");
  leave_caller(from.dir);
  ::dup3(ready.write.get(), 3, O_CLOEXEC);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  try {
    proxy self{from};
    ::close(3);
    self.run();
  } catch (const std::exception& error) {
    std::string text = error.what();
    std::fprintf(stderr, "proxy: %s\n", text.c_str());
    [[maybe_unused]] auto written = ::write(3, text.data(), text.size());
    ::_exit(1);
  }
}

} // namespace mito::lab
