/// mito_pack IMAGE UNPACKER OUTPUT: a build tool. Makes one executable of the unpacker (unpack.cpp as flat code) and a static
/// executable, which it filters and compresses with LZMA. packed.hpp has the layout.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <lzma.h>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "agent/image/packed.hpp"

using namespace mito::image;

namespace {

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "mito_pack: %s\n", why.c_str());
  std::exit(1);
}

std::string read_file(const char* name) {
  std::ifstream in(name, std::ios::binary);
  if (!in) stop(std::string("cannot read ") + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t pages(std::uint64_t size) { return (size + 4095) / 4096 * 4096; }

/// The image as it stands in memory, and what the unpacker has to know of it.
struct flat_image {
  std::string bytes;
  directions d{};
  unsigned machine = 0;
};

/// Segments in the order of their addresses: code (with the ELF header) and constants first, then data.
flat_image flatten(const std::string& file) {
  flat_image flat;
  Elf64_Ehdr head;
  if (file.size() < sizeof head) stop("the image is no executable");
  std::memcpy(&head, file.data(), sizeof head);
  if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_type != ET_EXEC ||
      head.e_phoff != sizeof head)
    stop("the image is no static 64-bit executable");
  std::vector<Elf64_Phdr> segments(head.e_phnum);
  std::memcpy(segments.data(), file.data() + head.e_phoff, segments.size() * sizeof(Elf64_Phdr));
  flat.machine = head.e_machine;
  flat.d.entry = head.e_entry;
  flat.d.headers = head.e_phnum;
  bool first = true;
  for (auto& s : segments) {
    if (s.p_type == PT_LOAD && std::exchange(first, false)) flat.d.address = s.p_vaddr;
    std::uint64_t place = s.p_vaddr - flat.d.address;
    if (s.p_type != PT_LOAD) {
      s.p_offset = s.p_filesz > 0 ? place : 0;
      continue;
    }
    bool writable = s.p_flags & PF_W;
    if (place % 4096 != s.p_offset % 4096 || (place == 0 && (writable || s.p_offset != 0)))
      stop("the image's segments are not where they are expected");
    flat.bytes.resize(std::max<std::size_t>(flat.bytes.size(), place + s.p_filesz));
    flat.bytes.replace(place, s.p_filesz, file, s.p_offset, s.p_filesz);
    flat.d.memory_size = static_cast<std::uint32_t>(pages(place + s.p_memsz));
    if (!writable) flat.d.code_size = static_cast<std::uint32_t>(pages(place + s.p_filesz));
    else if (place < flat.d.code_size) stop("code and data share a page of the image");
    s.p_offset = place;
  }
  // Also good as a file: where the unpacker cannot make memory executable, it executes that.
  head.e_shoff = head.e_shnum = head.e_shstrndx = 0;
  flat.bytes.replace(0, sizeof head, reinterpret_cast<const char*>(&head), sizeof head);
  flat.bytes.replace(sizeof head, segments.size() * sizeof(Elf64_Phdr), reinterpret_cast<const char*>(segments.data()),
                     segments.size() * sizeof(Elf64_Phdr));
  flat.d.file_size = static_cast<std::uint32_t>(flat.bytes.size());
  return flat;
}

std::uint32_t word_at(const std::string& s, std::size_t at) {
  std::uint32_t w;
  std::memcpy(&w, s.data() + at, sizeof w);
  return w;
}

void put_word(std::string& s, std::size_t at, std::uint32_t w) { std::memcpy(s.data() + at, &w, sizeof w); }

/// Calls and jumps get their target's place, highest byte first; what would not fit between is exchanged with it, so that
/// every value has its own image. unpack.cpp undoes it.
void absolute_branches_x86_64(std::string& code, std::uint32_t size) {
  std::uint8_t before = 0;
  for (std::uint32_t at = 0; at + 5 <= size; ++at) {
    auto byte = static_cast<std::uint8_t>(code[at]);
    bool branch = (byte & 0xfe) == 0xe8 || (before == 0x0f && (byte & 0xf0) == 0x80);
    before = byte;
    if (!branch) continue;
    std::uint32_t way = word_at(code, at + 1), next = at + 5, place = way;
    if (way + next < size) place = way + next;
    else if (way < size) place = way - size;
    put_word(code, at + 1, __builtin_bswap32(place));
    at += 4;
    before = 0;
  }
}

void absolute_branches_aarch64(std::string& code, std::uint32_t size) {
  for (std::uint32_t at = 0; at + 4 <= size; at += 4)
    if (std::uint32_t w = word_at(code, at); w >> 26 == branch_and_link)
      put_word(code, at, (w & ~branch_mask) | ((w + at / 4) & branch_mask));
}

std::string compress(const std::string& bytes) {
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME)) stop("liblzma does not know its preset");
  options.dict_size = 1u << 24;
  options.nice_len = 273;
  options.lc = literal_context_bits;
  options.lp = literal_position_bits;
  options.pb = position_bits;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string packed(bytes.size() + bytes.size() / 2 + 4096, '\0');
  std::size_t size = 0;
  if (lzma_raw_buffer_encode(filters, nullptr, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                             reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size()) != LZMA_OK)
    stop("liblzma failed");
  packed.resize(size);
  return packed;
}

template <class Struct> void append(std::string& out, const Struct& s) { out.append(reinterpret_cast<const char*>(&s), sizeof s); }

std::string executable(const flat_image& flat, const std::string& unpacker, const std::string& packed) {
  Elf64_Ehdr head{};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = ELFDATA2LSB;
  head.e_ident[EI_VERSION] = EV_CURRENT;
  head.e_type = ET_EXEC;
  head.e_machine = static_cast<Elf64_Half>(flat.machine);
  head.e_version = EV_CURRENT;
  head.e_entry = packed_address + code_offset;
  head.e_phoff = head.e_ehsize = sizeof head;
  head.e_phentsize = sizeof(Elf64_Phdr);
  head.e_phnum = 2;
  Elf64_Phdr all{}, stack{};
  all.p_type = PT_LOAD;
  all.p_flags = PF_R | PF_X;
  all.p_vaddr = all.p_paddr = packed_address;
  all.p_filesz = all.p_memsz = code_offset + unpacker.size() + sizeof(directions) + packed.size();
  all.p_align = 65536;
  stack.p_type = PT_GNU_STACK;
  stack.p_flags = PF_R | PF_W;
  std::string out;
  append(out, head);
  append(out, all);
  append(out, stack);
  out += unpacker;
  append(out, flat.d);
  return out + packed;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) stop("usage: mito_pack IMAGE UNPACKER OUTPUT");
  auto flat = flatten(read_file(argv[1]));
  auto unpacker = read_file(argv[2]);
  if (flat.d.address + flat.d.memory_size > packed_address) stop("the image is too large");
  if (unpacker.size() % 8 != 0) stop("the unpacker's size is no multiple of eight");
  if (flat.machine == EM_X86_64) absolute_branches_x86_64(flat.bytes, flat.d.code_size);
  if (flat.machine == EM_AARCH64) absolute_branches_aarch64(flat.bytes, flat.d.code_size);
  auto out = executable(flat, unpacker, compress(flat.bytes));
  std::ofstream file(argv[3], std::ios::binary | std::ios::trunc);
  file << out;
  file.close();
  if (!file || ::chmod(argv[3], 0755) != 0) stop(std::string("cannot write ") + argv[3]);
}
