namespace Plumbline.Node.Sources;

/// <summary>What ovs-ofctl's listings have in common.</summary>
internal static class SwitchText
{
    /// <summary>The header of a flow or group listing: <c>NXST_FLOW reply (xid=0x4):</c>, <c>OFPST_GROUP_DESC reply (OF1.3) (xid=0x2):</c>.</summary>
    public static bool IsHeader(ReadOnlySpan<char> line) =>
        (line.StartsWith("NXST_") || line.StartsWith("OFPST_")) && line.Contains(" reply", StringComparison.Ordinal);

    /// <summary>A listing without its header line.</summary>
    public static string WithoutHeader(string text)
    {
        var end = text.IndexOf('\n');
        return end >= 0 && IsHeader(text.AsSpan(0, end)) ? text[(end + 1)..] : text;
    }
}
