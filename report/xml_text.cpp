#include "report/xml_text.hpp"

#include "core/text.hpp"

namespace mito::report {

namespace {

bool allowed(std::uint32_t c) { return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF); }

void append_escaped(std::string& out, std::string_view s, bool attribute) {
  for (std::size_t at = 0; at < s.size();) {
    auto c = core::next_utf8(s, at).value_or(0xFFFD);
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\r':
      // A reader of XML takes either for a newline.
      if (attribute) out += '\r';
      else if (at >= s.size() || s[at] != '\n') out += '\n';
      break;
    default: core::append_utf8(out, allowed(c) ? c : 0xFFFD);
    }
  }
}

void append_element(std::string& out, const xml_element& e, std::size_t level) {
  out.append(level, '\t');
  out += '<' + e.name;
  for (auto& [name, value] : e.attributes) {
    out += ' ' + name + "=\"";
    append_escaped(out, value, true);
    out += '"';
  }
  if (e.text.empty() && e.children.empty()) {
    out += "/>\n";
    return;
  }
  out += '>';
  if (e.children.empty()) {
    append_escaped(out, e.text, false);
  } else {
    out += '\n';
    for (auto& child : e.children) append_element(out, child, level + 1);
    out.append(level, '\t');
  }
  out += "</" + e.name + ">\n";
}

} // namespace

std::string to_xml(const xml_element& root) {
  std::string out = "<?xml version=\"1.0\" ?>\n";
  append_element(out, root, 0);
  return out;
}

} // namespace mito::report
