using System.Globalization;
using System.Text;
using Plumbline.Neutron;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>The ports of a bridge as Open vSwitch lists them (<c>ovs-ofctl dump-ports-desc</c>): numbers and names, and the text by port.</summary>
internal sealed class SwitchPorts
{
    private readonly string _text;
    private readonly List<(int Number, string Name, int Start)> _heads = [];
    private readonly Dictionary<int, string> _names = [];

    /// <summary>Takes in a listing.</summary>
    public SwitchPorts(string text)
    {
        _text = text;
        const string Mark = "): addr:";
        for (int at = 0, next; (next = text.AsSpan(at).IndexOf(Mark, StringComparison.Ordinal)) >= 0; at += next + Mark.Length)
        {
            var close = at + next;
            var start = text.LastIndexOf('\n', close) + 1;
            var head = text.AsSpan(start, close - start).TrimStart();
            var open = head.IndexOf('(');
            var number = open > 0 && int.TryParse(head[..open], NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : 0;
            var name = head[(open + 1)..].Trim('"').ToString();
            _heads.Add((number, name, start));
            _names.TryAdd(number, name);
        }
    }

    /// <summary>Their names; the bridge's own port among them.</summary>
    public IEnumerable<string> Names => _heads.Select(h => h.Name);

    /// <summary>A port's name; null where there is none of that number.</summary>
    public string? NameOf(int number) => _names.GetValueOrDefault(number);

    /// <summary>Those that have a VM's name, and not one of <paramref name="kept"/>.</summary>
    /// <param name="bridge">Their bridge.</param>
    /// <param name="kept">Names that are not among them.</param>
    /// <param name="tags">The VLANs of some.</param>
    public IEnumerable<OmittedPort> Others(string bridge, IReadOnlySet<string> kept, IReadOnlyDictionary<string, int> tags)
    {
        foreach (var (number, name, _) in _heads)
        {
            if (number > 0 && !kept.Contains(name) && IdOf(name) is not null)
            {
                yield return new(bridge, name, number, tags.TryGetValue(name, out var tag) ? tag : null);
            }
        }
    }

    /// <summary>The listing without these.</summary>
    public string Without(IReadOnlySet<string> names)
    {
        var kept = new StringBuilder();
        for (var i = 0; i < _heads.Count; i++)
        {
            if (!names.Contains(_heads[i].Name))
            {
                kept.Append(_text, _heads[i].Start, (i + 1 < _heads.Count ? _heads[i + 1].Start : _text.Length) - _heads[i].Start);
            }
        }
        return kept.ToString();
    }

    /// <summary>The 11 characters of the Neutron port's UUID in a port's name; null where the name is no VM's.</summary>
    public static string? IdOf(string name) =>
        name.StartsWith("qvo", StringComparison.Ordinal) || name.StartsWith("tap", StringComparison.Ordinal) ? DeviceNames.PortIdPrefix(name) : null;
}
