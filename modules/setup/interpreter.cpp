#include "modules/setup/interpreter.hpp"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/text.hpp"

namespace mito::modules::setup {

namespace {

/// A file's bytes, mapped for as long as this lives.
class mapped_file {
public:
  mapped_file(context& c, std::string_view path) {
    const int fd = ::open(c.join({c.root, path}).data(), O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && ::fstat(fd, &st) == 0 && st.st_size > 0) {
      void* at = ::mmap(nullptr, static_cast<std::size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
      if (at != MAP_FAILED) bytes_ = {static_cast<const char*>(at), static_cast<std::size_t>(st.st_size)};
    }
    if (fd >= 0) ::close(fd);
  }
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  std::string_view bytes() const { return bytes_; }

private:
  std::string_view bytes_;
};

/// The bytes of the section .rodata; the whole image when it cannot be told.
template <class Header, class Section>
std::string_view read_only_data(std::string_view image) {
  Header header;
  if (image.size() < sizeof header) return image;
  ::memcpy(&header, image.data(), sizeof header);
  const auto section_at = [&](std::size_t i, Section& s) {
    const std::uint64_t at = header.e_shoff + i * sizeof s;
    if (at > image.size() || image.size() - at < sizeof s) return false;
    ::memcpy(&s, image.data() + at, sizeof s);
    return s.sh_type != SHT_NOBITS && s.sh_offset <= image.size() && s.sh_size <= image.size() - s.sh_offset;
  };
  Section names, s;
  if (!section_at(header.e_shstrndx, names)) return image;
  const auto texts = image.substr(names.sh_offset, names.sh_size);
  for (std::size_t i = 0; i < header.e_shnum; ++i)
    if (section_at(i, s) && s.sh_name < texts.size() && texts.substr(s.sh_name).starts_with(".rodata\0"))
      return image.substr(s.sh_offset, s.sh_size);
  return image;
}

bool is_version(std::string_view s) {
  const auto patch = s.find_first_not_of("0123456789");
  if (patch == 0) return false;
  return s.find_first_not_of("0123456789abrc+") == s.npos;
}

/// Looks for PY_VERSION: a C string that starts with "3.11." and is nothing but a version.
std::string_view version_in(context& c, std::string_view image, std::string_view series) {
  if (!starts(image, "\x7f"
                     "ELF"))
    return {};
  const auto data = image[EI_CLASS] == ELFCLASS32 ? read_only_data<Elf32_Ehdr, Elf32_Shdr>(image)
                                                  : read_only_data<Elf64_Ehdr, Elf64_Shdr>(image);
  const auto pattern = c.join({{"\0", 1}, series, "."});
  std::string_view rest = data;
  while (const void* hit = ::memmem(rest.data(), rest.size(), pattern.data(), pattern.size())) {
    rest.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(hit) - rest.data()) + 1);
    const auto text = before(rest.substr(0, 24), '\0');
    if (text.size() < 24 && is_version(text.substr(pattern.size() - 1))) return c.join({text});
  }
  return {};
}

std::string_view first_interpreter(context& c) {
  if (!c.python.empty() && exists(c, {c.python})) return c.python;
  for (const auto place : {"/usr/bin/python3", "/usr/libexec/platform-python", "/usr/local/bin/python3",
                           "/bin/python3", "/usr/bin/python", "/usr/local/bin/python"})
    if (exists(c, {place})) return place;
  return {};
}

/// From the images of the program and its shared library; leaves the version empty when they do not tell.
void look_inside(context& c, interpreter& p) {
  const auto real = real_path(c, {p.path});
  auto series = base_name(real);
  if (!starts(series, "python3.")) return;
  // "python3.8d" and the like are builds of 3.8.
  series = series.substr(6, series.find_last_of("0123456789") - 5);
  const mapped_file image(c, real);
  if (image.bytes().size() > EI_CLASS) p.bits = image.bytes()[EI_CLASS] == ELFCLASS32 ? 32 : 64;
  p.version = version_in(c, image.bytes(), series);
  const auto directory = real.substr(0, real.size() - base_name(real).size());
  const auto top = ends(directory, "/bin/") ? directory.substr(0, directory.size() - 4) : "/usr/";
  utsname u;
  ::uname(&u);
  for (const auto lib :
       {c.join({top, "lib64/"}), c.join({top, "lib/"}), c.join({top, "lib/", u.machine, "-linux-gnu/"})}) {
    if (p.version.empty())
      p.version =
          version_in(c, mapped_file(c, c.join({lib, "libpython", series, ".so.1.0"})).bytes(), series);
    if (p.library.empty() && exists(c, {lib, "python", series, "/os.py"}))
      p.library = c.join({lib, "python", series});
  }
  for (const auto name : names_in(c, {p.library, "/lib-dynload"})) p.ssl |= starts(name, "_ssl.");
  if (!p.ssl) p.ssl = ::memmem(image.bytes().data(), image.bytes().size(), "PyInit__ssl", 11) != nullptr;
}

/// Asks the program itself.
void ask(context& c, interpreter& p) {
  const auto answer =
      run(c, {p.path, "-c",
              "import sys,struct\nv=sys.version_info\ntry:\n import _ssl\n s=1\nexcept ImportError:\n s=0\n"
              "print(sys.version.split()[0],struct.calcsize('P')*8,s,sys.executable)"});
  if (answer.status != 0) return;
  p.version = word(answer.out, 0);
  p.bits = static_cast<int>(number(word(answer.out, 1)));
  p.ssl = word(answer.out, 2) == "1";
  p.path = word(answer.out, 3);
}

} // namespace

const interpreter& find_interpreter(context& c) {
  auto& p = c.found_python;
  if (!p.looked_for) {
    p.looked_for = true;
    p.path = first_interpreter(c);
    if (!p.path.empty()) look_inside(c, p);
    if (!p.path.empty() && p.version.empty()) ask(c, p);
  }
  return p;
}

bool has_distro_package(context& c) {
  const auto& p = find_interpreter(c);
  for (const auto directory :
       {std::string_view("/usr/lib/python3/dist-packages"), c.join({p.library, "/site-packages"}),
        std::string_view("/usr/local/lib/python3/dist-packages")})
    if (contains(raw_content(c, {directory, "/distro/distro.py"}), "_debian_version")) return true;
  return false;
}

} // namespace mito::modules::setup
