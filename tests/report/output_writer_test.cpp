#define CAF_SUITE report.output_writer
#include <caf/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <future>

#include "report/output_writer.hpp"
#include "screen.hpp"

using namespace mito::report;

namespace {

struct pipe_pair {
  int ends[2];
  pipe_pair() { (void)!::pipe2(ends, O_CLOEXEC); }
  ~pipe_pair() {
    close_reader();
    if (ends[1] >= 0) ::close(ends[1]);
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  std::string read(std::size_t size) {
    std::string out(size, '\0');
    std::size_t had = 0;
    while (had < size) {
      auto n = ::read(ends[0], out.data() + had, size - had);
      if (n <= 0) break;
      had += static_cast<std::size_t>(n);
    }
    out.resize(had);
    return out;
  }
};

std::string numbered(int n) { return "line " + std::to_string(n) + std::string(1000, '.') + "\n"; }

} // namespace

CAF_TEST(before start the caller writes) {
  memory_file out, err;
  output_writer::options o;
  o.out = out.fd();
  o.err = err.fd();
  output_writer w(o);
  w.write(stream::out, "one\n");
  w.write(stream::err, "two\n");
  w.write(stream::log, "no log is no error\n");
  CAF_CHECK_EQUAL(out.text(), "one\n");
  CAF_CHECK_EQUAL(err.text(), "two\n");
}

CAF_TEST(a reader that does not read stops nobody and misses nothing) {
  // 4000 KiB go out while nobody reads; 64 KiB of them are held in memory, the rest on disk.
  pipe_pair p;
  output_writer::options o;
  o.out = p.ends[1];
  o.memory = 64 << 10;
  std::string expected;
  {
    output_writer w(o);
    w.start();
    for (int n = 0; n < 4000; ++n) {
      expected += numbered(n);
      w.write(stream::out, numbered(n));
    }
    // All writes returned; only now somebody reads.
    auto reader = std::async(std::launch::async, [&] { return p.read(expected.size()); });
    w.drain();
    CAF_CHECK(reader.get() == expected);
    // What comes once the disk was empty again is in order, too.
    w.write(stream::out, "after\n");
    w.drain();
    CAF_CHECK_EQUAL(p.read(6), "after\n");
  }
}

CAF_TEST(without room on the disk the writer waits for the reader) {
  pipe_pair p;
  output_writer::options o;
  o.out = p.ends[1];
  o.memory = 4 << 10;
  o.disk = 8 << 10;
  std::string expected;
  for (int n = 0; n < 400; ++n) expected += numbered(n);
  output_writer w(o);
  w.start();
  auto writing = std::async(std::launch::async, [&] {
    for (int n = 0; n < 400; ++n) w.write(stream::out, numbered(n));
  });
  CAF_CHECK(p.read(expected.size()) == expected);
  writing.get();
}

CAF_TEST(a reader that goes away is told once) {
  ::signal(SIGPIPE, SIG_IGN);
  pipe_pair p;
  memory_file err;
  output_writer::options o;
  o.out = p.ends[1];
  o.err = err.fd();
  std::atomic<int> told{0};
  {
    output_writer w(o);
    w.start();
    w.when_closed([&] { ++told; });
    w.write(stream::out, "read\n");
    CAF_CHECK_EQUAL(p.read(5), "read\n");
    p.close_reader();
    for (int n = 0; n < 10; ++n) w.write(stream::out, "not read\n");
    w.write(stream::err, "still said\n");
    w.drain();
    CAF_CHECK_EQUAL(told.load(), 1);
  }
  CAF_CHECK_EQUAL(err.text(), "still said\n");
}

CAF_TEST(nobody is told once the listener is gone) {
  ::signal(SIGPIPE, SIG_IGN);
  pipe_pair p;
  output_writer::options o;
  o.out = p.ends[1];
  int told = 0;
  output_writer w(o);
  w.start();
  w.when_closed([&] { ++told; });
  w.when_closed(nullptr);
  p.close_reader();
  w.write(stream::out, "x\n");
  w.drain();
  CAF_CHECK_EQUAL(told, 0);
}

CAF_TEST(output that cannot be written is said once) {
  memory_file err;
  output_writer::options o;
  o.out = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  o.err = err.fd();
  {
    output_writer w(o);
    w.write(stream::out, "x\n");
    w.write(stream::out, "y\n");
  }
  ::close(o.out);
  CAF_CHECK_EQUAL(err.text(), "[WARNING]: the output cannot be written: No space left on device\n");
}

CAF_TEST(a descriptor that does not block is waited for) {
  pipe_pair p;
  ::fcntl(p.ends[1], F_SETFL, O_NONBLOCK);
  output_writer::options o;
  o.out = p.ends[1];
  std::string big(1 << 20, 'b');
  output_writer w(o);
  w.start();
  w.write(stream::out, big);
  CAF_CHECK(p.read(big.size()) == big);
}

CAF_TEST(the status line goes before text and comes back after it) {
  memory_file out;
  output_writer::options o;
  o.out = out.fd();
  o.err = out.fd();
  o.terminal = true;
  {
    output_writer w(o);
    w.write(stream::out, "one\n");
    w.status("busy");
    w.write(stream::out, "two\n");
    w.write(stream::err, "three\n");
    w.while_silent([&] { CAF_CHECK(out.text().ends_with("busy\r\r\033[J")); });
    w.status("");
    w.write(stream::out, "four\n");
  }
  CAF_CHECK_EQUAL(out.text(), "one\nbusy\r\r\033[Jtwo\nbusy\r\r\033[Jthree\nbusy\r\r\033[Jfour\n");
}

CAF_TEST(a status line takes no more than the terminal has) {
  // The descriptor is no terminal: 80 columns, of which the last stays free.
  memory_file out;
  output_writer::options o;
  o.out = out.fd();
  o.terminal = true;
  output_writer w(o);
  w.status(std::string(78, 'x') + "\u4e2d" + "y\033[2J");
  CAF_CHECK_EQUAL(out.text(), std::string(78, 'x') + "\r");
}
