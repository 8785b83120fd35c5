#pragma once
/// What sudo and su say while they start a hop, and what it means.
#include <string>
#include <string_view>

#include "protocol/messages.hpp"

namespace mito::agent {

class become_dialogue {
public:
  /// Takes over what it needs of `open`, the password included.
  explicit become_dialogue(protocol::hop_open& open);
  ~become_dialogue();
  become_dialogue(const become_dialogue&) = delete;
  become_dialogue& operator=(const become_dialogue&) = delete;

  /// Text from the terminal. Returns what to type (the password and a line feed), or nothing.
  std::string terminal(std::string_view text);
  /// Text from stderr, or from stdout before the agent's magic.
  void output(std::string_view text);
  /// The dialogue cannot succeed any more; `failure` says why. Known before the program ends.
  bool hopeless() const { return missing_ || refused_; }
  /// The descriptors that we passed did not arrive: the pipe may still work.
  bool descriptors_lost() const;
  /// One text for the user; `status` as waitpid gives it, -1 when unknown.
  std::string failure(int status) const;
  /// Starts over (the pipe variant): what was said so far is forgotten, the password is not.
  void restart();

private:
  bool at_prompt() const;

  std::string method_, prompt_, password_;
  bool has_password_, asked_ = false, missing_ = false, refused_ = false;
  std::string line_; ///< of the terminal, since the last line feed
  std::string said_;
};

} // namespace mito::agent
