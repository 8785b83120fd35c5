// The options of `mito-actor run`, which are ansible-playbook's.
#include "cli/commands.hpp"

namespace mito::cli {

namespace {

constexpr option options[] = {
    {"-i,--inventory", "SOURCE", "inventory file, folder, executable, or a list of hosts with a comma (may be repeated)", "what and where", true},
    {"-l,--limit", "PATTERN", "only these of the play's hosts; @FILE reads names from a file", "what and where", true},
    {"-e,--extra-vars", "VARS", "variables that win over all others: key=value, YAML/JSON, or @FILE (may be repeated)", "what and where", true},
    {"-t,--tags", "TAGS", "only tasks with these tags", "what and where", true},
    {"--skip-tags", "TAGS", "no tasks with these tags", "what and where", true},
    {"-C,--check", "", "change nothing, say what would change", "how"},
    {"-D,--diff", "", "show what changes in files", "how"},
    {"-f,--forks", "N", "hosts that work at one time (default 5)", "how"},
    {"--force-handlers", "", "run notified handlers of failed hosts too", "how"},
    {"-v,--verbose", "", "say more; up to -vvvv", "how"},
    {"--syntax-check", "", "read the playbook, run nothing", "how"},
    {"--list-hosts", "", "list the hosts of each play, run nothing", "how"},
    {"-u,--user", "NAME", "log in as this user", "connection"},
    {"-c,--connection", "KIND", "ssh or local (default ssh)", "connection"},
    {"--private-key,--key-file", "FILE", "log in with this key", "connection"},
    {"-T,--timeout", "SECONDS", "for setting up a connection (default 10)", "connection"},
    {"-k,--ask-pass", "", "ask for the login password", "connection"},
    {"--connection-password-file,--conn-pass-file", "FILE", "read the login password from a file", "connection"},
    {"--ssh-common-args", "ARGS", "OpenSSH options for every connection", "connection"},
    {"--ssh-extra-args", "ARGS", "OpenSSH options for the ssh connection only", "connection"},
    {"-b,--become", "", "run tasks as another user", "become"},
    {"--become-user", "NAME", "that user (default root)", "become"},
    {"--become-method", "METHOD", "sudo or su (default sudo)", "become"},
    {"-K,--ask-become-pass", "", "ask for the become password", "become"},
    {"--become-password-file,--become-pass-file", "FILE", "read the become password from a file", "become"},
    {"--vault-id", "ID@SOURCE", "a vault secret: its id and its file, program or `prompt` (may be repeated)", "vault", true},
    {"--ask-vault-password,--ask-vault-pass", "", "ask for the vault password", "vault", false, false, "vault"},
    {"--vault-password-file,--vault-pass-file", "FILE", "read the vault password from a file or program (may be repeated)", "vault",
     true, false, "vault"},
    {"--list-tasks", "", "", "", false, true},
    {"--list-tags", "", "", "", false, true},
    {"--step", "", "", "", false, true},
    {"--start-at-task", "NAME", "", "", false, true},
    {"--flush-cache", "", "", "", false, true},
    {"-M,--module-path", "PATH", "", "", true, true},
    {"--sftp-extra-args", "ARGS", "", "", false, true},
    {"--scp-extra-args", "ARGS", "", "", false, true},
};

} // namespace

const command run_command{
    "run",
    "run playbooks on their hosts",
    "PLAYBOOK…",
    "Runs Ansible playbooks over SSH, many hosts at once, with nothing installed on them and nothing written to their disks. "
    "Takes the options of ansible-playbook.",
    "  mito-actor run site.yml -i hosts.ini                   the whole site\n"
    "  mito-actor run site.yml -i hosts.ini -l web -C -D      what would change on the web servers\n"
    "  mito-actor run site.yml -i web1,web2, -u deploy -b     hosts named on the spot, as root through sudo\n"
    "  mito-actor run patch.yml -i hosts.ini -f 200           200 hosts at a time\n",
    options,
    run,
    "ansible-playbook",
};

std::span<const command* const> all_commands() {
  static constexpr const command* commands[] = {&run_command, &vault_command, &config_command};
  return commands;
}

} // namespace mito::cli
