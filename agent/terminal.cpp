#include "agent/terminal.hpp"

#include <string>
#include <sys/ioctl.h>
#include <termios.h>

#include "core/text.hpp"

namespace mito::agent {

terminal open_terminal() {
  terminal t;
  t.master.reset(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  int unlock = 0;
  unsigned number = 0;
  if (!t.master || ::ioctl(t.master.get(), TIOCSPTLCK, &unlock) != 0 ||
      ::ioctl(t.master.get(), TIOCGPTN, &number) != 0)
    return {};
  std::string path = "/dev/pts/";
  core::append_int(path, number);
  t.slave.reset(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios mode;
  if (t.slave && ::tcgetattr(t.slave.get(), &mode) == 0) {
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(t.slave.get(), TCSANOW, &mode);
  }
  return t;
}

} // namespace mito::agent
