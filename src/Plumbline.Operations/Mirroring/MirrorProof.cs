using System.Globalization;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// Reads the two answers of ovs-vswitchd that prove a mirror: <c>dpif/show</c> tells the datapath's number of our port, and
/// <c>ofproto/trace</c> whether a packet from a selected port is put out there. No status column does (spec mirroring-traps 5.27).
/// </summary>
internal static class MirrorProof
{
    /// <summary>
    /// The OpenFlow and datapath numbers of port <paramref name="name"/> in the text of <c>dpif/show</c>, whose port lines read
    /// <c>    NAME OFPORT/DPPORT: (TYPE…)</c>; null where it is not there, or has no datapath port (<c>none</c>).
    /// </summary>
    public static (int OfPort, string DatapathPort)? FindPort(string dpifShow, string bridge, string name)
    {
        var inBridge = false;
        foreach (var line in dpifShow.AsSpan().EnumerateLines())
        {
            var indent = line.Length - line.TrimStart(' ').Length;
            var text = line.Trim();
            if (indent == 2 && text.EndsWith(':'))
            {
                inBridge = text[..^1].SequenceEqual(bridge);
                continue;
            }
            if (!inBridge || indent < 4 || !text.StartsWith(name, StringComparison.Ordinal)
                || text.Length <= name.Length || text[name.Length] != ' ')
            {
                continue;
            }
            var rest = text[(name.Length + 1)..];
            var slash = rest.IndexOf('/');
            var colon = rest.IndexOf(':');
            if (slash > 0 && colon > slash
                && int.TryParse(rest[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var ofPort)
                && !rest[(slash + 1)..colon].SequenceEqual("none"))
            {
                return (ofPort, rest[(slash + 1)..colon].ToString());
            }
        }
        return null;
    }

    /// <summary>
    /// A <c>Datapath actions:</c> line of a trace puts the packet out to datapath port <paramref name="number"/>, alone or inside a
    /// clone or truncation, told by number or by <paramref name="name"/>.
    /// </summary>
    public static bool CopiesTo(string trace, string number, string name)
    {
        foreach (var line in trace.AsSpan().EnumerateLines())
        {
            const string Title = "Datapath actions:";
            var text = line.Trim();
            if (!text.StartsWith(Title))
            {
                continue;
            }
            // outputs stand at the top level, or in the parentheses of clone(…); arguments such as vid=5 have a name before them
            var rest = text[Title.Length..];
            for (var start = 0; start < rest.Length;)
            {
                var end = start;
                while (end < rest.Length && rest[end] is not (',' or '(' or ')' or ' '))
                {
                    end++;
                }
                if (rest[start..end].SequenceEqual(number) || rest[start..end].SequenceEqual(name))
                {
                    return true;
                }
                start = end + 1;
            }
        }
        return false;
    }

    /// <summary>
    /// A <c>Datapath actions:</c> line sends the packet into a tunnel to <paramref name="remote"/>: in user space <c>tnl_push(tnl_port(N)</c>
    /// with the outer header, in the kernel <c>set(tunnel(…dst=REMOTE…</c>.
    /// </summary>
    public static bool TunnelsTo(string trace, string remote, string number)
    {
        foreach (var line in trace.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (text.StartsWith("Datapath actions:") && text.Contains($"dst={remote},", StringComparison.Ordinal)
                && (text.Contains($"tnl_push(tnl_port({number})", StringComparison.Ordinal) || text.Contains("set(tunnel(", StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What OVS says of a tunnel that it cannot use yet: no route, no neighbour; null where it says nothing of that.</summary>
    public static string? WhyNotTunnelled(string trace)
    {
        foreach (var line in trace.Split('\n'))
        {
            var text = line.Trim(' ', '-', '>', '<');
            if (text.Contains("neighbor cache miss", StringComparison.Ordinal)
                || text.Contains("native tunnel routing failed", StringComparison.Ordinal))
            {
                return text;
            }
        }
        return null;
    }

    /// <summary>The trace of a packet from our port says that the port is the output of a mirror that OVS has accepted (mirror_ingress_packet).</summary>
    public static bool IsReserved(string trace) => trace.Contains("reserved exclusively for mirroring", StringComparison.Ordinal);

    /// <summary>The flow of a trace: a packet that comes in by <paramref name="ofPort"/>, tagged where the port lets no other in.</summary>
    public static string FlowFrom(int ofPort, int? taggedVlan) => taggedVlan is { } vlan
        ? string.Create(CultureInfo.InvariantCulture, $"in_port={ofPort},dl_vlan={vlan}")
        : string.Create(CultureInfo.InvariantCulture, $"in_port={ofPort}");
}
