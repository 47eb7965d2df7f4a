namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Matches whose answer the rules alone do not give: rates, dice, memories, clocks, payload.</summary>
internal static class UndecidedModules
{
    private static readonly string[] _all =
    [
        "-m limit --limit 1/hour --limit-burst 3",
        "-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name one",
        "-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-name two",
        "-m recent --set --name seen",
        "-m recent --rcheck --hitcount 2 --name seen",
        "-m recent ! --update --seconds 60 --name seen",
        "-m connlimit --connlimit-above 2 --connlimit-mask 0",
        "-m statistic --mode nth --every 3 --packet 0",
        "-m statistic --mode random --probability 0.5",
        "-m quota --quota 900",
        "-m u32 --u32 0>>24=0x45",
        "-m string --algo bm --string a",
        "-m time --timestart 00:00 --timestop 12:00",
        "-m cpu --cpu 0",
        "-m conntrack --ctstatus CONFIRMED",
        "-m conntrack ! --ctstatus SEEN_REPLY",
    ];

    private static readonly Dictionary<string, string[]> _known = [];

    /// <summary>Those that this kernel and this iptables have.</summary>
    public static async Task<string[]> ForAsync(KernelNode node, bool ipv6)
    {
        var program = $"{(ipv6 ? "ip6" : "ip")}tables-{node.Variant}";
        if (!_known.TryGetValue(program, out var known))
        {
            var found = new List<string>();
            foreach (var module in _all)
            {
                if (await node.TryAsync(program, ["-t", "mangle", "-A", "FORWARD", .. module.Split(' ')]))
                {
                    found.Add(module);
                }
            }
            await node.RunAsync(program, ["-t", "mangle", "-F", "FORWARD"], null);
            _known[program] = known = [.. found];
        }
        return known;
    }
}
