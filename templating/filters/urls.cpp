// URLs: urlencode, urldecode, urlsplit.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

std::string quoted(std::string_view s, bool query) {
  std::string out;
  for (char c : s) {
    auto b = static_cast<unsigned char>(c);
    bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z' && b < 0x80) || c == '_' ||
                 c == '.' || c == '-' || c == '~' || (c == '/' && !query);
    if (plain) {
      out += c;
    } else if (query && c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += "0123456789ABCDEF"[b >> 4];
      out += "0123456789ABCDEF"[b & 15];
    }
  }
  return out;
}

core::value do_urlencode(call& c) {
  if (c.self.is_string() || !is_iterable(c.self)) return text(quoted(in_text(c), false));
  core::list pairs;
  if (is_mapping(c.self))
    for (auto& e : to_dict(c.m, c.self)) pairs.push_back(core::value::tuple({e.key, e.val}));
  else
    pairs = iterate(c.m, c.self);
  std::string out;
  for (auto& p : pairs) {
    if (!p.is_undefined() && !is_iterable(p)) return c.m.fail_type("cannot unpack non-iterable " + type_of(p) + " object");
    auto kv = iterate(c.m, p);
    if (c.m.failed()) return {};
    if (kv.size() != 2)
      return c.m.fail("value", std::string(kv.size() < 2 ? "not enough" : "too many") +
                                   " values to unpack (expected 2" +
                                   (kv.size() < 2 ? ", got " + std::to_string(kv.size()) : "") + ")");
    if (!out.empty()) out += '&';
    out += quoted(str(c.m, kv[0]), true) + "=" + quoted(str(c.m, kv[1]), true);
  }
  return text(out);
}

std::string unquoted(std::string_view s, bool plus) {
  std::string out;
  auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+' && plus)
      out += ' ';
    else if (s[i] == '%' && i + 2 < s.size() && digit(s[i + 1]) >= 0 && digit(s[i + 2]) >= 0)
      out += static_cast<char>(digit(s[i + 1]) * 16 + digit(s[i + 2])), i += 2;
    else
      out += s[i];
  }
  return core::is_utf8(out) ? out : core::to_valid_utf8(out);
}
core::value do_urldecode(call& c) {
  if (!c.self.is_string()) return no_attribute(c.m, c.self, "replace");
  return text(unquoted(in_text(c), true));
}

/// urllib.parse.urlsplit().
struct split_url {
  std::string scheme, netloc, path, query, fragment;
};

split_url parse(std::string_view s) {
  split_url u;
  auto colon = s.find(':');
  if (colon != s.npos && colon > 0 && ((s[0] | 32) >= 'a' && (s[0] | 32) <= 'z') &&
      s.substr(0, colon).find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-") == s.npos) {
    u.scheme = core::lower(s.substr(0, colon));
    s.remove_prefix(colon + 1);
  }
  if (s.starts_with("//")) {
    s.remove_prefix(2);
    auto end = s.find_first_of("/?#");
    u.netloc = s.substr(0, end);
    s = end == s.npos ? std::string_view() : s.substr(end);
  }
  if (auto at = s.find('#'); at != s.npos) {
    u.fragment = s.substr(at + 1);
    s = s.substr(0, at);
  }
  if (auto at = s.find('?'); at != s.npos) {
    u.query = s.substr(at + 1);
    s = s.substr(0, at);
  }
  u.path = s;
  return u;
}

core::value do_urlsplit(call& c) {
  if (!c.self.is_string() && !c.self.is_undefined()) {
    if (!core::hashable(c.self)) return c.m.fail_type("unhashable type: '" + type_of(c.self) + "'");
    if (c.self.truthy()) return no_attribute(c.m, c.self, "decode");
  }
  auto u = parse(in_text(c));
  std::string_view host = u.netloc;
  core::value user, password, port, name;
  if (auto at = host.rfind('@'); at != host.npos) {
    auto info = host.substr(0, at);
    host.remove_prefix(at + 1);
    auto colon = info.find(':');
    user = text(info.substr(0, colon));
    if (colon != info.npos) password = text(info.substr(colon + 1));
  }
  auto bracket = host.rfind(']');
  auto colon = host.find(':', bracket == host.npos ? 0 : bracket);
  if (colon != host.npos && colon + 1 < host.size()) {
    auto n = core::parse_int(host.substr(colon + 1));
    if (!n)
      return c.m.fail("value", "Port could not be cast to integer value as " +
                                   core::to_repr(text(host.substr(colon + 1))));
    if (*n < 0 || *n > 65535) return c.m.fail("value", "Port out of range 0-65535");
    port = *n;
  }
  host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) name = text(core::lower(host));
  core::dict d{{text("fragment"), text(u.fragment)},
               {text("hostname"), name},
               {text("netloc"), text(u.netloc)},
               {text("password"), password},
               {text("path"), text(u.path)},
               {text("port"), port},
               {text("query"), text(u.query)},
               {text("scheme"), text(u.scheme)},
               {text("username"), user}};
  auto query = c.has(0) ? str(c.m, c[0]) : "";
  if (query.empty()) return core::value(std::move(d));
  auto* found = d.find(query);
  return found ? *found : filter_error(c, "urlsplit: unknown URL component: " + query);
}

constexpr function_def rows[] = {
    {"urlencode", do_urlencode, "", 0, "do_urlencode"},
    {"urldecode", do_urldecode, "", function_ansible, "do_urldecode"},
    {"urlsplit", do_urlsplit, "query= alias=", function_ansible, "split_url"},
};

} // namespace

constinit const function_table url_filters = rows;

} // namespace mito::templating
