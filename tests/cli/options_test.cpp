#define CAF_SUITE cli.options
#include <caf/test/unit_test.hpp>

#include <algorithm>

#include "cli/option_table.hpp"

using namespace mito::cli;

namespace {

using strings = std::vector<std::string>;

/// "-i,--inventory" → {"-i", "--inventory"}.
strings names_of(const option& o) {
  strings out;
  std::string all(o.names);
  for (std::size_t at = 0; at <= all.size();) {
    auto end = std::min(all.find(',', at), all.size());
    out.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// By which `parsed` knows it.
std::string key_of(const option& o) {
  auto last = names_of(o).back();
  return last.substr(last.find_first_not_of('-'));
}

bool has_word(const std::string& text, const std::string& word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    auto after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    auto before = at > 0 ? text[at - 1] : ' ';
    if (!std::isalnum(static_cast<unsigned char>(after)) && after != '-' && before != '-') return true;
  }
  return false;
}

parse_outcome good(const strings& arguments) {
  auto p = parse(run_command, arguments);
  if (!p.error.empty()) CAF_FAIL(p.error);
  return p;
}

} // namespace

CAF_TEST(every option of every command is understood under each of its names) {
  for (auto* c : all_commands())
    for (auto& o : c->options)
      for (auto& name : names_of(o)) {
        strings line{name};
        if (!o.value.empty()) line.push_back("value");
        auto p = parse(*c, line);
        if (o.refused) {
          CAF_CHECK_EQUAL(p.error, "--" + key_of(o) + " is not supported yet");
          continue;
        }
        CAF_CHECK_EQUAL(name + ": " + p.error, name + ": ");
        CAF_CHECK(p.values.has(key_of(o)));
        CAF_CHECK_EQUAL(p.values.last(key_of(o)), o.value.empty() ? "" : "value");
        CAF_CHECK(p.values.positional.empty());
      }
}

CAF_TEST(every value can be joined to its option) {
  for (auto* c : all_commands())
    for (auto& o : c->options) {
      if (o.refused || o.value.empty()) continue;
      for (auto& name : names_of(o)) {
        auto p = parse(*c, {name.starts_with("--") ? name + "=v=w" : name + "v=w"});
        CAF_CHECK_EQUAL(p.error + p.values.last(key_of(o)), "v=w");
      }
    }
}

CAF_TEST(an option that lacks its value is an error that names it) {
  for (auto* c : all_commands())
    for (auto& o : c->options) {
      if (o.value.empty()) continue;
      auto error = parse(*c, {names_of(o).back()}).error;
      auto names = names_of(o);
      CAF_CHECK(std::any_of(names.begin(), names.end(), [&](auto& n) { return error.find(n) != std::string::npos; }));
    }
}

CAF_TEST(options that may be repeated keep their order) {
  auto p = good({"-i", "a", "site.yml", "-i", "b,", "-e", "x=1", "-e", "@f"});
  CAF_CHECK(p.values.all("inventory") == strings({"a", "b,"}));
  CAF_CHECK(p.values.all("extra-vars") == strings({"x=1", "@f"}));
  CAF_CHECK(p.values.positional == strings({"site.yml"}));
}

CAF_TEST(flags are counted and can be joined) {
  CAF_CHECK_EQUAL(good({"-vvv"}).values.count("verbose"), 3);
  CAF_CHECK_EQUAL(good({"-v", "--verbose"}).values.count("verbose"), 2);
  auto p = good({"-CDb", "a.yml"});
  CAF_CHECK(p.values.has("check") && p.values.has("diff") && p.values.has("become"));
  CAF_CHECK_EQUAL(good({"a.yml"}).values.count("verbose"), 0);
}

CAF_TEST(the last of a single value wins) {
  CAF_CHECK_EQUAL(good({"-f", "3", "--forks", "7"}).values.last("forks"), "7");
  CAF_CHECK_EQUAL(good({}).values.last("forks", "5"), "5");
}

CAF_TEST(values are taken as they stand) {
  CAF_CHECK_EQUAL(good({"-e", R"({"a": [1, 2], "b": "x,y"})"}).values.last("extra-vars"), R"({"a": [1, 2], "b": "x,y"})");
  CAF_CHECK_EQUAL(good({"-e", "[1,2]"}).values.last("extra-vars"), "[1,2]");
  CAF_CHECK_EQUAL(good({"--ssh-common-args", "-o ProxyJump=a -C"}).values.last("ssh-common-args"), "-o ProxyJump=a -C");
  CAF_CHECK_EQUAL(good({"-l", "!web1:&b"}).values.last("limit"), "!web1:&b");
  CAF_CHECK(good({"-l", ""}).values.has("limit"));
  CAF_CHECK_EQUAL(good({"-e", "a=\"b c\" d='e'"}).values.last("extra-vars"), "a=\"b c\" d='e'");
}

CAF_TEST(playbooks stand anywhere) {
  CAF_CHECK(good({"a.yml", "-C", "b.yml"}).values.positional == strings({"a.yml", "b.yml"}));
  CAF_CHECK(good({"-C", "--", "-odd.yml"}).values.positional == strings({"-odd.yml"}));
  CAF_CHECK(good({"[a].yml"}).values.positional == strings({"[a].yml"}));
}

CAF_TEST(what is not known is named) {
  CAF_CHECK(parse(run_command, {"--nonsense"}).error.find("--nonsense") != std::string::npos);
  CAF_CHECK(parse(run_command, {"-Z"}).error.find("-Z") != std::string::npos);
  CAF_CHECK(parse(run_command, {"--chek", "a.yml"}).error.find("--chek") != std::string::npos);
}

CAF_TEST(help wins over what else is wrong) {
  CAF_CHECK(parse(run_command, {"--help"}).help);
  CAF_CHECK(parse(run_command, {"-h", "a.yml", "-C"}).help);
}

CAF_TEST(help man page and completion tell of every option and hide what is refused) {
  auto completion = bash_completion(all_commands());
  for (auto* c : all_commands()) {
    auto help = help_text(*c), man = man_page(*c);
    auto plain_man = man;
    plain_man.erase(std::remove(plain_man.begin(), plain_man.end(), '\\'), plain_man.end());
    auto known = help.substr(0, help.find("not supported yet"));
    for (auto& o : c->options) {
      auto name = names_of(o).back();
      CAF_CHECK_EQUAL(name + (o.refused || has_word(help, name) ? "" : " not in help"), name);
      CAF_CHECK_EQUAL(name + (o.refused == has_word(plain_man, name) ? " not in man" : ""), name);
      CAF_CHECK_EQUAL(name + (o.refused == has_word(completion, name) ? " not in completion" : ""), name);
      if (!o.refused) CAF_CHECK(!o.help.empty() && !o.group.empty());
    }
    CAF_CHECK(help.starts_with("usage: mito-actor " + std::string(c->name)));
    CAF_CHECK(help.find(std::string(c->examples)) != std::string::npos);
    CAF_CHECK(man.starts_with(".TH MITO-ACTOR-"));
    CAF_CHECK(man.find(".SH EXIT STATUS\n") != std::string::npos);
  }
}

CAF_TEST(help fits a terminal) {
  for (auto* c : all_commands()) {
    auto help = help_text(*c);
    help = help.substr(0, help.find("\nexamples:"));
    std::string too_long;
    for (std::size_t at = 0; at < help.size();) {
      auto end = std::min(help.find('\n', at), help.size());
      if (end - at > 104) too_long += help.substr(at, end - at) + "\n";
      at = end + 1;
    }
    CAF_CHECK_EQUAL(too_long, "");
  }
}

CAF_TEST(names are not given twice) {
  for (auto* c : all_commands()) {
    strings seen{"-h", "--help"};
    for (auto& o : c->options)
      for (auto& name : names_of(o)) {
        CAF_CHECK(std::find(seen.begin(), seen.end(), name) == seen.end());
        seen.push_back(name);
      }
  }
}
