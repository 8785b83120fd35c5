#include "transport/algorithms.hpp"

#include <libssh/libssh.h>

namespace mito::transport {

bool knows_algorithms(algorithm_kind kind, const std::string& list) {
  ssh_options_e option = SSH_OPTIONS_CIPHERS_C_S;
  switch (kind) {
  case algorithm_kind::cipher:
    option = SSH_OPTIONS_CIPHERS_C_S;
    break;
  case algorithm_kind::mac:
    option = SSH_OPTIONS_HMAC_C_S;
    break;
  case algorithm_kind::kex:
    option = SSH_OPTIONS_KEY_EXCHANGE;
    break;
  case algorithm_kind::host_key:
    option = SSH_OPTIONS_HOSTKEYS;
    break;
  case algorithm_kind::user_key:
    option = SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES;
    break;
  }
  const auto scratch = ssh_new();
  const bool known = scratch != nullptr && ssh_options_set(scratch, option, list.c_str()) == 0;
  ssh_free(scratch);
  return known;
}

} // namespace mito::transport
