namespace Plumbline.Cli;

/// <summary>The options of our interfaces in Wireshark's words (<c>--extcap-config</c>, extcap(4)): the same for all but the path.</summary>
internal static class ExtcapArguments
{
    private const string End = "A VM, port, MAC or IP address";

    /// <summary>Lines for the interface that captures every hop between two ends.</summary>
    public static IReadOnlyList<string> OfPath { get; } = Number(
        ("--from", "From", End, "string", "{required=true}"),
        ("--to", "To", End, "string", "{required=true}"));

    /// <summary>Lines for any other interface.</summary>
    public static IReadOnlyList<string> OfTarget { get; } = Number(
        ("--at", "Places", "Where on the VM's way: tap, qbr, qvb, qvo, br-int, br-tun, tunnel, nic; several with commas; empty: the best",
            "string", ""));

    private static List<string> Number(params ReadOnlySpan<(string Call, string Display, string Tooltip, string Type, string More)> own)
    {
        var lines = new List<string>();
        foreach (var argument in own)
        {
            Add(argument);
        }
        Add(("--snaplen", "Bytes of each packet", "The rest is cut off", "unsigned", "{range=64,262144}{default=262144}"));
        Add(("--explain", "Firewall's verdict as a comment", "On the first packet of each flow: what the security group does to it, and which rule decides",
            "boolflag", "{default=false}"));
        Add(("--force", "Capture in spite of hardware offload", "Which may hide packets from a mirror", "boolflag", "{default=false}"));
        return lines;

        void Add((string Call, string Display, string Tooltip, string Type, string More) a) => lines.Add(
            $"arg {{number={lines.Count}}}{{call={a.Call}}}{{display={a.Display}}}{{tooltip={a.Tooltip}}}{{type={a.Type}}}{a.More}");
    }
}
