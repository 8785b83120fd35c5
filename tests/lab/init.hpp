#pragma once
// A host from the inside: its file system and its pid 1.

#include "lab.hpp"

namespace mito::lab {

struct host_start {
  const host* self;
  const lab* all;
  std::string fs;       ///< the lab's tmpfs: "shared" (the layer of all), "keys", one directory per host
  std::string host_key; ///< private key file
  int go;               ///< a byte arrives when the network is attached; end of file: give up
  int report;           ///< gets "" and closes when sshd listens, or says what failed
};

/// Makes the overlay with its own /proc, /dev, /tmp, /run and /dev/shm and enters it. Throws lab_error.
void enter_host_root(const host_start& start);

/// pid 1 of a host: sets it up, starts sshd, reaps. Ends with the process that started it, and ends all with
/// it.
[[noreturn]] void run_init(const host_start& start);

} // namespace mito::lab
