/// The front of a packed image: unpacks what stands behind it (LZMA, as its specification describes the decoder), puts it
/// where it was linked for, and jumps there. No library, no data of its own, nothing outside this file.
#include <asm/unistd.h>
#include <cstddef>
#include <elf.h>

#include "agent/image/packed.hpp"

#if defined(__x86_64__)
asm(".pushsection .start, \"ax\"\n"
    ".globl start\n"
    "start: mov %rsp, %rbx\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call unpack\n"
    "  mov %rbx, %rsp\n"
    "  xor %edx, %edx\n" // what a C library would call at its end
    "  jmp *%rax\n"
    ".popsection\n");
#elif defined(__aarch64__)
asm(".pushsection .start, \"ax\"\n"
    ".globl start\n"
    "start: mov x19, sp\n"
    "  mov x0, sp\n"
    "  bl unpack\n"
    "  mov x1, x0\n"
    "  mov x0, #0\n"
    "  br x1\n"
    ".popsection\n");
#endif

namespace {

using std::size_t;
using byte = std::uint8_t;

[[gnu::always_inline]] inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#endif
}

constexpr long read_only = 1, writable = 3, executable = 5; // PROT_*
constexpr long private_fixed_anonymous = 0x32;              // MAP_*
constexpr long close_on_exec = 02000000;                    // O_CLOEXEC
constexpr long page = 4096;
constexpr int cannot_execute = 99;                          // as stage-0 ends: close_text.cpp has the words

using probability = std::uint16_t;
constexpr unsigned probability_bits = 11, half = 1u << (probability_bits - 1), speed = 5, renew_below = 1u << 24;

// Sizes and limits of the LZMA specification.
constexpr unsigned states = 12, first_match_state = 7, distance_slots = 64, length_states = 4, low_slots = 14;
constexpr unsigned shortest = 2, align_bits = 4, slot_bits = 6;

struct length_model {
  probability choice[2], low[8], middle[8], high[256];
};

struct models {
  probability match[states], repeated[states], repeated_first[states], repeated_second[states],
      repeated_third[states], repeated_long[states];
  probability slot[length_states][distance_slots], special[115 + 1], align[1u << align_bits];
  length_model match_length, repeated_length;
  probability literal[0x300u << mito::image::literal_context_bits];
};

struct decoder {
  const byte* in;
  std::uint32_t range = ~0u, code = 0;

  [[gnu::always_inline]] void renew() {
    if (range >= renew_below) return;
    range <<= 8;
    code = code << 8 | *in++;
  }

  /// Without a branch on what cannot be predicted.
  [[gnu::always_inline]] unsigned inline_bit(probability& p) {
    renew();
    std::uint32_t bound = (range >> probability_bits) * p;
    std::uint32_t one = 0u - (code >= bound);
    code -= bound & one;
    range = bound + ((range - 2 * bound) & one);
    constexpr int towards_zero = (1 << probability_bits) - (1 << speed) + 1;
    p = static_cast<probability>(p - ((p - static_cast<int>(~one & towards_zero)) >> speed));
    return one & 1;
  }

  [[gnu::noinline]] unsigned bit(probability& p) {
    renew();
    std::uint32_t bound = (range >> probability_bits) * p;
    if (code < bound) {
      range = bound;
      p = static_cast<probability>(p + (((1u << probability_bits) - p) >> speed));
      return 0;
    }
    range -= bound;
    code -= bound;
    p = static_cast<probability>(p - (p >> speed));
    return 1;
  }

  /// `n` bits, highest first; the leading one stays on top.
  [[gnu::noinline]] unsigned tree(probability* p, unsigned n) {
    unsigned v = 1;
    do v = v << 1 | inline_bit(p[v]);
    while (--n > 0);
    return v;
  }

  /// `n` bits, lowest first.
  unsigned reverse_tree(probability* p, unsigned n) {
    unsigned v = tree(p, n), reversed = 0;
    for (; v > 1; v >>= 1) reversed = reversed << 1 | (v & 1);
    return reversed;
  }

  unsigned direct(unsigned n) {
    unsigned v = 0;
    do {
      renew();
      range >>= 1;
      unsigned b = code >= range;
      code -= range & (0u - b);
      v = v << 1 | b;
    } while (--n > 0);
    return v;
  }

  unsigned length(length_model& m) {
    if (!bit(m.choice[0])) return tree(m.low, 3) - 8;
    if (!bit(m.choice[1])) return tree(m.middle, 3);
    return tree(m.high, 8) - 256 + 16;
  }

  unsigned distance(models& m, unsigned length) {
    unsigned slot = tree(m.slot[length < length_states ? length : length_states - 1], slot_bits) - distance_slots;
    if (slot < 4) return slot;
    unsigned extra = (slot >> 1) - 1, v = (2 | (slot & 1)) << extra;
    if (slot < low_slots) return v + reverse_tree(m.special + v - slot, extra);
    v += direct(extra - align_bits) << align_bits;
    return v + reverse_tree(m.align, align_bits);
  }

  /// `matched`: the byte that the last match would have continued with. While the bits are its bits, they have models of
  /// their own.
  [[gnu::always_inline]] byte literal(models& m, unsigned before, unsigned matched, bool after_match) {
    probability* p = m.literal + 0x300u * (before >> (8 - mito::image::literal_context_bits));
    unsigned v = 1, same = after_match ? 0x100 : 0;
    do {
      matched <<= 1;
      unsigned expected = matched & same, b = inline_bit(p[same + expected + v]);
      v = v << 1 | b;
      same &= matched ^ (b - 1);
    } while (v < 0x100);
    return static_cast<byte>(v);
  }
};


/// The byte before `out` is readable, and zero.
void unpack_stream(const byte* in, byte* out, byte* const end) {
  models m;
  for (size_t i = 0; i < sizeof m / sizeof(probability); ++i) reinterpret_cast<probability*>(&m)[i] = half;
  // The first byte is always zero; four more fill the code.
  decoder d{.in = in + 5};
  for (unsigned i = 1; i < 5; ++i) d.code = d.code << 8 | in[i];
  size_t last[4] = {1, 1, 1, 1};
  unsigned state = 0;
  while (out < end) {
    bool after_match = state >= first_match_state;
    if (!d.bit(m.match[state])) {
      byte next = d.literal(m, out[-1], *(out - last[0]), after_match);
      *out++ = next;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      continue;
    }
    unsigned which = 3, length = 1;
    size_t distance;
    if (!d.bit(m.repeated[state])) {
      length = d.length(m.match_length);
      distance = size_t{d.distance(m, length)} + 1;
      length += shortest;
      state = after_match ? 10 : 7;
    } else {
      which = 0;
      bool is_short = false;
      if (d.bit(m.repeated_first[state]))
        which = d.bit(m.repeated_second[state]) ? 2 + d.bit(m.repeated_third[state]) : 1;
      else
        is_short = !d.bit(m.repeated_long[state]);
      if (!is_short) length = d.length(m.repeated_length) + shortest;
      state = is_short ? (after_match ? 11 : 9) : (after_match ? 11 : 8);
      distance = last[which];
    }
    for (; which > 0; --which) last[which] = last[which - 1];
    last[0] = distance;
    do {
      *out = *(out - distance);
      ++out;
    } while (--length > 0);
  }
}

/// Undoes pack.cpp's filter: calls and jumps hold their target's place instead of the way there, so that calls of one
/// function look alike.
void relative_branches(byte* code, std::uint32_t size) {
#if defined(__x86_64__)
  byte before = 0;
  for (std::uint32_t at = 0; at + 5 <= size; ++at) {
    bool branch = (code[at] & 0xfe) == 0xe8 || (before == 0x0f && (code[at] & 0xf0) == 0x80);
    before = code[at];
    if (!branch) continue;
    std::uint32_t place, next = at + 5;
    __builtin_memcpy(&place, code + at + 1, 4);
    place = __builtin_bswap32(place);
    if (place < size)
      place -= next;
    else if (place >= 0u - next)
      place += size;
    __builtin_memcpy(code + at + 1, &place, 4);
    at += 4;
    before = 0;
  }
#elif defined(__aarch64__)
  auto* words = reinterpret_cast<std::uint32_t*>(code);
  for (std::uint32_t at = 0; at < size / 4; ++at)
    if (std::uint32_t w = words[at]; w >> 26 == mito::image::branch_and_link)
      words[at] = (w & ~mito::image::branch_mask) | ((w - at) & mito::image::branch_mask);
  // What was written as data is to be read as code; the smallest lines that there are.
  for (std::uint32_t at = 0; at < size; at += 16) asm volatile("dc cvau, %0" : : "r"(code + at) : "memory");
  asm volatile("dsb ish" : : : "memory");
  for (std::uint32_t at = 0; at < size; at += 16) asm volatile("ic ivau, %0" : : "r"(code + at) : "memory");
  asm volatile("dsb ish\nisb" : : : "memory");
#endif
}

/// Where memory that was written may not become executable (SELinux's execmem): through a file in memory.
void execute_as_file(const mito::image::directions& d, char** arguments, char** environment) {
  // 17: also executable, which vm.memfd_noexec=1 wants and kernels before 6.3 refuse. The number: free, and in `path`.
  constexpr int number = 9;
  auto name = reinterpret_cast<long>("mito-agent"), path = reinterpret_cast<long>("/proc/self/fd/9");
  long file = system_call(__NR_memfd_create, name, 17);
  if (file < 0) file = system_call(__NR_memfd_create, name, 1);
  if (system_call(__NR_write, file, static_cast<long>(d.address), d.file_size) != static_cast<long>(d.file_size)) return;
  if (file != number) system_call(__NR_dup3, file, number, close_on_exec);
  system_call(__NR_execve, path, reinterpret_cast<long>(arguments), reinterpret_cast<long>(environment));
}

} // namespace

extern "C" {

extern const byte code_end[]; ///< of the linker script: the directions

/// `stack`: as the kernel left it. Returns the image's entry.
[[gnu::used]] std::uint64_t unpack(long* stack) {
  const auto& d = *reinterpret_cast<const mito::image::directions*>(code_end);
  auto begin = static_cast<long>(d.address);
  auto* image = reinterpret_cast<byte*>(begin);
  char** arguments = reinterpret_cast<char**>(stack + 1);
  char** environment = arguments + *stack + 1;
  bool placed =
      system_call(__NR_mmap, begin - page, d.memory_size + page, writable, private_fixed_anonymous, -1) == begin - page;
  if (placed) {
    unpack_stream(code_end + sizeof d, image, image + d.file_size);
    relative_branches(image, d.code_size);
    placed = system_call(__NR_mprotect, begin, d.code_size, executable) == 0;
    if (!placed) execute_as_file(d, arguments, environment);
  }
  if (!placed) system_call(__NR_exit_group, cannot_execute);
  char** word = environment;
  while (*word) ++word;
  for (auto* entry = reinterpret_cast<Elf64_auxv_t*>(word + 1); entry->a_type != AT_NULL; ++entry) {
    if (entry->a_type == AT_PHDR) entry->a_un.a_val = d.address + sizeof(Elf64_Ehdr);
    if (entry->a_type == AT_PHNUM) entry->a_un.a_val = d.headers;
    if (entry->a_type == AT_ENTRY) entry->a_un.a_val = d.entry;
  }
  return d.entry;
}
}
