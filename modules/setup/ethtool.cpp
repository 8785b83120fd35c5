#include "modules/setup/ethtool.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::modules::setup {

core::dict parse_ethtool_features(std::string_view output) {
  core::dict out;
  for (const auto line : lines(core::trim(output))) {
    const auto colon = line.find(": ");
    if (colon == line.npos || line.ends_with(':')) continue;
    std::string key(core::trim(line.substr(0, colon)));
    std::replace(key.begin(), key.end(), '-', '_');
    put(out, key, core::trim(line.substr(colon + 2)));
  }
  return out;
}

namespace {

/// The words that follow `prefix`, in lower case.
core::list names_after(std::string_view output, std::string_view prefix) {
  core::list out;
  for (auto at = output.find(prefix); at != output.npos; at = output.find(prefix, at + 1)) {
    const auto name = core::lower(output.substr(at + prefix.size()));
    add(out,
        std::string_view(name).substr(0, name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_")));
  }
  return out;
}

} // namespace

void parse_ethtool_timestamps(std::string_view output, core::dict& out) {
  put(out, "timestamping", core::value(names_after(output, "SOF_TIMESTAMPING_")));
  put(out, "hw_timestamp_filters", core::value(names_after(output, "HWTSTAMP_FILTER_")));
  constexpr std::string_view clock = "PTP Hardware Clock: ";
  if (const auto at = output.find(clock); at != output.npos) {
    const auto rest = output.substr(at + clock.size());
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') put(out, "phc_index", number(rest));
  }
}

void describe_with_ethtool(const context& c, std::string_view device, core::dict& out) {
  const auto path = find_program(c, "ethtool");
  if (path.empty()) return;
  program features, timestamps;
  features.start(c, {path, "-k", std::string(device)});
  timestamps.start(c, {path, "-T", std::string(device)});
  if (const auto answer = features.finish(); answer.status == 0)
    put(out, "features", core::value(parse_ethtool_features(answer.out)));
  if (const auto answer = timestamps.finish(); answer.status == 0) parse_ethtool_timestamps(answer.out, out);
}

} // namespace mito::modules::setup
