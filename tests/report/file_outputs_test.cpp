#define CAF_SUITE report.file_outputs
#include <caf/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "report/file_outputs.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

namespace fs = std::filesystem;

struct folder {
  fs::path path = fs::temp_directory_path() / ("mito-files-" + std::to_string(::getpid()));
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }
  std::string read(const std::string& name) const {
    std::ifstream in(path / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

run_finished end_with(std::vector<std::string> hosts) {
  run_finished e;
  e.to_retry = std::move(hosts);
  return e;
}

} // namespace

CAF_TEST(hosts to retry) {
  folder f;
  screen s;
  retry_file out(s.on, "");
  out.on(run_started{(f.path / "my.site.yml").string(), false});
  out.on(end_with({}));
  CAF_CHECK_EQUAL(s.out.text(), "");
  out.on(end_with({"a", "b"}));
  CAF_CHECK_EQUAL(s.out.text(), "\tto retry, use: --limit @" + (f.path / "my.site.retry").string() + "\n");
  CAF_CHECK_EQUAL(f.read("my.site.retry"), "a\nb\n");
}

CAF_TEST(the folder of retry files) {
  folder f;
  screen s;
  retry_file out(s.on, f.path / "new");
  out.on(run_started{"site.yml", false});
  out.on(end_with({"a"}));
  CAF_CHECK_EQUAL(f.read("new/site.retry"), "a\n");
  retry_file bad(s.on, "/proc/none");
  bad.on(run_started{"site.yml", false});
  bad.on(end_with({"a"}));
  CAF_CHECK(s.err.text().starts_with("[WARNING]: Could not create retry file '/proc/none/site.retry'."));
}

CAF_TEST(a file for each host) {
  folder f;
  screen s;
  tree_output out(s.on, f.path / "tree");
  auto t = task(1, "t"), hidden = task(2, "u");
  hidden->no_log = true;
  out.on(finished(t, "h1", verdict::ok, R"({"b":1,"a":2,"invocation":{}})"));
  CAF_CHECK_EQUAL(f.read("tree/h1"), R"({"a": 2, "b": 1})");
  out.on(finished(t, "h1", verdict::failed, R"({"msg":"last"})"));
  out.on(finished(t, "h1", verdict::skipped, "{}"));
  CAF_CHECK_EQUAL(f.read("tree/h1"), R"({"msg": "last"})");
  out.on(finished(hidden, "h2", verdict::unreachable, R"({"msg":"secret"})"));
  CAF_CHECK_EQUAL(f.read("tree/h2").find("secret"), std::string::npos);
  out.on(finished(t, "../h3", verdict::ok, "{}"));
  CAF_CHECK(!fs::exists(f.path / "h3"));
  CAF_CHECK(s.err.text().find("../h3") != std::string::npos);
}
