# Shared by scripts/*: what has to be installed, and how. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${MITO_BUILD:-$root/build/release}

build_packages="g++ cmake ninja-build ccache pkg-config libcaf-dev libssh-dev libboost-json1.81-dev libyaml-cpp-dev libyaml-dev
  libssl-dev zlib1g-dev liblzma-dev libpcre2-dev libcli11-dev musl-dev musl-tools libcrypt-dev linux-libc-dev"
lab_packages="openssh-server openssh-client sudo iproute2 procps fish tcsh zsh perl python3"
test_packages="ansible ansible-mitogen python3-yaml qemu-user-static"

say() { printf '%s\n' "$*" >&2; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install PACKAGE…: those that are missing. One that Debian does not have here is named and left out.
install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && return 0
  for package in "${missing[@]}"; do
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
      say "could not install $package; what needs it is left out"
  done
}

# configure_and_build TARGET…
configure_and_build() {
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2 >"$build.configure.log" 2>&1 || {
    cat "$build.configure.log" >&2
    return 1
  }
  ninja -C "$build" "$@"
}
