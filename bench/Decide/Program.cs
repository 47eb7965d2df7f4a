using System.Diagnostics;
using System.Globalization;
using System.Net;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Neutron;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

// decide [PORTS [SECONDS]]; "decide text FOLDER [PORTS]" writes the rules for iptables-restore and ipset restore
var isText = args is ["text", ..];
var numbers = isText ? args[2..] : args;
var portCount = numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 1000;
var seconds = !isText && numbers.Length > 1 ? double.Parse(numbers[1], CultureInfo.InvariantCulture) : 3;
var random = new Random(1);
var remote = new SecurityGroup { Id = NewId(), Members = [.. Enumerable.Range(0, 200).Select(i => $"10.0.{i / 250}.{i % 250 + 1}")] };
var ports = Enumerable.Range(0, portCount).Select(i => new FirewallPort
{
    Id = NewId(),
    Address = new MacAddress(0xFA163E000000UL + (uint)i),
    FixedAddresses = [IPAddress.Parse($"10.{1 + i / 60000}.{i / 250 % 240}.{i % 250 + 1}")],
    SecurityGroups = [NewId()],
}).ToList();
// 15 rules a port: 11 in, of them one of a remote group, 4 out
var groups = ports.Select(p => new SecurityGroup
{
    Id = p.SecurityGroups[0],
    Rules =
    [
        new() { IsIngress = true, Protocol = "icmp" },
        .. Enumerable.Range(0, 9).Select(i => new SecurityGroupRule
        {
            IsIngress = true, Protocol = i % 2 == 0 ? "tcp" : "udp", PortRangeMin = 20 + 60 * i, PortRangeMax = 20 + 60 * i + i % 3,
            RemoteIPPrefix = i % 3 == 0 ? "10.0.0.0/8" : null,
        }),
        new() { IsIngress = true, Protocol = "tcp", RemoteGroupId = remote.Id },
        .. Enumerable.Range(0, 4).Select(i => new SecurityGroupRule { IsIngress = false, Protocol = i % 2 == 0 ? "tcp" : "udp", PortRangeMin = 1 + i, PortRangeMax = 60000 }),
    ],
}).Append(remote).ToList();
var firewall = HybridFirewall.Compile(ports, groups);
if (isText)
{
    File.WriteAllText(Path.Join(args[1], "rules.v4"), firewall.ToRestoreText(ipv6: false));
    File.WriteAllText(Path.Join(args[1], "rules.v6"), firewall.ToRestoreText(ipv6: true));
    File.WriteAllText(Path.Join(args[1], "sets"), firewall.ToIPSetText());
    Console.WriteLine(ports[portCount / 2].Id);
    return;
}
var text = firewall.ToRestoreText(ipv6: false);
var clock = Stopwatch.StartNew();
var rules = RulesetParser.ParseSave(text).Rulesets[0];
var sets = AddressSetParser.Parse(firewall.ToIPSetText()).Sets;
var parsed = clock.Elapsed;
clock.Restart();
var compiled = CompiledRuleset.Compile(rules, sets);
Console.WriteLine($"{portCount} ports, {compiled.RuleCount} rules: parsed in {parsed.TotalMilliseconds:0} ms, compiled in {clock.Elapsed.TotalMilliseconds:0} ms");

var paths = ports.SelectMany(p => new[] { PathOf(p, true), PathOf(p, false) }).Select(compiled.Resolve).ToArray();
var work = new (ResolvedPath Path, PacketHeader Packet)[1 << 16];
for (var i = 0; i < work.Length; i++)
{
    var which = random.Next(paths.Length);
    var port = ports[which / 2];
    var own = Number(port.FixedAddresses[0]);
    var other = random.Next(2) == 0 ? 0x0A000001u + (uint)random.Next(200) : (uint)random.NextInt64(uint.MaxValue);
    var isOut = which % 2 == 0;
    work[i] = (paths[which], new()
    {
        Family = IPFamily.IPv4, Source = isOut ? own : other, Destination = isOut ? other : own,
        Protocol = random.Next(3) switch { 0 => (byte)17, 1 => (byte)1, _ => (byte)6 },
        SourcePort = (ushort)random.Next(1024, 65536), DestinationPort = (ushort)random.Next(1, 700), TcpFlags = TcpFlags.Syn,
        IcmpType = 8, SourceMac = isOut ? port.Address : new MacAddress(0x020000000001UL), Length = 60, HopLimit = 64,
    });
}
var counters = new RuleCounters(compiled);
foreach (var withCounters in (bool[])[false, true])
{
    Run(1, withCounters);
    var passed = 0L;
    var packets = 0L;
    var processor = Process.GetCurrentProcess().TotalProcessorTime;
    clock.Restart();
    while (clock.Elapsed.TotalSeconds < seconds)
    {
        passed += Run(1, withCounters);
        packets += work.Length;
    }
    var wall = clock.Elapsed.TotalSeconds;
    var own = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
    Console.WriteLine($"{(withCounters ? "with counters" : "verdict alone"),-14} {packets / wall / 1e6,6:0.00} million packets/s by the clock, {packets / own / 1e6,6:0.00} by processor time; {100.0 * passed / packets:0} % passed");
}

long Run(int rounds, bool withCounters)
{
    var passed = 0L;
    for (var round = 0; round < rounds; round++)
    {
        foreach (ref readonly var item in work.AsSpan())
        {
            passed += compiled.Decide(item.Path, in item.Packet, ConntrackTable.Empty, withCounters ? counters : null).Outcome == Outcome.Passed ? 1 : 0;
        }
    }
    return passed;
}

string NewId()
{
    var bytes = new byte[16];
    random.NextBytes(bytes);
    return new Guid(bytes).ToString();
}

static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

static PacketPath PathOf(FirewallPort port, bool isOut)
{
    var (tap, end) = (DeviceNames.Tap(port.Id), DeviceNames.VethBridgeEnd(port.Id));
    return PacketPath.Bridged(DeviceNames.HybridBridge(port.Id), isOut ? tap : end, isOut ? end : tap);
}
