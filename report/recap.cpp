#include "report/recap.hpp"

#include "core/text.hpp"

namespace mito::report {

namespace {

std::string padded(std::string text, std::size_t width) {
  auto n = core::count_code_points(text);
  if (n < width) text.append(width - n, ' ');
  return text;
}

} // namespace

std::string recap_line(const std::string& host, const host_stats& s, const palette& colors) {
  auto hue = s.failed || s.unreachable ? color::error : s.changed ? color::changed : color::ok;
  // With colours the name's width counts its escapes.
  std::string line = padded(colors.paint(host, hue), colors.on() ? 37 : 26) + " :";
  auto count = [&](const char* what, unsigned n, color c) {
    auto text = std::string(what) + "=" + padded(std::to_string(n), 4);
    line += " " + (n ? colors.paint(text, c) : text);
  };
  count("ok", s.ok, color::ok);
  count("changed", s.changed, color::changed);
  count("unreachable", s.unreachable, color::unreachable);
  count("failed", s.failed, color::error);
  count("skipped", s.skipped, color::skip);
  count("rescued", s.rescued, color::ok);
  count("ignored", s.ignored, color::warn);
  return line;
}

void show_message(display& out, const message& m) {
  if (m.verbosity > out.options().verbosity) return;
  if (m.level == core::severity::warning) return out.warning(m.text);
  if (m.level == core::severity::error) return out.error(m.text);
  auto text = m.host.empty() ? m.text : "<" + m.host + "> " + m.text;
  if (m.verbosity > 0) return out.verbose(text);
  // What nobody asked to see belongs beside the output, not into it.
  out.print(text, color::none, m.host.empty() ? where::out : where::err);
}

} // namespace mito::report
