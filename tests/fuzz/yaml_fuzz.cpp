// libFuzzer: any bytes as YAML and as a playbook. Nothing may crash, hang or escape as an exception.
#include <cstdint>
#include <string>

#include "playbook/loader.hpp"
#include "playbook/yaml/reader.hpp"

using namespace mito::playbook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  // Small limits: the fuzzer looks for faults, not for large inputs.
  (void)read_yaml_text("fuzz.yml", text, {.depth = 100, .expanded_nodes = 10'000});
  static const action_table actions = [] {
    action_table t;
    t.add({"command", true, true});
    t.add({"set_fact", true, false});
    t.add({"debug"});
    return t;
  }();
  load_options options;
  options.actions = &actions;
  (void)load_playbook_text("fuzz.yml", text, options);
  return 0;
}
