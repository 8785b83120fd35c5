#pragma once
/// The actor of one remote host. A thin shell over host_link.
#include "actors/environment.hpp"
#include "actors/host_link.hpp"

namespace mito::actors {

struct host_context_state {
  static inline const char* name = "host_context";
  environment_ptr env;
  connection_ptr spec;
  std::unique_ptr<host_link> link;
  std::map<std::string, become_hop_actor> hops;       ///< by account
  std::map<bootstrap::hop_id, std::string> hop_keys;
  host_link::clock::time_point due = host_link::clock::time_point::max();
};

host_context_actor::behavior_type host_context(host_context_actor::stateful_pointer<host_context_state> self,
                                               environment_ptr env, connection_ptr spec);

struct become_hop_state {
  static inline const char* name = "become_hop";
};

become_hop_actor::behavior_type become_hop(become_hop_actor::stateful_pointer<become_hop_state> self,
                                           host_context_actor host, std::uint16_t hop);

struct directory_state {
  static inline const char* name = "directory";
  std::map<std::string, host_context_actor> contexts;
};

/// `env` must have its reporter; the directory hands a copy to each context.
directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self, environment_ptr env);

} // namespace mito::actors
