using System.CommandLine;
using Plumbline.Diagnosis.Reading;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb flows</c>: a capture file's conversations and what went wrong in them.</summary>
internal static class FlowsCommand
{
    private const int MostShown = 40;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var file = CaptureFileOptions.CreateFile();
        var top = new Option<int?>("--top")
        {
            Description = $"Show the N conversations with most bytes; 0: all (default: {MostShown})",
            HelpName = "N",
        };
        var names = CaptureFileOptions.CreateNames();
        var json = ViewOptions.CreateJson();
        var command = new Command("flows", "A capture file's conversations: retransmissions, round trips, what nobody answered, DHCP, DNS, MTU")
        {
            file, top, names, json,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var path = result.GetValue(file)!;
            var most = result.GetValue(top) ?? MostShown;
            if (most < 0)
            {
                throw new CliException(new($"\"{most}\" is not possible", "--top", "give a number of 0 or more"));
            }
            using var capture = CaptureFile.Open(path, follow: false, cancellationToken);
            var reading = FlowReading.Read(capture, path, CaptureFileOptions.ReadNames(result.GetValue(names)), cancellationToken);
            ViewOptions.Write(
                console, result.GetValue(json) ? FlowsJson.Render(reading) : FlowsText.Render(reading, most, ViewOptions.For(console)));
            return Task.FromResult((int)(reading.Damage is null ? ExitStatus.Fine : ExitStatus.BadInput));
        });
        return command;
    }
}
