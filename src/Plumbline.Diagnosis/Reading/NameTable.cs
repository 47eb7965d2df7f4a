using System.Net;
using Plumbline.Packets;

namespace Plumbline.Diagnosis.Reading;

/// <summary>Names of addresses from several sources.</summary>
public static class NameTable
{
    /// <summary>Both; <paramref name="node"/> wins.</summary>
    public static IReadOnlyDictionary<InternetAddress, string> Join(
        IReadOnlyDictionary<IPAddress, string> file, IReadOnlyDictionary<IPAddress, string> node)
    {
        var names = new Dictionary<InternetAddress, string>(file.Count + node.Count);
        foreach (var source in new[] { file, node })
        {
            foreach (var (address, name) in source)
            {
                names[InternetAddress.Of(address)] = name;
            }
        }
        return names;
    }
}
