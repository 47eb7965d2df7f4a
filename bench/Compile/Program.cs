// compile-bench SCENARIO: milliseconds of CPU for the rules of all its ports, both families (once cold, then the median of 15 warm)
using Plumbline.Neutron.Scenarios;
using Plumbline.Neutron.SecurityGroups;

var scenario = ScenarioReader.Read(File.ReadAllBytes(args[0]), args[0]);
var members = scenario.Members.ToDictionary(m => m.Id, m => (IReadOnlyList<string>)[.. m.IPv4 ?? [], .. m.IPv6 ?? []]);
SecurityGroup[] groups = [.. scenario.Groups.Select(g => new SecurityGroup { Id = g.Id, Rules = g.Rules, Members = members.GetValueOrDefault(g.Id, []) })];
var times = new List<double>();
var rules = 0;
for (var run = 0; run < 16; run++)
{
    var start = Environment.CpuUsage.TotalTime;
    var compiled = HybridFirewall.Compile(scenario.Ports, groups, scenario.Options);
    times.Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
    rules = compiled.IPv4.Concat(compiled.IPv6).Sum(t => t.Chains.Sum(c => c.Value.Count));
}
Console.WriteLine(FormattableString.Invariant($"{times[0]:0.0} {times.Skip(1).Order().ElementAt(7):0.0} {rules}"));
