#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {
namespace {

using enum option_kind;

/// Every option of OpenSSH 9.2's client, old names included. Sorted by nothing but reading order; searched
/// linearly once per line of a file.
constexpr option_row rows[] = {
    {"AddressFamily", honoured},
    {"BatchMode", honoured},
    {"BindAddress", honoured},
    {"ChallengeResponseAuthentication", honoured},
    {"Ciphers", honoured},
    {"Compression", honoured},
    {"ConnectTimeout", honoured},
    {"GlobalKnownHostsFile", honoured},
    {"HashKnownHosts", honoured},
    {"Host", honoured},
    {"HostKeyAlgorithms", honoured},
    {"HostKeyAlias", honoured},
    {"Hostname", honoured},
    {"IdentitiesOnly", honoured},
    {"IdentityAgent", honoured},
    {"IdentityFile", honoured},
    {"IgnoreUnknown", honoured},
    {"Include", honoured},
    {"KbdInteractiveAuthentication", honoured},
    {"KexAlgorithms", honoured},
    {"MACs", honoured},
    {"Match", honoured},
    {"PasswordAuthentication", honoured},
    {"Port", honoured},
    {"PreferredAuthentications", honoured},
    {"ProxyCommand", honoured},
    {"ProxyJump", honoured},
    {"PubkeyAcceptedAlgorithms", honoured},
    {"PubkeyAcceptedKeyTypes", honoured},
    {"PubkeyAuthentication", honoured},
    {"RequiredRSASize", honoured},
    {"RSAMinSize", honoured},
    {"ServerAliveCountMax", honoured},
    {"ServerAliveInterval", honoured},
    {"SkeyAuthentication", honoured},
    {"SendEnv", honoured},
    {"SetEnv", honoured},
    {"StrictHostKeyChecking", honoured},
    {"TCPKeepAlive", honoured},
    {"KeepAlive", honoured},
    {"User", honoured},
    {"UserKnownHostsFile", honoured},

    {"AddKeysToAgent", harmless},
    {"AfsTokenPassing", harmless},
    {"CanonicalDomains", harmless}, // CanonicalizeHostname decides
    {"CanonicalizeFallbackLocal", harmless},
    {"CanonicalizeMaxDots", harmless},
    {"CanonicalizePermittedCNAMEs", harmless},
    {"CASignatureAlgorithms", harmless}, // no certificates here
    {"CheckHostIP", harmless},
    {"Cipher", harmless},
    {"ClearAllForwardings", harmless},
    {"CompressionLevel", harmless},
    {"ConnectionAttempts", harmless}, // the layers above decide about retries
    {"ControlMaster", harmless},      // one process, one connection per host: there is nothing to share
    {"ControlPath", harmless},
    {"ControlPersist", harmless},
    {"EnableEscapeCommandline", harmless},
    {"EnableSSHKeysign", harmless}, // HostbasedAuthentication decides
    {"EscapeChar", harmless},
    {"ExitOnForwardFailure", harmless},
    {"FallBackToRsh", harmless},
    {"FingerprintHash", harmless},
    {"ForwardX11Timeout", harmless},
    {"ForwardX11Trusted", harmless},
    {"GatewayPorts", harmless},
    {"GlobalKnownHostsFile2", harmless},
    {"GSSAPIAuthentication", harmless}, // Debian's default is yes; PreferredAuthentications can insist
    {"GSSAPIClientIdentity", harmless},
    {"GSSAPIDelegateCredentials", harmless},
    {"GSSAPIKexAlgorithms", harmless},
    {"GSSAPIKeyExchange", harmless},
    {"GSSAPIRenewalForcesRekey", harmless},
    {"GSSAPIServerIdentity", harmless},
    {"GSSAPITrustDns", harmless},
    {"HostbasedAcceptedAlgorithms", harmless},
    {"HostbasedKeyTypes", harmless},
    {"IPQoS", harmless},
    {"KbdInteractiveDevices", harmless},
    {"KerberosAuthentication", harmless},
    {"KerberosTGTPassing", harmless},
    {"LocalCommand", harmless}, // PermitLocalCommand decides
    {"LogLevel", harmless},
    {"LogVerbose", harmless},
    {"NumberOfPasswordPrompts", harmless},
    {"PermitRemoteOpen", harmless},
    {"Protocol", harmless},
    {"RekeyLimit", harmless},
    {"RequestTTY", harmless}, // the stream is binary: never a terminal
    {"RhostsAuthentication", harmless},
    {"RhostsRSAAuthentication", harmless},
    {"RSAAuthentication", harmless},
    {"SecurityKeyProvider", harmless},
    {"StreamLocalBindMask", harmless},
    {"StreamLocalBindUnlink", harmless},
    {"SyslogFacility", harmless},
    {"TunnelDevice", harmless},
    {"UpdateHostKeys", harmless},
    {"UsePrivilegedPort", harmless},
    {"UserKnownHostsFile2", harmless},
    {"UseRoaming", harmless},
    {"UseRsh", harmless},
    {"VisualHostKey", harmless},
    {"XAuthLocation", harmless},

    {"CanonicalizeHostname", program_unless_no},
    {"ForkAfterAuthentication", program_unless_no},
    {"ForwardAgent", program_unless_no},
    {"ForwardX11", program_unless_no},
    {"HostbasedAuthentication", program_unless_no},
    {"KnownHostsCommand", program_unless_no},
    {"NoHostAuthenticationForLocalhost", program_unless_no},
    {"PermitLocalCommand", program_unless_no},
    {"PKCS11Provider", program_unless_no},
    {"SmartcardDevice", program_unless_no},
    {"ProxyUseFdpass", program_unless_no},
    {"RevokedHostKeys", program_unless_no},
    {"SessionType", program_unless_no},
    {"StdinNull", program_unless_no},
    {"Tunnel", program_unless_no},
    {"VerifyHostKeyDNS", program_unless_no},

    {"BindInterface", program},
    {"CertificateFile", program},
    {"DynamicForward", program},
    {"LocalForward", program},
    {"RemoteCommand", program},
    {"RemoteForward", program},
    {"DSAAuthentication", harmless},
    {"IdentityFile2", honoured},
};

} // namespace

const option_row* find_option(std::string_view name) {
  const auto wanted = core::lower(name);
  const auto found = std::find_if(std::begin(rows), std::end(rows),
                                  [&](const option_row& row) { return core::lower(row.name) == wanted; });
  return found == std::end(rows) ? nullptr : found;
}

} // namespace mito::transport
