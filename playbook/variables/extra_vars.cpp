#include "playbook/variables/extra_vars.hpp"

#include "playbook/arguments.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

core::expected<core::value> one_argument(const std::string& text, const yaml_options& options) {
  if (text[0] == '@') {
    auto doc = read_yaml_file(text.substr(1), options);
    if (!doc) return doc.error();
    return doc->root->val;
  }
  if (text[0] == '/' || text[0] == '.')
    return core::error("Please prepend extra_vars filename '" + text + "' with '@'");
  if (text[0] == '[' || text[0] == '{') {
    auto doc = read_yaml_text("<extra vars>", text, options);
    if (!doc) return doc.error();
    return doc->root->val;
  }
  auto parsed = parse_arguments(text, false);
  if (!parsed) return parsed.error();
  return core::value(std::move(*parsed));
}

} // namespace

core::expected<core::dict> parse_extra_vars(const std::vector<std::string>& arguments, const keyring_handle& vault) {
  yaml_options options;
  options.vault = vault;
  core::dict out;
  for (const auto& text : arguments) {
    if (text.empty()) continue;
    auto v = one_argument(text, options);
    if (!v) return v.error();
    if (!v->is_dict())
      return core::error("Invalid extra vars data supplied. '" + text +
                         "' could not be made into a dictionary");
    out.update(v->as_dict());
  }
  return out;
}

} // namespace mito::playbook
