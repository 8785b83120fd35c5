#define CAF_SUITE modules.common
#include <caf/test/unit_test.hpp>

#include <sys/stat.h>

#include "modules/common/attributes.hpp"
#include "modules/common/digest.hpp"
#include "modules/common/glob.hpp"
#include "modules/common/regex.hpp"

using namespace mito::modules;

namespace {

/// "-" without a match, else the groups with ',' between them ('!' for one that took no part).
std::string groups(std::string_view pattern, std::string_view text) {
  regex r;
  if (std::string error = r.compile(pattern); !error.empty()) return "error: " + error;
  std::vector<regex::span> spans;
  if (!r.search(text, spans)) return "-";
  std::string out;
  for (auto& s : spans) {
    if (!out.empty()) out += ',';
    out += s.matched() ? std::string(text.substr(s.begin, s.end - s.begin)) : "!";
  }
  return out;
}

} // namespace

CAF_TEST(digests of the standards test vectors) {
  CAF_CHECK_EQUAL(digest_of(hash_kind::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
  CAF_CHECK_EQUAL(digest_of(hash_kind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  CAF_CHECK_EQUAL(digest_of(hash_kind::sha224, "abc"),
                  "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CAF_CHECK_EQUAL(digest_of(hash_kind::sha1, std::string(1'000'000, 'a')),
                  "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  CAF_CHECK_EQUAL(digest_of(hash_kind::sha1, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

CAF_TEST(a digest does not depend on how its data is cut) {
  std::string data(1000, 'q');
  for (std::size_t cut = 1; cut < 200; cut += 7) {
    digest d(hash_kind::sha512);
    for (std::size_t at = 0; at < data.size(); at += cut) d.add(std::string_view(data).substr(at, cut));
    CAF_CHECK_EQUAL(d.hex(), digest_of(hash_kind::sha512, data));
  }
}

CAF_TEST(regular expressions find what Python finds) {
  CAF_CHECK_EQUAL(groups("(a+)(b)?", "xaac"), "aa,!");
  CAF_CHECK_EQUAL(groups("(a|ab)(c|bcd)(d*)", "abcd"), "a,bcd,");
  CAF_CHECK_EQUAL(groups("(.*?)b", "aabab"), "aa");
  CAF_CHECK_EQUAL(groups("(.*)b", "aabab"), "aaba");
  CAF_CHECK_EQUAL(groups("^(b+)$", "a\nbb\nc"), "bb");
  CAF_CHECK_EQUAL(groups("\\A(b+)", "a\nbb"), "-");
  CAF_CHECK_EQUAL(groups("(\\bfoo\\b)", "a foo."), "foo");
  CAF_CHECK_EQUAL(groups("([^]a-c]{2,3})", "abdefg"), "def");
  CAF_CHECK_EQUAL(groups("(x*)*y", "xxxy"), "");
  CAF_CHECK_EQUAL(groups("(?i)(HeL+o)", "say hello"), "hello");
  CAF_CHECK_EQUAL(groups("a{,2}(b{1}){2}", "aabb"), "b");
  CAF_CHECK_EQUAL(groups("(a{x})", "a{x}"), "a{x}");
}

CAF_TEST(what the matcher does not know is an error and not a wrong answer) {
  for (const char* pattern :
       {"(a", "a)", "[a", "*a", "a**", "(?=a)", "(a)\\1", "a\\", "[b-a]", "a{3,2}", "\\q"})
    CAF_CHECK(groups(pattern, "a").starts_with("error: "));
}

CAF_TEST(a pattern that explodes gives up) {
  CAF_CHECK_EQUAL(groups("^(a|a)*$", std::string(40, 'a') + "b"), "-");
}

CAF_TEST(names match as fnmatch says) {
  CAF_CHECK(name_matches("*.t?t", "a.txt"));
  CAF_CHECK(name_matches("[a-c]x", "bx"));
  CAF_CHECK(!name_matches("[!a-c]x", "bx"));
  CAF_CHECK(name_matches("[]]", "]"));
  CAF_CHECK(name_matches("[", "["));
  CAF_CHECK(!name_matches("a*b", "ac"));
}

CAF_TEST(symbolic modes) {
  unsigned mode = 0;
  std::string error;
  CAF_CHECK(symbolic_mode("u=rwX,g=u-w,o=", S_IFREG | 0100644, mode, error));
  CAF_CHECK_EQUAL(mode, 0640u);
  CAF_CHECK(symbolic_mode("a+X", S_IFDIR | 0600, mode, error));
  CAF_CHECK_EQUAL(mode, 0711u);
  CAF_CHECK(!symbolic_mode("u+q", 0644, mode, error));
  CAF_CHECK_EQUAL(error, "bad symbolic permission for mode: u+q");
}
