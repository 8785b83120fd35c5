#include "modules/entries.hpp"
#include "modules/setup/setup.hpp"

namespace mito::modules {

namespace {

// The first image has the modules of protocol/features.hpp only: what stage-0 sends must stay small.
constexpr module modules[] = {
    {"command", run_mode::process, nullptr, prepare_command, finish_command},
#ifndef MITO_FIRST_IMAGE
    {"copy", run_mode::forked, run_copy},
    {"file", run_mode::forked, run_file},
    {"getent", run_mode::forked, run_getent},
#endif
    {"ping", run_mode::quick, run_ping},
    {"raw", run_mode::process, nullptr, prepare_raw, finish_raw},
#ifndef MITO_FIRST_IMAGE
    {"setup", run_mode::forked, run_setup},
#endif
    {"shell", run_mode::process, nullptr, prepare_shell, finish_shell},
#ifndef MITO_FIRST_IMAGE
    {"slurp", run_mode::forked, run_slurp},
    {"stat", run_mode::forked, run_stat},
    {"tempfile", run_mode::quick, run_tempfile},
    {"wait_for", run_mode::forked, run_wait_for},
#endif
};

} // namespace

#ifdef MITO_FIRST_IMAGE
const bool takes_uploads = false;
const bool runs_python = false;
#else
const bool takes_uploads = true;
const bool runs_python = true;
#endif

std::span<const module> all() {
  return modules;
}

const module* find(std::string_view name) {
  for (const module& m : modules)
    if (m.name == name) return &m;
  return nullptr;
}

core::value failure(std::string_view msg) {
  core::dict d;
  d.set("failed", true).set("changed", false).set("msg", msg);
  return d;
}

} // namespace mito::modules
