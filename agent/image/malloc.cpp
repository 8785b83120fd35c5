/// A small allocator for a program with one thread, instead of musl's: free lists of fixed sizes for what is small, mappings
/// of their own (which go back to the system) for what is large.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/mman.h>

namespace {

constexpr std::size_t alignment = 16, arena_size = 256u << 10, largest_small = 128u << 10, page = 4096;
/// Two sizes to each power of two: 32, 48, 64, 96, … with the header inside.
constexpr unsigned class_count = 26;

struct alignas(alignment) block {
  std::size_t size;   ///< of the whole block, header included
  std::uint32_t kind; ///< size class, or `large`
};
constexpr std::uint32_t large = UINT32_MAX;

struct free_block : block {
  free_block* next;
};

/// The heap is what a C library would call static; nothing else in the agent is.
free_block* free_lists[class_count];
char* arena;
std::size_t arena_left;

constexpr std::size_t class_size(unsigned c) { return (c & 1 ? std::size_t{48} : std::size_t{32}) << (c >> 1); }

char* map(std::size_t size) {
  void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p != MAP_FAILED) return static_cast<char*>(p);
  errno = ENOMEM;
  return nullptr;
}

block* take_small(unsigned c) {
  if (free_block* b = free_lists[c]) {
    free_lists[c] = b->next;
    return b;
  }
  std::size_t size = class_size(c);
  if (arena_left < size) {
    char* fresh = map(arena_size);
    if (!fresh) return nullptr;
    arena = fresh;
    arena_left = arena_size;
  }
  auto* b = reinterpret_cast<block*>(arena);
  arena += size;
  arena_left -= size;
  b->size = size;
  b->kind = c;
  return b;
}

block* take_large(std::size_t size) {
  auto* b = reinterpret_cast<block*>(map(size));
  if (!b) return nullptr;
  b->size = size;
  b->kind = large;
  return b;
}

/// malloc itself, under a name that the compiler does not know: it may turn malloc and memset into calloc.
void* allocate(std::size_t n) {
  if (n > PTRDIFF_MAX - page) {
    errno = ENOMEM;
    return nullptr;
  }
  n += sizeof(block);
  block* b;
  if (n > largest_small) {
    b = take_large((n + page - 1) / page * page);
  } else {
    unsigned c = 0;
    while (class_size(c) < n) ++c;
    b = take_small(c);
  }
  return b ? b + 1 : nullptr;
}

} // namespace

extern "C" {

void* malloc(std::size_t n) { return allocate(n); }

void free(void* p) {
  if (!p) return;
  auto* b = static_cast<block*>(p) - 1;
  if (b->kind == large) {
    int saved = errno;
    ::munmap(b, b->size);
    errno = saved;
    return;
  }
  auto* f = static_cast<free_block*>(b);
  f->next = free_lists[b->kind];
  free_lists[b->kind] = f;
}

void* calloc(std::size_t n, std::size_t each) {
  std::size_t size;
  if (__builtin_mul_overflow(n, each, &size)) size = SIZE_MAX;
  void* p = allocate(size);
  return p ? std::memset(p, 0, size) : nullptr;
}

void* realloc(void* p, std::size_t n) {
  if (!p) return allocate(n);
  std::size_t old = (static_cast<block*>(p) - 1)->size - sizeof(block);
  if (n <= old && n >= old / 2) return p;
  void* fresh = allocate(n);
  if (!fresh) return nullptr;
  std::memcpy(fresh, p, n < old ? n : old);
  free(p);
  return fresh;
}

/// musl's own parts call these, past any replacement of malloc.
void* __libc_malloc(std::size_t n) { return allocate(n); }
void* __libc_calloc(std::size_t n, std::size_t each) { return calloc(n, each); }
void* __libc_realloc(void* p, std::size_t n) { return realloc(p, n); }
void __libc_free(void* p) { free(p); }

/// Nothing in an image needs more than the usual alignment.
void* aligned_alloc(std::size_t, std::size_t n) { return allocate(n); }
}
