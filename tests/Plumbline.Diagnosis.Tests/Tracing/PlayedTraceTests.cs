using Plumbline.Diagnosis.Tracing;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>The tried flows of the recorded deployment on nodes with other firewall drivers and with L2 population.</summary>
public sealed class PlayedTraceTests
{
    [Theory]
    [InlineData(PlayedStates.Native, true)]
    [InlineData(PlayedStates.Native, false)]
    [InlineData(PlayedStates.NativeL2Population, true)]
    [InlineData(PlayedStates.NativeL2Population, false)]
    [InlineData(PlayedStates.HybridL2Population, true)]
    [InlineData(PlayedStates.HybridL2Population, false)]
    [InlineData(PlayedStates.Noop, true)]
    [InlineData(PlayedStates.Noop, false)]
    public void Every_flow_ends_as_the_rules_have_it(string state, bool withApi)
    {
        var folder = PlayedStates.Folder(state);
        var tracer = new Tracer(RecordedNodes.Build(RecordedNodes.ReadAll(folder)), withApi ? RecordedNodes.CloudIn(folder) : null);
        var wrong = new List<string>();
        foreach (var (question, allowed, text) in RecordedNodes.ProbesIn(folder))
        {
            // the noop driver has no rules, so whoever is reached is reached
            var expected = allowed || state == PlayedStates.Noop ? TraceVerdict.Delivered : TraceVerdict.Dropped;
            var result = tracer.Ask(question);
            if (result.Verdict != expected)
            {
                wrong.Add($"{text}: {result.Verdict}, not {expected}: {result.Drop?.Place}: {result.Drop?.What} {string.Join("; ", result.Unknowns)}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
