#pragma once
/// The one place that lists every family of functions.
#include <span>

#include "templating/functions.hpp"

namespace mito::templating {

using function_table = std::span<const function_def>;

// filters/*.cpp
extern const function_table string_filters, list_filters, select_filters, dict_filters, set_filters,
    math_filters, regex_filters, path_filters, date_filters, hash_filters, json_filters, yaml_filters,
    url_filters, random_filters, pprint_filters,
    vault_filters, urlize_filters;
// tests_*.cpp
extern const function_table jinja_tests, ansible_tests, file_tests;
// globals.cpp
extern const function_table global_functions;

std::span<const function_table> all_filters();
std::span<const function_table> all_tests();
std::span<const function_table> all_globals();

} // namespace mito::templating
