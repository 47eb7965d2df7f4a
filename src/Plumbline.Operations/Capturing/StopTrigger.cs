namespace Plumbline.Operations.Capturing;

/// <summary>A packet that ends the capture.</summary>
/// <param name="Filter">tcpdump's syntax, asked about the packet and about what a tunnel carries.</param>
/// <param name="After">How long the capture goes on behind it.</param>
public sealed record StopTrigger(string Filter, TimeSpan After)
{
    private const string TcpReset = "tcp[13] & 4 != 0 or (ip6[6] == 6 and ip6[53] & 4 != 0)";
    private const string Unreachable = "icmp[0] == 3 or (ip6[6] == 58 and ip6[40] == 1)";

    /// <summary>The filter that an operator's word stands for; what is no such word is a filter.</summary>
    public static string FilterOf(string word) => word switch
    {
        "tcp-rst" => TcpReset,
        "icmp-unreachable" => Unreachable,
        _ => word,
    };
}
