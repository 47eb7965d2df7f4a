using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Neutron;

/// <summary>Names that Neutron and os-vif give to devices, chains and namespaces (Neutron's constants; 14 characters at most for devices).</summary>
public static class DeviceNames
{
    /// <summary>Characters of a port's UUID in a device name.</summary>
    public const int IdLength = 11;

    /// <summary>Characters of a port's UUID in a chain's name.</summary>
    public const int ChainIdLength = 10;

    /// <summary>Characters of a network device's name (IFNAMSIZ less the closing zero); tunnel ports use them all.</summary>
    private const int DeviceNameLength = 15;

    private static readonly string[] _portPrefixes =
    [
        "tap", "qvo", "qvb", "qbr", "qr-", "qg-", "ha-", "sg-", "fg-", "ns-", "vhu", "vfr", "tpi-", "tpt-", "spi-", "spt-",
    ];

    private static readonly string[] _namespacePrefixes = ["qdhcp-", "qrouter-", "snat-", "fip-", "ovnmeta-"];

    /// <summary>The VM's tap.</summary>
    public static string Tap(string portId) => "tap" + Cut(portId);

    /// <summary>The Linux bridge of one port.</summary>
    public static string HybridBridge(string portId) => "qbr" + Cut(portId);

    /// <summary>The veth end in the hybrid bridge.</summary>
    public static string VethBridgeEnd(string portId) => "qvb" + Cut(portId);

    /// <summary>The veth end in br-int.</summary>
    public static string VethOvsEnd(string portId) => "qvo" + Cut(portId);

    /// <summary>The Linux bridge of one network, as the Linux bridge agent makes it.</summary>
    public static string NetworkBridge(string networkId) => "brq" + Cut(networkId);

    /// <summary>A router's port into a network.</summary>
    public static string RouterPort(string portId) => "qr-" + Cut(portId);

    /// <summary>A router's gateway port.</summary>
    public static string GatewayPort(string portId) => "qg-" + Cut(portId);

    /// <summary>A DHCP server's namespace.</summary>
    public static string DhcpNamespace(string networkId) => "qdhcp-" + networkId;

    /// <summary>A router's namespace.</summary>
    public static string RouterNamespace(string routerId) => "qrouter-" + routerId;

    /// <summary>
    /// A tunnel port's name: type, dash, the remote IPv4 address as eight hex digits. For IPv6 the first characters of base32(SHA-1(text)),
    /// lower case, as many as a device name holds: not reversible.
    /// </summary>
    public static string TunnelPort(string type, IPAddress remote)
    {
        if (remote.AddressFamily == AddressFamily.InterNetwork)
        {
            return $"{type}-{BinaryPrimitives.ReadUInt32BigEndian(remote.GetAddressBytes()):x8}";
        }
#pragma warning disable CA5350 // a name, not a signature: the algorithm is Neutron's
        var hash = Base32(SHA1.HashData(Encoding.ASCII.GetBytes(remote.ToString())));
#pragma warning restore CA5350
        return $"{type}-{hash[..Math.Clamp(DeviceNameLength - type.Length - 1, 0, hash.Length)]}";
    }

    /// <summary>The 11 characters of the port's UUID in a tap, qbr, qvb, qvo, qr-, qg-, vhu … name; null where it is no such name.</summary>
    public static string? PortIdPrefix(string deviceName) => HasPortId(deviceName) ? deviceName[^IdLength..] : null;

    /// <summary>It is a name that <see cref="PortIdPrefix"/> finds a port in.</summary>
    public static bool HasPortId(string deviceName)
    {
        // most names fail at the id's dash: it is asked of every device of a node, several times
        if (deviceName.Length < IdLength || deviceName[^3] != '-' || !IsIdStart(deviceName.AsSpan(deviceName.Length - IdLength)))
        {
            return false;
        }
        var start = deviceName.AsSpan(0, deviceName.Length - IdLength);
        foreach (var prefix in _portPrefixes)
        {
            if (start.SequenceEqual(prefix))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The network's UUID in a DHCP namespace's name; null where it is no such name.</summary>
    public static string? DhcpNetworkId(string namespaceName) => IdAfter("qdhcp-", namespaceName);

    /// <summary>The UUID in the name of any of Neutron's namespaces (of a network or a router); null where it is no such name.</summary>
    public static string? NamespaceId(string namespaceName)
    {
        foreach (var prefix in _namespacePrefixes)
        {
            if (IdAfter(prefix, namespaceName) is { } id)
            {
                return id;
            }
        }
        return null;
    }

    private static string? IdAfter(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(name.AsSpan(prefix.Length), "D", out _)
            ? name[prefix.Length..]
            : null;

    /// <summary>Eight hex digits, a dash, two hex digits: the start of a UUID as Neutron writes it.</summary>
    private static bool IsIdStart(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 8 ? text[i] != '-' : !char.IsAsciiHexDigitLower(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>RFC 4648 §6 without padding, lower case.</summary>
    private static string Base32(ReadOnlySpan<byte> data)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var result = new StringBuilder();
        var bits = 0;
        var held = 0;
        foreach (var octet in data)
        {
            held = held << 8 | octet;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                result.Append(Alphabet[held >> bits & 31]);
            }
            held &= (1 << bits) - 1;
        }
        if (bits > 0)
        {
            result.Append(Alphabet[held << (5 - bits) & 31]);
        }
        return result.ToString();
    }

    private static string Cut(string id) => id.Length <= IdLength ? id : id[..IdLength];
}
