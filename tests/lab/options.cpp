#include "options.hpp"

#include "system.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

namespace mito::lab {

namespace {

struct command_help {
  const char* name;
  const char* usage;
  const char* text;
};

constexpr const char* lab_options = R"(
  --hosts N            N stock hosts, PREFIX1 to PREFIXN
  --prefix PREFIX      their names (default web)
  --host NAME:KINDS    one more host (or one of the above, changed); repeatable. KINDS, separated by commas:
      nopython noperl bare    no python, no perl, neither
      fish                    deploy's login shell is fish
      noisy                   rc files and motd print noise
      delay=180ms             round trip through a delaying proxy; count: the proxy without delay
      refuse silent slow=2s   port closed; accepts and says nothing; banner only after that time
      noexec-shm tmpfull tmpro    /dev/shm noexec; /tmp full; /tmp read-only
      requiretty sudolog      sudoers: requiretty and use_pty; log_input and log_output
      maxsessions=N           sshd's MaxSessions (default 10)
  --dir DIR            where the lab's files go (default: a fresh directory under /tmp)
  --subnet A.B.C.0     a /21 for the lab (default: the first free one of 10.213.0.0/16)
)";

constexpr command_help commands[] = {
    {"up", "mito-lab up --hosts N [options]",
     "Starts hosts; returns when every sshd answers, and prints the directory with inventory.ini, "
     "ssh_config,\n"
     "known_hosts, state.json, passwords and keys."},
    {"run", "mito-lab run --hosts N [options] -- COMMAND...",
     "up, COMMAND with MITO_LAB_DIR set, down. Exits as COMMAND did. No host survives this process."},
    {"down", "mito-lab down --dir DIR", "Ends the hosts and removes everything. Nothing there is no error."},
    {"exec", "mito-lab exec --dir DIR HOST -- COMMAND...",
     "Runs COMMAND as root inside the host's namespaces; exits as it did."},
    {"bytes", "mito-lab bytes --dir DIR HOST",
     "Bytes through the proxy since the start: {\"to\":N,\"from\":N}. Needs kind delay or count."},
    {"cut", "mito-lab cut --dir DIR HOST", "Resets all connections that go through the host's proxy."},
    {"freeze", "mito-lab freeze --dir DIR HOST", "The host's proxy stops forwarding; connections stay open."},
    {"thaw", "mito-lab thaw --dir DIR HOST", "Ends a freeze."},
};

const command_help* find_command(const std::string& name) {
  auto at = std::find_if(std::begin(commands), std::end(commands), [&](auto& c) { return name == c.name; });
  return at == std::end(commands) ? nullptr : at;
}

long parse_number(const std::string& text, const std::string& what, long least, long most) {
  long value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    throw lab_error{what + ": '" + text + "' is not a number from " + std::to_string(least) + " to " +
                    std::to_string(most)};
  return value;
}

/// "180ms", "2s", "500us" in microseconds.
long parse_duration(const std::string& text, const std::string& what) {
  auto unit = std::find_if_not(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
  std::string suffix{unit, text.end()};
  long factor = suffix == "us" ? 1 : suffix == "ms" ? 1000 : suffix == "s" ? 1000000 : 0;
  if (factor == 0) throw lab_error{what + ": '" + text + "' needs a unit: us, ms or s"};
  return factor * parse_number({text.begin(), unit}, what, 0, 60000000 / factor);
}

void check_name(const std::string& name) {
  auto good = [](unsigned char c) { return std::isalnum(c) || c == '-'; };
  if (name.empty() || name.size() > 40 || name[0] == '-' || !std::all_of(name.begin(), name.end(), good))
    throw lab_error{"'" + name + "' is not a host name"};
}

host_option parse_host(const std::string& text) {
  auto colon = text.find(':');
  host_option host{text.substr(0, colon), {}};
  check_name(host.name);
  if (colon != std::string::npos) host.kinds = parse_kinds(text.substr(colon + 1));
  return host;
}

void set_option(options& out, const std::string& name, const std::string& value) {
  if (name == "--hosts")
    out.hosts = static_cast<unsigned>(parse_number(value, name, 0, max_hosts));
  else if (name == "--prefix")
    check_name(out.prefix = value);
  else if (name == "--host")
    out.extra.push_back(parse_host(value));
  else if (name == "--dir")
    out.dir = value;
  else if (name == "--subnet")
    out.subnet = value;
  else
    throw lab_error{"unknown option " + name};
}

void check_options(const options& out) {
  bool starts = out.command == "up" || out.command == "run";
  if (starts && out.hosts == 0 && out.extra.empty()) throw lab_error{"no hosts: --hosts N or --host NAME"};
  if (starts && out.hosts + out.extra.size() > max_hosts)
    throw lab_error{"more than " + std::to_string(max_hosts) + " hosts"};
  if (starts && !out.host.empty()) throw lab_error{"unexpected argument " + out.host};
  if (!starts && out.dir.empty()) throw lab_error{"--dir is needed"};
  if (!starts && out.command != "down" && out.host.empty()) throw lab_error{"which host?"};
  if ((out.command == "run" || out.command == "exec") && out.argv.empty())
    throw lab_error{"no command after --"};
  std::set<std::string> names;
  for (const auto& host : out.extra)
    if (!names.insert(host.name).second) throw lab_error{"host " + host.name + " is given twice"};
}

} // namespace

host_kinds parse_kinds(const std::string& text) {
  struct flag {
    const char* name;
    std::vector<bool host_kinds::*> fields;
  };
  static const flag flags[] = {
      {"nopython", {&host_kinds::no_python}},
      {"noperl", {&host_kinds::no_perl}},
      {"bare", {&host_kinds::no_python, &host_kinds::no_perl}},
      {"fish", {&host_kinds::fish}},
      {"noisy", {&host_kinds::noisy}},
      {"refuse", {&host_kinds::refuse}},
      {"silent", {&host_kinds::silent}},
      {"count", {&host_kinds::count}},
      {"noexec-shm", {&host_kinds::noexec_shm}},
      {"tmpfull", {&host_kinds::tmp_full}},
      {"tmpro", {&host_kinds::tmp_read_only}},
      {"requiretty", {&host_kinds::require_tty}},
      {"sudolog", {&host_kinds::sudo_log}},
  };
  host_kinds out;
  for (const auto& kind : split(text, ',')) {
    auto equals = kind.find('=');
    auto name = kind.substr(0, equals);
    auto value = equals == std::string::npos ? "" : kind.substr(equals + 1);
    auto known = std::find_if(std::begin(flags), std::end(flags), [&](auto& f) { return kind == f.name; });
    if (known != std::end(flags))
      for (auto field : known->fields) out.*field = true;
    else if (name == "delay")
      out.delay_us = parse_duration(value, kind);
    else if (name == "slow")
      out.slow_ms = parse_duration(value, kind) / 1000;
    else if (name == "maxsessions")
      out.max_sessions = static_cast<int>(parse_number(value, kind, 0, 100000));
    else
      throw lab_error{"unknown kind of host '" + kind + "'"};
  }
  if (out.tmp_full && out.tmp_read_only) throw lab_error{"tmpfull and tmpro exclude each other"};
  return out;
}

options parse_options(int argc, char** argv) {
  options out;
  std::vector<std::string> args{argv + 1, argv + argc};
  size_t at = 0;
  if (!args.empty() && args[0][0] != '-') out.command = args[at++];
  for (; at < args.size() && args[at] != "--"; ++at) {
    auto& arg = args[at];
    if (arg == "--help" || arg == "-h") {
      out.help = true;
      return out;
    }
    if (arg[0] != '-') {
      if (!out.host.empty()) throw lab_error{"unexpected argument " + arg};
      out.host = arg;
      continue;
    }
    auto equals = arg.find('=');
    if (equals == std::string::npos && at + 1 == args.size()) throw lab_error{arg + " needs a value"};
    auto value = equals == std::string::npos ? args[++at] : arg.substr(equals + 1);
    set_option(out, arg.substr(0, equals), value);
  }
  if (at < args.size()) out.argv.assign(args.begin() + static_cast<long>(at) + 1, args.end());
  if (!find_command(out.command))
    throw lab_error{out.command.empty() ? "no command" : "unknown command " + out.command};
  check_options(out);
  return out;
}

std::string help_text(const std::string& command) {
  if (auto* one = find_command(command)) {
    bool starts = command == "up" || command == "run";
    return std::string{"usage: "} + one->usage + "\n\n" + one->text + "\n" + (starts ? lab_options : "");
  }
  std::string out = "mito-lab: isolated ssh hosts on this machine, from namespaces and an overlay of /.\n\n";
  for (const auto& one : commands) out += std::string{"  "} + one.usage + "\n";
  return out + "\nmito-lab COMMAND --help says more. Needs root; exits 77 without. Users: root deploy sudoer "
               "plain app fishy tcshy zshy;\npasswords are USER-pw.\n";
}

} // namespace mito::lab
