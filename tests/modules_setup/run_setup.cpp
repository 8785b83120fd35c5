// run_setup '{"gather_subset": [...]}': what the setup module returns, as JSON.
#include <cstdio>

#include "core/json.hpp"
#include "modules/setup/setup.hpp"

int main(int argc, char** argv) {
  using namespace mito;
  const auto args = core::parse_json(argc > 1 ? argv[1] : "{}");
  if (!args || !args->is_dict()) {
    std::fputs("the arguments are no JSON object\n", stderr);
    return 2;
  }
  const core::dict environment;
  const modules::request call{*args, false, false, environment, {}, false, {}, {}};
  std::puts(core::to_json(modules::run_setup(call)).c_str());
  return 0;
}
