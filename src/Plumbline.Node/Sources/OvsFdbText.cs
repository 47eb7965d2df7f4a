using System.Globalization;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources;

/// <summary><c>ovs-appctl fdb/show BRIDGE</c>: a header <c>port VLAN MAC Age</c>, then a line an address.</summary>
internal static class OvsFdbText
{
    /// <summary>The line is the header.</summary>
    public static bool IsHeader(ReadOnlySpan<char> line)
    {
        var words = new WordReader(line);
        return words.Next() is "port" && words.Next() is "VLAN" && words.Next() is "MAC" && words.Next() is "Age";
    }

    /// <summary>An entry's line; null for any other.</summary>
    public static OvsFdbEntry? ReadLine(ReadOnlySpan<char> line)
    {
        var words = new WordReader(line);
        var port = words.Next();
        if (port.IsEmpty || !int.TryParse(words.Next(), NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) || vlan > 4095
            || !MacAddress.TryParse(words.Next().ToString(), out var address))
        {
            return null;
        }
        var age = words.Next();
        var isNumber = int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return isNumber || age is "static" ? new(port.ToString(), vlan, address, isNumber ? seconds : null) : null;
    }

    /// <summary>All entries of a text that is one command's output.</summary>
    public static List<OvsFdbEntry> Read(string text)
    {
        var entries = new List<OvsFdbEntry>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (ReadLine(line) is { } entry)
            {
                entries.Add(entry);
            }
        }
        return entries;
    }
}
