// user, env, ssh_pub_keys, loadavg, date_time.
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/host_names.hpp"

extern "C" char** environ;

namespace mito::modules::setup {

void collect_user(context& c, core::dict& out) {
  std::string own;
  core::append_int(own, ::getuid());
  std::string name;
  for (const auto variable : {"LOGNAME", "USER", "LNAME", "USERNAME"})
    if (name.empty()) name = environment(c, variable);
  std::vector<std::string> entry;
  if (!name.empty()) entry = passwd_entry(c, name);
  if (entry.size() < 7) entry = passwd_entry(c, own);
  if (entry.size() < 7) return; // an account without an entry: Ansible has no user facts for it either
  put(out, "user_id", name.empty() ? entry[0] : name);
  put(out, "user_uid", number(entry[2]));
  put(out, "user_gid", number(entry[3]));
  put(out, "user_gecos", std::string_view(entry[4]));
  put(out, "user_dir", std::string_view(entry[5]));
  put(out, "user_shell", std::string_view(entry[6]));
  put(out, "real_user_id", static_cast<std::int64_t>(::getuid()));
  put(out, "effective_user_id", static_cast<std::int64_t>(::geteuid()));
  put(out, "real_group_id", static_cast<std::int64_t>(::getgid()));
  // Ansible gives the real group here too.
  put(out, "effective_group_id", static_cast<std::int64_t>(::getgid()));
}

void collect_env(context& c, core::dict& out) {
  core::dict env;
  for (char** e = environ; e != nullptr && *e != nullptr; ++e)
    if (contains(*e, "=")) put(env, before(*e, '='), core::value(core::to_valid_utf8(after(*e, '='))));
  env.update(c.call.environment);
  put(out, "env", core::value(std::move(env)));
}

void collect_ssh_pub_keys(context& c, core::dict& out) {
  // The first directory with keys counts.
  for (const auto directory : {"/etc/ssh", "/etc/openssh", "/etc"}) {
    for (const auto algorithm : {"dsa", "rsa", "ecdsa", "ed25519"}) {
      const auto key = text(c, joined(directory, "/ssh_host_", joined(algorithm, "_key.pub")));
      const auto fields = words(key);
      if (fields.size() < 2) continue;
      const auto name = joined("ssh_host_key_", algorithm, "_public");
      put(out, name, fields[1]);
      put(out, joined(name, "_keytype"), fields[0]);
    }
    if (!out.empty()) return;
  }
}

void collect_loadavg(context&, core::dict& out) {
  struct sysinfo info;
  if (::sysinfo(&info) != 0) return;
  static constexpr std::string_view names[] = {"1m", "5m", "15m"};
  core::dict facts;
  for (int i = 0; i < 3; ++i)
    put(facts, names[i], core::value(static_cast<double>(info.loads[i]) / (1 << SI_LOAD_SHIFT)));
  put(out, "loadavg", core::value(std::move(facts)));
}

namespace {

/// `format` is strftime's, with %f for microseconds besides. All that Ansible uses is free of locales.
std::string formatted(std::string_view format, const tm& t, std::int64_t micro) {
  std::string out;
  const auto digits = [&](std::int64_t v, int width) {
    std::string text;
    core::append_int(text, v);
    while (static_cast<int>(text.size()) < width) text.insert(0, 1, '0');
    out += text;
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    switch (format[++i]) {
    case 'Y':
      digits(t.tm_year + 1900, 4);
      break;
    case 'm':
      digits(t.tm_mon + 1, 2);
      break;
    case 'd':
      digits(t.tm_mday, 2);
      break;
    case 'H':
      digits(t.tm_hour, 2);
      break;
    case 'M':
      digits(t.tm_min, 2);
      break;
    case 'S':
      digits(t.tm_sec, 2);
      break;
    case 'w':
      digits(t.tm_wday, 1);
      break;
    case 'W':
      digits((t.tm_yday + 7 - (t.tm_wday + 6) % 7) / 7, 2);
      break;
    default:
      digits(micro, 6);
    }
  }
  return out;
}

/// Name of the zone with summer time, as Python tells it: the names of January and July, the one that is
/// further west first.
std::string summer_zone(time_t now) {
  constexpr time_t year = (365 * 24 + 6) * 3600;
  const time_t january = now / year * year, july = january + year / 2;
  tm a, b;
  ::localtime_r(&january, &a);
  ::localtime_r(&july, &b);
  return a.tm_gmtoff > b.tm_gmtoff ? a.tm_zone : b.tm_zone;
}

std::string zone_offset(long seconds) {
  std::string out = seconds < 0 ? "-" : "+";
  const long minutes = (seconds < 0 ? -seconds : seconds) / 60;
  for (const long part : {minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10})
    out += static_cast<char>('0' + part);
  return out;
}

} // namespace

void collect_date_time(context&, core::dict& out) {
  static constexpr std::string_view days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
  static constexpr std::string_view local_formats[][2] = {{"year", "%Y"},
                                                          {"month", "%m"},
                                                          {"weekday_number", "%w"},
                                                          {"weeknumber", "%W"},
                                                          {"day", "%d"},
                                                          {"hour", "%H"},
                                                          {"minute", "%M"},
                                                          {"second", "%S"},
                                                          {"date", "%Y-%m-%d"},
                                                          {"time", "%H:%M:%S"},
                                                          {"iso8601_basic", "%Y%m%dT%H%M%S%f"},
                                                          {"iso8601_basic_short", "%Y%m%dT%H%M%S"}};
  timeval now;
  ::gettimeofday(&now, nullptr);
  tm local, utc;
  ::localtime_r(&now.tv_sec, &local);
  ::gmtime_r(&now.tv_sec, &utc);
  core::dict facts;
  for (const auto& f : local_formats) put(facts, f[0], formatted(f[1], local, now.tv_usec));
  put(facts, "weekday", days[local.tm_wday % 7]);
  std::string epoch;
  core::append_int(epoch, now.tv_sec);
  put(facts, "epoch", epoch);
  put(facts, "epoch_int", epoch);
  put(facts, "iso8601_micro", formatted("%Y-%m-%dT%H:%M:%S.%fZ", utc, now.tv_usec));
  put(facts, "iso8601", formatted("%Y-%m-%dT%H:%M:%SZ", utc, now.tv_usec));
  put(facts, "tz", local.tm_zone);
  put(facts, "tz_dst", summer_zone(now.tv_sec));
  put(facts, "tz_offset", zone_offset(local.tm_gmtoff));
  put(out, "date_time", core::value(std::move(facts)));
}

} // namespace mito::modules::setup
