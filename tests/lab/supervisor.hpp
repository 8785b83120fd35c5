#pragma once
// The process that a lab hangs on: it holds the network namespace and the hosts' storage, and starts every
// pid 1. Hosts and proxy die with it; it ends with SIGTERM or with its owner, and then takes everything down
// in order.

#include "lab.hpp"

namespace mito::lab {

struct supervisor_start {
  const options* wish;
  std::string dir;
  int owner;  ///< pidfd of the process that wants the lab
  bool keep;  ///< the lab outlives its owner once it stands (up)
  int report; ///< gets "ok" when all hosts stand, or what failed
};

[[noreturn]] void run_supervisor(const supervisor_start& start);

} // namespace mito::lab
