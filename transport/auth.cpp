#include "transport/auth.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::transport {
namespace {

struct method_bit {
  const char* name;
  int bit;
};
constexpr method_bit method_bits[] = {{"publickey", SSH_AUTH_METHOD_PUBLICKEY},
                                      {"gssapi-with-mic", SSH_AUTH_METHOD_GSSAPI_MIC},
                                      {"hostbased", SSH_AUTH_METHOD_HOSTBASED},
                                      {"password", SSH_AUTH_METHOD_PASSWORD},
                                      {"keyboard-interactive", SSH_AUTH_METHOD_INTERACTIVE}};

std::string method_list(int bits) {
  std::vector<std::string> names;
  for (const auto& m : method_bits)
    if ((bits & m.bit) != 0) names.emplace_back(m.name);
  return core::join(names, ",");
}

} // namespace

authenticator::authenticator(::ssh_session session, std::shared_ptr<services> shared,
                             std::shared_ptr<io_thread> loop, const ssh_settings& settings, host h)
    : session_(session), shared_(std::move(shared)), loop_(std::move(loop)), settings_(settings),
      host_(std::move(h)), methods_(settings.methods.begin(), settings.methods.end()),
      keys_(settings.identities.begin(), settings.identities.end()) {}

void free_session(::ssh_session session, ssh_event event) {
  if (event != nullptr) {
    ssh_event_remove_session(event, session);
    ssh_event_free(event);
  }
  if (session == nullptr) return;
  ssh_disconnect(session);
  ssh_free(session);
}

template <class Work, class Then>
void authenticator::delegate(bool person, Work work, Then then) {
  waiting_ = true;
  if (person) host_.person(true);
  auto job = [self = shared_from_this(), person, work = std::move(work), then = std::move(then)]() mutable {
    auto result = std::make_shared<decltype(work())>(work());
    auto* loop = self->loop_.get();
    // The last reference goes to the loop: what this object holds belongs to the I/O thread.
    loop->post([self = std::move(self), person, result, then = std::move(then)]() mutable {
      if (self->session_ == nullptr) return;
      self->waiting_ = false;
      if (person) self->host_.person(false);
      then(*self, std::move(*result));
      self->host_.wake();
    });
  };
  (person ? shared_->questions : shared_->helpers).submit(std::move(job));
}

auth_progress authenticator::step() {
  while (true) {
    if (waiting_) return auth_progress::waiting;
    const auto before = stage_;
    auth_progress p = auth_progress::again;
    switch (stage_) {
    case stage::none:
      p = none();
      break;
    case stage::choose:
      p = choose();
      break;
    case stage::agent:
      p = agent_tried_ ? agent_verdict_ : agent();
      break;
    case stage::load:
      p = load();
      break;
    case stage::probe:
      p = probe();
      break;
    case stage::unlock:
      p = unlock();
      break;
    case stage::sign:
      p = sign();
      break;
    case stage::password:
      p = password();
      break;
    case stage::kbdint_start:
      p = interactive();
      break;
    case stage::kbdint_answer:
      p = answer_prompts();
      break;
    }
    if (p != auth_progress::again || stage_ == before) return p;
  }
}

/// One round trip that brings EXT_INFO (without it RSA keys are refused now and then) and the list of
/// methods.
auth_progress authenticator::none() {
  const int rc = ssh_userauth_none(session_, nullptr);
  if (rc == SSH_AUTH_AGAIN) return auth_progress::again;
  if (rc == SSH_AUTH_SUCCESS) return auth_progress::success;
  if (rc == SSH_AUTH_ERROR) return auth_progress::broken;
  allowed_ = method_list(ssh_userauth_list(session_, nullptr));
  stage_ = stage::choose;
  return auth_progress::again;
}

bool authenticator::permits(const std::string& method) const {
  const auto offered = core::split(allowed_, ',');
  return std::find(offered.begin(), offered.end(), method) != offered.end();
}

auth_progress authenticator::choose() {
  while (!methods_.empty()) {
    const auto& method = methods_.front();
    const bool possible = permits(method);
    if (possible && method == "publickey" && settings_.public_key && !agent_tried_ &&
        !settings_.identities_only && !settings_.agent_socket.empty()) {
      stage_ = stage::agent;
      return auth_progress::again;
    }
    if (possible && method == "publickey" && settings_.public_key && !keys_.empty()) {
      stage_ = stage::load;
      return auth_progress::again;
    }
    if (possible && method == "password" && settings_.password_login && settings_.password &&
        !password_tried_) {
      stage_ = stage::password;
      return auth_progress::again;
    }
    if (possible && method == "keyboard-interactive" && settings_.keyboard_interactive &&
        settings_.password && rounds_ == 0) {
      stage_ = stage::kbdint_start;
      return auth_progress::again;
    }
    methods_.pop_front();
  }
  return auth_progress::denied;
}

/// All keys of ssh-agent, as OpenSSH: before those in files. libssh talks to the agent with blocking calls
/// and an agent may ask its user, so each step runs on a helper; waiting for the server is done here.
auth_progress authenticator::agent() {
  if (std::exchange(agent_waits_, false)) return auth_progress::again;
  {
    std::lock_guard guard(loan_->mutex);
    loan_->out = true;
  }
  delegate(
      false,
      [raw = session_, loan = loan_] {
        const int rc = ssh_userauth_agent(raw, nullptr);
        std::lock_guard guard(loan->mutex);
        loan->out = false;
        free_session(std::exchange(loan->orphan, nullptr), std::exchange(loan->orphan_event, nullptr));
        return rc;
      },
      [](authenticator& self, int rc) {
        self.agent_waits_ = rc == SSH_AUTH_AGAIN;
        if (rc == SSH_AUTH_AGAIN) return;
        self.agent_tried_ = true;
        if (rc != SSH_AUTH_SUCCESS) self.tried_.push_back("those of ssh-agent");
        self.agent_verdict_ = self.verdict(rc, "publickey");
        if (self.agent_verdict_ == auth_progress::again) self.stage_ = stage::choose;
      });
  return auth_progress::waiting;
}

auth_progress authenticator::load() {
  if (keys_.empty()) {
    stage_ = stage::choose;
    return auth_progress::again;
  }
  delegate(
      false,
      [store = &shared_->keys, path = keys_.front().path, pass = settings_.key_passphrase] {
        return store->load(path, pass);
      },
      [](authenticator& self, loaded_key key) {
        const auto id = self.keys_.front();
        self.key_ = std::move(key);
        if (self.key_.status == key_status::usable && self.key_.key) {
          self.stage_ = stage::sign;
          self.host_.note(3, "Offering public key: " + id.path + " " + self.key_.type);
          return;
        }
        if (self.key_.status == key_status::encrypted) {
          // With its public half the server is asked first: no passphrase for a key that it does not want.
          self.stage_ = self.key_.key ? stage::probe : stage::unlock;
          return;
        }
        if (id.named || self.key_.status != key_status::missing)
          self.unusable_.push_back(id.path + ": " + self.key_.detail);
        self.keys_.pop_front();
      });
  return auth_progress::waiting;
}

auth_progress authenticator::probe() {
  const int rc = ssh_userauth_try_publickey(session_, nullptr, key_.key.get());
  if (rc == SSH_AUTH_AGAIN) return auth_progress::again;
  if (rc == SSH_AUTH_ERROR) return auth_progress::broken;
  if (rc == SSH_AUTH_SUCCESS) {
    stage_ = stage::unlock;
  } else {
    tried_.push_back(keys_.front().path);
    keys_.pop_front();
    stage_ = stage::load;
  }
  return auth_progress::again;
}

auth_progress authenticator::unlock() {
  delegate(
      true,
      [shared = shared_, path = keys_.front().path] {
        return shared->keys.unlock(path, shared->options.prompts);
      },
      [](authenticator& self, loaded_key key) {
        self.key_ = std::move(key);
        if (self.key_.status == key_status::usable && self.key_.key) {
          self.stage_ = stage::sign;
          return;
        }
        self.unusable_.push_back(self.keys_.front().path + ": " + self.key_.detail);
        self.keys_.pop_front();
        self.stage_ = stage::load;
      });
  return auth_progress::waiting;
}

auth_progress authenticator::sign() {
  const int rc = ssh_userauth_publickey(session_, nullptr, key_.key.get());
  if (rc == SSH_AUTH_AGAIN) return auth_progress::again;
  tried_.push_back(keys_.front().path);
  keys_.pop_front();
  stage_ = stage::load;
  return verdict(rc, "publickey");
}

auth_progress authenticator::password() {
  const int rc = ssh_userauth_password(session_, nullptr, settings_.password->c_str());
  if (rc == SSH_AUTH_AGAIN) return auth_progress::again;
  password_tried_ = true;
  stage_ = stage::choose;
  return verdict(rc, "password");
}

auth_progress authenticator::interactive() {
  const int rc = ssh_userauth_kbdint(session_, nullptr, nullptr);
  if (rc == SSH_AUTH_AGAIN) return auth_progress::again;
  if (rc == SSH_AUTH_INFO) {
    stage_ = stage::kbdint_answer;
    return auth_progress::again;
  }
  ++rounds_;
  stage_ = stage::choose;
  return verdict(rc, "keyboard-interactive");
}

/// The first secret that is asked for is the password; anything else needs a person.
auth_progress authenticator::answer_prompts() {
  const int count = ssh_userauth_kbdint_getnprompts(session_);
  std::vector<std::pair<std::string, bool>> questions;
  for (int i = 0; i < count && i < 16; ++i) { // a target may ask for anything, but not for ever
    char echo = 0;
    const char* text = ssh_userauth_kbdint_getprompt(session_, static_cast<unsigned>(i), &echo);
    questions.emplace_back(text == nullptr ? "" : text, echo != 0);
  }
  if (++rounds_ > 8) return auth_progress::broken;
  if (count == 1 && !questions[0].second && !password_tried_) {
    password_tried_ = true;
    ssh_userauth_kbdint_setanswer(session_, 0, settings_.password->c_str());
  } else if (count > 0) {
    const auto prefix = "(" + settings_.user + "@" + settings_.host_name + ") ";
    delegate(
        true,
        [ask = shared_->options.prompts.ask, questions, prefix] {
          std::vector<std::string> answers;
          for (const auto& [text, echo] : questions) {
            auto answer = ask ? ask(prefix + text, echo) : std::nullopt;
            if (!answer) return std::vector<std::string>{};
            answers.push_back(std::move(*answer));
          }
          return answers;
        },
        [](authenticator& self, std::vector<std::string> answers) {
          for (std::size_t i = 0; i < answers.size(); ++i)
            ssh_userauth_kbdint_setanswer(self.session_, static_cast<unsigned>(i), answers[i].c_str());
          self.stage_ = stage::kbdint_start;
        });
    return auth_progress::waiting;
  }
  stage_ = stage::kbdint_start;
  return auth_progress::again;
}

auth_progress authenticator::verdict(int rc, const char* method) {
  switch (rc) {
  case SSH_AUTH_SUCCESS:
    host_.note(3, std::string("Authenticated using \"") + method + "\".");
    return auth_progress::success;
  case SSH_AUTH_PARTIAL: // another method is wanted as well (AuthenticationMethods)
    allowed_ = method_list(ssh_userauth_list(session_, nullptr));
    methods_.assign(settings_.methods.begin(), settings_.methods.end());
    if (std::string_view(method) == "keyboard-interactive") rounds_ = 1;
    password_tried_ = std::string_view(method) == "password";
    stage_ = stage::choose;
    return auth_progress::again;
  case SSH_AUTH_DENIED:
    return auth_progress::again;
  default:
    return auth_progress::broken;
  }
}

std::string authenticator::error() const {
  return settings_.user + "@" + settings_.host_name + ": Permission denied (" + allowed_ + ").";
}

std::string authenticator::hint() const {
  std::string text;
  if (!tried_.empty()) text = "keys tried: " + core::join(tried_, ", ");
  if (!unusable_.empty()) text += (text.empty() ? "" : "; ") + ("not usable: " + core::join(unusable_, "; "));
  if (tried_.empty() && unusable_.empty()) text = "no key was found to try";
  if (settings_.password)
    text += "; the password was " + std::string(password_tried_ ? "refused" : "not asked for");
  return text;
}

} // namespace mito::transport
