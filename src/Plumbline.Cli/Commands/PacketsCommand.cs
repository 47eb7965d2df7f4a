using System.CommandLine;
using Plumbline.Diagnosis.Reading;
using Plumbline.Linux.Capture;
using Plumbline.Packets.Filtering;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb packets</c>: a capture file's packets, one a line.</summary>
internal static class PacketsCommand
{
    private const int BrokenPipe = 32; // EPIPE: .NET puts errno into HResult

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var file = CaptureFileOptions.CreateFile();
        var filter = new Option<string?>("--filter", "-f")
        {
            Description = "Only packets such as 'vm test-vm and (tcp port 80 or icmp)': host, net, port, vm, mac, vlan, vni, protocols; "
                + "looks behind VLAN tags and into tunnels",
            HelpName = "EXPRESSION",
        };
        var bpf = new Option<string?>("--bpf")
        {
            Description = "Only packets that match in tcpdump's own syntax, compiled by libpcap",
            HelpName = "BPF",
        };
        var follow = new Option<bool>("--follow", "-F") { Description = "At the file's end wait for more; Ctrl-C ends it" };
        var count = new Option<long?>("--count", "-c") { Description = "End after this many packets", HelpName = "N" };
        var names = CaptureFileOptions.CreateNames();
        var json = new Option<bool>("--json") { Description = "A JSON object a line, with the fields of all layers (docs/packets.md)" };
        var command = new Command("packets", "A capture file's packets, one a line, with names in place of addresses")
        {
            file, filter, bpf, follow, count, names, json,
        };
        command.SetAction((result, cancellationToken) =>
        {
            if (result.GetValue(count) is < 1)
            {
                throw new CliException(new($"\"{result.GetValue(count)}\" is not possible", "--count", "give a number of 1 or more"));
            }
            var path = result.GetValue(file)!;
            var listing = new PacketListing
            {
                Condition = result.GetValue(filter) is { } expression ? ConditionParser.Parse(expression) : null,
                Bpf = result.GetValue(bpf) is { } text ? new OfflineFilter(text) : null,
                Count = result.GetValue(count),
                Names = CaptureFileOptions.ReadNames(result.GetValue(names)),
                EarlyNames = CaptureFile.PeekNames(path),
            };
            using var capture = CaptureFile.Open(path, result.GetValue(follow), cancellationToken);
            var status = result.GetValue(json)
                ? RunJson(console, listing, capture, path, cancellationToken)
                : RunText(console, listing, capture, path, cancellationToken);
            return Task.FromResult((int)(
                result.GetValue(follow) && cancellationToken.IsCancellationRequested ? ExitStatus.Interrupted : status));
        });
        return command;
    }

    private static ExitStatus RunText(
        CliConsole console, PacketListing listing, CaptureFile capture, string path, CancellationToken cancellationToken)
    {
        using var output = console.OpenOutput();
        var view = new PacketsText(output, capture.Reader.Interfaces);
        return Run(
            console, listing, capture, path, (_, in packet, in headers, names) => view.Add(packet, headers, names), view.Flush,
            cancellationToken);
    }

    private static ExitStatus RunJson(
        CliConsole console, PacketListing listing, CaptureFile capture, string path, CancellationToken cancellationToken)
    {
        using var output = console.OpenOutput();
        using var view = new PacketsJson(output, capture.Reader.Interfaces);
        return Run(console, listing, capture, path, view.Add, view.Flush, cancellationToken);
    }

    private static ExitStatus Run(
        CliConsole console, PacketListing listing, CaptureFile capture, string path, PacketReceiver receive, Action flush,
        CancellationToken cancellationToken)
    {
        try
        {
            capture.BeforeRead = flush;
            var problem = listing.Read(capture, path, receive, cancellationToken);
            flush();
            if (problem is not null)
            {
                console.Error.WriteLine(problem.ToString());
                return ExitStatus.BadInput;
            }
            return ExitStatus.Fine;
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            return ExitStatus.Fine; // a reader that had enough
        }
        catch (IOException exception)
        {
            throw CaptureFile.Unreadable(path, exception);
        }
    }
}
