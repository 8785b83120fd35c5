#define CAF_SUITE cli.options
#include <caf/test/unit_test.hpp>

#include "cli/commands.hpp"

using namespace mito::cli;

namespace {

const command& vault(std::string_view name) { return action_of(vault_command, name); }

std::string problem(const command& c, const std::vector<std::string>& words) { return parse(c, words).error; }

} // namespace

CAF_TEST(each command stands in the list with what it runs) {
  for (auto* c : all_commands()) {
    CAF_CHECK(c->run != nullptr || !c->actions.empty());
    for (auto* a : c->actions) {
      CAF_CHECK_EQUAL(a->run != nullptr ? a->name : "nothing", a->name);
      CAF_CHECK(a->name.starts_with(std::string(c->name) + " "));
    }
  }
}

CAF_TEST(options that exclude each other) {
  CAF_CHECK_EQUAL(problem(vault("view"), {"--ask-vault-pass", "--vault-pass-file", "f", "x"}),
                  "argument --vault-password-file/--vault-pass-file: not allowed with argument "
                  "--ask-vault-password/--ask-vault-pass");
  CAF_CHECK_EQUAL(problem(vault("rekey"), {"--new-vault-id", "a", "--new-vault-password-file", "f", "x"}),
                  "argument --new-vault-id: not allowed with argument --new-vault-password-file");
  CAF_CHECK_EQUAL(problem(vault("view"), {"--vault-id", "a", "--vault-id", "b", "--vault-password-file", "f", "x"}), "");
}

CAF_TEST(a dash is a file and a value) {
  auto given = parse(vault("decrypt"), {"--output", "-", "-", "--vault-id=a@b"});
  CAF_CHECK_EQUAL(given.error, "");
  CAF_CHECK_EQUAL(given.values.last("output"), "-");
  CAF_CHECK(given.values.positional == std::vector<std::string>{"-"});
  CAF_CHECK_EQUAL(given.values.last("vault-id"), "a@b");
}

CAF_TEST(help of a group and of its actions) {
  auto group = help_text(vault_command);
  for (auto* a : vault_command.actions) CAF_CHECK(group.find("  " + std::string(a->action())) != group.npos);
  CAF_CHECK(help_text(vault("rekey")).find("--new-vault-id ID@SOURCE") != std::string::npos);
  auto completion = bash_completion(all_commands());
  CAF_CHECK(completion.find("encrypt_string") != completion.npos);
}
