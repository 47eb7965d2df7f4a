namespace Plumbline.Iptables;

/// <summary><c>-i</c> or <c>-o</c>. A bridged packet's is the bridge, not its port (see <see cref="PhysdevMatch"/>).</summary>
public abstract record InterfaceMatch : Match
{
    private protected InterfaceMatch()
    {
    }

    /// <summary>The device, or the start of its name.</summary>
    public required InterfaceName Interface { get; init; }
}
