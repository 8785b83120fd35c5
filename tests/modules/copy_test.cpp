#define CAF_SUITE modules.copy
#include <caf/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "modules/common/digest.hpp"
#include "modules/module.hpp"

using namespace mito;
using core::dict;
using core::value;
namespace fs = std::filesystem;

namespace {

struct tree {
  fs::path root;
  tree() {
    char name[] = "/tmp/mito-copy-XXXXXX";
    root = ::mkdtemp(name);
  }
  ~tree() { fs::remove_all(root); }

  std::string path(const std::string& name) const { return root / name; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(root / name) << text; }
  std::string read(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(root / name).rdbuf();
    return out.str();
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root), fs::directory_iterator()));
  }
};

std::string sum(std::string_view text) {
  return modules::digest_of(modules::hash_kind::sha1, text);
}

struct sent {
  dict args;
  std::string blob, upload;
  bool has_blob = false, check = false, diff = false;

  value run() const {
    value v(args);
    dict environment;
    return modules::find("copy")->run({v, check, diff, environment, blob, has_blob, upload, {}});
  }
};

sent content(const tree& t, const std::string& dest, const std::string& text) {
  sent s;
  s.args.set("dest", t.path(dest)).set("_original_basename", "source.txt").set("checksum", sum(text));
  return s;
}

sent blob(const tree& t, const std::string& dest, const std::string& text) {
  sent s = content(t, dest, text);
  s.blob = text;
  s.has_blob = true;
  return s;
}

} // namespace

CAF_TEST(content that differs is asked for and nothing is written) {
  tree t;
  t.write("a", "old");
  value v = content(t, "a", "new").run();
  CAF_CHECK(v.flag("_mito_need_content"));
  CAF_CHECK_EQUAL(v.text("dest"), t.path("a"));
  CAF_CHECK_EQUAL(t.read("a"), "old");
}

CAF_TEST(content that is there already only gets its attributes) {
  tree t;
  t.write("a", "same");
  fs::permissions(t.root / "a", fs::perms::owner_read);
  sent s = content(t, "a", "same");
  s.args.set("mode", "0640");
  value v = s.run();
  CAF_CHECK(v.flag("changed"));
  CAF_CHECK_EQUAL(v.text("mode"), "0640");
  CAF_CHECK_EQUAL(v.text("path"), t.path("a"));
  CAF_CHECK_EQUAL(v.text("dest"), t.path("a"));
  CAF_CHECK_EQUAL(v.text("checksum"), sum("same"));
  CAF_CHECK(!s.run().flag("changed"));
}

CAF_TEST(a blob takes the place of a file and keeps its mode) {
  tree t;
  t.write("a", "old");
  fs::permissions(t.root / "a", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  value v = blob(t, "a", "new").run();
  CAF_CHECK(v.flag("changed"));
  CAF_CHECK(!v.flag("failed"));
  CAF_CHECK_EQUAL(t.read("a"), "new");
  CAF_CHECK_EQUAL(v.text("mode"), "0640");
  CAF_CHECK_EQUAL(v.text("checksum"), sum("new"));
  CAF_CHECK_EQUAL(v.text("md5sum"), modules::digest_of(modules::hash_kind::md5, "new"));
  CAF_CHECK_EQUAL(v["diff"].as_list().size(), 0u);
  CAF_CHECK_EQUAL(t.entries(), 1u);
}

CAF_TEST(an upload is renamed into place) {
  tree t;
  t.write(".upload", "new");
  sent s = content(t, "a", "new");
  s.upload = t.path(".upload");
  CAF_CHECK(s.run().flag("changed"));
  CAF_CHECK_EQUAL(t.read("a"), "new");
  CAF_CHECK_EQUAL(t.entries(), 1u);
}

CAF_TEST(an upload whose content is not what was promised is removed and the destination stays) {
  tree t;
  t.write("a", "old");
  t.write(".upload", "damaged");
  sent s = content(t, "a", "new");
  s.upload = t.path(".upload");
  value v = s.run();
  CAF_CHECK(v.flag("failed"));
  CAF_CHECK_EQUAL(v.text("msg"), "Copied file does not match the expected checksum. Transfer failed.");
  CAF_CHECK_EQUAL(v.text("expected_checksum"), sum("new"));
  CAF_CHECK_EQUAL(t.read("a"), "old");
  CAF_CHECK_EQUAL(t.entries(), 1u);
}

CAF_TEST(a directory gets a file of the original name and a slash makes directories) {
  tree t;
  fs::create_directory(t.root / "dir");
  value v = blob(t, "dir", "x").run();
  CAF_CHECK_EQUAL(v.text("dest"), t.path("dir/source.txt"));
  CAF_CHECK_EQUAL(t.read("dir/source.txt"), "x");
  v = blob(t, "new/deep/", "x").run();
  CAF_CHECK_EQUAL(v.text("dest"), t.path("new/deep/source.txt"));
  CAF_CHECK_EQUAL(t.read("new/deep/source.txt"), "x");
  sent s = blob(t, "dir", "x");
  s.args.erase("_original_basename");
  v = s.run();
  CAF_CHECK_EQUAL(v.text("msg"), "can not use content with a dir as dest");
}

CAF_TEST(a missing parent is told before any content is sent) {
  tree t;
  value v = content(t, "none/a", "x").run();
  CAF_CHECK(v.flag("failed"));
  CAF_CHECK_EQUAL(v.text("msg"), "Destination directory " + t.path("none") + " does not exist");
}

CAF_TEST(force no leaves an existing file alone) {
  tree t;
  t.write("a", "old");
  sent s = blob(t, "a", "new");
  s.args.set("force", false);
  CAF_CHECK(!s.run().flag("changed"));
  CAF_CHECK_EQUAL(t.read("a"), "old");
}

CAF_TEST(check mode answers changed and writes nothing) {
  tree t;
  t.write("a", "old");
  sent s = content(t, "a", "new");
  s.check = s.diff = true;
  value v = s.run();
  CAF_CHECK(v.flag("changed"));
  CAF_CHECK_EQUAL(v["diff"].as_list().size(), 1u);
  CAF_CHECK_EQUAL(v["diff"].as_list()[0].text("before"), "old");
  CAF_CHECK_EQUAL(v["diff"].as_list()[0].text("before_header"), t.path("a"));
  CAF_CHECK_EQUAL(t.read("a"), "old");
}

CAF_TEST(the diff names binary and large sides instead of showing them) {
  tree t;
  t.write("a", std::string("a\0b", 3));
  sent s = blob(t, "a", std::string(200'000, 'x'));
  s.diff = true;
  value v = s.run();
  const value& d = v["diff"].as_list()[0];
  CAF_CHECK_EQUAL(d.integer("dst_binary"), 1);
  CAF_CHECK_EQUAL(d.integer("src_larger"), 104448);
  s = blob(t, "a", "short");
  s.diff = true;
  s.args.set("_mito_source", "files/short");
  v = s.run();
  CAF_CHECK_EQUAL(v["diff"].as_list()[0].integer("dst_larger"), 104448);
  CAF_CHECK_EQUAL(v["diff"].as_list()[0].text("after"), "short");
  CAF_CHECK_EQUAL(v["diff"].as_list()[0].text("after_header"), "files/short");
}

CAF_TEST(a link is replaced or followed as follow says) {
  tree t;
  t.write("target", "old");
  fs::create_symlink("target", t.root / "link");
  sent s = blob(t, "link", "new");
  s.args.set("follow", true);
  value v = s.run();
  CAF_CHECK_EQUAL(v.text("dest"), t.path("target"));
  CAF_CHECK_EQUAL(t.read("target"), "new");
  CAF_CHECK(fs::is_symlink(t.root / "link"));
  CAF_CHECK(blob(t, "link", "third").run().flag("changed"));
  CAF_CHECK(!fs::is_symlink(t.root / "link"));
  CAF_CHECK_EQUAL(t.read("target"), "new");
}

CAF_TEST(validation and backup) {
  tree t;
  t.write("a", "old");
  sent s = blob(t, "a", "new");
  s.args.set("validate", "grep -q absent %s").set("backup", true);
  value v = s.run();
  CAF_CHECK_EQUAL(v.text("msg"), "failed to validate");
  CAF_CHECK_EQUAL(v.integer("exit_status"), 1);
  CAF_CHECK_EQUAL(t.read("a"), "old");
  s.args.set("validate", "grep -q new %s");
  v = s.run();
  CAF_CHECK_EQUAL(t.read("a"), "new");
  std::string saved(v.text("backup_file"));
  CAF_CHECK(saved.starts_with(t.path("a") + "."));
  CAF_CHECK(saved.ends_with("~"));
  CAF_CHECK_EQUAL(t.read(fs::path(saved).filename()), "old");
}
