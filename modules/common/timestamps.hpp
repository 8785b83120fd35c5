#pragma once
/// The file module's access_time and modification_time.
#include <string>

#include "modules/common/attributes.hpp"

namespace mito::modules {

struct timestamp {
  enum class what : std::uint8_t { preserve, now, at } kind = what::preserve;
  double seconds = 0;
};

/// Reads option `name` ("preserve", "now" or a time in the format of option `name`_format); `fallback` stands
/// for an option that is not given. A failure is recorded in `c`.
timestamp read_timestamp(call& c, const char* name, const char* fallback);
/// Sets what differs; whether anything did. With both "now" that is always so.
bool set_timestamps(call& c, const std::string& path, timestamp modified, timestamp accessed,
                    diff_sides* diff);

} // namespace mito::modules
