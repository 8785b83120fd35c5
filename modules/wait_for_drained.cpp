/// wait_for's view of TCP: addresses, connections, and the kernel's table of them.
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"
#include "modules/wait_for.hpp"

namespace mito::modules {

namespace {

bool add_numeric(std::vector<host_address>& out, const std::string& text) {
  host_address a;
  auto* four = reinterpret_cast<sockaddr_in*>(&a.address);
  auto* six = reinterpret_cast<sockaddr_in6*>(&a.address);
  if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    a.size = sizeof *four;
  } else if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    a.size = sizeof *six;
  } else {
    return false;
  }
  out.push_back(a);
  return true;
}

/// The address in the form of /proc/net/tcp: words of the machine's byte order in hex.
std::string hex_of(const void* address, int size) {
  std::string out;
  for (int i = 0; i < size; i += 4) {
    std::uint32_t word;
    char text[12];
    std::memcpy(&word, static_cast<const char*>(address) + i, 4);
    std::snprintf(text, sizeof text, "%08X", word);
    out += text;
  }
  return out;
}

/// "4:0100007F" and "6:…" for each address of `host`; IPv4 also in its mapped form.
void add_hex(const request& r, const std::string& host, std::vector<std::string>& out) {
  for (const host_address& a : resolve(r, host)) {
    if (a.address.ss_family == AF_INET) {
      std::string hex = hex_of(&reinterpret_cast<const sockaddr_in*>(&a.address)->sin_addr, 4);
      static constexpr std::uint8_t mapped[] = {0, 0, 0xFF, 0xFF};
      out.push_back("4:" + hex);
      out.push_back(cat({"6:", "0000000000000000", hex_of(mapped, 4), hex}));
    } else {
      out.push_back("6:" + hex_of(&reinterpret_cast<const sockaddr_in6*>(&a.address)->sin6_addr, 16));
    }
  }
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  for (const std::string& item : list)
    if (item == text) return true;
  return false;
}

} // namespace

std::vector<host_address> resolve(const request& r, const std::string& host) {
  std::vector<host_address> out;
  if (add_numeric(out, host)) return out;
  std::string text = run_program(r, {"getent", "ahosts", host}).out;
  for (std::string_view line : core::split(text, '\n'))
    if (line.find("STREAM") != line.npos) add_numeric(out, std::string(line.substr(0, line.find(' '))));
  if (!out.empty()) return out;
  text.clear();
  read_file("/etc/hosts", text);
  for (char& c : text)
    if (c == '\t') c = ' ';
  for (std::string_view line : core::split(text, '\n')) {
    std::string padded = cat({line.substr(0, line.find('#')), " "});
    if (padded.find(cat({" ", host, " "})) != padded.npos)
      add_numeric(out, padded.substr(0, padded.find(' ')));
  }
  return out;
}

int connect_to(const request& r, const std::string& host, int port, int timeout_seconds) {
  for (host_address& a : resolve(r, host)) {
    // The port is at the same place in both kinds of address.
    reinterpret_cast<sockaddr_in*>(&a.address)->sin_port = htons(static_cast<std::uint16_t>(port));
    int fd = ::socket(a.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    int error = ::connect(fd, reinterpret_cast<const sockaddr*>(&a.address), a.size) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      pollfd p{fd, POLLOUT, 0};
      socklen_t size = sizeof error;
      error = ETIMEDOUT;
      if (::poll(&p, 1, timeout_seconds * 1000) == 1) ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) return fd;
    ::close(fd);
  }
  return -1;
}

int connection_state(std::string_view name) {
  static constexpr std::string_view names[] = {"ESTABLISHED", "SYN_SENT",  "SYN_RECV",
                                               "FIN_WAIT1",   "FIN_WAIT2", "TIME_WAIT"};
  for (int i = 0; i < 6; ++i)
    if (names[i] == name) return i + 1;
  return 0;
}

int count_connections(const request& r, const std::string& host, int port, const core::list& states,
                      const core::list& excluded) {
  std::vector<std::string> ours, theirs;
  add_hex(r, host, ours);
  for (const core::value& name : excluded) add_hex(r, std::string(name.as_string()), theirs);
  char port_text[8];
  std::snprintf(port_text, sizeof port_text, "%04X", static_cast<unsigned>(port));
  int count = 0;
  for (std::string_view family : {"4:", "6:"}) {
    std::string table;
    read_file(family == "4:" ? "/proc/net/tcp" : "/proc/net/tcp6", table);
    for (std::string_view line : core::split(table, '\n')) {
      std::vector<std::string_view> words;
      for (std::string_view word : core::split(line, ' '))
        if (!word.empty()) words.push_back(word);
      if (words.size() < 4 || words[1] == "local_address") continue;
      bool wanted = false;
      for (const core::value& state : states)
        wanted |= words[3].size() == 2 && words[3][1] - '0' == connection_state(state.as_string()) &&
                  words[3][0] == '0';
      std::size_t colon = words[1].find(':');
      if (!wanted || colon == words[1].npos || words[1].substr(colon + 1) != port_text) continue;
      std::string local = cat({family, words[1].substr(0, colon)});
      if (contains(theirs, cat({family, words[2].substr(0, words[2].find(':'))}))) continue;
      bool mapped = local.compare(0, 26, "6:0000000000000000FFFF0000") == 0;
      std::string any = cat({family, std::string(family == "4:" ? 8 : 32, '0')});
      if (contains(ours, local) || contains(ours, any) ||
          (mapped && contains(ours, "6:0000000000000000FFFF000000000000")))
        ++count;
    }
  }
  return count;
}

} // namespace mito::modules
