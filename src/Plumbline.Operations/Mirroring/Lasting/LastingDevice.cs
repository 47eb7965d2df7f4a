using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// The device of a lasting mirror that plumb makes: silent (no IPv6, no ARP, no address), down until its mirror is committed. Copies leave
/// by it, so a reader listens on the device itself, be it a dummy or the end of a veth pair; the pair's other end (<c>plf…</c>) may be moved
/// into an analyser's namespace.
/// </summary>
internal static class LastingDevice
{
    /// <summary>Makes the device where it is not there.</summary>
    /// <returns>The type of its Interface row: empty, or <c>internal</c> where OVS is to make the device.</returns>
    /// <exception cref="OperationsException">A device of that name is somebody else's, or the kernel makes no such kind.</exception>
    public static string Ensure(
        RouteNetlink netlink, NetworkNamespace home, LastingMirror mirror, MirrorOutput.OwnDevice own, OwnershipMark mark, OvsPort? port)
    {
        if (port?.Interfaces is [{ Type: "internal" }, ..])
        {
            return "internal";
        }
        if (netlink.FindLink(own.Device) is { } link)
        {
            return OwnershipMark.ReadAlias(link.Alias)?.Session == mirror.Session
                ? ""
                : throw LastingMirrorProblems.PortTaken(own.Device, "device");
        }
        foreach (var kind in own.Kind is { } only ? [only] : (string[])["dummy", "veth", "internal"])
        {
            if (kind == "internal")
            {
                return kind;
            }
            try
            {
                netlink.CreateLink(kind == "veth"
                    ? Options(own.Device, kind) with
                    {
                        Peer = Options($"plf{mirror.Session[..8]}0", kind) with { Up = true },
                    }
                    : Options(own.Device, kind));
                MonitorDevices.DisableIpv6(home, own.Device);
                if (kind == "veth")
                {
                    MonitorDevices.DisableIpv6(home, $"plf{mirror.Session[..8]}0");
                }
                return "";
            }
            catch (LinuxException exception) when (MonitorDevices.IsUnknownKind(exception))
            {
                if (own.Kind is not null)
                {
                    throw LastingMirrorProblems.NoKind(own.Device, kind, exception.Problem.What);
                }
            }
        }
        throw new System.Diagnostics.UnreachableException();

        LinkOptions Options(string device, string kind) => new()
        {
            Name = device,
            Kind = kind,
            Mtu = mirror.Mtu,
            Address = MonitorDevices.RandomAddress(),
            Alias = mark.ToAlias(),
            NoIpv6LinkLocal = true,
            NoArp = true,
        };
    }

    /// <summary>Once the mirror is committed: marks and silences an internal port, and ups the device. False where it is not there (yet).</summary>
    public static bool BringUp(
        RouteNetlink netlink, NetworkNamespace home, LastingMirror mirror, string device, string interfaceType, OwnershipMark mark)
    {
        if (netlink.FindLink(device) is not { } link)
        {
            return false;
        }
        var isMarked = OwnershipMark.ReadAlias(link.Alias)?.Session == mirror.Session;
        if (!isMarked || !link.Flags.HasFlag(LinkFlags.Up))
        {
            MonitorDevices.BringUp(netlink, home, new()
            {
                Kind = interfaceType == "internal" ? MonitorKind.Internal : MonitorKind.Dummy,
                Why = null,
                Port = device,
                ReadDevice = device,
                ReadNamespace = home,
                Mtu = mirror.Mtu,
            }, mark);
        }
        return true;
    }
}
