namespace Plumbline.Neutron;

/// <summary>Names that Neutron and os-vif give to devices, chains and namespaces (Neutron's constants; 14 characters at most for devices).</summary>
public static class DeviceNames
{
    /// <summary>Characters of a port's UUID in a device name.</summary>
    public const int IdLength = 11;

    /// <summary>Characters of a port's UUID in a chain's name.</summary>
    public const int ChainIdLength = 10;

    /// <summary>The VM's tap.</summary>
    public static string Tap(string portId) => "tap" + Cut(portId);

    /// <summary>The Linux bridge of one port.</summary>
    public static string HybridBridge(string portId) => "qbr" + Cut(portId);

    /// <summary>The veth end in the hybrid bridge.</summary>
    public static string VethBridgeEnd(string portId) => "qvb" + Cut(portId);

    /// <summary>The veth end in br-int.</summary>
    public static string VethOvsEnd(string portId) => "qvo" + Cut(portId);

    /// <summary>A router's port into a network.</summary>
    public static string RouterPort(string portId) => "qr-" + Cut(portId);

    /// <summary>A router's gateway port.</summary>
    public static string GatewayPort(string portId) => "qg-" + Cut(portId);

    /// <summary>A DHCP server's namespace.</summary>
    public static string DhcpNamespace(string networkId) => "qdhcp-" + networkId;

    /// <summary>A router's namespace.</summary>
    public static string RouterNamespace(string routerId) => "qrouter-" + routerId;

    /// <summary>
    /// A tunnel port's name: type, dash, the remote IPv4 address as eight hex digits. For IPv6 the first characters of base32(SHA-1(text)).
    /// </summary>
    public static string TunnelPort(string type, System.Net.IPAddress remote) => throw new NotImplementedException();

    /// <summary>The 11 characters of the port's UUID in a tap, qbr, qvb, qvo, qr-, qg-, vhu … name; null where it is no such name.</summary>
    public static string? PortIdPrefix(string deviceName) => throw new NotImplementedException();

    private static string Cut(string id) => id.Length <= IdLength ? id : id[..IdLength];
}
