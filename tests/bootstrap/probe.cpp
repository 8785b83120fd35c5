/// bootstrap_probe: starts an agent through any command and calls modules in it; for lab hosts and by hand.
///   bootstrap_probe [--su|--sudo USER [--password TEXT] [--exe PROGRAM] [--flags TEXT] [--timeout SECONDS]]... [--module NAME JSON]... -- COMMAND [ARGUMENT...]
/// COMMAND gets stage-0 as its last argument (`sh -c`, `ssh host`); without a COMMAND the agent starts directly. Hops nest in
/// the order given. Prints one JSON line an event, and how long it took. Exit status: 0 all well, 1 a failure.
#include <cstdio>
#include <cstdlib>

#include "core/json.hpp"
#include "tests/bootstrap/driver.hpp"

using namespace mito;
using std_clock = bootstrap::clock;

namespace {

struct plan {
  std::vector<bootstrap::become_request> hops;
  std::vector<std::pair<std::string, std::string>> modules;
  std::vector<std::string> command;
  bool valid = true;
};

plan read_plan(int argc, char** argv) {
  plan p;
  std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto left = words.size() - i - 1;
    if (words[i] == "--") {
      p.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    if ((words[i] == "--sudo" || words[i] == "--su") && left >= 1) {
      bootstrap::become_request hop;
      hop.method = words[i] == "--su" ? bootstrap::become_method::su : bootstrap::become_method::sudo;
      hop.user = words[++i];
      p.hops.push_back(hop);
    } else if (words[i] == "--password" && left >= 1 && !p.hops.empty()) {
      p.hops.back().password = words[++i];
    } else if (words[i] == "--exe" && left >= 1 && !p.hops.empty()) {
      p.hops.back().exe = words[++i];
    } else if (words[i] == "--flags" && left >= 1 && !p.hops.empty()) {
      p.hops.back().flags = words[++i];
    } else if (words[i] == "--timeout" && left >= 1 && !p.hops.empty()) {
      p.hops.back().timeout = std::chrono::seconds(std::atoi(words[++i].c_str()));
    } else if (words[i] == "--module" && left >= 2) {
      p.modules.emplace_back(words[i + 1], words[i + 2]);
      i += 2;
    } else {
      p.valid = false;
    }
  }
  return p;
}

void say(const char* what, std_clock::time_point since, const std::string& text) {
  auto us = std::chrono::duration_cast<std::chrono::microseconds>(std_clock::now() - since).count();
  std::printf("%-8s %8.1f ms  %s\n", what, static_cast<double>(us) / 1000, text.c_str());
}

void say_notes(const test::driver& d) {
  for (const auto& note : d.notes) std::printf("note     %s\n", note.c_str());
}

int run(const plan& p) {
  auto begin = std_clock::now();
  test::driver d;
  d.start(p.command);
  if (!d.run_until([&] { return d.is_ready || d.is_down; }) || d.is_down) {
    say("down", begin, d.down_reason.message + " | " + d.down_reason.hint);
    return 1;
  }
  say("ready", begin, d.greeting.machine + " " + d.greeting.via + " uid " + std::to_string(d.greeting.uid));
  bootstrap::hop_id at = 0;
  for (const auto& hop : p.hops) {
    begin = std_clock::now();
    at = d.link.open_hop(at, hop, std_clock::now());
    if (!d.wait_hop(at)) {
      say("no hop", begin, d.is_down ? d.down_reason.message : d.hop_errors[at].message);
      say_notes(d);
      return 1;
    }
    say("hop", begin, d.hops[at].via + " uid " + std::to_string(d.hops[at].uid));
  }
  int status = 0;
  for (const auto& [name, json] : p.modules) {
    begin = std_clock::now();
    auto args = core::parse_json(json);
    if (!args) return 2;
    auto result = d.call(at, {.module = name, .args = *args});
    say("result", begin, core::to_json(result));
    if (!result.is_dict() || result.flag("failed")) status = 1;
  }
  say_notes(d);
  std::printf("bytes    %zu sent, %zu received\n", d.bytes_sent, d.bytes_received);
  return d.end() ? status : 1;
}

} // namespace

int main(int argc, char** argv) {
  auto p = read_plan(argc, argv);
  if (p.valid) return run(p);
  std::fprintf(stderr, "usage: bootstrap_probe [--su|--sudo USER [--password TEXT]]... [--module NAME JSON]... -- COMMAND...\n");
  return 2;
}
