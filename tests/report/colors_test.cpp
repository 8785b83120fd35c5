#define CAF_SUITE report.colors
#include <caf/test/unit_test.hpp>

#include "report/colors.hpp"

using namespace mito::report;

CAF_TEST(names of colours) {
  CAF_CHECK_EQUAL(sgr_of("green").value_or("?"), "0;32");
  CAF_CHECK_EQUAL(sgr_of("bright purple").value_or("?"), "1;35");
  CAF_CHECK_EQUAL(sgr_of("normal").value_or("?"), "0");
  CAF_CHECK_EQUAL(sgr_of("color208").value_or("?"), "38;5;208");
  CAF_CHECK_EQUAL(sgr_of("rgb025").value_or("?"), "38;5;33");
  CAF_CHECK_EQUAL(sgr_of("gray7").value_or("?"), "38;5;239");
  for (auto bad : {"", "pink", "color", "rgb", "rgb029", "rgb02", "gray", "Green"}) CAF_CHECK(!sgr_of(bad));
}

CAF_TEST(colour is put on each line) {
  palette on(true), off;
  CAF_CHECK_EQUAL(on.paint("a\nb", color::ok), "\033[0;32ma\033[0m\n\033[0;32mb\033[0m");
  CAF_CHECK_EQUAL(on.paint("a", color::none), "a");
  CAF_CHECK_EQUAL(off.paint("a", color::ok), "a");
  CAF_CHECK(on.set(color::ok, "bright blue"));
  CAF_CHECK(!on.set(color::ok, "no colour"));
  CAF_CHECK_EQUAL(on.paint("a", color::ok), "\033[1;34ma\033[0m");
}

CAF_TEST(the log leaves out the debug colour) {
  palette p;
  CAF_CHECK(p.logged(color::ok));
  CAF_CHECK(p.logged(color::none));
  CAF_CHECK(!p.logged(color::debug));
  // Ansible tells by the colour's name: verbose comes after debug in its table, skip before it.
  CAF_CHECK(p.set(color::debug, "blue"));
  CAF_CHECK(p.logged(color::debug));
  CAF_CHECK(p.set(color::debug, "cyan"));
  CAF_CHECK(!p.logged(color::skip));
}
