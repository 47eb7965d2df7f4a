using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Healthy nodes with other firewall drivers and with L2 population: nothing is found.</summary>
public sealed class PlayedCheckTests
{
    [Theory]
    [InlineData(PlayedStates.Native)]
    [InlineData(PlayedStates.NativeL2Population)]
    [InlineData(PlayedStates.HybridL2Population)]
    [InlineData(PlayedStates.Noop)]
    public void A_healthy_deployment_has_no_findings(string state)
    {
        var deployment = Deployment.Played(state);
        Assert.Empty(deployment.Check().Findings.Select(f => $"{f.Id} {f.Node} {f.Object}: {string.Join("; ", f.Evidence)}"));
        Assert.Empty(deployment.Check(withApi: false).Findings.Select(f => $"{f.Id} {f.Node} {f.Object}: {string.Join("; ", f.Evidence)}"));
        foreach (var node in deployment.Nodes.Keys)
        {
            Assert.Empty(deployment.Only(node).Check().Findings.Select(f => $"{f.Id} {f.Node} {f.Object}: {string.Join("; ", f.Evidence)}"));
        }
    }
}
