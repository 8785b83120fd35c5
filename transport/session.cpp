#include "transport/session.hpp"

#include <fcntl.h>
#include <libssh/server.h> // ssh_send_keepalive
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <utility>

namespace mito::transport {
namespace {

using clock = std::chrono::steady_clock;

/// Rounds of reading before other sessions have their turn: 4 KiB each.
constexpr int rounds_per_turn = 16;

} // namespace

session::session(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop, ssh_settings settings,
                 std::vector<known_key> known, session_user& user)
    : shared_(std::move(shared)), loop_(std::move(loop)), settings_(std::move(settings)),
      known_(std::move(known)), user_(user) {}

session::~session() {
  release();
}

void session::release() {
  stage_ = stage::dead;
  loop_->unwatch(watch_);
  loop_->cancel(deadline_timer_);
  loop_->cancel(alive_timer_);
  if (auth_) {
    auto& loan = auth_->loan();
    std::lock_guard guard(loan.mutex);
    if (loan.out) { // a helper is in a call on it: cut the connection, and let the helper free it
      ::shutdown(ssh_get_fd(raw_), SHUT_RDWR);
      loan.orphan = std::exchange(raw_, nullptr);
      loan.orphan_event = std::exchange(event_, nullptr);
    }
    auth_->release();
  }
  auth_.reset();
  free_session(std::exchange(raw_, nullptr), std::exchange(event_, nullptr));
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string session::libssh_error() const {
  const char* text = raw_ == nullptr ? nullptr : ssh_get_error(raw_);
  return text == nullptr ? "" : text;
}

bool session::congested() const {
  return (ssh_get_poll_flags(raw_) & SSH_WRITE_PENDING) != 0;
}

void session::fail(close_reason reason, std::string message, std::string hint) {
  if (stage_ == stage::dead) return;
  release();
  user_.session_failed({reason, -1, std::move(message), std::move(hint), {}});
}

void session::start(int fd, std::string peer, clock::time_point deadline) {
  fd_ = fd;
  peer_ = std::move(peer);
  deadline_ = deadline;
  if (!configure()) {
    fail(close_reason::bad_options, "cannot set up the SSH session: " + libssh_error());
    return;
  }
  arm_deadline();
  stage_ = stage::connecting;
  step();
}

bool session::configure() {
  raw_ = ssh_new();
  if (raw_ == nullptr) return false;
  ssh_set_blocking(raw_, 0);
  bool good = true;
  auto set = [&](ssh_options_e option, const std::string& value) {
    if (!value.empty()) good = good && ssh_options_set(raw_, option, value.c_str()) == 0;
  };
  // Its own files are never read: configuration and known_hosts are ours, and a home directory look-up may
  // block.
  const bool read_config = false;
  ssh_options_set(raw_, SSH_OPTIONS_PROCESS_CONFIG, &read_config);
  set(SSH_OPTIONS_SSH_DIR, "/nonexistent");
  set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  set(SSH_OPTIONS_HOST, settings_.host_name);
  set(SSH_OPTIONS_USER, settings_.user);
  const unsigned port = settings_.port;
  ssh_options_set(raw_, SSH_OPTIONS_PORT, &port);
  set(SSH_OPTIONS_KEY_EXCHANGE, settings_.kex);
  set(SSH_OPTIONS_HOSTKEYS,
      settings_.host_key_algorithms.empty() ? preferred_algorithms(known_) : settings_.host_key_algorithms);
  set(SSH_OPTIONS_CIPHERS_C_S, settings_.ciphers);
  set(SSH_OPTIONS_CIPHERS_S_C, settings_.ciphers);
  set(SSH_OPTIONS_HMAC_C_S, settings_.macs);
  set(SSH_OPTIONS_HMAC_S_C, settings_.macs);
  set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, settings_.accepted_keys);
  if (settings_.rsa_min_size > 0) ssh_options_set(raw_, SSH_OPTIONS_RSA_MIN_SIZE, &settings_.rsa_min_size);
  set(SSH_OPTIONS_IDENTITY_AGENT, settings_.agent_socket);
  set(SSH_OPTIONS_COMPRESSION, settings_.compression ? "yes" : "no");
  ssh_set_counters(raw_, &counter_, nullptr);
  return good && ssh_options_set(raw_, SSH_OPTIONS_FD, &fd_) == 0;
}

void session::on_fd(std::uint32_t) {
  step();
}

void session::step() {
  switch (stage_) {
  case stage::connecting:
    shake_hands();
    break;
  case stage::authenticating:
    authenticate();
    break;
  case stage::ready:
    pump();
    break;
  case stage::idle:
  case stage::asking:
  case stage::dead:
    return;
  }
  if (stage_ != stage::dead) watch();
}

void session::watch() {
  std::uint32_t wanted = 0;
  const bool busy_elsewhere = stage_ == stage::asking || auth_waits_;
  if (!busy_elsewhere) {
    if (!(stage_ == stage::ready && hold_reading_)) wanted |= EPOLLIN;
    if (congested()) wanted |= EPOLLIN | EPOLLOUT;
  }
  if (wanted == 0) {
    loop_->unwatch(watch_); // a hang-up would be reported even to a watch for nothing
  } else if (watch_ == 0) {
    watch_ = loop_->watch(ssh_get_fd(raw_), wanted, *this);
    if (watch_ == 0) fail(close_reason::lost, "cannot watch the connection");
  } else {
    loop_->change(watch_, wanted);
  }
}

void session::shake_hands() {
  const int rc = ssh_connect(raw_);
  const int fd = ssh_get_fd(raw_);
  if (fd >= 0) {
    fd_ = -1; // libssh owns it now
    // libssh makes the descriptor blocking in its connected step: one write could then stop the thread.
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  }
  if (rc == SSH_AGAIN) return;
  if (rc != SSH_OK) {
    auto why = libssh_error();
    const bool cut = why.find("disconnected") != why.npos || why.find("reset") != why.npos;
    if (cut && ssh_get_serverbanner(raw_) == nullptr) {
      fail(close_reason::connect_failed, "kex_exchange_identification: Connection closed by remote host",
           "the server at " + settings_.place() +
               " closed the connection before it said who it is: too many connections at once (MaxStartups), "
               "or a filter");
    } else {
      fail(close_reason::connect_failed, "ssh: connect to host " + settings_.host_name + " port " +
                                             std::to_string(settings_.port) + ": " + why);
    }
    return;
  }
  check_host_key();
}

void session::check_host_key() {
  server_key key;
  ssh_key raw_key = nullptr;
  char* base64 = nullptr;
  unsigned char* hash = nullptr;
  std::size_t hash_size = 0;
  if (ssh_get_server_publickey(raw_, &raw_key) == SSH_OK) {
    if (const char* type = ssh_key_type_to_char(ssh_key_type(raw_key))) key.type = type;
    if (ssh_pki_export_pubkey_base64(raw_key, &base64) == SSH_OK) key.key = base64;
    if (ssh_get_publickey_hash(raw_key, SSH_PUBLICKEY_HASH_SHA256, &hash, &hash_size) == 0) {
      char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, hash_size);
      if (text != nullptr) key.fingerprint = text;
      ssh_string_free_char(text);
    }
  }
  ssh_clean_pubkey_hash(&hash);
  ssh_string_free_char(base64);
  ssh_key_free(raw_key);
  if (key.key.empty()) {
    fail(close_reason::host_key, "the server sent no usable host key: " + libssh_error());
    return;
  }

  const auto verdict = judge(known_, key);
  const bool lax = settings_.on_unknown == unknown_host::ignore;
  switch (verdict.state) {
  case key_state::known:
  case key_state::accepted:
    begin_auth();
    return;
  case key_state::revoked:
    fail(close_reason::host_key,
         "Host key for " + settings_.known_name() + " was revoked in " + verdict.line.where() +
             ". Host key verification failed.",
         "the server presents a key that is marked @revoked; do not trust it");
    return;
  case key_state::changed:
    user_.session_note(0, changed_key_warning(settings_, key, verdict.line));
    if (lax) { // as OpenSSH with StrictHostKeyChecking=no: go on, but give the impostor no password
      settings_.password_login = settings_.keyboard_interactive = false;
      begin_auth();
      return;
    }
    fail(close_reason::host_key,
         "Host key verification failed: REMOTE HOST IDENTIFICATION HAS CHANGED! The " + short_type(key.type) +
             " key sent by " + settings_.known_name() + " is " + key.fingerprint + "; offending " +
             short_type(verdict.line.type) + " key in " + verdict.line.where(),
         "if the host was really reinstalled: ssh-keygen -f '" + verdict.line.file + "' -R '" +
             settings_.known_name() + "'");
    return;
  case key_state::unknown:
    break;
  }
  ask_about(key, verdict);
}

void session::ask_about(const server_key& key, const key_verdict& verdict) {
  if (verdict.authority)
    user_.session_note(1, "a @cert-authority line stands for " + settings_.known_name() +
                              ", but host certificates need the ssh program (ssh_executable)");
  if (settings_.on_unknown == unknown_host::refuse) {
    refuse_unknown(key);
    return;
  }
  stage_ = stage::asking;
  const bool question = settings_.on_unknown == unknown_host::ask;
  if (question) person(true);
  auto job = [self = weak_from_this(), shared = shared_, loop = loop_, s = settings_, peer = peer_, key,
              question] {
    auto state = shared->hosts.answered(s, key);
    if (state == key_state::unknown && question) {
      auto text = unknown_host_question(s, peer, key);
      const auto& ask = shared->options.prompts.ask;
      std::optional<std::string> answer;
      while (ask && (answer = ask(text, true))) {
        if (*answer == "yes" || *answer == key.fingerprint) {
          state = key_state::accepted;
          break;
        }
        if (*answer == "no") break;
        text = "Please type 'yes', 'no' or the fingerprint: ";
      }
      if (state != key_state::accepted) {
        shared->hosts.refuse(s, key);
        state = key_state::revoked;
      }
    } else if (state == key_state::unknown) {
      state = key_state::accepted;
    }
    std::string trouble;
    if (state == key_state::accepted) trouble = shared->hosts.remember(s, key);
    loop->post([self, state, key, trouble, question] {
      const auto me = self.lock();
      if (!me || me->stage_ == stage::dead) return;
      if (question) me->person(false);
      if (!trouble.empty())
        me->user_.session_note(0, "Failed to add the host to the list of known hosts (" + trouble + ").");
      me->after_question(state, key);
    });
  };
  (question ? shared_->questions : shared_->helpers).submit(std::move(job));
}

void session::after_question(key_state answer, const server_key& key) {
  if (answer != key_state::accepted) {
    const auto file = settings_.user_known_hosts.empty() ? std::string("known_hosts") : settings_.user_known_hosts.front();
    fail(close_reason::host_key, "Host key verification failed.",
         "no " + short_type(key.type) + " host key is known for " + settings_.known_name() +
             " and nobody accepted it: add it to " + file + ", or set host_key_checking to false");
    return;
  }
  user_.session_note(0, "Warning: Permanently added '" + settings_.known_name() + "' (" +
                            short_type(key.type) + ") to the list of known hosts.");
  begin_auth();
  step();
}

void session::refuse_unknown(const server_key& key) {
  fail(close_reason::host_key,
       "No " + short_type(key.type) + " host key is known for " + settings_.known_name() +
           " and you have requested strict checking. Host key verification failed.",
       "its fingerprint is " + key.fingerprint + "; to trust it: ssh-keyscan -p " +
           std::to_string(settings_.port) + " " + settings_.host_name + " >> ~/.ssh/known_hosts");
}

void session::begin_auth() {
  event_ = ssh_event_new();
  if (event_ == nullptr || ssh_event_add_session(event_, raw_) != SSH_OK) {
    fail(close_reason::lost, "cannot poll the SSH session");
    return;
  }
  const auto weak = weak_from_this();
  authenticator::host host;
  host.wake = [weak] {
    if (const auto me = weak.lock()) me->step();
  };
  host.note = [weak](int level, std::string text) {
    if (const auto me = weak.lock()) me->user_.session_note(level, std::move(text));
  };
  host.person = [weak](bool on) {
    if (const auto me = weak.lock()) me->person(on);
  };
  auth_ = std::make_shared<authenticator>(raw_, shared_, loop_, settings_, std::move(host));
  stage_ = stage::authenticating;
  authenticate();
}

void session::authenticate() {
  const auto progress = auth_->step();
  auth_waits_ = progress == auth_progress::waiting;
  switch (progress) {
  case auth_progress::again:
  case auth_progress::waiting:
    return;
  case auth_progress::denied:
    fail(close_reason::auth_failed, auth_->error(), auth_->hint());
    return;
  case auth_progress::broken: {
    const auto why = libssh_error();
    fail(close_reason::auth_failed,
         "Connection closed by " + settings_.place() + " during authentication: " + why, auth_->hint());
    return;
  }
  case auth_progress::success:
    break;
  }
  auth_->release();
  auth_.reset();
  loop_->cancel(deadline_timer_);
  stage_ = stage::ready;
  const auto interval = settings_.alive_interval.value_or(shared_->options.keepalive);
  if (interval.count() > 0) alive_timer_ = loop_->after(interval, [this] { keep_alive(); });
  user_.session_ready();
  if (stage_ == stage::ready) pump();
}

void session::pump() {
  for (int round = 0; round < rounds_per_turn; ++round) {
    user_.session_turn();
    if (stage_ != stage::ready) return;
    if (hold_reading_ && !congested()) return;
    const int rc = ssh_event_dopoll(event_, 0);
    if (rc == SSH_AGAIN) return;
    if (rc == SSH_ERROR || ssh_is_connected(raw_) == 0) {
      user_.session_turn(); // what came with the last bytes counts first: exit status, end of the channel
      if (stage_ != stage::ready) return;
      const auto why = libssh_error();
      fail(close_reason::lost, "Connection to " + settings_.place() + " closed by remote host" +
                                   (why.empty() ? "." : ": " + why));
      return;
    }
  }
  user_.session_turn();
}

void session::keep_alive() {
  alive_timer_ = 0;
  const auto interval = settings_.alive_interval.value_or(shared_->options.keepalive);
  if (!hold_reading_) {
    if (counter_.in_bytes != heard_) {
      heard_ = counter_.in_bytes;
      unheard_ = 0;
    } else if (++unheard_ > settings_.alive_count) {
      fail(close_reason::lost, "Timeout, server " + settings_.host_name + " not responding.");
      return;
    } else {
      const auto sent = counter_.out_bytes;
      ssh_send_keepalive(raw_);
      if (counter_.out_bytes == sent) ssh_send_keepalive(raw_); // the first call only took the last answer
    }
  }
  alive_timer_ = loop_->after(interval, [this] { keep_alive(); });
  step();
}

void session::arm_deadline() {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock::now());
  deadline_timer_ = loop_->after(std::max(left, std::chrono::milliseconds(0)), [this] {
    deadline_timer_ = 0;
    const bool silent = raw_ != nullptr && ssh_get_serverbanner(raw_) == nullptr;
    const char* during = silent                        ? "banner exchange"
                         : stage_ == stage::connecting ? "key exchange"
                                                       : "authentication";
    fail(close_reason::timed_out, "Connection to " + settings_.place() + " timed out during " + during,
         silent ? "something accepts connections there but does not speak SSH in time; raise `timeout` if it "
                  "is slow"
                : "");
  });
}

void session::person(bool on) {
  if (on) {
    left_ = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock::now());
    loop_->cancel(deadline_timer_);
  } else if (stage_ != stage::ready) {
    deadline_ = clock::now() + left_;
    arm_deadline();
  }
}

} // namespace mito::transport
