#include "playbook/inventory/script.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/json.hpp"
#include "playbook/inventory/sources.hpp"

extern char** environ;

namespace mito::playbook {

namespace {

constexpr std::size_t most_output = 256u << 20;

struct pipe_ends {
  int read = -1, write = -1;
  ~pipe_ends() { close_both(); }
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0], write = ends[1];
    return true;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  void close_both() {
    close_write();
    if (read >= 0) ::close(read);
    read = -1;
  }
};

/// The spawned process in a group of its own; 0 and errno text on failure.
pid_t spawn(const std::vector<std::string>& argv, const pipe_ends& out, const pipe_ends& err, int& failure) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> words;
  for (const auto& a : argv) words.push_back(const_cast<char*>(a.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  failure = posix_spawn(&pid, argv[0].c_str(), &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failure ? 0 : pid;
}

/// Reads both pipes until they end; false after the deadline or too much output.
bool collect(pipe_ends& out, pipe_ends& err, program_output& into,
             std::chrono::steady_clock::time_point deadline) {
  pollfd fds[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};
  std::string* texts[2] = {&into.out, &into.err};
  int left = 2;
  char buffer[65536];
  while (left) {
    auto remaining =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (remaining.count() <= 0) return false;
    int ready = ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(remaining.count(), 60000)));
    if (ready < 0 && errno != EINTR) return false;
    for (int i = 0; ready > 0 && i < 2; ++i) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      auto n = ::read(fds[i].fd, buffer, sizeof buffer);
      if (n > 0) texts[i]->append(buffer, static_cast<std::size_t>(n));
      if (n == 0 || (n < 0 && errno != EINTR)) {
        fds[i].fd = -1;
        --left;
      }
      if (texts[i]->size() > most_output) return false;
    }
  }
  return true;
}

} // namespace

core::expected<program_output> run_program(const std::vector<std::string>& argv, unsigned seconds) {
  pipe_ends out, err;
  if (!out.open() || !err.open()) return core::error(std::string("cannot make a pipe: ") + strerror(errno));
  int failure = 0;
  pid_t pid = spawn(argv, out, err, failure);
  if (!pid) {
    std::string words;
    for (const auto& a : argv) words += (words.empty() ? "" : " ") + a;
    return core::error("problem running " + words + " (" + strerror(failure) + ")");
  }
  out.close_write();
  err.close_write();
  program_output result;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  bool complete = collect(out, err, result, deadline);
  if (!complete) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!complete)
    return core::error(argv[0] + " did not finish within " + std::to_string(seconds) + " seconds");
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

namespace {

core::error bad_results(const std::string& name, const std::string& why) {
  return core::error("failed to parse executable inventory script results from " + name + ": " + why);
}

core::expected<void> script_group(inventory& into, std::string_view name, const core::value& said,
                                  std::vector<host_id>& hosts) {
  auto group = into.add_group(name);
  core::value data = said;
  if (!data.is_dict())
    data = core::value(core::dict{{core::value("hosts"), data}});
  else if (!data.as_dict().contains("hosts") && !data.as_dict().contains("vars") &&
           !data.as_dict().contains("children"))
    data = core::value(core::dict{{core::value("hosts"), core::value(core::list{core::value(name)})},
                                  {core::value("vars"), data}});
  if (auto* list = data.as_dict().find("hosts")) {
    if (!list->is_list())
      return core::error("You defined a group '" + std::string(name) + "' with bad data for the host list");
    for (const auto& h : list->as_list()) {
      if (!h.is_string())
        return core::error("Invalid host name supplied, expected a string but got " +
                           std::string(type_name(h)));
      auto id = into.add_host(h.as_string());
      into.add_to_group(id, group);
      hosts.push_back(id);
    }
  }
  if (auto* vars = data.as_dict().find("vars")) {
    if (!vars->is_dict())
      return core::error("You defined a group '" + std::string(name) + "' with bad data for variables");
    for (const auto& e : vars->as_dict()) into.set_group_var(group, e.key.as_string(), e.val);
  }
  for (const auto& child : data["children"].as_list()) {
    if (!child.is_string()) continue;
    if (auto ok = into.add_child(group, into.add_group(child.as_string())); !ok) return ok;
  }
  return {};
}

} // namespace

core::expected<void> read_script_inventory(inventory& into, std::string_view json, const std::string& name,
                                           std::vector<host_id>& without_vars) {
  auto data = core::parse_json(json, {.depth = 200, .trust = core::trust::source});
  if (!data) return bad_results(name, data.error().message());
  if (!data->is_dict()) return bad_results(name, "needs to be a json dict");
  std::vector<host_id> hosts;
  const core::value* given = nullptr;
  for (const auto& e : data->as_dict()) {
    if (e.key.as_string() == "_meta") {
      given = e.val.as_dict().find("hostvars");
      continue;
    }
    if (auto ok = script_group(into, e.key.as_string(), e.val, hosts); !ok) return ok;
  }
  if (!given) {
    without_vars = std::move(hosts);
    return {};
  }
  for (auto h : hosts)
    for (const auto& e : (*given)[into.at(h).name].as_dict()) into.set_host_var(h, e.key.as_string(), e.val);
  return {};
}

} // namespace mito::playbook
