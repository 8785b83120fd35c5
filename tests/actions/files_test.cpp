#define CAF_SUITE actions.files
#include "helpers.hpp"

using namespace actions_test;

namespace {

/// SHA-1 of "hello\n".
constexpr const char* hello_sum = "f572d396fae9206628714fb2ce00f72e94f2258f";

/// Calls until the action is over: "module path" each; every one is answered with success.
std::string calls(stage& s) {
  std::string out;
  while (!s.over()) {
    auto& c = s.call();
    auto& where = c.args["dest"].is_none() ? c.args["path"] : c.args["dest"];
    out += c.module + (c.args["state"].is_none() ? "" : ":" + core::to_str(c.args["state"])) + " " + core::to_str(where) + "\n";
    s.answer(R"({"changed": true})");
    CAF_REQUIRE(out.size() < 100000);
  }
  return out;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(files, stage)

CAF_TEST(small content travels with the only request) {
  start("copy", R"({"content": "hello\n", "dest": "/x", "mode": "0600"})");
  CAF_CHECK_EQUAL(call().module, "copy");
  CAF_CHECK_EQUAL(call().blob.value_or("(none)"), "hello\n");
  CAF_CHECK_EQUAL(std::string(call().args.text("checksum")), hello_sum);
  CAF_CHECK_EQUAL(std::string(call().args.text("mode")), "0600");
  CAF_CHECK(!call().args.as_dict().contains("content"));
  answer(R"({"changed": true, "dest": "/x"})");
  CAF_CHECK(over());
  CAF_CHECK(result()["changed"].truthy());
}

CAF_TEST(content that is no text is sent as JSON) {
  start("copy", R"({"content": {"a": [1, "\u00e4"]}, "dest": "/x"})");
  CAF_CHECK_EQUAL(call().blob.value_or(""), R"({"a": [1, "\u00e4"]})");
}

CAF_TEST(a large file is sent only when the target wants it) {
  std::string text(100000, 'x');
  write("files/big", text);
  start("copy", R"({"src": "big", "dest": "/folder"})");
  CAF_CHECK(!call().blob && call().upload_path.empty());
  auto sum = std::string(call().args.text("checksum"));
  answer(R"({"_mito_need_content": true, "dest": "/folder/big"})");
  CAF_CHECK_EQUAL(call().upload_path, folder + "/files/big");
  CAF_CHECK_EQUAL(std::string(call().args.text("dest")), "/folder/big");
  CAF_CHECK_EQUAL(std::string(call().args.text("checksum")), sum);
  answer(R"({"changed": true, "dest": "/folder/big"})");
  CAF_CHECK(over());
  // Equal already: one call.
  start("copy", R"({"src": "big", "dest": "/folder"})");
  answer(R"({"changed": false, "path": "/folder/big"})");
  CAF_REQUIRE(over());
  CAF_CHECK_EQUAL(std::string(result().text("dest")), "/folder/big");
}

CAF_TEST(a target that wants the content twice does not get it twice) {
  write("files/big", std::string(100000, 'x'));
  start("copy", R"({"src": "big", "dest": "/x"})");
  answer(R"({"_mito_need_content": true})");
  answer(R"({"_mito_need_content": true})");
  CAF_CHECK(over());
}

CAF_TEST(check mode and diff go along) {
  check = diff = true;
  start("copy", R"({"content": "x", "dest": "/x"})");
  CAF_CHECK(call().check && call().diff);
}

CAF_TEST(what copy cannot do it says at once) {
  start("copy", R"({"dest": "/x"})");
  CAF_CHECK(failed());
  start("copy", R"({"content": "x"})");
  CAF_CHECK(failed());
  start("copy", R"({"content": "x", "src": "y", "dest": "/x"})");
  CAF_CHECK(failed());
  start("copy", R"({"content": "x", "dest": "/folder/"})");
  CAF_CHECK(failed());
  start("copy", R"({"src": "nowhere", "dest": "/x"})");
  CAF_CHECK(failed());
  CAF_CHECK(msg().find("nowhere") != std::string::npos);
  CAF_CHECK(msg().find(folder + "/files/nowhere") != std::string::npos);
}

CAF_TEST(remote_src sends nothing) {
  start("copy", R"({"src": "/there", "dest": "/x", "remote_src": true})");
  CAF_CHECK_EQUAL(call().module, "copy");
  CAF_CHECK(!call().blob && call().upload_path.empty());
  answer(R"({"changed": true})");
  CAF_CHECK(over());
}

CAF_TEST(a folder makes its folders before its files) {
  write("files/tree/a", "1");
  write("files/tree/sub/b", "2");
  start("copy", R"({"src": "tree", "dest": "/to"})");
  auto seen = calls(*this);
  for (auto part : {"file:directory /to/tree\n", "file:directory /to/tree/sub\n", "copy /to/tree/a\n", "copy /to/tree/sub/b\n"})
    CAF_CHECK(seen.find(part) != std::string::npos);
  CAF_CHECK(seen.find("directory /to/tree/sub\n") < seen.find("copy /to/tree/sub/b\n"));
  CAF_CHECK(result()["changed"].truthy());
  // With a slash at its end the folder's content, not the folder.
  start("copy", R"({"src": "tree/", "dest": "/to/"})");
  seen = calls(*this);
  CAF_CHECK(seen.find("copy /to/a\n") != std::string::npos);
  CAF_CHECK(seen.find("/to/tree") == std::string::npos);
}

CAF_TEST(a folder stops at the first failure) {
  write("files/tree/a", "1");
  write("files/tree/b", "2");
  start("copy", R"({"src": "tree/", "dest": "/to"})");
  while (!over() && call().module != "copy") answer(R"({"changed": true})");
  answer(R"({"failed": true, "msg": "disk full"})");
  CAF_REQUIRE(over());
  CAF_CHECK(failed());
  CAF_CHECK_EQUAL(msg(), "disk full");
}

CAF_TEST(a link that leads in a circle ends) {
  write("files/tree/a", "1");
  std::filesystem::create_directory_symlink("..", folder + "/files/tree/loop");
  start("copy", R"({"src": "tree/", "dest": "/to", "local_follow": true})");
  std::size_t count = 0;
  while (!over() && count < 5000) {
    answer(R"({"changed": false})");
    ++count;
  }
  CAF_CHECK(over());
  start("copy", R"({"src": "tree/", "dest": "/to", "local_follow": false})");
  CAF_CHECK(calls(*this).find("file:link /to/loop\n") != std::string::npos);
}

CAF_TEST(mode preserve takes the mode of the file) {
  write("files/f", "x");
  std::filesystem::permissions(folder + "/files/f", std::filesystem::perms(0640));
  start("copy", R"({"src": "f", "dest": "/x", "mode": "preserve"})");
  CAF_CHECK_EQUAL(std::string(call().args.text("mode")), "0640");
}

CAF_TEST(a template is rendered and sent) {
  write("templates/t.j2", "a={{ a }}\n{% if b %}\nyes\n{% endif %}\n");
  start("template", R"({"src": "t.j2", "dest": "/x", "owner": "root"})", R"({"a": 1, "b": true})");
  CAF_CHECK_EQUAL(call().module, "copy");
  CAF_CHECK_EQUAL(call().blob.value_or(""), "a=1\nyes\n");
  CAF_CHECK_EQUAL(std::string(call().args.text("owner")), "root");
  answer(R"({"changed": true})");
  CAF_CHECK(result()["changed"].truthy());
}

CAF_TEST(a template knows its file and its dialect) {
  write("templates/t.j2", "{{ template_path }} {{ template_host is defined }}\r\n");
  start("template", R"({"src": "t.j2", "dest": "/x"})");
  CAF_CHECK(call().blob.value_or("").find("t.j2 True") != std::string::npos);
  write("templates/n.j2", "a\nb\n");
  start("template", R"({"src": "n.j2", "dest": "/x", "newline_sequence": "\\r\\n"})");
  CAF_CHECK_EQUAL(call().blob.value_or(""), "a\r\nb\r\n");
}

CAF_TEST(a template that is broken or missing fails before anything is sent) {
  write("templates/t.j2", "{{ missing }}");
  start("template", R"({"src": "t.j2", "dest": "/x"})");
  CAF_CHECK(failed());
  CAF_CHECK(msg().find("'missing' is undefined") != std::string::npos);
  write("templates/bad.j2", "{% if %}");
  start("template", R"({"src": "bad.j2", "dest": "/x"})");
  CAF_CHECK(failed());
  start("template", R"({"src": "none.j2", "dest": "/x"})");
  CAF_CHECK(failed());
  start("template", R"({"src": "t.j2"})");
  CAF_CHECK(failed());
  write("templates/latin.j2", "\xe4");
  start("template", R"({"src": "latin.j2", "dest": "/x"})");
  CAF_CHECK(failed());
}

CAF_TEST(facts gathered by name and as a task) {
  start("gather_facts", R"({"gather_subset": ["min"]})");
  CAF_CHECK_EQUAL(call().module, "setup");
  answer(R"({"ansible_facts": {"ansible_os": "x"}})");
  CAF_CHECK(result()["ansible_facts"]["_ansible_facts_gathered"].truthy());
  CAF_CHECK_EQUAL(std::string(result()["ansible_facts"].text("ansible_os")), "x");
  start("gather_facts", "{}");
  answer(R"({"failed": true, "msg": "no"})");
  CAF_CHECK(failed());
  CAF_CHECK(result()["failed_modules"].as_dict().contains("ansible.legacy.setup"));
  start("gather_facts", "{}");
  answer(R"({"unreachable": true, "msg": "gone"})");
  CAF_CHECK(result()["unreachable"].truthy());
  start("setup", "{}");
  answer(R"({"ansible_facts": {}})");
  CAF_CHECK(result()["_ansible_verbose_override"].truthy());
}

CAF_TEST(files are looked for where Ansible looks) {
  write("files/f", "1");
  write("g", "2");
  start("debug", "{}");
  auto found = actions::find_file(*context, "files", "f");
  CAF_CHECK_EQUAL(found ? *found : "", folder + "/files/f");
  found = actions::find_file(*context, "files", "g");
  CAF_CHECK_EQUAL(found ? *found : "", folder + "/g");
  found = actions::find_file(*context, "files", folder + "/g");
  CAF_CHECK_EQUAL(found ? *found : "", folder + "/g");
  CAF_CHECK(!actions::find_file(*context, "files", "/nonexistent/x"));
}

CAF_TEST_FIXTURE_SCOPE_END()
