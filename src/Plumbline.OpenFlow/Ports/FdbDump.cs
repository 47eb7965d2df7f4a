using System.Globalization;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Text;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Ports;

/// <summary>What was read of one bridge's learned addresses.</summary>
/// <param name="Entries">In the order of the text.</param>
/// <param name="Problems">All that could not be read.</param>
public sealed record FdbDump(IReadOnlyList<FdbEntry> Entries, IReadOnlyList<TextProblem> Problems)
{
    /// <summary>Reads what <c>ovs-appctl fdb/show</c> prints.</summary>
    public static FdbDump Parse(string text)
    {
        var entries = new List<FdbEntry>();
        var problems = new List<TextProblem>();
        var number = 0;
        foreach (var line in text.EnumerateLines())
        {
            number++;
            var words = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0] is "port")
            {
                continue;
            }
            if (words.Length >= 4 && PortReference.TryParse(words[0], out var port) && port.Number is { } portNumber
                && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) && vlan <= 4095
                && MacAddress.TryParse(words[2], out var address))
            {
                var age = int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? seconds : (int?)null;
                entries.Add(new(portNumber, vlan, address, age));
            }
            else
            {
                problems.Add(new(number, 1, $"\"{line.Trim()}\" is no learned address",
                    "paste the lines of \"ovs-appctl fdb/show BRIDGE\" as they were printed"));
            }
        }
        return new(entries, problems);
    }
}
