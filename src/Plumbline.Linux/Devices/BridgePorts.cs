using System.Globalization;

namespace Plumbline.Linux.Devices;

/// <summary>A bridge's ports as sysfs lists them (/sys/class/net/BRIDGE/brif, Documentation/networking/bridge.rst).</summary>
public static class BridgePorts
{
    /// <summary>Their names; null where sysfs has no such bridge of that number: it may be mounted for another namespace.</summary>
    /// <param name="bridge">Its name.</param>
    /// <param name="ifIndex">Its number.</param>
    public static IReadOnlyList<string>? NamesOf(string bridge, int ifIndex)
    {
        var folder = $"/sys/class/net/{bridge}";
        try
        {
            if (!int.TryParse(File.ReadAllText(folder + "/ifindex"), CultureInfo.InvariantCulture, out var told) || told != ifIndex)
            {
                return null;
            }
            var names = new List<string>();
            foreach (var port in Directory.EnumerateFileSystemEntries(folder + "/brif"))
            {
                names.Add(Path.GetFileName(port));
            }
            return names;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;    // no sysfs here, or the bridge is gone
        }
    }
}
