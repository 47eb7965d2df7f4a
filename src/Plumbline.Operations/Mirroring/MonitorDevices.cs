using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// Makes monitor devices in vswitchd's namespace. A monitor must neither talk nor listen: no IPv6, no ARP, no address; a locally
/// administered MAC, which OVS never takes for the bridge's (spec mirroring-traps 5.6, 5.7); down until its mirror is committed (5.4).
/// </summary>
internal static class MonitorDevices
{
    /// <summary>The OVS port's name for the <paramref name="number"/>th mirror of a session; 15 characters at most.</summary>
    public static string PortName(string session, int number) => $"{NamePrefix(session)}{number}";

    /// <summary>How all of a session's monitor ports start.</summary>
    public static string NamePrefix(string session) => $"plm{session[..Math.Min(8, session.Length)]}";

    /// <summary>The far end of a veth.</summary>
    private static string FarName(string session, int number) => $"plf{session[..8]}{number}";

    /// <summary>
    /// Makes a dummy or a veth pair, down; where the kernel knows neither, nothing is made and the answer says that the transaction is
    /// to make an internal port.
    /// </summary>
    /// <param name="netlink">In vswitchd's namespace.</param>
    /// <param name="home">That namespace.</param>
    /// <param name="mark">Our mark, for the alias.</param>
    /// <param name="number">Of the mirror in its session, 0–999.</param>
    /// <param name="mtu">Bytes.</param>
    /// <param name="first">Kinds before this one are not tried.</param>
    public static MonitorDevice Create(
        RouteNetlink netlink, NetworkNamespace home, OwnershipMark mark, int number, int mtu, MonitorKind first)
    {
        var name = PortName(mark.Session, number);
        var refusals = new List<string>();
        if (first == MonitorKind.Internal)
        {
            return On(MonitorKind.Internal, null);
        }
        if (first == MonitorKind.Dummy)
        {
            try
            {
                netlink.CreateLink(Options(name, "dummy"));
                DisableIpv6(home, name);
                return On(MonitorKind.Dummy, null);
            }
            catch (LinuxException exception) when (IsUnknownKind(exception))
            {
                refusals.Add($"no dummy: {exception.Problem.What}");
            }
        }
        var far = NetworkNamespace.CreateUnnamed();
        try
        {
            // the far end may be up at once: it is alone in its namespace, and the near end is down
            netlink.CreateLink(Options(name, "veth") with
            {
                Peer = Options(FarName(mark.Session, number), "veth") with { Namespace = far, Alias = null, Up = true },
            });
            DisableIpv6(home, name);
            return new()
            {
                Kind = MonitorKind.Veth,
                Why = refusals.Count > 0 ? refusals[0] : null,
                Port = name,
                ReadDevice = FarName(mark.Session, number),
                ReadNamespace = far,
                Mtu = mtu,
            };
        }
        catch (LinuxException exception) when (IsUnknownKind(exception))
        {
            far.Dispose();
            refusals.Add($"no veth: {exception.Problem.What}");
        }
        catch
        {
            far.Dispose();
            throw;
        }
        return On(MonitorKind.Internal, string.Join("; ", refusals));

        LinkOptions Options(string device, string kind) => new()
        {
            Name = device,
            Kind = kind,
            Mtu = mtu,
            Address = RandomAddress(),
            Alias = mark.ToAlias(),
            NoIpv6LinkLocal = true,
            NoArp = true,
        };

        MonitorDevice On(MonitorKind kind, string? why) => new()
        {
            Kind = kind,
            Why = why,
            Port = name,
            ReadDevice = name,
            ReadNamespace = home,
            Mtu = mtu,
        };
    }

    /// <summary>Called once the mirror is committed: marks and silences an internal port (the others are already), then ups the device.</summary>
    public static void BringUp(RouteNetlink netlink, NetworkNamespace home, MonitorDevice device, OwnershipMark mark)
    {
        var link = netlink.FindLink(device.Port) ?? throw new OperationsException(new(
            $"the monitor device {device.Port} is not there although its mirror was committed", device.Port,
            "see ovs-vswitchd's log; in a containerised deployment name its network namespace with --netns"));
        if (device.Kind == MonitorKind.Internal)
        {
            netlink.ChangeLink(link.IfIndex, new LinkChange { Alias = mark.ToAlias() });
            DisableIpv6(home, device.Port);
            Write(home, $"/proc/sys/net/ipv4/conf/{device.Port}/arp_ignore", "8"); // answer no ARP request among the copies
        }
        netlink.ChangeLink(link.IfIndex, new LinkChange { Up = true });
    }

    /// <summary>A locally administered unicast address.</summary>
    public static MacAddress RandomAddress()
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        Random.Shared.NextBytes(octets); // need not be secret, and the cryptographic one loads OpenSSL first
        octets[0] = (byte)(octets[0] & 0xFC | 0x02);
        return MacAddress.Read(octets);
    }

    /// <summary>A device that copies pass must not talk (spec mirroring-traps 5.6).</summary>
    public static void DisableIpv6(NetworkNamespace home, string device) =>
        Write(home, $"/proc/sys/net/ipv6/conf/{device}/disable_ipv6", "1");

    /// <summary>
    /// Sets a sysctl of the namespace. Absent (IPv6 is off in this kernel) is as good; read-only (a container without /proc/sys) is
    /// left to the address generation mode, which is none.
    /// </summary>
    private static void Write(NetworkNamespace home, string path, string value) => home.Run(() =>
    {
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _ = exception; // see above: the second line of defence is already up
        }
    });

    /// <summary>EOPNOTSUPP: no such kind in this kernel; ENODEV and ENOENT are other kernels' words for it.</summary>
    public static bool IsUnknownKind(LinuxException exception) => exception.Errno is 95 or 19 or 2;
}
