using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>
    /// Changes what is set in <paramref name="change"/> of link <paramref name="ifIndex"/> (RTM_NEWLINK / RTM_SETLINK). One
    /// request, which the kernel works off in its own order; where it refuses something, what it did before that stays.
    /// </summary>
    /// <exception cref="LinuxException">No such link, no permission, or a value that the kernel does not take.</exception>
    public void ChangeLink(int ifIndex, LinkChange change)
    {
        if (change.Name is { } name)
        {
            CheckName(name);
        }
        uint flags = 0, mask = 0;
        void Flag(LinkFlags flag, bool? value)
        {
            mask |= value is null ? 0 : (uint)flag;
            flags |= value is true ? (uint)flag : 0;
        }
        Flag(LinkFlags.Up, change.Up);
        Flag(LinkFlags.Promiscuous, change.Promiscuous);
        Flag(LinkFlags.NoArp, change.NoArp);

        var request = new MessageWriter(RouteMessage.RTM_NEWLINK, MessageFlags.NLM_F_ACK)
            .Header(new ifinfomsg { ifi_index = ifIndex, ifi_flags = flags, ifi_change = mask });
        WriteLink(request, change.Name, change.Mtu, change.Address, change.Namespace);
        if (change.MasterIndex is { } master)
        {
            request.Attribute((int)LinkAttribute.IFLA_MASTER, master);
        }
        if (change.Alias is { } alias)
        {
            request.Attribute((int)LinkAttribute.IFLA_IFALIAS, System.Text.Encoding.UTF8.GetBytes(alias));
        }
        if (change.NoIpv6LinkLocal is true)
        {
            request.Nested((int)LinkAttribute.IFLA_AF_SPEC, () => request.Nested(Libc.AF_INET6, () =>
                request.Attribute(Inet6Attribute.IFLA_INET6_ADDR_GEN_MODE, Inet6Attribute.IN6_ADDR_GEN_MODE_NONE)));
        }
        if (change.Bridge is { } bridge)
        {
            request.Nested((int)LinkAttribute.IFLA_LINKINFO, () =>
            {
                request.Attribute((int)InfoAttribute.IFLA_INFO_KIND, "bridge");
                WriteBridge(request, bridge);
            });
        }
        Request($"change link {ifIndex}", request);
        GC.KeepAlive(change.Namespace);
    }

    /// <summary>RTM_DELLINK.</summary>
    /// <returns>False where it was gone already (ENODEV).</returns>
    /// <exception cref="LinuxException">No permission, or a link that cannot be deleted (hardware).</exception>
    public bool DeleteLink(int ifIndex)
    {
        try
        {
            Request(
                $"delete link {ifIndex}",
                new MessageWriter(RouteMessage.RTM_DELLINK, MessageFlags.NLM_F_ACK)
                    .Header(new ifinfomsg { ifi_index = ifIndex }));
            return true;
        }
        catch (LinuxException e) when (e.Errno == Libc.ENODEV)
        {
            return false;
        }
    }

    /// <summary>RTM_NEWADDR; an address that is there already is fine.</summary>
    /// <exception cref="LinuxException">No such link, no permission, or IPv6 is off there.</exception>
    public void AddAddress(int ifIndex, IPAddress address, int prefixLength)
    {
        var request = new MessageWriter(
                RouteMessage.RTM_NEWADDR, MessageFlags.NLM_F_ACK | MessageFlags.NLM_F_CREATE | MessageFlags.NLM_F_EXCL)
            .Header(new ifaddrmsg
            {
                ifa_family = FamilyOf(address),
                ifa_prefixlen = checked((byte)prefixLength),
                ifa_index = ifIndex,
            })
            .Attribute((int)AddressAttribute.IFA_LOCAL, address)
            .Attribute((int)AddressAttribute.IFA_ADDRESS, address);
        try
        {
            Request($"add address {address}/{prefixLength} to link {ifIndex}", request);
        }
        catch (LinuxException e) when (e.Errno == Libc.EEXIST)
        {
            return; // as asked for
        }
    }

    /// <summary>
    /// RTM_NEWROUTE into table main; <paramref name="destination"/> null means default, of the gateway's family. A route that is
    /// there already is refused (EEXIST).
    /// </summary>
    /// <exception cref="LinuxException">It is there already, the gateway cannot be reached, or no permission.</exception>
    public void AddRoute(IPAddress? destination, int prefixLength, IPAddress? gateway, int? ifIndex)
    {
        if (gateway is null && ifIndex is null)
        {
            throw new ArgumentException("a route needs a gateway or a link", nameof(gateway));
        }
        if (destination is null && prefixLength != 0)
        {
            throw new ArgumentException("a default route has prefix length 0", nameof(prefixLength));
        }
        var request = new MessageWriter(
                RouteMessage.RTM_NEWROUTE, MessageFlags.NLM_F_ACK | MessageFlags.NLM_F_CREATE | MessageFlags.NLM_F_EXCL)
            .Header(new rtmsg
            {
                rtm_family = FamilyOf(destination ?? gateway ?? IPAddress.Any),
                rtm_dst_len = checked((byte)prefixLength),
                rtm_table = RouteNumber.RT_TABLE_MAIN,
                rtm_protocol = RouteNumber.RTPROT_STATIC,
                rtm_scope = gateway is null ? RouteNumber.RT_SCOPE_LINK : RouteNumber.RT_SCOPE_UNIVERSE,
                rtm_type = RouteNumber.RTN_UNICAST,
            });
        if (destination is not null && prefixLength != 0)
        {
            request.Attribute((int)RouteAttribute.RTA_DST, destination);
        }
        if (gateway is not null)
        {
            request.Attribute((int)RouteAttribute.RTA_GATEWAY, gateway);
        }
        if (ifIndex is { } index)
        {
            request.Attribute((int)RouteAttribute.RTA_OIF, index);
        }
        var target = destination is null ? "default" : $"{destination}/{prefixLength}";
        Request($"add route {target}{(gateway is null ? "" : $" via {gateway}")}", request);
    }

    private static byte FamilyOf(IPAddress address) =>
        (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET);

    /// <summary>The kernel's rule (dev_valid_name), checked here because its own answer is only "Invalid argument".</summary>
    private void CheckName(string name)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(name) is 0 or > LongestName
            || name is "." or ".."
            || name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c)))
        {
            throw Problems.NoDeviceName(name, LongestName, _where);
        }
    }

    private static void WriteLink(
        MessageWriter request, string? name, int? mtu, Primitives.MacAddress? address, NetworkNamespace? target)
    {
        if (name is not null)
        {
            request.Attribute((int)LinkAttribute.IFLA_IFNAME, name);
        }
        if (mtu is { } bytes)
        {
            request.Attribute((int)LinkAttribute.IFLA_MTU, bytes);
        }
        if (address is { } mac)
        {
            request.Attribute((int)LinkAttribute.IFLA_ADDRESS, mac);
        }
        if (target is not null)
        {
            request.Attribute((int)LinkAttribute.IFLA_NET_NS_FD, (int)target.File.DangerousGetHandle());
        }
    }

    /// <summary>IFLA_INFO_DATA of a bridge: what is set; the bridge id and the like are the kernel's to say.</summary>
    private static void WriteBridge(MessageWriter request, LinkData.Bridge bridge) =>
        request.Nested((int)InfoAttribute.IFLA_INFO_DATA, () =>
        {
            if (bridge.ForwardDelaySeconds is { } delay)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_FORWARD_DELAY, Ticks(delay));
            }
            if (bridge.AgeingTimeSeconds is { } ageing)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_AGEING_TIME, Ticks(ageing));
            }
            if (bridge.SpanningTree is { } stp)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_STP_STATE, stp ? 1u : 0u);
            }
            if (bridge.VlanFiltering is { } filtering)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_VLAN_FILTERING, Bit(filtering));
            }
            if (bridge.GroupForwardMask is { } mask)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_GROUP_FWD_MASK, checked((ushort)mask));
            }
            if (bridge.MulticastSnooping is { } snooping)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_MCAST_SNOOPING, Bit(snooping));
            }
            if (bridge.CallIptables is { } call)
            {
                request.Attribute((int)BridgeAttribute.IFLA_BR_NF_CALL_IPTABLES, Bit(call));
            }
        });

    private static uint Ticks(double seconds) => (uint)Math.Round(seconds * LinkData.Bridge.TicksPerSecond);

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;
}
