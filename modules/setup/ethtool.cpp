#include "modules/setup/ethtool.hpp"

#include <algorithm>

namespace mito::modules::setup {

void parse_ethtool_features(std::string_view output, core::dict& out) {
  for (const auto line : lines(trim(output))) {
    const auto colon = line.find(": ");
    if (colon == line.npos || ends(line, ":")) continue;
    std::string key(trim(line.substr(0, colon)));
    std::replace(key.begin(), key.end(), '-', '_');
    put(out, key, trim(line.substr(colon + 2)));
  }
}

namespace {

/// The words that follow `prefix`, in lower case.
void put_names(context& c, core::dict& out, std::string_view key, std::string_view output,
               std::string_view prefix) {
  auto& names = c.new_list();
  for (auto at = output.find(prefix); at != output.npos; at = output.find(prefix, at + 1)) {
    const auto rest = output.substr(at + prefix.size());
    add(names, lower(c, rest.substr(0, rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))));
  }
  put(out, key, names);
}

} // namespace

void parse_ethtool_timestamps(context& c, std::string_view output, core::dict& out) {
  put_names(c, out, "timestamping", output, "SOF_TIMESTAMPING_");
  put_names(c, out, "hw_timestamp_filters", output, "HWTSTAMP_FILTER_");
  constexpr std::string_view clock = "PTP Hardware Clock: ";
  if (const auto at = output.find(clock); at != output.npos) {
    const auto index = leading_digits(output.substr(at + clock.size()));
    if (!index.empty()) put(out, "phc_index", number(index));
  }
}

void describe_with_ethtool(context& c, std::string_view device, core::dict& out) {
  const auto path = find_program(c, "ethtool");
  if (path.empty()) return;
  program features, timestamps;
  features.start(c, {path, "-k", device});
  timestamps.start(c, {path, "-T", device});
  if (const auto answer = features.finish(c); answer.status == 0) {
    auto& found = c.new_dict();
    parse_ethtool_features(answer.out, found);
    put(out, "features", found);
  }
  if (const auto answer = timestamps.finish(c); answer.status == 0)
    parse_ethtool_timestamps(c, answer.out, out);
}

} // namespace mito::modules::setup
