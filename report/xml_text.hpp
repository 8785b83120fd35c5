#pragma once
/// XML as Python's minidom pretty-prints it.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mito::report {

struct xml_element {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text; ///< of an element without children
  std::vector<xml_element> children;
};

/// With the declaration in front; one tab a level. Characters that XML cannot hold become U+FFFD.
std::string to_xml(const xml_element& root);

} // namespace mito::report
