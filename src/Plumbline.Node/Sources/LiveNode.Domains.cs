using System.Globalization;
using System.Text;
using System.Xml;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    private static SourceResult<IReadOnlyList<Domain>> ReadDomains(NodeAccess access)
    {
        var reports = new List<SourceReport>();
        var domains = new SortedDictionary<string, Domain>(StringComparer.Ordinal);
        var runningSeen = false;
        for (var i = 0; i < access.LibvirtDirectories.Count; i++)
        {
            var report = ReadDomainFolder(access.LibvirtDirectories[i], i > 0 && runningSeen ? false : null, domains);
            runningSeen |= i == 0 && report?.Outcome is SourceOutcome.Read or SourceOutcome.Partial;
            if (report is not null)
            {
                reports.Add(report);
            }
        }
        if (reports.Count == 0)
        {
            reports.Add(new()
            {
                Source = "libvirt",
                Where = string.Join(", ", access.LibvirtDirectories),
                Outcome = SourceOutcome.Absent,
                Detail = "no such folder: libvirt is not used here",
                Consequence = "VMs are known by their ports' ids only",
            });
        }
        return new([.. domains.Values], reports);
    }

    /// <summary>Null where the folder does not exist.</summary>
    private static SourceReport? ReadDomainFolder(string folder, bool? isRunning, SortedDictionary<string, Domain> domains)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*.xml");
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return DomainFailure(folder, exception);
        }
        var damaged = new List<string>();
        var forbidden = 0;
        foreach (var file in files)
        {
            try
            {
                using var reader = new StreamReader(file, Encoding.UTF8);
                if (DomainXml.Read(reader, isRunning) is { } domain)
                {
                    domains.TryAdd(domain.Name, domain);
                }
            }
            catch (FileNotFoundException)
            {
                continue;   // the VM ended since we listed the folder
            }
            catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
            {
                forbidden += exception is UnauthorizedAccessException ? 1 : 0;
                damaged.Add($"{Path.GetFileName(file)}: {Problems.Words(exception)}");
            }
        }
        return new()
        {
            Source = "libvirt",
            Where = folder,
            Outcome = damaged.Count == 0 ? SourceOutcome.Read
                : forbidden == files.Length ? SourceOutcome.Forbidden
                : SourceOutcome.Partial,
            Detail = damaged.Count == 0 ? null : string.Join("; ", damaged),
            Consequence = damaged.Count == 0 ? null
                : string.Create(CultureInfo.InvariantCulture, $"{damaged.Count} VMs are not known by name")
                    + (forbidden > 0 ? ": run as root" : ""),
        };
    }

    private static SourceReport DomainFailure(string folder, Exception exception) => new()
    {
        Source = "libvirt",
        Where = folder,
        Outcome = exception is UnauthorizedAccessException ? SourceOutcome.Forbidden : SourceOutcome.Failed,
        Detail = Problems.Words(exception),
        Consequence = "VMs are not known by name" + (exception is UnauthorizedAccessException ? ": run as root" : ""),
    };
}
