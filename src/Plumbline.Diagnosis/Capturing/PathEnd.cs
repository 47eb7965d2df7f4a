using System.Net;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

/// <summary>An end of a way whose hops are captured.</summary>
/// <param name="Text">As the operator named it.</param>
/// <param name="Target">What that is on this node; null for an address that is elsewhere.</param>
/// <param name="Address">Its IP address where the operator named one.</param>
public sealed record PathEnd(string Text, Target? Target, IPAddress? Address)
{
    /// <summary>Resolves an end: an address that this node does not know is elsewhere.</summary>
    /// <exception cref="Node.NodeException">A name that this node does not know, or that several things bear.</exception>
    public static PathEnd Resolve(Topology topology, string text)
    {
        var isAddress = text.Count(c => c == '.') == 3 || text.Count(c => c == ':') is >= 2 and not 5;
        return isAddress && IPAddress.TryParse(text, out var address)
            ? new(text, TargetResolver.TryResolve(topology, text), address)
            : new(text, TargetResolver.TryResolve(topology, text) ?? throw Unknown(topology, text), null);
    }

    private static Node.NodeException Unknown(Topology topology, string text)
    {
        try
        {
            TargetResolver.Resolve(topology, text);
            throw new System.Diagnostics.UnreachableException();
        }
        catch (Node.NodeException exception)
        {
            const string elsewhere = "an end on another node is named by its IP address";
            return new(exception.Problem with { Fix = exception.Problem.Fix is { } fix ? $"{fix}; {elsewhere}" : elsewhere });
        }
    }
}
