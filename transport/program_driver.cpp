#include "transport/program_driver.hpp"

#include "core/text.hpp"

namespace mito::transport {
namespace {

spawn_options how(const ssh_target& target, std::chrono::milliseconds timeout, const std::string& command) {
  spawn_options options;
  options.argv = program_arguments(target, timeout, command);
  options.environment = {"SSH_ASKPASS_REQUIRE=never"};
  options.terminal = true;
  return options;
}

} // namespace

std::vector<std::string> program_arguments(const ssh_target& target,
                                           std::chrono::milliseconds connect_timeout,
                                           const std::string& command) {
  std::vector<std::string> out{target.ssh_program};
  auto option = [&](const std::string& text) {
    out.emplace_back("-o");
    out.push_back(text);
  };
  auto quoted = [](const std::string& text) { return '"' + text + '"'; };
  // For ssh the first value of an option counts: the caller's own values, then the arguments, then our
  // defaults.
  if (target.config_file) {
    out.emplace_back("-F");
    out.push_back(*target.config_file);
  }
  if (target.port) option("Port=" + std::to_string(*target.port));
  if (target.user) option("User=" + quoted(*target.user));
  for (const auto& key : target.private_keys) option("IdentityFile=" + quoted(key));
  switch (target.on_unknown) {
  case unknown_host::refuse:
    option("StrictHostKeyChecking=yes");
    break;
  case unknown_host::accept_new:
    option("StrictHostKeyChecking=accept-new");
    break;
  case unknown_host::ignore:
    option("StrictHostKeyChecking=no");
    break;
  case unknown_host::ask:
    break; // ssh_config may say more
  }
  if (!target.known_hosts_files.empty()) {
    std::vector<std::string> files;
    for (const auto& file : target.known_hosts_files) files.push_back(quoted(file));
    option("UserKnownHostsFile=" + core::join(files, " "));
  }
  if (!target.password) {
    option("PasswordAuthentication=no");
    option("KbdInteractiveAuthentication=no");
  }
  out.insert(out.end(), target.ssh_arguments.begin(), target.ssh_arguments.end());
  option("ConnectTimeout=" +
         std::to_string(std::chrono::ceil<std::chrono::seconds>(connect_timeout).count()));
  option("ServerAliveInterval=30");
  option("NumberOfPasswordPrompts=1");
  out.insert(out.end(), {"-T", "--", target.host, command});
  return out;
}

close_info explain_program_end(int status, const std::string& stderr_tail) {
  close_info why{close_reason::finished, status, {}, {}, stderr_tail};
  if (status != 255) return why; // 255 is ssh's own trouble; the command's status otherwise
  struct sign {
    std::string_view text;
    close_reason reason;
  };
  static constexpr sign signs[] = {{"REMOTE HOST IDENTIFICATION HAS CHANGED", close_reason::host_key},
                                   {"Host key verification failed", close_reason::host_key},
                                   {"Permission denied (", close_reason::auth_failed},
                                   {"Too many authentication failures", close_reason::auth_failed},
                                   {"Could not resolve hostname", close_reason::resolve_failed},
                                   {"timed out", close_reason::timed_out},
                                   {"Connection refused", close_reason::connect_failed},
                                   {"No route to host", close_reason::connect_failed},
                                   {"Network is unreachable", close_reason::connect_failed},
                                   {"kex_exchange_identification", close_reason::connect_failed},
                                   {"Bad configuration option", close_reason::bad_options},
                                   {"not responding", close_reason::lost},
                                   {"Connection closed by", close_reason::lost},
                                   {"Connection reset by", close_reason::lost},
                                   {"closed by remote host", close_reason::lost},
                                   {"Broken pipe", close_reason::lost}};
  for (const auto& s : signs) {
    const auto at = stderr_tail.rfind(s.text);
    if (at == stderr_tail.npos) continue;
    const auto begin = stderr_tail.rfind('\n', at);
    const auto end = stderr_tail.find_first_of("\r\n", at);
    const auto from = begin == stderr_tail.npos ? 0 : begin + 1;
    why.reason = s.reason;
    why.message = stderr_tail.substr(from, end == stderr_tail.npos ? end : end - from);
    break;
  }
  return why;
}

program_driver::program_driver(endpoint& end, std::shared_ptr<services> shared,
                               std::shared_ptr<io_thread> loop, const ssh_target& target,
                               std::chrono::milliseconds connect_timeout, const std::string& command)
    : process_driver(end, std::move(shared), std::move(loop), how(target, connect_timeout, command)),
      target_(target) {}

void program_driver::terminal_said(std::string_view text) {
  said_.append(text);
  if (said_.size() > 8192) said_.erase(0, said_.size() - 8192);
  if (asking_ || !(said_.ends_with(": ") || said_.ends_with(":") || said_.ends_with("? "))) return;
  const auto question = std::exchange(said_, {});
  if (question.find("passphrase for key") != question.npos) {
    if (target_.key_passphrase && !std::exchange(passphrase_given_, true))
      type(*target_.key_passphrase + "\n");
    else
      ask_person(question, false);
  } else if (question.find("(yes/no") != question.npos || question.find("'yes', 'no'") != question.npos) {
    ask_person(question, true);
  } else if (core::lower(question).find("assword") != question.npos && target_.password) {
    if (std::exchange(password_given_, true))
      give_up("Permission denied: the password was refused");
    else
      type(*target_.password + "\n");
  } else {
    ask_person(question, false);
  }
}

void program_driver::ask_person(std::string question, bool echo) {
  asking_ = true;
  shared()->questions.submit([weak = weak_from_this(), loop = loop(), ask = shared()->options.prompts.ask,
                              question = core::to_valid_utf8(core::trim(question)) + " ", echo] {
    auto answer = ask ? ask(question, echo) : std::nullopt;
    loop->post([weak, answer] {
      const auto me = std::static_pointer_cast<program_driver>(weak.lock());
      if (!me || me->released()) return;
      me->asking_ = false;
      if (answer)
        me->type(*answer + "\n");
      else
        me->give_up("ssh asked and there was no answer");
    });
  });
}

void program_driver::give_up(std::string message) {
  end().close({close_reason::auth_failed, -1, std::move(message), {}, stderr_tail()});
}

void program_driver::ended(int status) {
  end().close(explain_program_end(status, stderr_tail()));
}

} // namespace mito::transport
