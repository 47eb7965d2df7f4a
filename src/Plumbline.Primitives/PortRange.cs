using System.Globalization;

namespace Plumbline.Primitives;

/// <summary>Transport ports from first to last, both included.</summary>
/// <param name="First">The least.</param>
/// <param name="Last">The greatest.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>One port.</summary>
    public PortRange(ushort port)
        : this(port, port)
    {
    }

    /// <summary>Whether <paramref name="port"/> is one of them.</summary>
    public bool Contains(ushort port) => port >= First && port <= Last;

    /// <summary><c>22</c> or <c>1024:65535</c>.</summary>
    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}:{Last}");
}
