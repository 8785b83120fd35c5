// inventory_bench [HOSTS GROUPS]: seconds and peak memory of loading one large inventory, as INI, YAML and a script's
// JSON. Each form is read in a process of its own, so that the peaks do not add up.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "playbook/inventory/patterns.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/variables/store.hpp"

namespace {

using namespace mito;
namespace fs = std::filesystem;

struct shape {
  int hosts = 20000, groups = 200;
  int members() const { return hosts / groups; }
  std::string host(int i) const { return "host" + std::to_string(i) + ".rack" + std::to_string(i % 40) + ".example.org"; }
  std::string address(int i) const {
    return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
  }
};

/// Groups of equal size under twenty parents; three variables a host, two a group.
void write_ini(std::ostream& out, const shape& s) {
  for (int g = 0; g < s.groups; ++g) {
    out << "[group" << g << "]\n";
    for (int i = g * s.members(); i < (g + 1) * s.members(); ++i)
      out << s.host(i) << " ansible_host=" << s.address(i) << " weight=" << i % 7 << " tags=\"['a', 'b" << i % 5 << "']\"\n";
    out << "[group" << g << ":vars]\nntp=ntp" << g << ".example.org\nlimits={'files': 1024}\n";
  }
  for (int p = 0; p < 20; ++p) {
    out << "[parent" << p << ":children]\n";
    for (int g = p; g < s.groups; g += 20) out << "group" << g << "\n";
  }
}

void write_yaml(std::ostream& out, const shape& s) {
  out << "all:\n  children:\n";
  for (int p = 0; p < 20; ++p) {
    out << "    parent" << p << ":\n      children:\n";
    for (int g = p; g < s.groups; g += 20) {
      out << "        group" << g << ":\n          vars:\n            ntp: ntp" << g
          << ".example.org\n            limits: {files: 1024}\n          hosts:\n";
      for (int i = g * s.members(); i < (g + 1) * s.members(); ++i)
        out << "            " << s.host(i) << ":\n              ansible_host: " << s.address(i)
            << "\n              weight: " << i % 7 << "\n              tags: [a, b" << i % 5 << "]\n";
    }
  }
}

void write_json(std::ostream& out, const shape& s) {
  out << "{\"_meta\": {\"hostvars\": {";
  for (int i = 0; i < s.hosts; ++i)
    out << (i ? ", " : "") << '"' << s.host(i) << "\": {\"ansible_host\": \"" << s.address(i) << "\", \"weight\": " << i % 7
        << ", \"tags\": [\"a\", \"b" << i % 5 << "\"]}";
  out << "}}";
  for (int g = 0; g < s.groups; ++g) {
    out << ", \"group" << g << "\": {\"hosts\": [";
    for (int i = g * s.members(); i < (g + 1) * s.members(); ++i)
      out << (i % s.members() ? ", " : "") << '"' << s.host(i) << '"';
    out << "], \"vars\": {\"ntp\": \"ntp" << g << ".example.org\", \"limits\": {\"files\": 1024}}}";
  }
  for (int p = 0; p < 20; ++p) {
    out << ", \"parent" << p << "\": {\"children\": [";
    for (int g = p; g < s.groups; g += 20) out << (g > p ? ", " : "") << "\"group" << g << '"';
    out << "]}";
  }
  out << "}\n";
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Loads `source`, asks for every host's variables once, prints a line; the exit code says whether all was there.
int measure(const char* form, const std::string& source, const shape& s) {
  auto start = std::chrono::steady_clock::now();
  auto loaded = playbook::load_inventory({source});
  if (!loaded) return std::fprintf(stderr, "%s\n", loaded.error().message().c_str()), 1;
  auto found = playbook::select_hosts(loaded->hosts, core::value("all"));
  double read = seconds_since(start);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto peak = usage.ru_maxrss / 1024;
  bool complete = found && found->hosts.size() == static_cast<std::size_t>(s.groups * s.members());
  playbook::variable_store store(std::move(loaded->hosts), {});
  std::size_t names = 0;
  for (auto h : found->hosts)
    if (auto vars = store.scope_for(h)) names += (*vars)->names().size();
  double all = seconds_since(start);
  getrusage(RUSAGE_SELF, &usage);
  std::printf("| %s | %d | %d | %.2f s | %ld MB | %.2f s | %ld MB |\n", form, s.hosts, s.groups, read, peak, all,
              usage.ru_maxrss / 1024);
  return complete && names > found->hosts.size() ? 0 : 1;
}

int in_a_process(const char* form, const std::string& source, const shape& s) {
  std::fflush(stdout);
  pid_t pid = ::fork();
  if (pid == 0) {
    int code = measure(form, source, s);
    std::fflush(stdout);
    ::_exit(code);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  return status;
}

} // namespace

int main(int argc, char** argv) {
  shape s;
  if (argc > 2) s = {std::atoi(argv[1]), std::atoi(argv[2])};
  if (s.groups < 1 || s.hosts < s.groups) return 2;
  char name[] = "/tmp/mito-inventory-XXXXXX";
  if (!::mkdtemp(name)) return 1;
  std::string folder = name;
  {
    std::ofstream ini(folder + "/hosts"), yaml(folder + "/hosts.yml"), json(folder + "/hosts.json"), script(folder + "/script");
    write_ini(ini, s);
    write_yaml(yaml, s);
    write_json(json, s);
    script << "#!/bin/sh\ncat " << folder << "/hosts.json\n";
  }
  ::chmod((folder + "/script").c_str(), 0755);
  std::puts("| form | hosts | groups | load | peak | and every host's variables | peak |\n|---|---|---|---|---|---|---|");
  int bad = in_a_process("INI", folder + "/hosts", s);
  bad |= in_a_process("YAML", folder + "/hosts.yml", s);
  bad |= in_a_process("script", folder + "/script", s);
  fs::remove_all(folder);
  return bad ? 1 : 0;
}
