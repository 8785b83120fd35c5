// hardware: volume groups, logical and physical volumes.
#include <unistd.h>

#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// udev has looked at every block device and found no physical volume: the programs would list nothing.
bool surely_none(context& c) {
  const auto known = names_in(c, {"/run/udev/data"});
  for (const auto name : known)
    if (starts(name, "b") && contains(raw_content(c, {"/run/udev/data/", name}), "LVM2_member")) return false;
  return !known.empty();
}

std::string_view mapper_name(context& c, std::string_view device) {
  if (!starts(device, "/dev/dm-")) return device;
  const auto name = text(c, {"/sys/block/", device.substr(5), "/dm/name"});
  return name.empty() ? device : c.join({"/dev/mapper/", name});
}

struct column {
  std::string_view fact;
  int at; ///< negative: from the end
};

/// The programs' tables, and where the facts are in a line.
struct table {
  std::string_view program, fact;
  column columns[4];
};
constexpr table tables[] = {
    {"vgs", "vgs", {{"size_g", -2}, {"free_g", -1}, {"num_lvs", 2}, {"num_pvs", 1}}},
    {"lvs", "lvs", {{"size_g", 3}, {"vg", 1}}},
    {"pvs", "pvs", {{"size_g", 4}, {"free_g", 5}, {"vg", 1}}},
};

void put_table(context& c, core::dict& out, const table& t, std::string_view output) {
  auto& found = c.new_dict();
  for (const auto raw : lines(output)) {
    const auto line = trim(raw);
    auto& facts = c.new_dict();
    for (const auto& col : t.columns)
      if (!col.fact.empty())
        put(facts, col.fact, piece(split(line, ','), col.at < 0 ? count(split(line, ',')) + col.at : col.at));
    put(found, mapper_name(c, before(line, ',')), facts);
  }
  put(out, t.fact, found);
}

} // namespace

void collect_lvm(context& c, core::dict& out) {
  put(out, "lvm", "N/A");
  if (::getuid() != 0 || find_program(c, "vgs").empty()) return;
  // There is no other reader of LVM's metadata than its programs; they run side by side.
  program programs[3];
  if (!surely_none(c))
    for (int i = 0; i < 3; ++i)
      if (const auto path = find_program(c, tables[i].program); !path.empty())
        programs[i].start(c, {path, "--noheadings", "--nosuffix", "--units", "g", "--separator", ","});
  auto& facts = c.new_dict();
  for (int i = 0; i < 3; ++i) put_table(c, facts, tables[i], programs[i].finish(c).out);
  put(out, "lvm", facts);
}

} // namespace mito::modules::setup
