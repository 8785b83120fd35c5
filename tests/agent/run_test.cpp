#define CAF_SUITE agent.run
#include <caf/test/unit_test.hpp>

#include <csignal>
#include <dirent.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/features.hpp"
#include "tests/bootstrap/driver.hpp"

// The real agent, started as `connection: local` does, driven through the real link.

using namespace mito;
using bootstrap::invocation;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct fixture {
  test::driver d;
  explicit fixture(bootstrap::agent_link::options o = {}) : d(std::move(o)) {
    d.start({});
    CAF_REQUIRE(d.run_until([&] { return d.is_ready || d.is_down; }));
    CAF_REQUIRE(d.is_ready);
  }
  core::value shell(const std::string& text, milliseconds deadline = {}, milliseconds most = seconds(60)) {
    return d.call(0, command(text, deadline), most);
  }
  static invocation command(const std::string& text, milliseconds deadline = {}) {
    invocation i;
    i.module = "shell";
    i.args = test::driver::args({{"_raw_params", text}, {"_uses_shell", true}});
    i.deadline = deadline;
    return i;
  }
  bootstrap::request_id begin(const std::string& text) { return d.link.invoke(0, command(text), bootstrap::clock::now()); }
};

bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }

pid_t pid_in(const std::string& file) {
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  return pid;
}

struct scratch {
  std::string path = "/tmp/mito-run-test-XXXXXX";
  scratch() { CAF_REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~scratch() { (void)!::system(("rm -rf " + path).c_str()); }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    DIR* d = ::opendir(path.c_str());
    while (dirent* e = ::readdir(d))
      if (e->d_name[0] != '.' || std::string(e->d_name).size() > 2) list.emplace_back(e->d_name);
    ::closedir(d);
    return list;
  }
};

/// Bytes that depend on their place.
class pattern final : public bootstrap::content_source {
public:
  explicit pattern(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  core::expected<void> read(std::string& into, std::size_t limit) override {
    for (std::size_t i = 0; i < limit && at_ < size_; ++i, ++at_) into += static_cast<char>(at_ >> 12);
    return {};
  }

private:
  std::uint64_t size_, at_ = 0;
};

invocation copy_to(const std::string& dest, std::uint64_t size) {
  invocation i;
  i.module = "copy";
  i.args = test::driver::args({{"dest", dest}, {"src", "pattern"}, {"_original_basename", "pattern"}});
  i.upload = std::make_shared<pattern>(size);
  return i;
}

/// Peak memory since the last `forget_peak`.
long rss_kib(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return 0;
}

void forget_peak(pid_t pid) { std::ofstream("/proc/" + std::to_string(pid) + "/clear_refs") << "5"; }

} // namespace

CAF_TEST(runs a command and ends by itself) {
  fixture f;
  auto r = f.shell("echo out; echo err >&2; exit 3");
  CAF_CHECK_EQUAL(r.text("stdout"), "out");
  CAF_CHECK_EQUAL(r.text("stderr"), "err");
  CAF_CHECK_EQUAL(r.integer("rc"), 3);
  CAF_CHECK(f.d.end());
}

CAF_TEST(every module of the first image is there) {
  fixture f;
  for (auto name : protocol::features::first_image_modules) {
    invocation i;
    i.module = std::string(name);
    auto r = f.d.call(0, std::move(i));
    CAF_CHECK(r.is_dict());
    CAF_CHECK(r.text("msg").find("no module named") == std::string_view::npos);
  }
  CAF_CHECK_LESS(f.d.bytes_sent, 2000u);
  invocation unknown;
  unknown.module = "no_such_module";
  CAF_CHECK_EQUAL(f.d.call(0, std::move(unknown)).text("msg"), "the agent has no module named no_such_module");
}

CAF_TEST(a deadline ends the whole process group) {
  scratch s;
  fixture f;
  auto r = f.shell("sleep 300 & echo $! > " + s.path + "/pid; wait", milliseconds(300));
  CAF_CHECK(r.is_dict());
  CAF_CHECK(f.d.run_until([&] { return !alive(pid_in(s.path + "/pid")); }));
}

CAF_TEST(cancel ends the whole process group) {
  scratch s;
  fixture f;
  auto id = f.begin("sleep 300 & echo $! > " + s.path + "/pid; wait");
  CAF_REQUIRE(f.d.run_until([&] { return pid_in(s.path + "/pid") > 0; }));
  f.d.link.cancel(id);
  CAF_REQUIRE(f.d.run_until([&] { return f.d.results.contains(id); }));
  CAF_CHECK_EQUAL(f.d.results[id].text("msg"), "cancelled");
  CAF_CHECK(f.d.run_until([&] { return !alive(pid_in(s.path + "/pid")); }));
}

CAF_TEST(a flood of output is cut and the agent lives on) {
  fixture f;
  auto r = f.shell("head -c 200000000 /dev/zero | tr '\\0' x");
  CAF_CHECK(r.is_dict());
  CAF_CHECK_LESS(r.text("stdout").size(), 1u << 20);
  CAF_CHECK(r.flag("failed"));
  CAF_CHECK_EQUAL(f.shell("echo on").text("stdout"), "on");
}

CAF_TEST(output that fits comes whole and in parts) {
  fixture f;
  auto r = f.shell("head -c 5000000 /dev/zero | tr '\\0' x");
  CAF_CHECK_EQUAL(r.text("stdout").size(), 5000000u);
}

CAF_TEST(bytes that are no text do not break the result) {
  fixture f;
  auto r = f.shell("printf 'a\\377\\000b\\200'");
  CAF_CHECK(r.text("stdout").starts_with("a"));
  CAF_CHECK(r.text("stdout").find('b') != std::string_view::npos);
}

CAF_TEST(a daemon that keeps stdout does not hold the result) {
  scratch s;
  fixture f;
  auto begin = bootstrap::clock::now();
  auto r = f.shell("sleep 60 & echo $! > " + s.path + "/pid; echo started");
  CAF_CHECK_EQUAL(r.text("stdout"), "started");
  CAF_CHECK(bootstrap::clock::now() - begin < seconds(30));
  pid_t pid = pid_in(s.path + "/pid");
  CAF_CHECK(alive(pid));
  CAF_CHECK(f.d.end());
  CAF_CHECK(alive(pid));
  ::kill(pid, SIGKILL);
}

CAF_TEST(the end of the stream ends what runs) {
  scratch s;
  fixture f;
  f.begin("trap '' TERM; echo $$ > " + s.path + "/pid; sleep 300; sleep 300");
  CAF_REQUIRE(f.d.run_until([&] { return pid_in(s.path + "/pid") > 0; }));
  pid_t agent = static_cast<pid_t>(f.d.greeting.pid);
  f.d.cut();
  CAF_CHECK(f.d.run_until([&] { return !alive(pid_in(s.path + "/pid")); }));
  CAF_CHECK(f.d.run_until([&] { return ::kill(agent, 0) != 0 || std::ifstream("/proc/" + std::to_string(agent) + "/cmdline").peek() == EOF; }));
}

CAF_TEST(an agent that is killed fails its requests) {
  fixture f;
  auto id = f.begin("sleep 300");
  f.d.run_until([] { return false; }, milliseconds(50));
  ::kill(static_cast<pid_t>(f.d.greeting.pid), SIGKILL);
  CAF_REQUIRE(f.d.run_until([&] { return f.d.is_down; }));
  CAF_REQUIRE(f.d.failures.contains(id));
  CAF_CHECK_EQUAL(f.d.failures[id].message, "the agent was killed");
  CAF_CHECK(f.d.failures[id].what == bootstrap::link_failure::kind::unreachable);
}

CAF_TEST(without a word for a lease the agent ends) {
  bootstrap::agent_link::options o;
  o.lease = seconds(1);
  fixture f(o);
  pid_t agent = static_cast<pid_t>(f.d.greeting.pid);
  // Heartbeats hold it,
  f.d.run_until([] { return false; }, milliseconds(1800));
  CAF_CHECK_EQUAL(f.shell("echo held").text("stdout"), "held");
  // and silence ends it: nobody turns the driver here, so nothing is sent.
  auto last = bootstrap::clock::now() + seconds(20);
  auto gone = [&] { return std::ifstream("/proc/" + std::to_string(agent) + "/cmdline").peek() == EOF; };
  while (!gone() && bootstrap::clock::now() < last) ::usleep(20000);
  CAF_CHECK(gone());
}

CAF_TEST(a gibibyte flows through in little memory) {
  scratch s;
  fixture f;
  CAF_REQUIRE(f.d.call(0, copy_to(s.path + "/small", 10)).flag("changed"));
  pid_t agent = static_cast<pid_t>(f.d.greeting.pid);
  forget_peak(agent);
  forget_peak(::getpid());
  long before = rss_kib(agent), ours = rss_kib(::getpid());
  auto r = f.d.call(0, copy_to(s.path + "/big", 1u << 30), seconds(250));
  CAF_CHECK(r.flag("changed"));
  struct stat st = {};
  ::stat((s.path + "/big").c_str(), &st);
  CAF_CHECK_EQUAL(st.st_size, 1 << 30);
  CAF_MESSAGE("agent +" << rss_kib(agent) - before << " KiB, controller +" << rss_kib(::getpid()) - ours << " KiB");
  CAF_CHECK_LESS(rss_kib(agent) - before, 16 << 10);
  CAF_CHECK_LESS(rss_kib(::getpid()) - ours, 16 << 10);
  CAF_CHECK_EQUAL(s.names().size(), 2u);
}

CAF_TEST(a cut in the middle of an upload leaves the destination as it was) {
  scratch s;
  std::ofstream(s.path + "/file") << "old";
  fixture f;
  f.d.link.invoke(0, copy_to(s.path + "/file", std::uint64_t{1} << 40), bootstrap::clock::now());
  CAF_REQUIRE(f.d.run_until([&] { return f.d.bytes_sent > (20u << 20); }));
  pid_t agent = static_cast<pid_t>(f.d.greeting.pid);
  f.d.cut();
  CAF_CHECK(f.d.run_until([&] { return std::ifstream("/proc/" + std::to_string(agent) + "/cmdline").peek() == EOF; }));
  CAF_CHECK(f.d.run_until([&] { return s.names().size() == 1; }));
  std::string text;
  std::ifstream(s.path + "/file") >> text;
  CAF_CHECK_EQUAL(text, "old");
}

CAF_TEST(an upload to nowhere fails at once) {
  fixture f;
  auto r = f.d.call(0, copy_to("/no/such/place/file", std::uint64_t{1} << 40));
  CAF_CHECK(r.flag("failed"));
  CAF_CHECK(r.text("msg").find("Destination directory /no/such/place does not exist") != std::string_view::npos);
}
