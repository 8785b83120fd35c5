#include "lab.hpp"

namespace mito::lab {

namespace {

pid_t keygen(const std::string& path, const std::string& type, const std::string& bits, const char* secret) {
  return start_program(
      {"ssh-keygen", "-q", "-t", type, "-b", bits, "-C", "mito-lab", "-N", secret, "-f", path});
}

} // namespace

void make_keys(const std::string& dir, const std::string& pool, unsigned pool_size) {
  if (find_program("ssh-keygen").empty())
    throw lab_error{"ssh-keygen is missing: apt-get install openssh-client"};
  // RSA first: it takes longest.
  std::vector<pid_t> running{
      keygen(dir + "/id_rsa", "rsa", "2048", ""),
      keygen(dir + "/id_ed25519", "ed25519", "256", ""),
      keygen(dir + "/id_ecdsa", "ecdsa", "256", ""),
      keygen(dir + "/id_ed25519_enc", "ed25519", "256", passphrase),
  };
  make_dir(pool, 0700);
  for (unsigned i = 0; i < pool_size; ++i)
    running.push_back(keygen(pool + "/key" + std::to_string(i), "ed25519", "256", ""));
  bool good = true;
  for (auto pid : running) good &= wait_status(pid) == 0;
  if (!good) throw lab_error{"ssh-keygen failed"};
}

} // namespace mito::lab
