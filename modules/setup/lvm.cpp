// hardware: volume groups, logical and physical volumes.
#include <unistd.h>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// udev has looked at every block device and found no physical volume: the programs would list nothing.
bool surely_none(const context& c) {
  const auto known = names_in(c, "/run/udev/data");
  for (const auto& name : known)
    if (name.starts_with("b") && contains(raw_content(c, "/run/udev/data/" + name), "LVM2_member"))
      return false;
  return !known.empty();
}

std::string mapper_name(const context& c, std::string_view device) {
  if (!device.starts_with("/dev/dm-")) return std::string(device);
  const auto name = content(c, joined("/sys/block/", device.substr(5), "/dm/name"));
  return name ? joined("/dev/mapper/", *name) : std::string(device);
}

struct column {
  std::string_view fact;
  int at; ///< negative: from the end
};

core::dict read_table(const context& c, std::string_view output, std::initializer_list<column> columns) {
  core::dict out;
  for (const auto line : lines(output)) {
    const auto fields = core::split(core::trim(line), ',');
    core::dict facts;
    for (const auto& col : columns) {
      const auto at = col.at < 0 ? static_cast<int>(fields.size()) + col.at : col.at;
      if (at >= 0 && at < static_cast<int>(fields.size()))
        put(facts, col.fact, fields[static_cast<std::size_t>(at)]);
    }
    put(out, mapper_name(c, fields[0]), core::value(std::move(facts)));
  }
  return out;
}

} // namespace

void collect_lvm(context& c, core::dict& out) {
  put(out, "lvm", "N/A");
  if (::getuid() != 0 || find_program(c, "vgs").empty()) return;
  // There is no other reader of LVM's metadata than its programs; they run side by side.
  static constexpr std::string_view names[] = {"vgs", "lvs", "pvs"};
  program programs[3];
  std::string texts[3];
  if (!surely_none(c)) {
    for (int i = 0; i < 3; ++i)
      if (auto path = find_program(c, names[i]); !path.empty())
        programs[i].start(
            c, {std::move(path), "--noheadings", "--nosuffix", "--units", "g", "--separator", ","});
    for (int i = 0; i < 3; ++i) texts[i] = programs[i].finish().out;
  }
  core::dict facts;
  put(facts, "lvs", core::value(read_table(c, texts[1], {{"size_g", 3}, {"vg", 1}})));
  put(facts, "vgs",
      core::value(read_table(c, texts[0], {{"size_g", -2}, {"free_g", -1}, {"num_lvs", 2}, {"num_pvs", 1}})));
  put(facts, "pvs", core::value(read_table(c, texts[2], {{"size_g", 4}, {"free_g", 5}, {"vg", 1}})));
  put(out, "lvm", core::value(std::move(facts)));
}

} // namespace mito::modules::setup
