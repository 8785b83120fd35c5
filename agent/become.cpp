#include "agent/become.hpp"

#include <cstring>
#include <sys/wait.h>

#include "core/text.hpp"

namespace mito::agent {

namespace {
/// More than a lecture, less than a flood.
constexpr std::size_t most_said = 8u << 10;
} // namespace

become_dialogue::become_dialogue(protocol::hop_open& open)
    : method_(open.method), prompt_(std::move(open.prompt)), password_(std::move(open.password)),
      has_password_(!password_.empty()) {}

become_dialogue::~become_dialogue() { ::explicit_bzero(password_.data(), password_.size()); }

/// sudo prompts with our own words. su prompts in the user's language: any unfinished line that ends in a colon (or the
/// full-width colon of CJK locales).
bool become_dialogue::at_prompt() const {
  if (!prompt_.empty()) return line_.find(prompt_) != std::string::npos;
  auto text = core::trim(line_);
  return text.ends_with(':') || text.ends_with("\xef\xbc\x9a");
}

std::string become_dialogue::terminal(std::string_view text) {
  line_ += text;
  output(text);
  if (at_prompt()) {
    line_.clear();
    if (asked_ || !has_password_) {
      (asked_ ? refused_ : missing_) = true;
      return {};
    }
    asked_ = true;
    return password_ + "\n";
  }
  if (auto end = line_.rfind('\n'); end != std::string::npos) line_.erase(0, end + 1);
  if (line_.size() > most_said) line_.clear();
  return {};
}

void become_dialogue::output(std::string_view text) {
  said_ += text;
  if (said_.size() > most_said) said_.erase(0, said_.size() - most_said);
}

/// The shell names the file that it could not execute, in every language.
bool become_dialogue::descriptors_lost() const {
  return !hopeless() && said_.find("/proc/self/fd/1") != std::string::npos;
}

void become_dialogue::restart() {
  asked_ = missing_ = refused_ = false;
  line_.clear();
  said_.clear();
}

std::string become_dialogue::failure(int status) const {
  if (missing_ || said_.find("a password is required") != std::string::npos) return "Missing " + method_ + " password";
  bool wrong = refused_ || said_.find("incorrect password attempt") != std::string::npos ||
               (asked_ && said_.find("Authentication failure") != std::string::npos);
  if (wrong) return "Incorrect " + method_ + " password";
  std::string text = said_;
  for (std::size_t at; !prompt_.empty() && (at = text.find(prompt_)) != std::string::npos;)
    text.erase(at, prompt_.size());
  std::erase(text, '\r');
  auto words = core::trim(text);
  if (!words.empty()) return core::to_valid_utf8(words);
  std::string message = method_ + " did not start the agent";
  if (status >= 0 && WIFEXITED(status)) {
    message += " and ended with status ";
    core::append_int(message, WEXITSTATUS(status));
  }
  return message;
}

} // namespace mito::agent
