using System.Net;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Iptables.Tests.Symbolic;

public sealed class AddressTypeTests
{
    private const string Rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT\n"
        + "-A INPUT -m addrtype --dst-type BROADCAST,MULTICAST -j ACCEPT\nCOMMIT\n";

    private static readonly NodeAddresses _node = new(
        new HashSet<UInt128> { Address("192.0.2.10") }, new HashSet<UInt128> { Address("192.0.2.255"), Address("192.0.2.0") });

    [Theory]
    [InlineData("192.0.2.10", true)]
    [InlineData("127.0.0.5", true)]
    [InlineData("192.0.2.255", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("224.0.0.18", true)]
    [InlineData("192.0.2.11", false)]
    [InlineData("198.51.100.1", false)]
    public void The_nodes_addresses_decide_for_both_interpreters(string destination, bool passes)
    {
        var ruleset = MadeRulesets.Read(Rules);
        var engine = SymbolicEngine.Create([ruleset], [], _node, devices: false, AnalysisBudget.Default);
        var path = PacketPath.At(new(Hook.Input, "eth0", null));
        var passed = engine.Passed(path);
        Assert.Equal(engine.Space.May(passed), engine.Space.Must(passed));
        var compiled = CompiledRuleset.Compile(ruleset, [], _node);
        var header = new PacketHeader { Family = IPFamily.IPv4, Destination = Address(destination), Protocol = 17 };
        var bits = PacketBits.Of(engine.Space, in header, new(ConntrackState.New));
        Assert.Equal(passes, engine.Space.Store.Contains(passed, bits));
        Assert.Equal(passes ? Outcome.Passed : Outcome.Dropped, compiled.Decide(compiled.Resolve(path), in header, ConntrackTable.Empty).Outcome);
    }

    [Fact]
    public void Without_them_what_only_they_tell_may_be_so_or_not()
    {
        var engine = SymbolicEngine.Create([MadeRulesets.Read(Rules)], [], null, devices: false, AnalysisBudget.Default);
        var passed = engine.Passed(PacketPath.At(new(Hook.Input, "eth0", null)));
        var other = engine.Space.Is(Field.Destination, Address("198.51.100.1"));
        var multicast = engine.Space.Is(Field.Destination, Address("224.0.0.1"));
        Assert.NotEqual(BddStore.False, engine.Space.Store.And(engine.Space.May(passed), other));
        Assert.Equal(BddStore.False, engine.Space.Store.And(engine.Space.Must(passed), other));
        Assert.Equal(multicast, engine.Space.Store.And(engine.Space.Must(passed), multicast));
    }

    private static UInt128 Address(string text)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        IPAddress.Parse(text).TryWriteBytes(octets[12..], out _);
        return UInt128.Read(octets);
    }
}
