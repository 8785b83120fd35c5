// module_driver NAME < args.json: runs one native module as the agent would and prints its result. `args` may
// hold _ansible_check_mode and _ansible_diff, and _driver_blob, _driver_upload, _driver_environment for what
// travels beside the arguments. Stays in the foreground: what the agent does in its loop or in a fork, this
// does at once.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "core/json.hpp"
#include "core/python.hpp"
#include "modules/module.hpp"

using namespace mito;

namespace {

std::int64_t now_us() {
  timespec t;
  ::clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1'000'000 + t.tv_nsec / 1000;
}

std::string read_all(int fd) {
  std::string out;
  char block[65536];
  for (ssize_t n; (n = ::read(fd, block, sizeof block)) > 0;) out.append(block, static_cast<std::size_t>(n));
  return out;
}

/// Output goes through files: simple, and no deadlock.
modules::process_result run(const modules::process_spec& spec, const core::dict& environment) {
  modules::process_result result;
  FILE* in = std::tmpfile();
  FILE* out = std::tmpfile();
  FILE* err = std::tmpfile();
  std::fwrite(spec.stdin_data.data(), 1, spec.stdin_data.size(), in);
  std::rewind(in);
  int failed[2];
  if (::pipe2(failed, O_CLOEXEC) != 0) std::exit(3);
  result.started_us = now_us();
  pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(::fileno(in), 0);
    ::dup2(::fileno(out), 1);
    ::dup2(::fileno(err), 2);
    for (auto& e : environment) ::setenv(core::to_str(e.key).c_str(), core::to_str(e.val).c_str(), 1);
    std::vector<char*> argv;
    for (auto& word : spec.argv) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    if (spec.directory.empty() || ::chdir(spec.directory.c_str()) == 0) ::execvp(argv[0], argv.data());
    int error = errno;
    [[maybe_unused]] auto n = ::write(failed[1], &error, sizeof error);
    ::_exit(127);
  }
  ::close(failed[1]);
  std::string start = read_all(failed[0]);
  if (start.size() == sizeof(int)) result.start_errno = *reinterpret_cast<const int*>(start.data());
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.ended_us = now_us();
  if (WIFSIGNALED(status))
    result.signal = WTERMSIG(status);
  else
    result.exit_status = WEXITSTATUS(status);
  ::lseek(::fileno(out), 0, SEEK_SET);
  ::lseek(::fileno(err), 0, SEEK_SET);
  result.out = read_all(::fileno(out));
  result.err = read_all(::fileno(err));
  return result;
}

} // namespace

int main(int argc, char** argv) {
  const modules::module* m = argc == 2 ? modules::find(argv[1]) : nullptr;
  auto parsed = core::parse_json(read_all(0));
  if (!m || !parsed) return std::fprintf(stderr, "usage: module_driver NAME < args.json\n"), 2;
  core::dict args = parsed->as_dict();
  core::dict environment = (*parsed)["_driver_environment"].as_dict();
  core::value blob = (*parsed)["_driver_blob"], upload = (*parsed)["_driver_upload"];
  bool check = parsed->flag("_ansible_check_mode"), diff = parsed->flag("_ansible_diff");
  for (auto name : {"_driver_environment", "_driver_blob", "_driver_upload"}) args.erase(name);
  core::value value(std::move(args));
  modules::request request{
      value, check, diff, environment, blob.as_string(), blob.is_string(), upload.as_string(), {}};
  core::value result;
  if (m->run) {
    result = m->run(request);
  } else {
    modules::process_spec spec;
    result = m->prepare(request, spec);
    if (result.is_none()) result = m->finish(request, spec, run(spec, environment));
  }
  std::puts(core::to_json(result).c_str());
}
