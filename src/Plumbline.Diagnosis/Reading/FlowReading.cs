using System.Net;
using Plumbline.Packets;
using Plumbline.Packets.Flows;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Diagnosis.Reading;

/// <summary>A capture file's conversations, with the names that the file and the node give.</summary>
public sealed record FlowReading
{
    /// <summary>What the packets tell.</summary>
    public required FlowReport Report { get; init; }

    /// <summary>The file's interfaces.</summary>
    public required IReadOnlyList<CapturedInterface> Interfaces { get; init; }

    /// <summary>Names of addresses, as they came: escape them before a terminal sees them.</summary>
    public required IReadOnlyDictionary<InternetAddress, string> Names { get; init; }

    /// <summary>The file ends in the middle of a packet.</summary>
    public required bool IsTruncated { get; init; }

    /// <summary>Why reading ended before the file's end; null where it did not.</summary>
    public Primitives.Problem? Damage { get; init; }

    /// <summary>Reads a file to its end.</summary>
    /// <param name="file">Fresh from <see cref="CaptureFile.Open"/>.</param>
    /// <param name="path">For error messages.</param>
    /// <param name="names">Of a snapshot; they win over the file's own.</param>
    /// <param name="cancellationToken">Looked at now and then.</param>
    /// <exception cref="DiagnosisException">Reading fails.</exception>
    public static FlowReading Read(
        CaptureFile file, string path, IReadOnlyDictionary<IPAddress, string> names, CancellationToken cancellationToken)
    {
        var table = new FlowTable();
        Primitives.Problem? damage = null;
        try
        {
            var untilLook = 0;
            while (file.Reader.TryRead(out var packet))
            {
                table.Add(packet);
                if (--untilLook <= 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    untilLook = 4096;
                }
            }
        }
        catch (PacketsException exception)
        {
            damage = exception.Problem;
        }
        catch (IOException exception)
        {
            throw CaptureFile.Unreadable(path, exception);
        }
        return new()
        {
            Report = table.ToReport(),
            Interfaces = file.Reader.Interfaces,
            Names = NameTable.Join(file.Reader.Names, names),
            IsTruncated = file.Reader.IsTruncated,
            Damage = damage,
        };
    }
}
