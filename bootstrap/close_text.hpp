#pragma once
/// What a closed stream means to the user, before and after the agent said hello.
#include "bootstrap/agent_link.hpp"
#include "transport/stream.hpp"

namespace mito::bootstrap {

/// The transport's word as a failure of the link: its message and hint, or what the exit status says.
link_failure describe(const transport::close_info& why);

} // namespace mito::bootstrap
