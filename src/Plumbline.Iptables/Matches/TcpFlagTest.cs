namespace Plumbline.Iptables;

/// <summary><c>--tcp-flags MASK SET</c>: (flags &amp; mask) == set.</summary>
/// <param name="Mask">Flags that are looked at.</param>
/// <param name="Set">Those of them that must be set; the others must not.</param>
public readonly record struct TcpFlagTest(TcpFlags Mask, TcpFlags Set)
{
    /// <summary><c>--syn</c>: opens a connection.</summary>
    public static TcpFlagTest Opening { get; } =
        new(TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn);
}
