#include "playbook/vault/sources.hpp"

#include "core/text.hpp"
#include "playbook/paths.hpp"
#include "playbook/vault/programs.hpp"

namespace mito::playbook {

namespace {

/// A source of this name is --ask-vault-password, whose questions name no id: other programs look for their words.
constexpr std::string_view plain_prompt = "prompt_ask_vault_pass";

core::error failure(std::string message) {
  core::error e(std::move(message));
  e.what().category = "vault";
  return e;
}

std::vector<std::string> questions(std::string_view source, const std::string& id, bool create) {
  auto what = source == plain_prompt ? std::string("ault password: ") : "ault password (" + id + "): ";
  bool plain = source == plain_prompt;
  if (!create) return {"V" + what};
  return {(plain ? "New V" : "New v") + what, (plain ? "Confirm New V" : "Confirm new v") + what};
}

core::expected<secret> ask(std::string_view source, const std::string& id, bool create, const vault_dialogue& dialogue) {
  std::optional<secret> first;
  bool differ = false;
  for (auto& question : questions(source, id, create)) {
    auto answer = dialogue.ask(question);
    if (!answer) return failure("EOFError (ctrl-d) on prompt for (" + id + ")");
    if (answer->view().empty()) return failure("Invalid vault password was provided");
    secret given(core::trim(answer->view()));
    differ = differ || (first && first->view() != given.view());
    if (!first) first = std::move(given);
  }
  if (differ) return failure("Passwords do not match");
  return *first;
}

} // namespace

std::pair<std::optional<std::string>, std::string> split_vault_id(std::string_view text) {
  auto at = text.find('@');
  if (at == text.npos) return {std::nullopt, std::string(text)};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

core::expected<std::vector<vault_secret>> read_vault_secrets(const vault_request& request, const vault_dialogue& dialogue) {
  auto& fallback = request.keyring.default_id;
  auto slugs = request.identities;
  for (auto& file : request.password_files) slugs.push_back(fallback + "@" + file);
  if (request.ask || (slugs.empty() && request.ask_if_none)) slugs.push_back(fallback + "@" + std::string(plain_prompt));
  std::vector<vault_secret> out;
  std::vector<core::error> failures;
  for (auto& slug : slugs) {
    auto [id, source] = split_vault_id(slug);
    auto shown = id.value_or("None");
    auto name = id && !id->empty() ? *id : fallback;
    if (source == "prompt" || source == plain_prompt) {
      auto answer = ask(source, name, request.create, dialogue);
      if (!answer) {
        dialogue.warn("Error in vault password prompt (" + shown + "): " + answer.error().message());
        return answer.error();
      }
      out.push_back({name, std::move(*answer)});
      continue;
    }
    auto path = unfrack_path(source);
    auto found = read_password_source(path, id, vault_keyring(out, request.keyring));
    if (found) {
      out.push_back({name, std::move(*found)});
      continue;
    }
    bool missing = found.error().message().ends_with(" was not found");
    dialogue.warn((missing ? "Error getting vault password file (" : "Error in vault password file loading (") + shown + "): " +
                  found.error().message());
    failures.push_back(found.error());
  }
  if (out.empty() && !failures.empty()) return failures.back();
  return out;
}

} // namespace mito::playbook
