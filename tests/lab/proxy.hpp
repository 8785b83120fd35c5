#pragma once
// The proxy: one process in the lab's network, an address per proxied host; and how to talk to it.

#include "lab.hpp"

namespace mito::lab {

/// Binds the listeners and the control socket; returns when both stand. Throws lab_error.
/// The process ends with its parent. Returns its pid, or 0 when no host is proxied.
pid_t start_proxy(const lab& from);

/// Sends one of the commands bytes, cut, freeze, thaw about a host to a lab's proxy; its answer without the
/// newline. Throws lab_error with the proxy's complaint.
std::string ask_proxy(const std::string& dir, const std::string& command, const std::string& host);

/// A socket address by way of a directory's descriptor: DIR/control may be longer than sun_path.
unique_fd control_socket(const std::string& dir, bool listening);

} // namespace mito::lab
