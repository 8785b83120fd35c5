#include "core/python.hpp"

#include "core/text.hpp"

namespace mito::core {

namespace {

void append_padded(std::string& out, std::int64_t v, int width) {
  std::string digits;
  append_int(digits, v);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
  out += digits;
}

void append_iso_day(std::string& out, const date& d) {
  append_padded(out, d.year, 4);
  out += '-';
  append_padded(out, d.month, 2);
  out += '-';
  append_padded(out, d.day, 2);
}

void append_iso(std::string& out, const datetime& t) {
  append_iso_day(out, t.day);
  out += ' ';
  append_padded(out, t.hour, 2);
  out += ':';
  append_padded(out, t.minute, 2);
  out += ':';
  append_padded(out, t.second, 2);
  if (t.microsecond) {
    out += '.';
    append_padded(out, t.microsecond, 6);
  }
  if (t.offset == datetime::naive) return;
  std::int32_t off = t.offset < 0 ? -t.offset : t.offset;
  out += t.offset < 0 ? '-' : '+';
  append_padded(out, off / 3600, 2);
  out += ':';
  append_padded(out, off / 60 % 60, 2);
  if (off % 60) {
    out += ':';
    append_padded(out, off % 60, 2);
  }
}

struct split_delta {
  std::int64_t days, seconds, micros;
};

/// Python normalises a timedelta so that only the days are negative.
split_delta parts(const timedelta& d) {
  constexpr std::int64_t day = 86400 * std::int64_t{1000000};
  std::int64_t days = d.microseconds / day, rest = d.microseconds % day;
  if (rest < 0) {
    rest += day;
    --days;
  }
  return {days, rest / 1000000, rest % 1000000};
}

void append_delta(std::string& out, const timedelta& d) {
  auto p = parts(d);
  if (p.days) {
    append_int(out, p.days);
    out += p.days == 1 || p.days == -1 ? " day, " : " days, ";
  }
  append_int(out, p.seconds / 3600);
  out += ':';
  append_padded(out, p.seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, p.seconds % 60, 2);
  if (p.micros) {
    out += '.';
    append_padded(out, p.micros, 6);
  }
}

void append_datetime_repr(std::string& out, const datetime& t) {
  out += "datetime.datetime(";
  const std::int64_t fields[] = {t.day.year, t.day.month, t.day.day,    t.hour,
                                 t.minute,   t.second,    t.microsecond};
  int count = t.microsecond ? 7 : t.second ? 6 : 5;
  for (int i = 0; i < count; ++i) {
    if (i) out += ", ";
    append_int(out, fields[i]);
  }
  if (t.offset == 0) {
    out += ", tzinfo=datetime.timezone.utc";
  } else if (t.offset != datetime::naive) {
    out += ", tzinfo=datetime.timezone(";
    append_repr(out, value(timedelta{std::int64_t{t.offset} * 1000000}));
    out += ')';
  }
  out += ')';
}

void append_delta_repr(std::string& out, const timedelta& d) {
  auto p = parts(d);
  out += "datetime.timedelta(";
  bool first = true;
  auto field = [&](std::string_view name, std::int64_t v) {
    if (!v) return;
    if (!first) out += ", ";
    first = false;
    out += name;
    append_int(out, v);
  };
  field("days=", p.days);
  field("seconds=", p.seconds);
  field("microseconds=", p.micros);
  out += first ? "0)" : ")";
}

void append_hex(std::string& out, std::uint32_t v, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[v >> shift & 15];
}

char quote_for(std::string_view s) {
  return s.find('\'') != s.npos && s.find('"') == s.npos ? '"' : '\'';
}

/// Code points that Python's str.isprintable() refuses and that real texts hold: controls, separators, format
/// marks, surrogates and private use.
bool printable(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
  if ((c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F))
    return false;
  if (c == 0x1680 || c == 0x3000 || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB)) return false;
  return !(c >= 0xE000 && c <= 0xF8FF) && c < 0xE0000;
}

void append_bytes_repr(std::string& out, std::string_view s) {
  char quote = quote_for(s);
  out += 'b';
  out += quote;
  for (char ch : s) {
    auto c = static_cast<unsigned char>(ch);
    if (ch == quote || ch == '\\') {
      out += '\\';
      out += ch;
    } else if (ch == '\n') {
      out += "\\n";
    } else if (ch == '\t') {
      out += "\\t";
    } else if (ch == '\r') {
      out += "\\r";
    } else if (c < 0x20 || c >= 0x7F) {
      out += "\\x";
      append_hex(out, c, 2);
    } else {
      out += ch;
    }
  }
  out += quote;
}

void append_sequence(std::string& out, const list& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i) out += ", ";
    append_repr(out, items[i]);
  }
}

void append_dict(std::string& out, const dict& d) {
  out += '{';
  bool first = true;
  for (auto& e : d) {
    if (!first) out += ", ";
    first = false;
    append_repr(out, e.key);
    out += ": ";
    append_repr(out, e.val);
  }
  out += '}';
}

void append_range(std::string& out, const range& r) {
  out += "range(";
  append_int(out, r.start);
  out += ", ";
  append_int(out, r.stop);
  if (r.step != 1) {
    out += ", ";
    append_int(out, r.step);
  }
  out += ')';
}

} // namespace

void append_repr(std::string& out, std::string_view s) {
  char quote = quote_for(s);
  out += quote;
  for (std::size_t at = 0; at < s.size();) {
    auto from = at;
    auto point = next_utf8(s, at);
    std::uint32_t c = point.value_or(0xDC00 + static_cast<unsigned char>(s[from]));
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (point && printable(c)) {
      out += s.substr(from, at - from);
    } else if (c < 0x100) {
      out += "\\x";
      append_hex(out, c, 2);
    } else {
      out += c < 0x10000 ? "\\u" : "\\U";
      append_hex(out, c, c < 0x10000 ? 4 : 8);
    }
  }
  out += quote;
}

void append_repr(std::string& out, const value& v) {
  switch (v.kind()) {
  case kind::none:
    out += "None";
    break;
  case kind::boolean:
    out += v.as_bool() ? "True" : "False";
    break;
  case kind::integer:
    append_int(out, v.as_int());
    break;
  case kind::real:
    append_real(out, v.as_real());
    break;
  case kind::big_integer:
    out += v.as_string();
    break;
  case kind::string:
    append_repr(out, v.as_string());
    break;
  case kind::bytes:
    append_bytes_repr(out, v.as_string());
    break;
  case kind::list: {
    bool set = v.subtype() == subtype::set;
    if (set && v.as_list().empty()) {
      out += "set()";
      break;
    }
    out += set ? '{' : '[';
    append_sequence(out, v.as_list());
    out += set ? '}' : ']';
    break;
  }
  case kind::tuple:
    out += '(';
    append_sequence(out, v.as_list());
    out += v.as_list().size() == 1 ? ",)" : ")";
    break;
  case kind::dict:
    append_dict(out, v.as_dict());
    break;
  case kind::date: {
    auto d = v.as_date();
    out += "datetime.date(";
    append_int(out, d.year);
    out += ", ";
    append_int(out, d.month);
    out += ", ";
    append_int(out, d.day);
    out += ')';
    break;
  }
  case kind::datetime:
    append_datetime_repr(out, v.as_datetime());
    break;
  case kind::timedelta:
    append_delta_repr(out, v.as_timedelta());
    break;
  case kind::range:
    append_range(out, v.as_range());
    break;
  case kind::undefined:
    out += "AnsibleUndefined";
    break;
  case kind::object:
    out += '<';
    out += type_name(v);
    out += '>';
    break;
  }
}

std::string to_str(const value& v) {
  std::string out;
  switch (v.kind()) {
  case kind::string:
    out = v.as_string();
    break;
  case kind::date:
    append_iso_day(out, v.as_date());
    break;
  case kind::datetime:
    append_iso(out, v.as_datetime());
    break;
  case kind::timedelta:
    append_delta(out, v.as_timedelta());
    break;
  default:
    append_repr(out, v);
  }
  return out;
}

std::string to_repr(const value& v) {
  std::string out;
  append_repr(out, v);
  return out;
}

} // namespace mito::core
