using System.CommandLine;
using System.Text.Json;
using Plumbline.Operations;
using Plumbline.Operations.Mirroring;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb mirror remove</c>: ends lasting mirrors, verified.</summary>
internal static class MirrorRemoveCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var names = new Argument<string[]>("NAME") { Description = "Lasting mirrors", Arity = ArgumentArity.OneOrMore };
        var json = ViewOptions.CreateJson();
        var command = new Command("remove", "End lasting mirrors: rows and devices go, and are looked for once more") { names, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var access = NodeOptions.Resolve(result, console);
            var status = ExitStatus.Fine;
            foreach (var name in result.GetValue(names)!)
            {
                try
                {
                    var cleanup = await LastingMirrors.RemoveAsync(access, name, cancellationToken);
                    status = cleanup.IsClean ? status : ExitStatus.LeftBehind;
                    Write(console, name, cleanup, result.GetValue(json));
                }
                catch (OperationsException exception) // a name that is none does not keep the others
                {
                    console.Error.WriteLine(exception.Problem.ToString());
                    status = status == ExitStatus.Fine ? exception.Status : status;
                }
            }
            await LastingMirrors.CollectAsync(access, cancellationToken);
            return (int)status;
        });
        return command;
    }

    private static void Write(CliConsole console, string name, CleanupResult cleanup, bool json)
    {
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(new()
            {
                Name = name,
                Action = "remove",
                State = cleanup.IsClean ? "removed" : "left",
                Removed = cleanup.Removed,
                Left = [.. cleanup.Left.Select(l => l.What)],
            }, CliJson.Default.MirrorDocument));
            return;
        }
        var what = cleanup.Removed.Count > 0 ? string.Join(", ", cleanup.Removed) : "nothing of it stood on the node";
        console.Out.WriteLine(Printable.Escape($"{name}: removed (verified): {what}"));
        foreach (var left in cleanup.Left)
        {
            console.Error.WriteLine(new Problem($"left behind: {Printable.Escape(left.What)}", left.Why, left.Command));
        }
    }
}
