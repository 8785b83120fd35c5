#include "templating/tables.hpp"

namespace mito::templating {

std::span<const function_table> all_filters() {
  static const function_table tables[] = {string_filters, list_filters,   select_filters, dict_filters,
                                          set_filters,    math_filters,   regex_filters,  path_filters,
                                          date_filters,   hash_filters,   json_filters,   yaml_filters,
                                          url_filters,    random_filters, pprint_filters, vault_filters,
                                          urlize_filters};
  return tables;
}

std::span<const function_table> all_tests() {
  static const function_table tables[] = {jinja_tests, ansible_tests, file_tests};
  return tables;
}

std::span<const function_table> all_globals() {
  static const function_table tables[] = {global_functions};
  return tables;
}

} // namespace mito::templating
