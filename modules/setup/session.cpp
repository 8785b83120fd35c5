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
  std::string_view name;
  for (const auto variable : {"LOGNAME", "USER", "LNAME", "USERNAME"})
    if (name.empty()) name = environment(c, variable);
  const std::int64_t uid = ::getuid(), gid = ::getgid();
  std::string_view entry;
  if (!name.empty()) entry = passwd_entry(c, name, 0);
  if (entry.empty()) entry = passwd_entry(c, digits(c, uid), 2);
  if (entry.empty()) return; // an account without an entry: Ansible has no user facts for it either
  const auto field = [&](int n) { return piece(split(entry, ':'), n); };
  put(out, "user_id", name.empty() ? field(0) : name);
  put(out, "user_uid", number(field(2)));
  put(out, "user_gid", number(field(3)));
  put(out, "user_gecos", field(4));
  put(out, "user_dir", field(5));
  put(out, "user_shell", field(6));
  put(out, "real_user_id", uid);
  put(out, "effective_user_id", static_cast<std::int64_t>(::geteuid()));
  put(out, "real_group_id", gid);
  // Ansible gives the real group here too.
  put(out, "effective_group_id", gid);
}

void collect_env(context& c, core::dict& out) {
  auto& env = c.new_dict();
  for (char** e = environ; e != nullptr && *e != nullptr; ++e)
    if (contains(*e, "=")) put(env, before(*e, '='), core::to_valid_utf8(after(*e, '=')));
  env.update(c.call.environment);
  put(out, "env", env);
}

void collect_ssh_pub_keys(context& c, core::dict& out) {
  // The first directory with keys counts.
  for (const auto directory : {"/etc/ssh", "/etc/openssh", "/etc"}) {
    for (const auto algorithm : {"dsa", "rsa", "ecdsa", "ed25519"}) {
      const auto key = text(c, {directory, "/ssh_host_", algorithm, "_key.pub"});
      if (key.empty()) continue;
      const auto name = c.join({"ssh_host_key_", algorithm, "_public"});
      put(out, name, word(key, 1));
      put(out, c.join({name, "_keytype"}), word(key, 0));
    }
    if (!out.empty()) return;
  }
}

void collect_loadavg(context& c, core::dict& out) {
  struct sysinfo info;
  if (::sysinfo(&info) != 0) return;
  static constexpr std::string_view names[] = {"1m", "5m", "15m"};
  auto& facts = c.new_dict();
  for (int i = 0; i < 3; ++i)
    put_value(facts, names[i], static_cast<double>(info.loads[i]) / (1 << SI_LOAD_SHIFT));
  put(out, "loadavg", facts);
}

namespace {

/// `format` is strftime's, with %f for microseconds besides. All that Ansible uses is free of locales.
std::string formatted(std::string_view format, const tm& t, std::int64_t micro) {
  std::string out;
  const auto digits = [&](std::int64_t v, std::int64_t unit) {
    for (; unit > 0; unit /= 10) out += static_cast<char>('0' + v / unit % 10);
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    switch (format[++i]) {
    case 'Y':
      digits(t.tm_year + 1900, 1000);
      break;
    case 'm':
      digits(t.tm_mon + 1, 10);
      break;
    case 'd':
      digits(t.tm_mday, 10);
      break;
    case 'H':
      digits(t.tm_hour, 10);
      break;
    case 'M':
      digits(t.tm_min, 10);
      break;
    case 'S':
      digits(t.tm_sec, 10);
      break;
    case 'w':
      digits(t.tm_wday, 1);
      break;
    case 'W':
      digits((t.tm_yday + 7 - (t.tm_wday + 6) % 7) / 7, 10);
      break;
    default:
      digits(micro, 100000);
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

void collect_date_time(context& c, core::dict& out) {
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
  auto& facts = c.new_dict();
  for (const auto& f : local_formats) put(facts, f[0], formatted(f[1], local, now.tv_usec));
  put(facts, "weekday", days[local.tm_wday % 7]);
  const auto epoch = digits(c, now.tv_sec);
  put(facts, "epoch", epoch);
  put(facts, "epoch_int", epoch);
  put(facts, "iso8601_micro", formatted("%Y-%m-%dT%H:%M:%S.%fZ", utc, now.tv_usec));
  put(facts, "iso8601", formatted("%Y-%m-%dT%H:%M:%SZ", utc, now.tv_usec));
  put(facts, "tz", local.tm_zone);
  put(facts, "tz_dst", summer_zone(now.tv_sec));
  put(facts, "tz_offset", zone_offset(local.tm_gmtoff));
  put(out, "date_time", facts);
}

} // namespace mito::modules::setup
