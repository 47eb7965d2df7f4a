using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>A packet as one bit a level, and back.</summary>
internal static class PacketBits
{
    /// <summary>2001:db8::.</summary>
    private static readonly UInt128 _documentation = (UInt128)0x20010db8 << 96;

    /// <summary>A packet that rules like: from a port of its own to an ordinary one, with an ordinary length.</summary>
    public static bool[] Usual(PacketSpace space)
    {
        var bits = new bool[space.LevelCount];
        Put(space, bits, Field.SourcePort, 40000);
        Put(space, bits, Field.Length, 60);
        Put(space, bits, Field.HopLimit, 64);
        Put(space, bits, Field.HasSourceMac, 1);
        Put(space, bits, Field.SourceMac, 0xfa163e000001);
        Put(space, bits, Field.DestinationMac, 0xfa163e000002);
        // addresses for documentation (RFC 5737, RFC 3849): nobody takes them for his own
        Put(space, bits, Field.Source, space.Family == IPFamily.IPv4 ? 0xC6336407u : _documentation + 7);
        Put(space, bits, Field.Destination, space.Family == IPFamily.IPv4 ? 0xC0000209u : _documentation + 9);
        return bits;
    }

    public static bool[] Of(PacketSpace space, in PacketHeader header, in ConntrackEntry connection, HookPoint? point = null)
    {
        var bits = new bool[space.LevelCount];
        Put(space, bits, Field.State, (UInt128)(int)(connection.State switch
        {
            ConntrackState.New => SymbolicState.New,
            ConntrackState.Established => SymbolicState.Established,
            ConntrackState.Related => SymbolicState.Related,
            ConntrackState.Untracked => SymbolicState.Untracked,
            _ => SymbolicState.Invalid,
        }));
        Put(space, bits, Field.IsReply, connection.IsReply ? 1u : 0);
        Put(space, bits, Field.IsSourceNat, connection.IsSourceNat ? 1u : 0);
        Put(space, bits, Field.IsDestinationNat, connection.IsDestinationNat ? 1u : 0);
        Put(space, bits, Field.Protocol, header.Protocol);
        Put(space, bits, Field.HasAuthentication, header.HasAuthentication ? 1u : 0);
        Put(space, bits, Field.DestinationPort, header.DestinationPort);
        Put(space, bits, Field.SourcePort, header.SourcePort);
        Put(space, bits, Field.IcmpType, header.IcmpType);
        Put(space, bits, Field.IcmpCode, header.IcmpCode);
        Put(space, bits, Field.TcpFlags, (byte)header.TcpFlags);
        Put(space, bits, Field.LaterFragment, header.FragmentOffset > 0 ? 1u : 0);
        Put(space, bits, Field.Length, header.Length);
        Put(space, bits, Field.HopLimit, header.HopLimit);
        Put(space, bits, Field.TypeOfService, header.TypeOfService);
        Put(space, bits, Field.SecurityParameterIndex, header.SecurityParameterIndex);
        Put(space, bits, Field.Mark, header.Mark);
        Put(space, bits, Field.ConnectionMark, connection.Mark);
        Put(space, bits, Field.Destination, header.Destination);
        Put(space, bits, Field.Source, header.Source);
        Put(space, bits, Field.HasSourceMac, header.SourceMac is null ? 0u : 1);
        Put(space, bits, Field.SourceMac, header.SourceMac?.Value ?? 0);
        Put(space, bits, Field.DestinationMac, header.DestinationMac?.Value ?? 0);
        if (point is not null)
        {
            PutDevice(Field.In, point.In);
            PutDevice(Field.Out, point.Out);
            PutDevice(Field.PhysicalIn, point.PhysicalIn);
            PutDevice(Field.PhysicalOut, point.PhysicalOut);
        }
        return bits;

        void PutDevice(Field field, string? name)
        {
            var number = space.Devices.NumberOf(name);
            Put(space, bits, field, (UInt128)(number < 0 ? space.Devices.NumberOf(space.Devices.Other) : number));
        }
    }

    /// <summary>The packet of these bits; with the devices of <paramref name="hook"/> where the question left them open.</summary>
    public static SymbolicPacket ToPacket(PacketSpace space, bool[] bits, Hook? hook)
    {
        var state = (SymbolicState)(int)Get(space, bits, Field.State) switch
        {
            SymbolicState.New => ConntrackState.New,
            SymbolicState.Established => ConntrackState.Established,
            SymbolicState.Related => ConntrackState.Related,
            SymbolicState.Untracked => ConntrackState.Untracked,
            _ => ConntrackState.Invalid,
        };
        var header = new PacketHeader
        {
            Family = space.Family,
            Source = Get(space, bits, Field.Source),
            Destination = Get(space, bits, Field.Destination),
            Protocol = (byte)Get(space, bits, Field.Protocol),
            HasAuthentication = Get(space, bits, Field.HasAuthentication) != 0,
            SourcePort = (ushort)Get(space, bits, Field.SourcePort),
            DestinationPort = (ushort)Get(space, bits, Field.DestinationPort),
            IcmpType = (byte)Get(space, bits, Field.IcmpType),
            IcmpCode = (byte)Get(space, bits, Field.IcmpCode),
            TcpFlags = (TcpFlags)(byte)Get(space, bits, Field.TcpFlags),
            FragmentOffset = (ushort)(Get(space, bits, Field.LaterFragment) == 0 ? 0 : 185),
            Length = (ushort)Get(space, bits, Field.Length),
            HopLimit = (byte)Get(space, bits, Field.HopLimit),
            TypeOfService = (byte)Get(space, bits, Field.TypeOfService),
            SecurityParameterIndex = (uint)Get(space, bits, Field.SecurityParameterIndex),
            Mark = (uint)Get(space, bits, Field.Mark),
            SourceMac = Get(space, bits, Field.HasSourceMac) == 0 ? null : new MacAddress((ulong)Get(space, bits, Field.SourceMac)),
            DestinationMac = new MacAddress((ulong)Get(space, bits, Field.DestinationMac)),
        };
        var connection = new ConntrackEntry(state)
        {
            IsReply = Get(space, bits, Field.IsReply) != 0,
            IsSourceNat = Get(space, bits, Field.IsSourceNat) != 0,
            IsDestinationNat = Get(space, bits, Field.IsDestinationNat) != 0,
            Mark = (uint)Get(space, bits, Field.ConnectionMark),
        };
        return new() { Header = header, Connection = connection, Point = hook is { } at ? PointOf(at) : null };

        HookPoint PointOf(Hook at)
        {
            var physicalIn = Device(Field.PhysicalIn);
            return new(at, Device(Field.In), Device(Field.Out))
            {
                HasBridge = physicalIn is not null,
                PhysicalIn = physicalIn,
                PhysicalOut = Device(Field.PhysicalOut),
            };
        }

        string? Device(Field field) => space.Devices[(int)Get(space, bits, field)] is { Length: > 0 } name ? name : null;
    }

    private static void Put(PacketSpace space, bool[] bits, Field field, UInt128 value)
    {
        for (int i = space.Width(field) - 1, level = space.First(field); i >= 0; i--, level++)
        {
            bits[level] = (value >> i & 1) != 0;
        }
    }

    private static UInt128 Get(PacketSpace space, bool[] bits, Field field)
    {
        UInt128 result = 0;
        for (int i = 0, level = space.First(field); i < space.Width(field); i++, level++)
        {
            result = result << 1 | (bits[level] ? UInt128.One : 0);
        }
        return result;
    }
}
