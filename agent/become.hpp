#pragma once
/// What sudo and su say while they start a hop, and what it means.
#include <array>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"

namespace mito::agent {

class become_dialogue {
public:
  /// Where words come from. What answers those of `terminal` is to be typed there; of the others, written to stdin: su asks
  /// on stderr when its stdin is no terminal, and a program between us and sudo brings its terminal's words to stdout.
  enum source : std::uint8_t { terminal, error, output };

  /// Takes over what it needs of `open`, the password included.
  explicit become_dialogue(protocol::hop_open& open);
  ~become_dialogue();
  become_dialogue(const become_dialogue&) = delete;
  become_dialogue& operator=(const become_dialogue&) = delete;

  /// Returns the answer (the password and a line feed), or nothing. Of `output` only what precedes the agent's magic.
  std::string hear(source from, std::string_view text);
  /// A prompt may still come.
  bool awaits_prompt() const { return has_password_ && !asked_; }
  /// Whether anything but prompts was heard.
  bool silent() const { return said_.empty(); }
  /// The dialogue cannot succeed any more; `failure` says why. Known before the program ends.
  bool hopeless() const;
  /// The descriptors that we passed did not arrive: the pipe may still work.
  bool descriptors_lost() const;
  /// Stage-0 reads its stdin now.
  bool wants_payload() const;
  /// One text for the user; `status` is an exit status, -1 when unknown.
  std::string failure(int status) const;
  /// Starts over (the pipe variant): what was said so far is forgotten, the password is not.
  void restart();

private:
  /// Where the prompt begins in an unfinished line; npos when there is none.
  std::size_t prompt_in(source from, std::string_view line) const;
  std::string answer();
  bool said(std::string_view word) const;

  std::string method_, prompt_, password_;
  bool has_password_, asked_ = false, missing_ = false, refused_ = false;
  std::array<std::string, 3> lines_; ///< of each source, since the last line feed or prompt
  std::string said_;                 ///< whole lines, and unfinished ones that are no prompts
};

} // namespace mito::agent
