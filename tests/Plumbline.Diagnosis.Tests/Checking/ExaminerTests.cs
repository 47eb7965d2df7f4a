using Plumbline.Diagnosis.Checking;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>What an examiner may plant, each with exactly what must be found of it.</summary>
public sealed class ExaminerTests
{
    public static TheoryData<string> Plants => [.. ExaminerPlants.All.Keys];

    [SkippableTheory]
    [MemberData(nameof(Plants))]
    public void A_plant_gives_what_it_is_and_nothing_else(string name)
    {
        var plant = ExaminerPlants.All[name];
        var planted = plant.Plant(plant.Healthy());
        AssertFound(plant.WithApi, planted, true);
        AssertFound(plant.Without, planted, false);
    }

    private static void AssertFound(string? expected, Deployment planted, bool withApi)
    {
        if (expected is not null)
        {
            var findings = planted.Check(withApi).Findings;
            Assert.Equal(expected, string.Join(';', findings.Select(f => $"{f.Id} {f.Object}")));
            Assert.All(findings, f => Assert.True(f.Fix.Length > 0 && f.Consequence.Length > 0));
        }
    }
}
