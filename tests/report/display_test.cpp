#define CAF_SUITE report.display
#include <caf/test/unit_test.hpp>

#include <regex>

#include "screen.hpp"

using namespace mito;
using namespace mito::report;

CAF_TEST(a banner is filled with stars up to the width) {
  screen s;
  s.on->banner(" PLAY [a] ");
  s.on->banner("\u6f22\u5b57");
  s.on->banner(std::string(78, 'x'));
  CAF_CHECK_EQUAL(s.out.text(), "\nPLAY [a] " + std::string(71, '*') + "\n\n\u6f22\u5b57 " + std::string(75, '*') + "\n\n" +
                                  std::string(78, 'x') + " ***\n");
}

CAF_TEST(warnings are said once and folded) {
  screen s;
  for (int n = 0; n < 3; ++n) s.on->warning("something that is long enough to be folded because it does not fit into one line");
  CAF_CHECK_EQUAL(s.err.text(), "[WARNING]: something that is long enough to be folded because it does not fit\ninto one line\n");
  CAF_CHECK_EQUAL(s.out.text(), "");
}

CAF_TEST(deprecations name what removes them and when) {
  auto text = [](std::string_view v) { return deprecation_text(json(v)); };
  const std::string end = " Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.";
  CAF_CHECK_EQUAL(text(R"({"msg":"old thing"})"),
                  "[DEPRECATION WARNING]: old thing. This feature will be removed in a future release." + end);
  CAF_CHECK_EQUAL(text(R"({"msg":" old! ","version":"2.15","collection_name":"ansible.builtin"})"),
                  "[DEPRECATION WARNING]: old! This feature will be removed from ansible-core in version 2.15." + end);
  CAF_CHECK_EQUAL(text(R"({"msg":"old","date":"2030-01-01","version":"3","collection_name":"a.b"})"),
                  "[DEPRECATION WARNING]: old. This feature will be removed from a.b in a release after 2030-01-01." + end);
  screen s;
  s.on->deprecated(json(R"({"msg":"old thing"})"));
  s.on->deprecated(json(R"({"msg":"old thing"})"));
  // Folded lines keep their blanks here, as Ansible's do.
  CAF_CHECK_EQUAL(s.err.text(), "[DEPRECATION WARNING]: old thing. This feature will be removed in a future \nrelease. "
                                "Deprecation warnings can be disabled by setting \ndeprecation_warnings=False in ansible.cfg.\n");
  output_options quiet;
  quiet.deprecation_warnings = false;
  screen q(quiet);
  q.on->deprecated(json(R"({"msg":"old thing"})"));
  CAF_CHECK_EQUAL(q.err.text(), "");
}

CAF_TEST(the log has the text without colours and with a stamp) {
  output_options o;
  o.colors = palette(true);
  screen s(o);
  s.on->print("\ntwo\nlines", color::ok);
  s.on->print("not in the log", color::debug);
  s.on->print("on the screen only", color::none, where::screen_only);
  s.on->print("in the log only", color::none, where::log_only);
  CAF_CHECK_EQUAL(s.out.text(), "\033[0;32m\033[0m\n\033[0;32mtwo\033[0m\n\033[0;32mlines\033[0m\n"
                                "\033[1;30mnot in the log\033[0m\non the screen only\n");
  std::regex stamp("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} p=" + std::to_string(::getpid()) + " u=\\S+ n=ansible \\| ");
  CAF_CHECK_EQUAL(std::regex_replace(s.log.text(), stamp, "STAMP "), "STAMP two\nlines\nSTAMP in the log only\n");
}

CAF_TEST(verbose text can go to stderr) {
  output_options o;
  screen out(o);
  out.on->verbose("v");
  o.verbose_to_stderr = true;
  screen err(o);
  err.on->verbose("v");
  CAF_CHECK_EQUAL(out.out.text() + "|" + out.err.text(), "v\n|");
  CAF_CHECK_EQUAL(err.out.text() + "|" + err.err.text(), "|v\n");
}

CAF_TEST(errors are said once) {
  screen s;
  s.on->error("no such thing");
  s.on->error("no such thing");
  CAF_CHECK_EQUAL(s.err.text(), "ERROR! no such thing\n");
}
