#define CAF_SUITE agent.decimal
#include <caf/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "agent/image/decimal.hpp"

using namespace mito::image;

namespace {

std::string own(double v, int precision, bool exponential) {
  char text[1024];
  return {text, format_double(text, v, precision, exponential)};
}

std::string reference(double v, int precision, bool exponential) {
  char text[1024];
  std::snprintf(text, sizeof text, exponential ? "%.*e" : "%.*f", precision, v);
  return text;
}

double own_parse(const std::string& s) {
  const char* end;
  return parse_double(s.c_str(), &end);
}

constexpr double special[] = {0.0, -0.0, 1, 0.1, 0.5, 1.5, 2.5, 9.5, 0.95, 999999.5, 1e22, 1e23, 5e-324, 2.2250738585072014e-308,
                              1.7976931348623157e308, 1700000000.1234567, 123456789012345678.0, 0.000123456789};

/// Any finite double, all exponents alike.
double any_double(std::mt19937_64& random) {
  for (;;) {
    double v;
    std::uint64_t bits = random();
    std::memcpy(&v, &bits, sizeof v);
    if (v - v == 0) return v;
  }
}

} // namespace

CAF_TEST(formats as the C library) {
  std::mt19937_64 random(1);
  for (double v : special)
    for (int p : {0, 1, 3, 6, 16, 17}) {
      CAF_CHECK_EQUAL(own(v, p, true), reference(v, p, true));
      CAF_CHECK_EQUAL(own(v, p, false), reference(v, p, false));
    }
  int wrong = 0;
  for (int i = 0; i < 5000; ++i) {
    double v = any_double(random);
    int p = static_cast<int>(random() % 20);
    wrong += own(v, p, true) != reference(v, p, true);
    double small = static_cast<double>(random() % 2000000000) / static_cast<double>(1 + random() % 1000);
    wrong += own(small, p, false) != reference(small, p, false);
  }
  CAF_CHECK_EQUAL(wrong, 0);
}

CAF_TEST(reads the nearest double) {
  std::mt19937_64 random(2);
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    double v = any_double(random);
    int p = static_cast<int>(random() % 20);
    std::string text = reference(v, p, true);
    wrong += own_parse(text) != std::strtod(text.c_str(), nullptr);
  }
  for (double v : special) wrong += own_parse(reference(v, 20, true)) != v;
  for (std::string text : {"9007199254740993", "9007199254740992.99999", "0.3", "1e400", "-1e-400", "2.4703282292062327e-324",
                           "2.4703282292062328e-324", "1.7976931348623159e308", "00012.5e+1", "1e", "12.", ".5", "-0"})
    wrong += own_parse(text) != std::strtod(text.c_str(), nullptr);
  CAF_CHECK_EQUAL(wrong, 0);
}

CAF_TEST(says where the number ends) {
  const char* text = "-12.5e+x";
  const char* end;
  CAF_CHECK_EQUAL(parse_double(text, &end), -12.5);
  CAF_CHECK_EQUAL(end - text, 5);
  parse_double("x", &end);
  CAF_CHECK_EQUAL(std::string(end), "x");
}
