#!/bin/sh
# usage: sshd.sh DIR PORT [sshd options...]
# Runs a real sshd on 127.0.0.1:PORT in a mount namespace of its own, so that its users (root, and "tester" with the
# password "opensesame") do not exist outside. Keys are made in DIR on first use. Ends when it is killed.
set -eu
dir=$1 port=$2
shift 2
cd "$dir"
if [ ! -e ready ]; then
  for t in ed25519 ecdsa rsa; do
    ssh-keygen -q -t $t -N '' -C host -f host_$t
    ssh-keygen -q -t $t -N '' -C user -f id_$t
  done
  ssh-keygen -q -t ed25519 -N '' -C other -f host_other
  ssh-keygen -q -t ed25519 -N 'open it' -C user -f id_ed25519_enc
  ssh-keygen -q -t rsa -m PEM -N 'open it' -C user -f id_rsa_enc
  ssh-keygen -q -t ed25519 -N '' -C wrong -f id_wrong
  ssh-keygen -q -t ed25519 -N '' -C agent -f id_agent
  cat id_ed25519.pub id_ecdsa.pub id_rsa.pub id_ed25519_enc.pub id_rsa_enc.pub id_agent.pub > authorized_keys
  mkdir -p home
  { cat /etc/passwd; echo "tester:x:54321:54321::$dir/home:/bin/sh"; } > passwd
  { cat /etc/shadow; echo 'tester:$6$mitosalt$CNK554ThVCw3cXxL29ScA..jBhyqaFfJX9.OxH9a64A2Z0gF2x46uBg9HMB50fxFr4715kLNHidUUC3lsKtOr0:19000:0:99999:7:::'; } > shadow
  chmod 600 shadow
  chown 54321:54321 home
  : > ready
fi
mkdir -p /run/sshd
exec unshare -m sh -c '
  dir=$1 port=$2
  shift 2
  mount --bind "$dir/passwd" /etc/passwd
  mount --bind "$dir/shadow" /etc/shadow
  exec /usr/sbin/sshd -D -e -f /dev/null -o Port=$port -o ListenAddress=127.0.0.1 -o PidFile=none -o UsePAM=yes \
    -o PermitRootLogin=yes -o StrictModes=no -o AuthorizedKeysFile="$dir/authorized_keys" -o MaxStartups=1000 \
    -o MaxSessions=1000 -o MaxAuthTries=20 -o PrintMotd=no -o LogLevel=ERROR "$@"
' sshd "$dir" "$port" "$@"
