namespace Plumbline.Cli;

/// <summary>Arguments as Wireshark gives them: <c>--name value</c>, <c>--name=value</c> and flags, before them the node's own options.</summary>
internal sealed class ExtcapRequest
{
    private static readonly string[] _flags =
    [
        "extcap-interfaces", "extcap-dlts", "extcap-config", "capture", "force", "extcap-cleanup-postkill", "lab", "debug",
        "sudo", "explain",
    ];

    private static readonly string[] _node =
    [
        "lab", "node", "lab-dir", "ovsdb", "private-key", "certificate", "ca-cert", "netns", "netns-dir", "ovs-rundir", "libvirt-dir", "state-dir",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Nodes reached over ssh.</summary>
    public List<string> Remotes { get; } = [];

    /// <summary>The options that say which node is meant.</summary>
    public List<string> NodeWords { get; } = [];

    /// <summary>What Wireshark calls the interface.</summary>
    public string Interface => this["extcap-interface"] ?? "";

    /// <summary>A value; null where it was not given.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>It was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A box is ticked.</summary>
    public bool IsOn(string name) => this[name] is not (null or "false");

    /// <summary>Reads them; what is not known is kept under its name, for later versions of Wireshark have more.</summary>
    public static ExtcapRequest Parse(string[] arguments)
    {
        var request = new ExtcapRequest();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                continue;
            }
            var word = arguments[i][2..];
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? word[..equals] : word;
            var value = equals > 0 ? word[(equals + 1)..]
                : !_flags.Contains(name) && i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i]
                : "";
            if (name == "remote")
            {
                request.Remotes.Add(value);
            }
            else if (_node.Contains(name))
            {
                request.NodeWords.AddRange(value.Length > 0 ? [$"--{name}", value] : [$"--{name}"]);
            }
            else
            {
                request._values[name] = value;
            }
        }
        return request;
    }
}
