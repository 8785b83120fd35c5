// urlize: links around the URLs and mail addresses of a text, as Jinja2 3.1 finds them.
#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/regex.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

/// With a scheme or www. any host; without one only hosts under the oldest top-level domains; bare addresses need one.
constexpr std::string_view web_pattern =
    R"((?:(?:https?://|www\.)(?:[\w%-]+\.)*(?:[a-z]{2,63}|xn--[\w%]{2,59}))"
    R"(|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil))"
    R"(|https?://(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])))"
    R"((?::\d{1,5})?(?:[/?#]\S*)?$)";
constexpr std::string_view mail_pattern = R"(\S+@\w[\w.-]*\.\w+$)";
constexpr std::string_view scheme_pattern = R"([\w.+-]{2,}:/{0,2})";

bool matches(call& c, std::string_view pattern, std::string_view s, regex_mode mode = regex_mode::match) {
  auto re = compile_regex(pattern, {true, false, false});
  auto m = re ? re->match(s, 0, mode) : core::expected<regex_match>(re.error());
  if (!m) c.m.fail(m.error());
  return m && !m->empty();
}

std::size_t count(std::string_view s, std::string_view what) {
  std::size_t n = 0;
  for (auto at = s.find(what); at != s.npos; at = s.find(what, at + what.size())) ++n;
  return n;
}

struct link_style {
  std::string attributes;
  std::optional<std::int64_t> limit;
  core::list schemes;

  std::string shown(const std::string& url) const {
    if (!limit || static_cast<std::int64_t>(core::count_code_points(url)) <= *limit) return url;
    auto all = characters(url);
    auto n = static_cast<std::int64_t>(all.size());
    auto end = *limit < 0 ? std::max<std::int64_t>(0, n + *limit) : *limit;
    std::string out;
    for (std::int64_t i = 0; i < end; ++i) out += all[static_cast<std::size_t>(i)].as_string();
    return out + "...";
  }
};

std::string linked(call& c, const std::string& word, const link_style& style) {
  std::string_view w = word;
  auto link = [&](std::string_view prefix, const std::string& text, bool attributes = true) {
    return "<a href=\"" + std::string(prefix) + word + "\"" + (attributes ? style.attributes : "") + ">" + text + "</a>";
  };
  // Most words are neither, and need no expression to tell.
  if (w.find('.') != w.npos || w.find(':') != w.npos)
    if (matches(c, web_pattern, w))
      return link(w.starts_with("https://") || w.starts_with("http://") ? "" : "https://", style.shown(word));
  if (w.starts_with("mailto:") && matches(c, mail_pattern, w.substr(7))) return link("", word.substr(7), false);
  if (w.find('@') != w.npos && !w.starts_with("www.") && w.find(':') == w.npos && matches(c, mail_pattern, w))
    return link("mailto:", word, false);
  std::string out = word;
  for (auto& s : style.schemes)
    if (w != s.as_string() && w.starts_with(s.as_string())) out = link("", word);
  return out;
}

/// Brackets in front of a word and punctuation behind it are no part of a link, but brackets that pair are.
std::string urlized(call& c, std::string_view word, const link_style& style) {
  std::size_t start = 0;
  for (;;) {
    auto rest = word.substr(start);
    if (rest.starts_with("&lt;"))
      start += 4;
    else if (rest.starts_with('(') || rest.starts_with('<'))
      ++start;
    else
      break;
  }
  std::string head(word.substr(0, start)), middle(word.substr(start)), tail;
  auto end = middle.size();
  for (;;) {
    auto part = std::string_view(middle).substr(0, end);
    if (part.ends_with("&gt;"))
      end -= 4;
    else if (!part.empty() && std::string_view(")>.,\n").find(part.back()) != std::string_view::npos)
      --end;
    else
      break;
  }
  tail = middle.substr(end);
  middle.resize(end);
  for (auto [open, close] : {std::pair<std::string_view, std::string_view>{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}}) {
    auto opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (auto n = std::min(opened, count(tail, close)); n > 0; --n) {
      auto at = tail.find(close) + close.size();
      middle += tail.substr(0, at);
      tail.erase(0, at);
    }
  }
  return head + linked(c, middle, style) + tail;
}

bool read_style(call& c, link_style& style) {
  if (c.has(0) && !c[0].is_none()) style.limit = index(c.m, c[0]);
  std::vector<std::string> rel;
  std::string given = c.has(3) && truth(c.m, c[3]) ? str(c.m, c[3]) : "";
  for (auto r : split_text(given, std::nullopt)) rel.emplace_back(r);
  if (c.has(1) && truth(c.m, c[1])) rel.emplace_back("nofollow");
  rel.emplace_back("noopener"); // the policy urlize.rel
  std::sort(rel.begin(), rel.end());
  rel.erase(std::unique(rel.begin(), rel.end()), rel.end());
  style.attributes = " rel=\"";
  append_escaped(style.attributes, core::join(rel, " "));
  style.attributes += '"';
  if (c.has(2) && truth(c.m, c[2])) style.attributes += " target=\"" + escape(c.m, c[2]) + "\"";
  if (c.has(4) && !c[4].is_none()) style.schemes = iterate(c.m, c[4]);
  for (auto& s : style.schemes) {
    if (c.m.failed()) return false;
    if (!s.is_string()) return c.m.fail_type("expected string or bytes-like object, got '" + type_of(s) + "'"), false;
    if (!matches(c, scheme_pattern, s.as_string(), regex_mode::full) && !c.m.failed())
      return c.m.fail("filter_argument", repr(c.m, s) + " is not a valid URI scheme prefix."), false;
  }
  return !c.m.failed();
}

core::value do_urlize(call& c) {
  link_style style;
  if (!read_style(c, style)) return {};
  auto s = escape(c.m, c.self);
  std::string out;
  for (std::size_t at = 0; at < s.size() && !c.m.failed();) {
    auto from = at;
    bool blank = false;
    for (bool first = true; at < s.size(); first = false) {
      auto next = at;
      bool space = is_space(core::next_utf8(s, next).value_or(0));
      if (!first && space != blank) break;
      blank = space;
      at = next;
    }
    auto piece = std::string_view(s).substr(from, at - from);
    out += blank ? std::string(piece) : urlized(c, piece, style);
    if (!c.m.step()) return {};
  }
  if (c.m.failed() || !c.m.fits(0, out.size())) return {};
  return c.m.autoescape() ? markup(out) : text(out);
}

constexpr function_def rows[] = {
    {"urlize", do_urlize, "trim_url_limit= nofollow= target= rel= extra_schemes=", 0, "do_urlize"}};

} // namespace

constinit const function_table urlize_filters = rows;

} // namespace mito::templating
