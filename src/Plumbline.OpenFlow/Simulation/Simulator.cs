using Plumbline.OpenFlow.Simulation.Compiled;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>
/// The bridges of one node, joined by their patch ports: what becomes of a packet, by the same rules as <c>ofproto/trace</c>. Made once,
/// asked often; it learns nothing from the packets, and may be asked from several threads at once.
/// </summary>
public sealed class Simulator
{
    /// <summary>Assumptions about meters begin so.</summary>
    public const string MeterWord = "meter ";

    private readonly Dictionary<string, CompiledBridge> _bridges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (CompiledBridge Bridge, PortFacts Port)> _patches = new(StringComparer.Ordinal);

    /// <summary>Takes the bridges in.</summary>
    public Simulator(IEnumerable<BridgeFacts> bridges)
    {
        foreach (var facts in bridges)
        {
            var bridge = new CompiledBridge(facts);
            _bridges[facts.Name] = bridge;
            foreach (var port in facts.Ports ?? [])
            {
                if (port.IsPatch)
                {
                    _patches[port.Name] = (bridge, port);
                }
            }
        }
    }

    /// <summary>A packet comes into <paramref name="bridge"/> by the port in its <c>in_port</c>.</summary>
    /// <param name="bridge">Name of the bridge.</param>
    /// <param name="packet">The packet; not changed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">No bridge has this name.</exception>
    public SimulationResult Run(string bridge, FlowKey packet, SimulationOptions? options = null)
    {
        if (!_bridges.TryGetValue(bridge, out var start))
        {
            throw new ArgumentException($"no bridge is called {bridge}", nameof(bridge));
        }
        return new PacketRun(this, options ?? new()).Run(start, packet);
    }

    /// <summary>
    /// The tunnel port at which a packet from another node comes in: the one whose ends and key fit, the most special first. Null where
    /// none takes it.
    /// </summary>
    /// <param name="type"><c>gre</c>, <c>vxlan</c>, <c>geneve</c>.</param>
    /// <param name="from">Address of the node that sent it.</param>
    /// <param name="to">The address of this node that it was sent to.</param>
    /// <param name="key">Tunnel key.</param>
    public (string Bridge, PortFacts Port)? TunnelPortFor(
        string type, System.Net.IPAddress from, System.Net.IPAddress to, ulong key)
    {
        (string Bridge, PortFacts Port)? best = null;
        var bestScore = -1;
        foreach (var bridge in _bridges.Values)
        {
            foreach (var port in bridge.Ports)
            {
                if (port.Tunnel is not { } tunnel || tunnel.Type != type
                    || tunnel.Remote is { } remote && !remote.Equals(from)
                    || tunnel.Local is { } local && !local.Equals(to)
                    || tunnel.InKey is { } wanted && wanted != key)
                {
                    continue;
                }
                var score = (tunnel.InKey is null ? 0 : 4) + (tunnel.Remote is null ? 0 : 2) + (tunnel.Local is null ? 0 : 1);
                if (score > bestScore)
                {
                    (best, bestScore) = ((bridge.Name, port), score);
                }
            }
        }
        return best;
    }

    /// <summary>The other end of a patch port; null where it has none.</summary>
    internal (CompiledBridge Bridge, PortFacts Port)? PeerOf(PortFacts port) =>
        port.PatchPeer is { } peer && _patches.TryGetValue(peer, out var found) && found.Port.PatchPeer == port.Name
            ? found : null;
}
