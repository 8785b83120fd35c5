#pragma once
/// `Match` lines of ssh_config(5).
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {

struct match_subject {
  const config_query& query;
  const config_answer& so_far; ///< options that are set already count
  bool final_pass;
  std::string final_host;
};

struct match_result {
  bool matched = false;
  bool wants_final = false; ///< a second pass is needed: `final` or `canonical` stands there
};

/// Evaluates the criteria of one line.
core::expected<match_result> match_criteria(const std::vector<std::string>& words,
                                            const match_subject& subject);

/// Tokens of %-expansion as ssh_config(5), TOKENS, lists them. `host_name` is where to connect.
std::map<char, std::string> token_table(const config_query& query, const std::string& host_name,
                                        const std::string& port, const std::string& user,
                                        const std::string& key_alias);

} // namespace mito::transport
