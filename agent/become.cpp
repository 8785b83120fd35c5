#include "agent/become.hpp"

#include <cstring>

#include "core/text.hpp"
#include "protocol/stage0_words.hpp"

namespace mito::agent {

namespace {
/// More than a lecture, less than a flood.
constexpr std::size_t most_said = 8u << 10;
/// What a program says that copies to our image, which is the stdout of the first attempt.
constexpr std::string_view no_output = "Bad file descriptor";
/// Of `sudo -n`.
constexpr std::string_view no_password = "a password is required";
} // namespace

become_dialogue::become_dialogue(protocol::hop_open& open)
    : method_(open.method), prompt_(std::move(open.prompt)), password_(std::move(open.password)),
      has_password_(!password_.empty()) {}

become_dialogue::~become_dialogue() { ::explicit_bzero(password_.data(), password_.size()); }

/// sudo prompts with our own words. su prompts in the user's language: an unfinished line that ends in a colon (or the
/// full-width colon of CJK locales); on stdout that could be anything.
std::size_t become_dialogue::prompt_in(source from, std::string_view line) const {
  if (!prompt_.empty()) return line.find(prompt_);
  auto text = core::trim(line);
  // su's errors begin with its name, and come in pieces.
  bool asks = from != output && text != method_ + ":" && (text.ends_with(':') || text.ends_with("\xef\xbc\x9a"));
  return asks ? 0 : std::string::npos;
}

std::string become_dialogue::answer() {
  if (asked_ || !has_password_) {
    (asked_ ? refused_ : missing_) = true;
    return {};
  }
  asked_ = true;
  return password_ + "\n";
}

std::string become_dialogue::hear(source from, std::string_view text) {
  std::string& line = lines_[from];
  line += text;
  if (auto end = line.rfind('\n'); end != std::string::npos) {
    said_ += std::string_view(line).substr(0, end + 1);
    line.erase(0, end + 1);
  }
  if (line.size() > most_said) line.clear();
  std::string typed;
  if (auto at = prompt_in(from, line); at != std::string::npos) {
    said_ += std::string_view(line).substr(0, at);
    line.clear();
    typed = answer();
  }
  if (said_.size() > most_said) said_.erase(0, said_.size() - most_said);
  return typed;
}

bool become_dialogue::said(std::string_view word) const {
  for (const auto& line : lines_)
    if (line.find(word) != std::string::npos) return true;
  return said_.find(word) != std::string::npos;
}

bool become_dialogue::hopeless() const { return missing_ || refused_ || said(protocol::stage0_noexec) || said(no_password); }

bool become_dialogue::descriptors_lost() const {
  return !hopeless() && (said(protocol::stage0_lost) || said(no_output));
}

bool become_dialogue::wants_payload() const { return said(protocol::stage0_go); }

void become_dialogue::restart() {
  asked_ = missing_ = refused_ = false;
  lines_ = {};
  said_.clear();
}

std::string become_dialogue::failure(int status) const {
  if (said(protocol::stage0_noexec)) return "no place on the target lets this user execute the agent";
  if (missing_ || said(no_password)) return "Missing " + method_ + " password";
  // su ends with 1 when it refuses, and says so in the user's language.
  bool wrong = refused_ || said("incorrect password attempt") || (asked_ && method_ == "su" && (status == 1 || said("Authentication failure")));
  if (wrong) return "Incorrect " + method_ + " password";
  std::string text = said_;
  for (const auto& line : lines_) text += line;
  std::erase(text, '\r');
  auto words = core::trim(text);
  if (!words.empty()) return core::to_valid_utf8(words);
  std::string message = method_ + " did not start the agent";
  if (status >= 0) {
    message += " and ended with status ";
    core::append_int(message, status);
  }
  return message;
}

} // namespace mito::agent
