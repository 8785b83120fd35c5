#pragma once
/// Splitting and quoting as Python's shlex does it.
#include <string>
#include <string_view>
#include <vector>

namespace mito::modules {

/// shlex.split(text): appends the words. Null on success, else the text of Python's ValueError.
const char* split_words(std::string_view text, std::vector<std::string>& words);
/// shlex.quote(word).
std::string quote_word(std::string_view word);
/// The command line with what follows password options masked, for messages about a command that cannot
/// start.
std::string printable_command(const std::vector<std::string>& argv);

} // namespace mito::modules
