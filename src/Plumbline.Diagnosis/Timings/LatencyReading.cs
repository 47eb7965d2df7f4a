using System.Net;
using Plumbline.Diagnosis.Reading;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>What a capture with several hops tells about the ways between them, with the names that file and node give.</summary>
public sealed record LatencyReading
{
    /// <summary>What the packets tell.</summary>
    public required LatencyReport Report { get; init; }

    /// <summary>Names of addresses, as they came: escape them before a terminal sees them.</summary>
    public required IReadOnlyDictionary<InternetAddress, string> Names { get; init; }

    /// <summary>Why reading ended before the file's end; null where it did not.</summary>
    public Primitives.Problem? Damage { get; init; }

    /// <summary>
    /// The part of the time in which some work on the machine waited for a processor while packets were captured, 0 to 1; null where that is
    /// not told (a file does not tell it).
    /// </summary>
    public double? ProcessorPressure { get; init; }

    /// <summary>Reads a file to its end.</summary>
    /// <param name="file">Fresh from <see cref="CaptureFile.Open"/>.</param>
    /// <param name="path">For error messages.</param>
    /// <param name="ends">Names or addresses of both ends; empty: all packets.</param>
    /// <param name="names">Of a snapshot; they win over the file's own.</param>
    /// <param name="cancellationToken">Looked at now and then.</param>
    /// <exception cref="DiagnosisException">Reading fails, the file has one hop only, or an end is not known in it.</exception>
    public static LatencyReading Read(
        CaptureFile file, string path, IReadOnlyList<string> ends, IReadOnlyDictionary<IPAddress, string> names,
        CancellationToken cancellationToken)
    {
        var known = Known(ends);
        var table = new HopTable(known is null ? null : known.MayBeAsked) { Options = () => OptionsOf(file.Reader, ends, names) };
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
        var interfaces = file.Reader.Interfaces;
        if (interfaces.Count < 2)
        {
            throw new DiagnosisException(new(
                "the file has packets of one place only, so that nothing can be compared", path,
                "capture several hops into one file: plumb capture --path FROM TO -w FILE, or join files with mergecap"));
        }
        return new()
        {
            Report = table.ToReport(interfaces, OptionsOf(file.Reader, ends, names)),
            Names = NameTable.Join(file.Reader.Names, names),
            Damage = damage,
        };
    }

    /// <summary>What is asked, by what the file has told so far.</summary>
    private static LatencyOptions OptionsOf(PcapngReader reader, IReadOnlyList<string> ends, IReadOnlyDictionary<IPAddress, string> names)
    {
        var (joined, interfaces) = (NameTable.Join(reader.Names, names), reader.Interfaces);
        var options = new LatencyOptions
        {
            Ranks = RanksOf(interfaces),
            Senders = ends.Count > 0 ? AddressesOf(ends[0], joined, interfaces) : [],
            Receivers = ends.Count > 1 ? AddressesOf(ends[1], joined, interfaces) : [],
        };
        return ends.Count > 1 && options.Ranks.Count > 0
            ? options with { Way = [.. Enumerable.Range(0, interfaces.Count).OrderBy(h => options.Ranks[h])] } : options;
    }

    /// <summary>Both ends as addresses, where they are written as such: then nothing else need be kept.</summary>
    private static LatencyOptions? Known(IReadOnlyList<string> ends) =>
        ends.Count == 2 && IPAddress.TryParse(ends[0], out var from) && IPAddress.TryParse(ends[1], out var to)
            ? new() { Senders = [InternetAddress.Of(from)], Receivers = [InternetAddress.Of(to)] }
            : null;

    private static HashSet<InternetAddress> AddressesOf(
        string end, IReadOnlyDictionary<InternetAddress, string> names, IReadOnlyList<CapturedInterface> interfaces)
    {
        if (IPAddress.TryParse(end, out var address))
        {
            return [InternetAddress.Of(address)];
        }
        var found = new HashSet<InternetAddress>();
        foreach (var (named, name) in names)
        {
            if (name == end)
            {
                found.Add(named);
            }
        }
        foreach (var hop in interfaces.Select(i => i.Hop).Where(h => h is not null && (h.Instance == end || IsPort(h, end))))
        {
            foreach (var text in hop!.Addresses)
            {
                if (IPAddress.TryParse(text, out var own))
                {
                    found.Add(InternetAddress.Of(own));
                }
            }
        }
        return found.Count > 0
            ? found
            : throw new DiagnosisException(new(
                $"the capture does not know \"{end}\"", "FROM TO", "give its IP address, or names with --names SNAPSHOT"));
    }

    private static bool IsPort(HopNote hop, string end) =>
        end.Length >= 4 && (hop.Port?.StartsWith(end, StringComparison.OrdinalIgnoreCase) == true
            || string.Equals(hop.Mac, end, StringComparison.OrdinalIgnoreCase));

    /// <summary>The hops' order where the capture was made along a way (plumb capture --path): it says so itself.</summary>
    private static IReadOnlyList<int> RanksOf(IReadOnlyList<CapturedInterface> interfaces)
    {
        if (!interfaces.All(i => i.Hop is { Side: not null }) || interfaces.Select(i => i.Hop!.Number).Distinct().Count() != interfaces.Count)
        {
            return [];
        }
        var ranks = new int[interfaces.Count];
        var before = -1;
        foreach (var hop in Enumerable.Range(0, ranks.Length).OrderBy(h => interfaces[h].Hop!.Number))
        {
            // NICs side by side (of a bond, say): a packet takes one of them
            var isBeside = before >= 0 && interfaces[hop].Hop is { Kind: "nic" } note && interfaces[before].Hop is { Kind: "nic" } other && note.Side == other.Side;
            ranks[hop] = isBeside ? ranks[before] : interfaces[hop].Hop!.Number;
            before = hop;
        }
        return ranks;
    }
}
