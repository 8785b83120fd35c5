#pragma once
/// Message digests and password hashes, over whatever library stands behind.
#include <optional>
#include <string>
#include <string_view>

namespace mito::templating {

/// Raw digest by hashlib's name ("md5", "sha1", "sha256", "sha3_256", "blake2b", …); nullopt: not known.
std::optional<std::string> digest(std::string_view algorithm, std::string_view data);
std::string hex(std::string_view raw);
std::string base64_encode(std::string_view raw);
/// Characters outside the alphabet are skipped as Python does; nullopt on wrong padding.
/// `symbols`: how many of the alphabet there were up to the padding.
std::optional<std::string> base64_decode(std::string_view text, std::size_t* symbols = nullptr);
/// crypt(3); nullopt when it refuses the setting.
std::optional<std::string> crypt_password(const std::string& password, const std::string& setting);

} // namespace mito::templating
