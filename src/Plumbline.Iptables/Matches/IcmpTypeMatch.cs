namespace Plumbline.Iptables;

/// <summary>Type and code of ICMP or ICMPv6.</summary>
public abstract record IcmpTypeMatch : Match
{
    private protected IcmpTypeMatch()
    {
    }

    /// <summary>Null: any type (<c>--icmp-type any</c>, and 255 with every code).</summary>
    public byte? Type { get; init; }

    /// <summary>The least code; 0 where every code is meant.</summary>
    public byte FirstCode { get; init; }

    /// <summary>The greatest code; 255 where every code is meant.</summary>
    public byte LastCode { get; init; } = 255;
}
