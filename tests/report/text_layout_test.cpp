#define CAF_SUITE report.text_layout
#include <caf/test/unit_test.hpp>

#include "report/text_layout.hpp"

using namespace mito::report;

namespace {

struct wrapped {
  const char* text;
  unsigned columns;
  const char *lines, *with_blanks;
};

// Texts, and what Python 3.11's textwrap.wrap(text, columns) and wrap(…, drop_whitespace=False) make of them.
constexpr wrapped cases[] = {
    {"aaa bbb ccc", 7, "aaa bbb\nccc", "aaa bbb\n ccc"},
    {"[WARNING]: a long-winded, hyphen-ated text that-is-broken-at-hyphens only between letters a-b x1-y2", 30, "[WARNING]: a long-winded,\nhyphen-ated text that-is-\nbroken-at-hyphens only between\nletters a-b x1-y2", "[WARNING]: a long-winded, \nhyphen-ated text that-is-\nbroken-at-hyphens only between\n letters a-b x1-y2"},
    {"--option and -- dashes---here em--dash", 10, "--option\nand --\ndashes---\nhere em--\ndash", "--option \nand -- \ndashes---\nhere em--\ndash"},
    {"averyveryverylongwordthatfitsnoline and short", 12, "averyveryver\nylongwordtha\ntfitsnoline\nand short", "averyveryver\nylongwordtha\ntfitsnoline \nand short"},
    {"long-word-with-hyphens-beyond-the-width", 13, "long-word-\nwith-hyphens-\nbeyond-the-\nwidth", "long-word-\nwith-hyphens-\nbeyond-the-\nwidth"},
    {"two  blanks   kept\tand tabs\nnewlines", 12, "two  blanks\nkept\nand tabs\nnewlines", "two  blanks\n   kept\n      and \ntabs \nnewlines"},
    {"  leading blanks", 9, "  leading\nblanks", "  leading\n blanks"},
    {"", 10, "", ""},
    {"é漢字 wörter-über alles", 6, "é漢字 wö\nrter-\nüber\nalles", "é漢字 wö\nrter-\nüber \nalles"},
    {"http://example.com/some/path?query=value&other=value", 20, "http://example.com/s\nome/path?query=value\n&other=value", "http://example.com/s\nome/path?query=value\n&other=value"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaaaaa\naaaaaaaaaa\naaaaa", "aaaaaaaaaa\naaaaaaaaaa\naaaaa"},
    {"-----------------", 5, "-----\n-----\n-----\n--", "-----\n-----\n-----\n--"},
    {"ab-cd-ef-gh", 4, "ab-\ncd-\nef-\ngh", "ab-\ncd-\nef-\ngh"},
    {"x-y-z-word w-x", 4, "x-y-\nz-\nword\nw-x", "x-y-\nz-\nword\n w-x"},
    {"trailing   ", 20, "trailing", "trailing   "},
    {"don't \"quote--me\" now", 8, "don't\n\"quote--\nme\" now", "don't \n\"quote--\nme\" now"},
    {"  éabdb-1adcab  bcbd ", 1, " \né\na\nb\nd\nb\n-\n1\na\nd\nc\na\nb\nb\nc\nb\nd", " \n \né\na\nb\nd\nb\n-\n1\na\nd\nc\na\nb\n \n \nb\nc\nb\nd\n "},
    {"bcéé1a11 acad -  db1-dé b11éc-bdb1a1c", 8, "bcéé1a11\nacad -\ndb1-dé\nb11éc-\nbdb1a1c", "bcéé1a11\n acad -\n  db1-dé\n b11éc-\nbdb1a1c"},
    {"d -.1.--c cb1-d.-.-1bbd  - . aébd1---1.1.bb-", 8, "d -.1.--\nc cb1-\nd.-.-\n1bbd  -\n. aébd1\n---\n1.1.bb-", "d -.1.--\nc cb1-\nd.-.-\n1bbd  - \n. aébd1\n---\n1.1.bb-"},
    {"éba-é1é.- é-a.- 1b.ac- c  .b . d-  d- -é c b ", 3, "éba\n-é1\né.-\né-\na.-\n1b.\nac-\nc\n.b\n.\nd-\nd-\n-é\nc b", "éba\n-é1\né.-\n é-\na.-\n 1b\n.ac\n- c\n  \n.b \n. \nd-\n  \nd- \n-é \nc b\n "},
    {"éca.1 --a  d-11", 6, "éca.1\n--a\nd-11", "éca.1 \n--a  \nd-11"},
    {"d1ééa.éd ", 7, "d1ééa.é\nd", "d1ééa.é\nd "},
    {" b.é acbc. b-1aba1 db-1abc", 10, " b.é acbc.\nb-1aba1\ndb-1abc", " b.é acbc.\n b-1aba1 \ndb-1abc"},
    {" é--1-.bb....-b b--. dacd", 6, " é--1-\n.bb...\n.-b\nb--.\ndacd", " é--1-\n.bb...\n.-b \nb--. \ndacd"},
    {"dad-éb-d- ", 6, "dad-\néb-d-", "dad-\néb-d- "},
    {"cddd-éc1cc ccd.-aa-.-c1-.--bcbc.c-c.11a.é-ébéb c. ", 7, "cddd-\néc1cc c\ncd.-aa-\n.-c1-.\n--bcbc.\nc-\nc.11a.é\n-ébéb\nc.", "cddd-\néc1cc c\ncd.-aa-\n.-c1-.\n--bcbc.\nc-\nc.11a.é\n-ébéb \nc. "},
    {"-b . b   a 1.é 11.é- dd aaébd  cca-c-dc1-", 5, "-b .\nb   a\n1.é\n11.é-\ndd\naaébd\ncca-\nc-\ndc1-", "-b . \nb   a\n 1.é \n11.é-\n dd \naaébd\n  \ncca-\nc-\ndc1-"},
    {"  a-.é1d d d dda. 1a   .1bda-éddd.b", 15, "  a-.é1d d d\ndda. 1a\n.1bda-éddd.b", "  a-.é1d d d \ndda. 1a   \n.1bda-éddd.b"},
    {"acc-abd.dab.-1d1dc-.dd.dcd-dc.  b .-", 2, "ac\nc-\nab\nd.\nda\nb.\n-1\nd1\ndc\n-.\ndd\n.d\ncd\n-d\nc.\nb\n.-", "ac\nc-\nab\nd.\nda\nb.\n-1\nd1\ndc\n-.\ndd\n.d\ncd\n-d\nc.\n  \nb \n.-"},
    {"c bcé-b éé- - .cb . éc  d - c--b-a-d..a -d1", 5, "c\nbcé-b\néé- -\n.cb .\néc  d\n- c--\nb-a-\nd..a\n-d1", "c \nbcé-b\n éé- \n- .cb\n . éc\n  d -\n c--b\n-a-\nd..a \n-d1"},
    {"bbcbb--a -  é-  dd1.-b-a  b-aéb-b", 10, "bbcbb--a -\né-\ndd1.-b-a\nb-aéb-b", "bbcbb--a -\n  é-  \ndd1.-b-a  \nb-aéb-b"},
    {"b-b.a-d -1 adcb", 3, "b-\nb.a\n-d\n-1 \nadc\nb", "b-\nb.a\n-d \n-1 \nadc\nb"},
    {"a c-é-dc-.dé --a-", 1, "a\nc\n-\né\n-\nd\nc\n-\n.\nd\né\n-\n-\na\n-", "a\n \nc\n-\né\n-\nd\nc\n-\n.\nd\né\n \n-\n-\na\n-"},
    {"a", 12, "a", "a"},
    {"dcd.c.béé é.d d-cc-cé  -a abé-  a", 2, "dc\nd.\nc.\nbé\né \né.\nd \nd-\ncc\n-\ncé\n-a\nab\né-\na", "dc\nd.\nc.\nbé\né \né.\nd \nd-\ncc\n-\ncé\n  \n-a\n a\nbé\n-\n  \na"},
    {" dé-1c-a.  -.a---d-ca-c- a- b.-déccdab-b  1", 1, " \nd\né\n-\n1\nc\n-\na\n.\n-\n.\na\n-\n-\n-\nd\n-\nc\na\n-\nc\n-\na\n-\nb\n.\n-\nd\né\nc\nc\nd\na\nb\n-\nb\n1", " \nd\né\n-\n1\nc\n-\na\n.\n \n \n-\n.\na\n-\n-\n-\nd\n-\nc\na\n-\nc\n-\n \na\n-\n \nb\n.\n-\nd\né\nc\nc\nd\na\nb\n-\nb\n \n \n1"},
    {"a--écb1d é1 -. -1é adé d d", 13, "a--écb1d é1\n-. -1é adé d\nd", "a--écb1d é1 \n-. -1é adé d \nd"},
    {"1aé1éécbaa é-b .daéaédéc.-a.bddbé", 9, "1aé1éécba\na é-b .da\néaédéc.-\na.bddbé", "1aé1éécba\na é-b .da\néaédéc.-\na.bddbé"},
    {".-b-c", 12, ".-b-c", ".-b-c"},
    {"ccé.. b.é-a1éécb1 --é-11 a.a.-ébcé.-d-...bdc-b.a-", 8, "ccé.. b.\né-\na1éécb1\n--é-11 a\n.a.-\nébcé.-d-\n...bdc-\nb.a-", "ccé.. b.\né-\na1éécb1 \n--é-11 a\n.a.-\nébcé.-d-\n...bdc-\nb.a-"},
    {"d.- c", 15, "d.- c", "d.- c"},
    {"b1b d-- 1éd-b-", 4, "b1b\nd-- \n1éd-\nb-", "b1b \nd-- \n1éd-\nb-"},
    {". a a.é. -  - -b-a-- bca---b  1b", 6, ". a\na.é. -\n-\n-b-a--\nbca---\nb  1b", ". a \na.é. -\n  - \n-b-a--\n bca\n---b  \n1b"},
    {"-a-baé-é c- d-c- aé ddcba .1", 13, "-a-baé-é c-\nd-c- aé ddcba\n.1", "-a-baé-é c- \nd-c- aé ddcba\n .1"},
    {"é-.ad  . ", 6, "é-.ad\n.", "é-.ad\n  . "},
    {"--é- éc-.dé b é bcd", 15, "--é- éc-.dé b é\nbcd", "--é- éc-.dé b é\n bcd"},
    {"dc.-.  dccb -db-c--1ca   dc --a.", 5, "dc.-.\ndccb\n-db-c\n--1ca\ndc\n--a.", "dc.-.\n  \ndccb \n-db-c\n--1ca\n   dc\n --a."},
    {"- éddécb-c  é. -a a .1.ab d..cbc  déb", 14, "- éddécb-c  é.\n-a a .1.ab\nd..cbc  déb", "- éddécb-c  é.\n -a a .1.ab \nd..cbc  déb"},
    {"é.bdaa c1aé- é-dé bbb-d1c -c1aad-.--éc.dcdca é-", 1, "é\n.\nb\nd\na\na\nc\n1\na\né\n-\né\n-\nd\né\nb\nb\nb\n-\nd\n1\nc\n-\nc\n1\na\na\nd\n-\n.\n-\n-\né\nc\n.\nd\nc\nd\nc\na\né\n-", "é\n.\nb\nd\na\na\n \nc\n1\na\né\n-\n \né\n-\nd\né\n \nb\nb\nb\n-\nd\n1\nc\n \n-\nc\n1\na\na\nd\n-\n.\n-\n-\né\nc\n.\nd\nc\nd\nc\na\n \né\n-"},
    {"c.", 15, "c.", "c."},
    {"é b-cé -c.a- -é ca-dbc.c-cc.c--b1.1 c. éa1  ", 1, "é\nb\n-\nc\né\n-\nc\n.\na\n-\n-\né\nc\na\n-\nd\nb\nc\n.\nc\n-\nc\nc\n.\nc\n-\n-\nb\n1\n.\n1\nc\n.\né\na\n1", "é\n \nb\n-\nc\né\n \n-\nc\n.\na\n-\n \n-\né\n \nc\na\n-\nd\nb\nc\n.\nc\n-\nc\nc\n.\nc\n-\n-\nb\n1\n.\n1\n \nc\n.\n \né\na\n1\n \n "},
    {"a1  aa  .-bb -", 4, "a1\naa\n.-bb\n-", "a1  \naa  \n.-bb\n -"},
    {"éd.a-é --. b", 1, "é\nd\n.\na\n-\né\n-\n-\n.\nb", "é\nd\n.\na\n-\né\n \n-\n-\n.\n \nb"},
    {"-b- bd", 13, "-b- bd", "-b- bd"},
    {" -- ba.c-d.c--", 12, " --\nba.c-d.c--", " -- \nba.c-d.c--"},
    {"aé cé a a.ba-cb1----1a----a1éba", 14, "aé cé a a.ba-\ncb1----1a----\na1éba", "aé cé a a.ba-\ncb1----1a----\na1éba"},
};

} // namespace

CAF_TEST(text is folded as textwrap folds it) {
  for (auto& c : cases) {
    CAF_CHECK_EQUAL(wrap_text(c.text, c.columns), c.lines);
    CAF_CHECK_EQUAL(wrap_text(c.text, c.columns, false), c.with_blanks);
  }
}

CAF_TEST(width counts columns) {
  CAF_CHECK_EQUAL(text_width("abc"), 3u);
  CAF_CHECK_EQUAL(text_width("a\u4e2d\u6587"), 5u);
  CAF_CHECK_EQUAL(text_width("e\u0301"), 1u);
  CAF_CHECK_EQUAL(text_width("\U0001F389"), 2u);
  // With characters that cannot be printed, escape and the like take one back.
  CAF_CHECK_EQUAL(text_width("\033[0m"), 2u);
  CAF_CHECK_EQUAL(text_width("ab\a"), 2u);
  CAF_CHECK_EQUAL(text_width(""), 0u);
}

CAF_TEST(the locale of the program does not matter) {
  CAF_CHECK_EQUAL(point_width(0x4E2D), 2);
  CAF_CHECK_EQUAL(point_width(7), -1);
  CAF_CHECK_EQUAL(point_width(0x301), 0);
}
