using Plumbline.Diagnosis.Checking;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Faults planted into the recorded facts, one at a time, each found as what it is and as nothing else; and harmless plants.</summary>
public sealed class PlantTests
{
    public static TheoryData<string> Faults => [.. PlantedFaults.All.Keys, .. PlantedNodeFaults.All.Keys];

    public static TheoryData<string> Harmless => [.. HarmlessPlants.All.Keys];

    [SkippableTheory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_the_only_finding(string name)
    {
        var healthy = Deployment.Healthy;
        var (expected, plant) = PlantedFaults.All.TryGetValue(name, out var fault) ? fault : PlantedNodeFaults.All[name];
        var report = plant(healthy).Check();
        Assert.Equal([expected], report.Findings.Select(Told));
        Assert.All(report.Findings, f => Assert.True(f.Fix.Length > 0 && f.Consequence.Length > 0));
    }

    [SkippableTheory]
    [MemberData(nameof(Harmless))]
    public void What_hurts_nobody_is_no_finding(string name)
    {
        var healthy = Deployment.Healthy;
        Assert.Empty(HarmlessPlants.All[name](healthy).Check().Findings.Select(Told));
    }

    private static string Told(Finding finding) => $"{finding.Id} {finding.Object}";
}
