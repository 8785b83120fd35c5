#pragma once
/// Uses of roles in one play, by all that tells them apart. Internal to playbook/.
#include <map>
#include <memory>
#include <string>

#include "playbook/model.hpp"

namespace mito::playbook {

struct role_cache {
  std::map<std::string, std::shared_ptr<const role>> by_key;
};

} // namespace mito::playbook
