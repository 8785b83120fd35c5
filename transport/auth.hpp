#pragma once
/// User authentication of one SSH session: methods and keys in OpenSSH's order, without blocking.
#include <libssh/libssh.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "transport/io_thread.hpp"
#include "transport/services.hpp"
#include "transport/settings.hpp"

namespace mito::transport {

enum class auth_progress : std::uint8_t {
  again,   ///< waits for the server
  waiting, ///< waits for a helper; `wake` is called when it has answered
  success,
  denied, ///< every method was refused: error() says so
  broken, ///< the connection failed
};

/// Whether a helper thread has the session just now (ssh-agent is asked with blocking calls). Who comes last
/// frees it.
struct session_loan {
  std::mutex mutex;
  bool out = false;               ///< a helper works on it
  ::ssh_session orphan = nullptr; ///< left to the helper: its connection has ended meanwhile
  ssh_event orphan_event = nullptr;
};

/// Disconnects and frees; null pointers are left alone.
void free_session(::ssh_session session, ssh_event event);

/// A step machine over one session. All calls on the I/O thread; nothing runs on the session while it is
/// `waiting`.
class authenticator : public std::enable_shared_from_this<authenticator> {
public:
  /// What the connection does for us.
  struct host {
    std::function<void()> wake;
    std::function<void(int verbosity, std::string text)> note;
    /// A person is being asked: deadlines stand still until `false`.
    std::function<void(bool)> person;
  };

  authenticator(::ssh_session session, std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                const ssh_settings& settings, host h);
  auth_progress step();
  /// The session is about to go: helpers' answers are dropped.
  void release() { session_ = nullptr; }
  session_loan& loan() { return *loan_; }

  /// "user@host: Permission denied (publickey,password)."
  std::string error() const;
  /// Which keys were tried and what became of the others.
  std::string hint() const;

private:
  enum class stage : std::uint8_t {
    none,
    choose,
    agent,
    load,
    probe,
    unlock,
    sign,
    password,
    kbdint_start,
    kbdint_answer
  };

  auth_progress none();
  auth_progress choose();
  auth_progress agent();
  auth_progress load();
  auth_progress probe();
  auth_progress unlock();
  auth_progress sign();
  auth_progress password();
  auth_progress interactive();
  auth_progress answer_prompts();
  auth_progress verdict(int rc, const char* method);
  bool permits(const std::string& method) const;
  /// Runs `work` on a helper (or, `person`, on the thread for questions); `then` on the loop, unless
  /// released.
  template <class Work, class Then>
  void delegate(bool person, Work work, Then then);

  ::ssh_session session_;
  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  const ssh_settings& settings_;
  host host_;
  stage stage_ = stage::none;
  bool waiting_ = false;
  const std::shared_ptr<session_loan> loan_ = std::make_shared<session_loan>();
  bool agent_tried_ = false, agent_waits_ = false;
  auth_progress agent_verdict_ = auth_progress::again;
  std::deque<std::string> methods_; ///< still to be tried
  std::deque<identity> keys_;       ///< still to be tried
  loaded_key key_;                  ///< being tried
  int rounds_ = 0;                  ///< of keyboard-interactive
  std::string allowed_;             ///< what the server said it takes
  std::vector<std::string> tried_, unusable_;
  bool password_tried_ = false;
};

} // namespace mito::transport
