#define CAF_SUITE templating.encrypted
#include <caf/test/unit_test.hpp>

#include "core/encrypted.hpp"
#include "helpers.hpp"

using namespace mito;
using namespace mito::templating_tests;

namespace {

/// Stands for a vault: counts how often it is opened.
class sealed final : public core::encrypted_text {
public:
  sealed(std::string text, int& opened, bool fits) : text_(std::move(text)), opened_(opened), fits_(fits) {}
  core::expected<core::value> plaintext() const override {
    ++opened_;
    if (fits_) return core::value(text_);
    core::error e("Decryption failed");
    e.what().category = "vault";
    return e;
  }
  std::string_view ciphertext() const noexcept override { return "$ANSIBLE_VAULT;1.1;AES256\n3132\n"; }
  const core::location& where() const noexcept override { return where_; }

private:
  std::string text_;
  int& opened_;
  bool fits_;
  core::location where_;
};

struct fixture {
  core::value make(std::string text, bool fits = true) {
    return core::value::adopt(new sealed(std::move(text), opened, fits));
  }
  templating::dict_scope scope() {
    core::dict d;
    d.set("sec", make("hello {{ plain }}"));
    d.set("num", make("42"));
    d.set("bad", make("", false));
    d.set("d", core::dict{{core::value("a"), core::value(1)}, {core::value("b"), make("in dict")}});
    d.set("both", core::dict{{core::value("a"), core::value(1)}, {core::value("b"), make("", false)}});
    d.set("list", core::list{make("b"), make("a")});
    d.set("plain", core::value("x"));
    return templating::dict_scope(std::move(d));
  }
  std::string show(std::string_view expression, const templating::render_options& options = {}) {
    opened = 0;
    templating::templar t;
    auto vars = scope();
    return outcome(t.render(core::value("{{ " + std::string(expression) + " }}", core::trust::source), vars, options));
  }
  /// The same with how often a text was opened.
  std::string counted(std::string_view expression) {
    auto out = show(expression);
    return out + " " + std::to_string(opened);
  }
  int opened = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(encrypted, fixture)

CAF_TEST(an encrypted text is a string to whatever uses it) {
  // As ansible-core 2.14 renders them.
  for (auto [expression, wanted] : std::initializer_list<std::pair<const char*, const char*>>{
           {"sec", "'hello {{ plain }}'"},
           {"d", "{'a': 1, 'b': 'in dict'}"},
           {"num | int + 1", "'43'"},
           {"sec ~ 'x'", "'hello {{ plain }}x'"},
           {"sec + 'y'", "'hello {{ plain }}y'"},
           {"'y' + num", "'y42'"},
           {"num * 2", "'4242'"},
           {"'%s!' % num", "'42!'"},
           {"[sec, num] | join(',')", "'hello {{ plain }},42'"},
           {"sec | upper", "'HELLO {{ PLAIN }}'"},
           {"sec[0] ~ sec[1:3] ~ sec[-1]", "'hel}'"},
           {"sec.split(' ')[0]", "'hello'"},
           {"sec | length", "'17'"},
           {"d | to_json", "'{\"a\": 1, \"b\": \"in dict\"}'"},
           {"d == {'a': 1, 'b': 'in dict'}", "True"},
           {"num in ['42'] and '42' in [num] and '4' in num", "True"},
           {"num < '5' and not num < num", "True"},
           {"{num: 1}", "{'42': 1}"},
           {"{'42': 1}[num]", "'1'"},
           {"d.b | b64encode", "'aW4gZGljdA=='"},
           {"list | sort", "['a', 'b']"},
           {"list | map('upper') | list", "['B', 'A']"},
           {"[num, num] | unique", "['42']"},
           {"num | list", "['4', '2']"},
           {"[d] | selectattr('b', 'equalto', 'in dict') | map(attribute='b') | list", "['in dict']"},
           {"d | dict2items | items2dict", "{'a': 1, 'b': 'in dict'}"},
           {"d | combine({'c': num})", "{'a': 1, 'b': 'in dict', 'c': '42'}"},
           {"num if num else 'no'", "'42'"},
           {"num is match('4') and num is version('41', '>')", "True"},
           {"num | regex_replace('4', '5')", "'52'"},
           {"num.data", "'42'"},
       })
    CAF_CHECK_EQUAL(std::string(expression) + ": " + show(expression), std::string(expression) + ": " + wanted);
}

CAF_TEST(but tests of types tell it from one) {
  CAF_CHECK_EQUAL(show("num is vault_encrypted"), "True");
  CAF_CHECK_EQUAL(show("d.b is vault_encrypted"), "True");
  CAF_CHECK_EQUAL(show("d is vault_encrypted or plain is vault_encrypted"), "False");
  CAF_CHECK_EQUAL(show("num is string or num is mapping or num is number"), "False");
  CAF_CHECK_EQUAL(show("num is sequence and num is iterable and num is defined"), "True");
  CAF_CHECK_EQUAL(show("num | type_debug"), "'AnsibleVaultEncryptedUnicode'");
  CAF_CHECK_EQUAL(show("[num] | first | type_debug"), "'AnsibleVaultEncryptedUnicode'");
  CAF_CHECK_EQUAL(show("[d] | selectattr('b', 'vault_encrypted') | list | length"), "'1'");
  CAF_CHECK_EQUAL(show("num.is_encrypted()"), "True");
  CAF_CHECK_EQUAL(show("d | to_yaml"), "'a: 1\\nb: !vault |\\n  $ANSIBLE_VAULT;1.1;AES256\\n  3132\\n'");
}

CAF_TEST(what is not used stays shut) {
  CAF_CHECK_EQUAL(counted("both.a"), "'1' 0");
  CAF_CHECK_EQUAL(counted("bad is vault_encrypted and bad is defined"), "True 0");
  CAF_CHECK_EQUAL(counted("[bad] | length"), "'1' 0");
  CAF_CHECK_EQUAL(counted("[both] | map(attribute='a') | list"), "[1] 0");
  CAF_CHECK_EQUAL(counted("[both, d] | sort(attribute='a') | map(attribute='a') | list"), "[1, 1] 0");
  CAF_CHECK_EQUAL(counted("(both | combine({'b': 2})).b"), "'2' 0");
  CAF_CHECK_EQUAL(counted("both.get('a')"), "'1' 0");
  CAF_CHECK_EQUAL(counted("plain if plain else bad"), "'x' 0");
}

CAF_TEST(one that cannot be opened is an error where it is used) {
  for (auto* expression : {"bad", "[bad]", "both", "bad ~ 'x'", "bad | default('x')", "bad == 'x'", "bad | int", "[bad] | to_json",
                           "bad if bad else 1", "bad is truthy", "bad[0]", "bad.upper()", "bad in 'x'", "{bad: 1}", "[bad] | join",
                           "bad | default('q', true)"})
    CAF_CHECK_EQUAL(std::string(expression) + " " + show(expression), std::string(expression) + " vault: Decryption failed");
}

CAF_TEST(results are data and hold no encrypted text unless that is wanted) {
  templating::templar t;
  auto vars = scope();
  core::value raw = core::value(core::list{make("{{ plain }}"), core::value("{{ plain }}", core::trust::source)});
  auto out = t.render(raw, vars);
  CAF_REQUIRE(out.has_value());
  CAF_CHECK_EQUAL(core::to_repr(*out), "['{{ plain }}', 'x']");
  CAF_CHECK(!out->templated());
  templating::render_options keep;
  keep.keep_encrypted = true;
  auto kept = t.render(raw, vars, keep);
  CAF_REQUIRE(kept.has_value());
  CAF_CHECK(core::as_encrypted(kept->as_list()[0]) != nullptr);
  // What a template made of it is text all the same, and data.
  auto text = t.render(core::value("{{ sec }}", core::trust::source), vars, keep);
  CAF_REQUIRE(text.has_value());
  CAF_CHECK(text->is_string());
  CAF_CHECK(text->trust() == core::trust::data);
  auto shut = t.render(core::value(core::list{make("", false)}), vars);
  CAF_REQUIRE(!shut.has_value());
  CAF_CHECK_EQUAL(shut.error().what().category, "vault");
}

CAF_TEST(native mode gives the text) {
  templating::render_options native;
  native.native = true;
  CAF_CHECK_EQUAL(show("num", native), "'42'");
}

CAF_TEST(conditions) {
  templating::templar t;
  auto vars = scope();
  auto holds = t.condition(core::value("num == '42' and num is vault_encrypted", core::trust::source), vars);
  CAF_CHECK(holds.has_value() && *holds);
  // An encrypted condition is no expression: true when it has any text.
  CAF_CHECK(*t.condition(make("false"), vars));
  CAF_CHECK(!*t.condition(make(""), vars));
  CAF_CHECK(!t.condition(make("", false), vars).has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
