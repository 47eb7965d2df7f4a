using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    /// <summary>Keeps the flow that would come to be; the tables stay as they were recorded, as in <c>ofproto/trace</c>.</summary>
    private void Learn(LearnTemplate template)
    {
        foreach (var term in template.Terms)
        {
            if (term is LearnTerm.Unknown)
            {
                Unknown($"a part of a learn action of {_bridge.Name} is not understood");
            }
        }
        var learned = new LearnedFlow(_bridge.Name, template, _key.Copy());
        _steps.Add(new TraceStep.Learned(_nesting, learned));
        _learned.Add(learned);
        options.Memory?.Learn(_bridge, learned);
    }
}
