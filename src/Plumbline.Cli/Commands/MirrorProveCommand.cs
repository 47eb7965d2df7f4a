using System.CommandLine;
using System.Text.Json;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb mirror prove</c>: do copies come out?</summary>
internal static class MirrorProveCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "A lasting mirror" };
        var watch = new Option<string?>("--watch")
        {
            Description = "Send no probe: watch for so long whether real traffic's copies come out",
            HelpName = "TIME",
        };
        var json = ViewOptions.CreateJson();
        var command = new Command("prove", "Show that copies come out: asks OVS, sends a few probe frames, finds them at the output") { name, watch, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var evidence = await MirrorProver.ProveAsync(
                NodeOptions.Resolve(result, console), result.GetValue(name)!, CaptureLimits.Time(result.GetValue(watch), "--watch"), cancellationToken);
            Write(console, evidence, result.GetValue(json));
            return (int)(evidence.Fails ? ExitStatus.Findings : evidence.IsProved ? ExitStatus.Fine : ExitStatus.Unknown);
        });
        return command;
    }

    private static void Write(CliConsole console, MirrorEvidence evidence, bool json)
    {
        var state = evidence.Fails ? "fails" : evidence.IsProved ? "works" : "unproved";
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(new()
            {
                Name = evidence.Name,
                Action = "prove",
                State = state,
                Proof = [.. evidence.Lines.Select(l => new MirrorDocument.Line(l.What, l.IsGood, l.Text))],
            }, CliJson.Default.MirrorDocument));
            return;
        }
        console.Out.WriteLine(Printable.Escape($"{evidence.Name}: {state}"));
        foreach (var line in evidence.Lines)
        {
            console.Out.WriteLine(Printable.Escape($"  {(line.IsGood switch { true => "yes", false => "NO ", null => " - " })}  {line.Text}"));
        }
    }
}
