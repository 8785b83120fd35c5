#pragma once
/// Calendar arithmetic and the format letters of strftime and strptime, in Python's C locale.
#include <optional>
#include <string>

#include "core/value.hpp"

namespace mito::templating {

/// Days since 1970-01-01.
std::int64_t days_from_civil(const core::date& d);
core::date civil_from_days(std::int64_t days);
/// 0 is Monday.
int weekday(const core::date& d);
/// Day of the year from 1.
int day_of_year(const core::date& d);
/// Seconds since the epoch; naive datetimes are local time.
double timestamp(const core::datetime& t);
/// The clock's time, local or UTC, without a zone.
core::datetime now(bool utc);
core::datetime from_timestamp(std::int64_t seconds, bool utc, std::string* zone = nullptr);
/// strftime(); `zone` is what %Z prints, %z is empty for naive datetimes unless `zone` is given.
std::string format_time(std::string_view format, const core::datetime& t, std::string_view zone);
/// strptime(); on failure `error` has Python's text.
std::optional<core::datetime> parse_time(std::string_view s, std::string_view format, std::string& error);

} // namespace mito::templating
