using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>Every flow that was really tried in the recorded deployment has the end that it really had.</summary>
public sealed class RecordedTraceTests
{
    [SkippableTheory]
    [InlineData("states/sg-rules", true)]
    [InlineData("states/sg-rules", false)]
    [InlineData("faults/wrong-vlan-tag", true)]
    [InlineData("faults/wrong-vlan-tag", false)]
    [InlineData("faults/sg-rule-missing", true)]
    [InlineData("faults/sg-rule-missing", false)]
    [InlineData("faults/mtu-underlay", true)]
    public void Every_flow_that_was_tried_ends_as_it_did(string state, bool withApi)
    {
        var tracer = new Tracer(RecordedNodes.Build(RecordedNodes.Read(state)), withApi ? RecordedNodes.CloudOf(state) : null);
        var wrong = new List<string>();
        foreach (var (question, gotThrough, text) in RecordedNodes.Probes(state))
        {
            var result = tracer.Ask(question);
            if (result.Verdict != (gotThrough ? TraceVerdict.Delivered : TraceVerdict.Dropped))
            {
                wrong.Add($"{text}: {result.Verdict}, not {gotThrough}: {result.Drop?.Place}: {result.Drop?.What} {string.Join("; ", result.Unknowns)}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
