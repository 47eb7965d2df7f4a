namespace Plumbline.Iptables;

/// <summary>Which of the kernel's two rulesets: <c>iptables</c> or <c>ip6tables</c>.</summary>
public enum IPFamily
{
    /// <summary>iptables.</summary>
    IPv4,

    /// <summary>ip6tables.</summary>
    IPv6,
}
