#include "lab.hpp"

#include <cstdio>
#include <sstream>

namespace mito::lab {

namespace {

constexpr const char* state_file = "/lab.state";

void replace_file(const std::string& path, const std::string& content) {
  write_file(path + ".new", content);
  check(std::rename((path + ".new").c_str(), path.c_str()), path);
}

} // namespace

const host& lab::find(const std::string& name) const {
  for (const auto& one : hosts)
    if (one.name == name) return one;
  throw lab_error{"no host " + name + " in " + dir};
}

void write_state(const lab& from) {
  std::ostringstream out;
  out << "lab\t" << from.supervisor << '\t' << from.started << '\t' << from.base << '\t' << from.uplink
      << '\t' << from.uplink_index << '\n';
  for (const auto& one : from.hosts)
    out << one.name << '\t' << one.pid << '\t' << one.started << '\t' << one.address << '\t' << one.contact
        << '\n';
  replace_file(from.dir + state_file, out.str());
}

bool has_state(const std::string& dir) {
  return exists(dir + state_file);
}

lab read_state(const std::string& dir) {
  if (!has_state(dir)) throw lab_error{dir + " is not the directory of a lab"};
  lab out;
  out.dir = dir;
  for (const auto& line : split(read_file(dir + state_file), '\n')) {
    auto fields = split(line, '\t');
    if (fields.size() == 6 && fields[0] == "lab") {
      out.supervisor = static_cast<pid_t>(std::stol(fields[1]));
      out.started = std::stoull(fields[2]);
      out.base = static_cast<ipv4>(std::stoul(fields[3]));
      out.uplink = fields[4];
      out.uplink_index = std::stoi(fields[5]);
    }
    if (fields.size() != 5) continue;
    host one;
    one.name = fields[0];
    one.pid = static_cast<pid_t>(std::stol(fields[1]));
    one.started = std::stoull(fields[2]);
    one.address = static_cast<ipv4>(std::stoul(fields[3]));
    one.contact = static_cast<ipv4>(std::stoul(fields[4]));
    out.hosts.push_back(std::move(one));
  }
  return out;
}

std::vector<host> plan_hosts(const options& from) {
  std::vector<host> out;
  for (unsigned i = 1; i <= from.hosts; ++i) {
    out.emplace_back();
    out.back().name = from.prefix + std::to_string(i);
  }
  for (const auto& extra : from.extra) {
    auto same = out.begin();
    while (same != out.end() && same->name != extra.name) ++same;
    if (same == out.end()) same = out.emplace(out.end());
    same->name = extra.name;
    same->kinds = extra.kinds;
  }
  return out;
}

} // namespace mito::lab
