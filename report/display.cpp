#include "report/display.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/text_layout.hpp"

namespace mito::report {

namespace {

output_writer::options standard_streams(const output_options& options, int log) {
  output_writer::options o;
  o.terminal = options.terminal;
  o.log = log;
  return o;
}

/// Python's getpass.getuser().
std::string user_name() {
  for (auto name : {"LOGNAME", "USER", "LNAME", "USERNAME"})
    if (const char* v = std::getenv(name); v && *v) return v;
  if (auto* entry = ::getpwuid(::getuid())) return entry->pw_name;
  return "uid=" + std::to_string(::getuid());
}

} // namespace

std::string log_line(std::string_view text) {
  using namespace std::chrono;
  static const std::string user = user_name();
  auto ms = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm tm{};
  ::localtime_r(&seconds, &tm);
  char stamp[48];
  auto n = std::strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &tm);
  std::snprintf(stamp + n, sizeof stamp - n, ",%03d", static_cast<int>(ms % 1000));
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  std::string out = stamp;
  out += " p=" + std::to_string(::getpid()) + " u=" + user + " n=ansible | ";
  out += text;
  out += '\n';
  return out;
}

std::string deprecation_text(const core::value& what) {
  auto& raw = what.is_dict() ? what["msg"] : what;
  auto shown = core::to_str(raw);
  std::string msg(core::trim(shown));
  if (!msg.empty() && std::string_view("!?.").find(msg.back()) == std::string_view::npos) msg += '.';
  std::string out = "[DEPRECATION WARNING]: " + msg + " This feature will be removed";
  if (auto collection = what.text("collection_name"); !collection.empty()) {
    out += " from ";
    out += collection == "ansible.builtin" ? "ansible-core" : collection;
  }
  if (what["date"].truthy())
    out += " in a release after " + core::to_str(what["date"]) + ".";
  else if (what["version"].truthy())
    out += " in version " + core::to_str(what["version"]) + ".";
  else
    out += " in a future release.";
  return out + " Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.";
}

display::display(const output_options& options, int log) : display(options, standard_streams(options, log)) {}

display::display(const output_options& options, const output_writer::options& to)
    : options_(options), logs_(to.log >= 0), writer_(to) {}

void display::log(std::string_view text) {
  if (logs_) writer_.write(stream::log, log_line(text));
}

void display::print(std::string_view text, color c, where to) {
  if (to != where::log_only) {
    auto body = text;
    if (body.ends_with('\n')) body.remove_suffix(1);
    writer_.write(to == where::err ? stream::err : stream::out, options_.colors.paint(body, c) + "\n");
  }
  if (to != where::screen_only && options_.colors.logged(c)) log(text);
}

void display::verbose(std::string_view text) {
  print(text, color::verbose, options_.verbose_to_stderr ? where::err : where::out);
}

void display::banner(std::string_view text) {
  text = core::trim(text);
  auto width = text_width(text);
  auto stars = options_.columns > width + 3 ? options_.columns - width : 3;
  std::string line = "\n";
  line += text;
  line += ' ';
  line.append(stars, '*');
  print(line);
}

bool display::once(std::string text) {
  std::lock_guard lock(mutex_);
  return said_.insert(std::move(text)).second;
}

void display::warning(std::string_view text) {
  auto wrapped = wrap_text("[WARNING]: " + std::string(text), options_.columns) + "\n";
  if (once(wrapped)) print(wrapped, color::warn, where::err);
}

void display::deprecated(const core::value& what) {
  if (!options_.deprecation_warnings) return;
  auto wrapped = wrap_text(deprecation_text(what), options_.columns, false);
  if (once(wrapped)) print(core::trim(wrapped), color::deprecate, where::err);
}

void display::error(std::string_view text) {
  auto whole = "ERROR! " + std::string(text);
  if (once(whole)) print(whole, color::error, where::err);
}

} // namespace mito::report
