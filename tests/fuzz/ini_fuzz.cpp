// libFuzzer: any bytes as ansible.cfg. Nothing may crash, hang or escape as an exception.
#include <cstdint>

#include "cli/ini_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)mito::cli::read_ini({reinterpret_cast<const char*>(data), size});
  return 0;
}
