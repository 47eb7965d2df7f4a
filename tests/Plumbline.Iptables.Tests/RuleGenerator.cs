using FsCheck;
using FsCheck.Fluent;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Tests;

/// <summary>Rules of any content that the kernel would take, in the order in which iptables prints them.</summary>
internal static class RuleGenerator
{
    private static readonly Gen<bool> _bool = Gen.Elements(true, false);

    private static readonly Gen<byte> _byte = Gen.Choose(0, 255).Select(n => (byte)n);

    private static readonly Gen<uint> _uint = Gen.Choose(int.MinValue, int.MaxValue).Select(n => (uint)n);

    private static readonly Gen<PortRange> _ports =
        from a in Gen.Choose(0, 65535)
        from b in Gen.Frequency((1, Gen.Constant(a)), (1, Gen.Choose(a, 65535)))
        where (a, b) != (0, 65535)
        select new PortRange((ushort)a, (ushort)b);

    private static readonly Gen<InterfaceName> _device =
        from name in Gen.Elements("eth0", "tap6ef565e0-43", "qvb6ef565e0-43", "br.100", "a", "any", "lo:1", "veth_1")
        from isPrefix in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new InterfaceName(name, isPrefix);

    private static readonly Gen<string> _text = Gen.Choose(0, 40).SelectMany(n => Gen.ArrayOf(
        Gen.Elements("abcXYZ019 -_.,:;/\"'\\!#*[](){}<>|&$%\u00e9\u4e2d\u0416".ToCharArray()), n)).Select(c => new string(c));

    /// <summary>A rule of <paramref name="family"/>.</summary>
    public static Gen<Rule> Rule(IPFamily family) =>
        from core in Core(family)
        from modules in Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(Module(family, ProtocolOf(core)), n))
        from target in Target(family, ProtocolOf(core))
        select new Rule { Matches = [.. core, .. modules], Target = target };

    private static byte? ProtocolOf(Match[] core) =>
        core.OfType<ProtocolMatch>().FirstOrDefault() is { IsInverted: false, Number: var number } ? number : null;

    private static Gen<MaskedAddress> Address(IPFamily family) =>
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from length in Gen.Choose(1, family == IPFamily.IPv4 ? 32 : 128)
        from isOdd in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        let mask = isOdd && family == IPFamily.IPv4 ? 0xff00ff00u : MaskedAddress.MaskOf(family, length)
        let number = family == IPFamily.IPv4 ? (uint)low : (UInt128)(uint)high << 96 | (UInt128)(uint)low << (low & 3) * 24
        select new MaskedAddress(family, number & mask, mask);

    private static Gen<AddressRange> Range(IPFamily family) =>
        from a in Address(family)
        from b in Address(family)
        select new AddressRange(family, UInt128.Min(a.Address, b.Address), UInt128.Max(a.Address, b.Address));

    private static Gen<T?> Maybe<T>(Gen<T> gen) where T : struct => Gen.OneOf(Gen.Constant((T?)null), gen.Select(v => (T?)v));

    private static Gen<Condition<T>> Conditional<T>(Gen<T> gen) =>
        from value in gen
        from isInverted in _bool
        select new Condition<T>(value, isInverted);

    private static Gen<Match[]> Core(IPFamily family) =>
        from source in Maybe(Conditional(Address(family)))
        from destination in Maybe(Conditional(Address(family)))
        from inward in Maybe(Conditional(_device))
        from outOf in Maybe(Conditional(_device))
        from protocol in Maybe(Conditional(Gen.Frequency(
            (6, Gen.Elements<byte>(6, 17, family == IPFamily.IPv4 ? (byte)1 : (byte)58, 132)), (1, Gen.Choose(1, 255).Select(n => (byte)n)))))
        select new Match?[]
        {
            source is { } s ? new SourceMatch { Address = s.Value, IsInverted = s.IsInverted } : null,
            destination is { } d ? new DestinationMatch { Address = d.Value, IsInverted = d.IsInverted } : null,
            inward is { } i ? new InInterfaceMatch { Interface = i.Value, IsInverted = i.IsInverted } : null,
            outOf is { } o ? new OutInterfaceMatch { Interface = o.Value, IsInverted = o.IsInverted } : null,
            protocol is { } p ? new ProtocolMatch { Number = p.Value, IsInverted = p.IsInverted } : null,
        }.OfType<Match>().ToArray();

    private static Gen<Match> Module(IPFamily family, byte? protocol)
    {
        var any = new List<Gen<Match>>
        {
            _text.Select(text => (Match)new CommentMatch { Text = text }),
            from states in Gen.Choose(1, 31)
            from isConntrack in _bool
            from isInverted in _bool
            select (Match)new StateMatch { States = (ConnectionStates)states, IsConntrack = isConntrack, IsInverted = isInverted },
            from device in Conditional(_device)
            from isOut in _bool
            from isBridged in Maybe(_bool)
            select (Match)(isOut ? new PhysdevMatch { Out = device, IsBridged = isBridged } : new PhysdevMatch { In = device, IsBridged = isBridged }),
            from address in Gen.Choose(0, int.MaxValue)
            from isInverted in _bool
            select (Match)new MacMatch { Source = new((ulong)address * 65_521), IsInverted = isInverted },
            from name in Gen.Elements("NIPv45d2a3c61-9be4-4d0e-8f7a-", "a", "x.y:z")
            from count in Gen.Choose(1, 3)
            from directions in Gen.ArrayOf(Gen.Elements(SetDirection.Source, SetDirection.Destination), count)
            from isInverted in _bool
            select (Match)new SetMatch { Name = name, Directions = [.. directions], IsInverted = isInverted },
            from value in _uint
            from mask in _uint
            from isInverted in _bool
            from isConnection in _bool
            select (Match)(isConnection
                ? new ConnmarkMatch { Value = value, Mask = mask, IsInverted = isInverted }
                : new MarkMatch { Value = value, Mask = mask, IsInverted = isInverted }),
            from source in Conditional(Range(family))
            from destination in Maybe(Conditional(Range(family)))
            select (Match)new IprangeMatch { Source = source, Destination = destination },
            from types in Conditional(Gen.Choose(1, 4095).Select(n => (AddressTypes)n))
            from isIn in _bool
            select (Match)new AddrtypeMatch { Destination = types, LimitToIn = isIn },
            from count in Gen.Choose(1, 10_000)
            from burst in Gen.Choose(1, 10_000)
            select (Match)new LimitMatch { Interval = (uint)(10_000 / count), Burst = (uint)burst },
            from source in Maybe(Conditional(Address(family)))
            from port in Conditional(_ports)
            from isOriginal in Maybe(_bool)
            select (Match)new ConntrackMatch { OriginalSource = source, ReplyDestinationPorts = port, IsOriginalDirection = isOriginal },
        };
        if (protocol is 6 or 17 or 132)
        {
            any.Add(
                from source in Maybe(Conditional(_ports))
                from destination in Maybe(Conditional(_ports))
                from flags in Maybe(Conditional(from m in Gen.Choose(0, 63) from s in Gen.Choose(0, 63) select new TcpFlagTest((TcpFlags)m, (TcpFlags)s)))
                from option in Maybe(Conditional(_byte))
                select protocol switch
                {
                    6 => new TcpMatch { SourcePorts = source, DestinationPorts = destination, Flags = flags, Option = option },
                    17 => new UdpMatch { SourcePorts = source, DestinationPorts = destination },
                    _ => (Match)new SctpMatch { SourcePorts = source, DestinationPorts = destination },
                });
            any.Add(
                from count in Gen.Choose(1, 7)
                from ports in Gen.ArrayOf(_ports, count)
                from kind in Gen.Elements(MultiportKind.Source, MultiportKind.Destination, MultiportKind.Either)
                from isInverted in _bool
                select (Match)new MultiportMatch { Kind = kind, Ports = [.. ports], IsInverted = isInverted });
        }
        // the other family's module does not load
        if (protocol == (family == IPFamily.IPv4 ? 1 : 58))
        {
            any.Add(
                from type in Gen.Choose(0, 254)
                from code in Maybe(_byte)
                from isInverted in _bool
                let first = code ?? 0
                let last = code ?? 255
                select protocol == 1
                    ? new IcmpMatch { Type = (byte)type, FirstCode = first, LastCode = last, IsInverted = isInverted }
                    : (Match)new Icmpv6Match { Type = (byte)type, FirstCode = first, LastCode = last, IsInverted = isInverted });
        }
        return Gen.OneOf(any);
    }

    private static Gen<Target?> Target(IPFamily family, byte? protocol) => Gen.OneOf<Target?>(
        Gen.Constant<Target?>(null),
        Gen.Elements(Verdict.Accept, Verdict.Drop, Verdict.Return, Verdict.Queue).Select(v => (Target?)new VerdictTarget(v)),
        _bool.Select(isGoto => (Target?)new JumpTarget("neutron-openvswi-sg-chain", isGoto)),
        Gen.Choose(0, 65535).Select(zone => (Target?)new CtTarget { Zone = (ushort)zone }),
        from value in _uint from mask in _uint select (Target?)new MarkTarget(value, mask),
        from action in Gen.Elements(ConnmarkAction.Save, ConnmarkAction.Restore)
        from mask in _uint
        from other in _uint
        select (Target?)new ConnmarkTarget { Action = action, PacketMask = mask, ConnectionMask = other },
        from prefix in _text
        from level in Gen.Choose(0, 7)
        from uid in _bool
        select (Target?)new LogTarget { Prefix = prefix.Length == 0 ? null : prefix, Level = (byte)level, Uid = uid },
        from prefix in _text
        from number in Gen.Choose(0, 65535)
        select (Target?)new NflogTarget { Prefix = prefix.Length == 0 ? null : prefix, Group = (ushort)number },
        from range in Range(family)
        from ports in protocol is 6 or 17 ? Maybe(_ports) : Gen.Constant((PortRange?)null)
        from isRandom in _bool
        select (Target?)new DnatTarget { Addresses = range, Ports = ports, IsRandom = isRandom },
        from range in Range(family)
        from isPersistent in _bool
        select (Target?)new SnatTarget { Addresses = range, IsPersistent = isPersistent },
        Gen.Constant<Target?>(new RejectTarget(family == IPFamily.IPv4 ? "icmp-admin-prohibited" : "icmp6-no-route")),
        Maybe(_ports).Select(ports => (Target?)new MasqueradeTarget { Ports = ports }));
}
