#define CAF_SUITE playbook.vault_sources
#include <caf/test/unit_test.hpp>

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/text.hpp"
#include "playbook/paths.hpp"
#include "playbook/vault/sources.hpp"

using namespace mito;
using namespace mito::playbook;

namespace {

struct fixture {
  fixture() {
    char name[] = "/tmp/mito-vault-XXXXXX";
    folder = ::mkdtemp(name);
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, std::string_view text, int mode = 0600) const {
    auto path = folder + "/" + name;
    {
      std::ofstream out(path, std::ios::binary);
      out << text;
    }
    ::chmod(path.c_str(), static_cast<mode_t>(mode));
    return path;
  }

  /// "id=password id=password", or the error; questions, warnings and answers are kept.
  std::string read(const vault_request& request) {
    vault_dialogue dialogue;
    dialogue.ask = [this](const std::string& question) -> std::optional<wiped_string> {
      questions.push_back(question);
      if (answers.empty()) return std::nullopt;
      auto next = answers.front();
      answers.erase(answers.begin());
      return wiped_string(next);
    };
    dialogue.warn = [this](const std::string& text) { warnings.push_back(text); };
    auto secrets = read_vault_secrets(request, dialogue);
    if (!secrets) return "error: " + secrets.error().message();
    std::string out;
    for (auto& s : *secrets) out += (out.empty() ? "" : " ") + s.id + "=" + std::string(s.password.view());
    return out;
  }

  std::string read_ids(std::vector<std::string> ids) {
    vault_request request;
    request.identities = std::move(ids);
    return read(request);
  }

  std::string folder;
  std::vector<std::string> questions, warnings, answers;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(vault_sources, fixture)

CAF_TEST(files and programs) {
  auto plain = write("plain", "  pass word \r\n\n"), program = write("program", "#!/bin/sh\nprintf ' from program \\n\\n'\n", 0700);
  CAF_CHECK_EQUAL(read_ids({plain, "dev@" + program, "@" + plain}), "default=pass word dev= from program  default=pass word");
  CAF_CHECK(warnings.empty());
}

CAF_TEST(client programs are given the id) {
  write("x-client.py", "#!/bin/sh\n[ \"$1\" = --vault-id ] && echo \"for $2\"\n[ $# = 0 ] && echo none || true\n", 0700);
  write("bad-client", "#!/bin/sh\necho why >&2\nexit $(test \"$2\" = unknown && echo 2 || echo 7)\n", 0700);
  CAF_CHECK_EQUAL(read_ids({"dev@" + folder + "/x-client.py", folder + "/x-client.py"}), "dev=for dev default=none");
  CAF_CHECK_EQUAL(read_ids({"unknown@" + folder + "/bad-client"}),
                  "error: Vault password client script " + folder +
                      "/bad-client did not find a secret for vault-id=unknown: b'why\\n'");
  CAF_CHECK_EQUAL(read_ids({"a@" + folder + "/bad-client"}),
                  "error: Vault password client script " + folder +
                      "/bad-client returned non-zero (7) when getting secret for vault-id=a: b'why\\n'");
}

CAF_TEST(a source that gives nothing is a warning while another gives something) {
  auto plain = write("plain", "pw\n"), empty = write("empty", "\n"), failing = write("failing", "#!/bin/sh\nexit 3\n", 0700);
  auto nobody = write("noprogram", "text\n", 0700);
  CAF_CHECK_EQUAL(read_ids({"a@" + folder + "/none", "b@" + plain}), "b=pw");
  CAF_REQUIRE_EQUAL(warnings.size(), 1u);
  CAF_CHECK_EQUAL(warnings[0], "Error getting vault password file (a): The vault password file " + folder + "/none was not found");
  CAF_CHECK_EQUAL(read_ids({empty}), "error: Invalid vault password was provided from file (" + empty + ")");
  CAF_CHECK_EQUAL(warnings.back(),
                  "Error in vault password file loading (None): Invalid vault password was provided from file (" + empty + ")");
  CAF_CHECK_EQUAL(read_ids({failing}), "error: Vault password script " + failing + " returned non-zero (3): None");
  CAF_CHECK_EQUAL(read_ids({nobody}), "error: Problem running vault password script " + nobody +
                                          " ([Errno 8] Exec format error: '" + nobody +
                                          "'). If this is not a script, remove the executable bit from the file.");
}

CAF_TEST(a password file may be a vault that an earlier secret opens) {
  auto first = write("first", "one\n");
  auto vault = encrypt_vault("two\n", {"default", secret("one")});
  auto second = write("second", *vault);
  CAF_CHECK_EQUAL(read_ids({first, "x@" + second}), "default=one x=two");
  CAF_CHECK_EQUAL(read_ids({second}), "error: A vault password must be specified to decrypt data");
}

CAF_TEST(questions) {
  answers = {" one \n", "two"};
  CAF_CHECK_EQUAL(read_ids({"dev@prompt", "prompt"}), "dev=one default=two");
  CAF_CHECK(questions == (std::vector<std::string>{"Vault password (dev): ", "Vault password (default): "}));
  questions.clear();
  answers = {"one"};
  vault_request request;
  request.ask = true;
  CAF_CHECK_EQUAL(read(request), "default=one");
  CAF_CHECK(questions == std::vector<std::string>{"Vault password: "});
  CAF_CHECK_EQUAL(read(request), "error: EOFError (ctrl-d) on prompt for (default)");
  answers = {""};
  CAF_CHECK_EQUAL(read(request), "error: Invalid vault password was provided");
}

CAF_TEST(who encrypts is asked twice) {
  answers = {"one", "one"};
  vault_request request;
  request.ask_if_none = request.create = true;
  CAF_CHECK_EQUAL(read(request), "default=one");
  CAF_CHECK(questions == (std::vector<std::string>{"New Vault password: ", "Confirm New Vault password: "}));
  questions.clear();
  answers = {"one", "two"};
  request.identities = {"dev@prompt"};
  CAF_CHECK_EQUAL(read(request), "error: Passwords do not match");
  CAF_CHECK(questions == (std::vector<std::string>{"New vault password (dev): ", "Confirm new vault password (dev): "}));
  CAF_CHECK_EQUAL(warnings.back(), "Error in vault password prompt (dev): Passwords do not match");
}

CAF_TEST(nothing given) {
  CAF_CHECK_EQUAL(read({}), "");
  CAF_CHECK(questions.empty());
}

CAF_TEST(order) {
  vault_request request;
  request.identities = {"a@" + write("a", "1")};
  request.password_files = {write("b", "2")};
  request.ask = true;
  request.keyring.default_id = "mine";
  answers = {"3"};
  CAF_CHECK_EQUAL(read(request), "a=1 mine=2 mine=3");
}

CAF_TEST(paths) {
  ::setenv("MITO_TEST_PATH", "there", 1);
  CAF_CHECK_EQUAL(unfrack_path("$MITO_TEST_PATH/../x//y/.", "/a"), "/a/x/y");
  CAF_CHECK_EQUAL(unfrack_path("${MITO_TEST_PATH}$NOT_SET_ANYWHERE", "/a"), "/a/there$NOT_SET_ANYWHERE");
  CAF_CHECK_EQUAL(unfrack_path("/x/../../y"), "/y");
  CAF_CHECK_EQUAL(unfrack_path("../y", write("file", "")), std::filesystem::path(folder).parent_path().string() + "/y");
  CAF_CHECK_EQUAL(normal_path("//x/./y"), "//x/y");
  CAF_CHECK_EQUAL(normal_path("///x"), "/x");
  CAF_CHECK_EQUAL(normal_path("a/../.."), "..");
  ::setenv("HOME", "/home/somebody/", 1);
  CAF_CHECK_EQUAL(unfrack_path("~/x"), "/home/somebody/x");
  CAF_CHECK_EQUAL(unfrack_path("~"), "/home/somebody");
}

CAF_TEST_FIXTURE_SCOPE_END()
