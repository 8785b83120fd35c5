#pragma once
/// The layout of a packed image: an ELF header with one segment, the unpacker's code (unpack.cpp), this, and the image as a
/// raw LZMA stream. pack.cpp writes it when the project is built.
#include <cstdint>

namespace mito::image {

/// Where the file is mapped: far above the images themselves, which the linker puts at 4 MiB.
constexpr std::uint64_t packed_address = 0x8000000;
/// ELF header and two program headers; the unpacker's code follows.
constexpr unsigned code_offset = 64 + 2 * 56;

/// LZMA's parameters: the images are no aligned data, and two contexts a literal do best (docs/adr/002).
constexpr unsigned literal_context_bits = 3, literal_position_bits = 0, position_bits = 0;
/// aarch64's `bl`: six bits say so, the others are the way in words.
constexpr std::uint32_t branch_and_link = 0x25, branch_mask = (1u << 26) - 1;

struct directions {
  std::uint64_t address; ///< of the unpacked image
  std::uint64_t entry;
  std::uint32_t file_size;   ///< what the stream unpacks to: the segments as they stand in memory
  std::uint32_t memory_size; ///< with zeros behind
  std::uint32_t code_size;   ///< whole pages that become executable; the rest becomes writable
  std::uint32_t headers;     ///< number of program headers, behind the ELF header at `address`
};

} // namespace mito::image
