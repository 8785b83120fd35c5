/// What libstdc++'s headers expect from libstdc++.a, for an image that links none: allocation and the throw hooks.
/// Running out of memory ends the agent; the controller sees a connection that closed with status 70.
#include <cstdlib>
#include <ctime>
#include <new>
#include <sys/syscall.h>
#include <unistd.h>

namespace {
constexpr int out_of_memory = 70, broken = 71;
}

void* operator new(std::size_t n) {
  if (void* p = std::malloc(n ? n : 1)) return p;
  _exit(out_of_memory);
}
void* operator new[](std::size_t n) { return operator new(n); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return std::malloc(n ? n : 1); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

namespace std {
const nothrow_t nothrow{};
void __throw_length_error(const char*) { _exit(broken); }
void __throw_logic_error(const char*) { _exit(broken); }
void __throw_out_of_range(const char*) { _exit(broken); }
void __throw_out_of_range_fmt(const char*, ...) { _exit(broken); }
void __throw_bad_function_call() { _exit(broken); }
void __throw_bad_optional_access() { _exit(broken); }
void __throw_bad_alloc() { _exit(out_of_memory); }
void __throw_bad_array_new_length() { _exit(out_of_memory); }
} // namespace std

extern "C" {
__attribute__((visibility("hidden"))) void* __dso_handle = nullptr;
/// The image ends by _exit or a return from main with nothing left to destroy: statics stay.
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
}

// What follows stands for parts of musl that are large because they serve threads, buffered files and the vdso, none of
// which an image has.
extern "C" {
void __cxa_pure_virtual() { _exit(broken); }
void abort() { _exit(broken); }
void exit(int status) { _exit(status); }
pid_t fork() { return _Fork(); }
int clock_gettime(clockid_t clock, timespec* time) { return static_cast<int>(::syscall(SYS_clock_gettime, clock, time)); }
int __clock_gettime(clockid_t clock, timespec* time) { return clock_gettime(clock, time); }
}
