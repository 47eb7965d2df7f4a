using System.Diagnostics;
using System.Globalization;
using Plumbline.Bench.Topologies;
using Plumbline.Node;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Ovsdb;

// topology-bench DB RUNS: in one process and in turns, what the kernel and the database take to tell a node's links, addresses and rows (received and
// counted, not looked at), and what plumb takes to read the same and make a topology of it. The same requests on both sides; the database is asked
// first and works while the kernel is. Wall and processor time of this process, medians, after one run of each that is not counted.
var (database, runs) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
var access = new NodeAccess
{
    Ovsdb = OvsdbEndpoint.Parse(database),
    OvsRunDirectory = Path.GetDirectoryName(database["unix:".Length..])!,
    LibvirtDirectories = [],
};
var samples = new Dictionary<string, List<(double Wall, double Cpu)>>();
var gcs = new Dictionary<string, int>();
var (links, elements, bytes) = (0, 0, 0L);
for (var i = -1; i < runs; i++)
{
    await Measure("bare reads", i < 0, () =>
    {
        bytes = BareReads.Run(database["unix:".Length..]);
        return Task.CompletedTask;
    });
    Plumbline.Node.Facts.NodeSnapshot? snapshot = null;
    await Measure("plumb: read", i < 0, async () => snapshot = await LiveNode.ReadAsync(access, SnapshotScope.Topology, default));
    Topology? topology = null;
    await Measure("plumb: topology of it", i < 0, () =>
    {
        topology = Topology.Build(snapshot!);
        return Task.CompletedTask;
    });
    await Measure("plumb: both", i < 0, async () => Topology.Build(await LiveNode.ReadAsync(access, SnapshotScope.Topology, default)));
    (links, elements) = (snapshot!.Namespaces[0].Links.Count, topology!.Elements.Count);
}
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in-process: {links} links, {elements} elements; the bare reads are {bytes >> 10} KiB"));
var bare = Median("bare reads");
foreach (var name in samples.Keys)
{
    var (wall, cpu) = Median(name);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-24} wall {wall,7:0.0} ms, of bare {wall / bare.Wall,5:0.00}   processor {cpu,7:0.0} ms, of bare {cpu / bare.Cpu,5:0.00}   {gcs[name]} collections in the last"));
}

async Task Measure(string name, bool isWarmUp, Func<Task> run)
{
    GC.Collect();
    var collections = GC.CollectionCount(0);
    var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
    await run();
    var sample = (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    gcs[name] = GC.CollectionCount(0) - collections;
    if (!isWarmUp)
    {
        (samples.TryGetValue(name, out var list) ? list : samples[name] = []).Add(sample);
    }
}

(double Wall, double Cpu) Median(string name)
{
    var list = samples[name];
    return (list.Select(s => s.Wall).Order().ElementAt(list.Count / 2), list.Select(s => s.Cpu).Order().ElementAt(list.Count / 2));
}
