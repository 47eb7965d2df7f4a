using System.CommandLine;
using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node.Sources;
using Plumbline.Operations.Mirroring;
using Plumbline.Operations.Mirroring.Lasting;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb mirror</c>: mirrors of anyone, explained; lasting ones added, kept, proved, removed; leftovers of ours, removed.</summary>
internal static class MirrorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console) => new("mirror", "OVS mirrors: whose they are, what they select, whether they work")
    {
        MirrorAddCommand.Create(console),
        CreateList(console),
        MirrorProveCommand.Create(console),
        MirrorRemoveCommand.Create(console),
        MirrorServeCommand.Create(console),
        CreateCollect(console),
    };

    private static Command CreateList(CliConsole console)
    {
        var from = QuestionOptions.CreateFrom();
        var json = ViewOptions.CreateJson();
        var command = new Command("list", "List own and foreign mirrors, what each selects, whether it works, and leftovers")
        {
            json, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var file = result.GetValue(from);
            var snapshot = await QuestionOptions.ReadAsync(result, file, console, cancellationToken);
            // of a file from elsewhere nobody knows which processes live
            var assessment = MirrorAssessment.Assess(snapshot, p => file is not null || p.IsAlive, DateTimeOffset.UtcNow);
            if (file is null)
            {
                assessment = assessment.With(new LastingStore(NodeOptions.Resolve(result, console)).ReadKept(), snapshot.Ovs);
            }
            ViewOptions.Write(console, result.GetValue(json)
                ? MirrorsTable.RenderJson(assessment)
                : MirrorsTable.Render(assessment, ViewOptions.For(console)));
            return (int)(assessment.Mirrors.All(m => m.Works && !m.IsDead) && assessment.Leftovers.Count == 0
                && assessment.Missing.Count == 0
                ? ExitStatus.Fine
                : ExitStatus.Findings);
        });
        return command;
    }

    private static Command CreateCollect(CliConsole console)
    {
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "Say what would be removed, and do nothing" };
        var command = new Command("gc", "Remove what killed captures and lapsed mirrors left: only what is plumb's and whose process is gone") { dryRun };
        command.SetAction(async (result, cancellationToken) =>
        {
            var access = NodeOptions.Resolve(result, console);
            var snapshot = await LiveNode.ReadAsync(access, SnapshotScope.Topology, cancellationToken);
            var assessment = MirrorAssessment.Assess(snapshot, p => p.IsAlive, DateTimeOffset.UtcNow);
            var dead = MirrorCollector.FindDead(assessment, p => p.IsAlive);
            ExplainKept(console, assessment, dead);
            if (dead.Count == 0)
            {
                console.Out.WriteLine("nothing of plumb's is left over");
                return (int)ExitStatus.Fine;
            }
            if (result.GetValue(dryRun))
            {
                foreach (var line in dead.SelectMany(s => s.What))
                {
                    console.Out.WriteLine($"would remove {Printable.Escape(line)}");
                }
                return (int)ExitStatus.Fine;
            }
            var cleanup = await MirrorCollector.RemoveAsync(access, dead, cancellationToken);
            foreach (var removed in cleanup.Removed)
            {
                console.Out.WriteLine($"removed {Printable.Escape(removed)} (verified)");
            }
            foreach (var left in cleanup.Left)
            {
                console.Error.WriteLine(new Problem($"left behind: {Printable.Escape(left.What)}", left.Why, left.Command));
            }
            return (int)(cleanup.IsClean ? ExitStatus.Fine : ExitStatus.LeftBehind);
        });
        return command;
    }

    private static void ExplainKept(CliConsole console, MirrorAssessment assessment, IReadOnlyList<DeadSession> dead)
    {
        foreach (var mirror in assessment.Mirrors.Where(m => m.Mark is null || dead.All(d => d.Session != m.Mark.Session)))
        {
            console.Note(Printable.Escape($"kept mirror {mirror.Name} on {mirror.Bridge}: {mirror.OwnerText}"));
        }
        foreach (var leftover in assessment.Leftovers.Where(l => l.Mark is null || dead.All(d => d.Session != l.Mark.Session)))
        {
            console.Note(Printable.Escape($"kept {leftover.Text}"));
        }
    }
}
