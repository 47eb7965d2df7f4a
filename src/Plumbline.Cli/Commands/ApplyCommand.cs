using System.CommandLine;
using System.Text.Json;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node;
using Plumbline.Operations.Enforcing;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb apply</c> and <c>plumb unapply</c>: security groups without a cloud.</summary>
internal static class ApplyCommand
{
    /// <summary>The first argument where a guard starts this program to put back what a killed run changed.</summary>
    public const string RecoverName = "apply-recover";

    /// <summary>Makes <c>apply</c>.</summary>
    public static Command CreateApply(CliConsole console)
    {
        var file = new Argument<string>("FILE") { Description = "Ports and security groups: YAML, or JSON as Neutron's API gives it (docs/apply.md)" };
        var host = new Option<string?>("--host") { Description = "This node's name in binding:host_id (default: the host name)", HelpName = "NAME" };
        var neutron = new Option<string?>("--neutron") { Description = "Whose rules: zed, 2024.1, … (default: zed, with address groups)", HelpName = "RELEASE" };
        var common = new Common();
        var command = new Command("apply",
            "Make the node enforce these security groups: the least change, all or nothing; foreign chains stay")
        {
            file, host, neutron,
        };
        common.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(file)!;
            var options = OptionsOf(result.GetValue(neutron));
            // read while the tables are
            var intent = Task.Run(() => Read(path, result.GetValue(host)), cancellationToken);
            var access = NodeOptions.Resolve(result, console);
            if (intent.IsFaulted)
            {
                await intent;
            }
            var done = await FirewallEnforcer.ApplyAsync(
                access,
                zones =>
                {
                    var node = intent.GetAwaiter().GetResult();
                    return HybridFirewall.Compile(node.Ports, node.Groups, options, zones);
                },
                options.Wrap, common.Read(result, access), cancellationToken);
            Write(console, done, result.GetValue(common.Json));
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>Makes <c>unapply</c>.</summary>
    public static Command CreateUnapply(CliConsole console)
    {
        var file = new Argument<string?>("FILE") { Description = "The ports to let go, as for apply", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Everything: all ports, the frame of chains, the sets" };
        var common = new Common();
        var command = new Command("unapply", "Remove what apply made: the ports of a file, or --all; foreign chains stay") { file, all };
        common.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(file);
            if (path is null == !result.GetValue(all))
            {
                throw new CliException(new("either a file or --all", "plumb unapply", "plumb unapply --help lists what it takes"));
            }
            string[]? ports = path is null ? null : [.. Read(path, null, anyHost: true).Ports.Select(p => p.Id)];
            var access = NodeOptions.Resolve(result, console);
            var done = await FirewallEnforcer.RemoveAsync(
                access, ports, new FirewallOptions().Wrap, common.Read(result, access), cancellationToken);
            Write(console, done, result.GetValue(common.Json));
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>Started by the guard of a killed run.</summary>
    public static async Task<int> RecoverAsync(string journal)
    {
        try
        {
            return (int)(await FirewallEnforcer.RecoverAsync(journal) ? ExitStatus.Fine : ExitStatus.LeftBehind);
        }
        catch (ProblemException exception)
        {
            return (int)exception.Status; // nobody listens; the guard tries again
        }
    }

    private static NodeIntent Read(string path, string? host, bool anyHost = false)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot read it: {exception.Message}", Printable.Escape(path), "name a file that you may read"));
        }
        var where = Printable.Escape(path);
        var intent = NeutronIntent.Read([IntentText.Read(content, where)]);
        return NodeIntent.Of(
            anyHost ? intent with { Ports = [.. intent.Ports.Select(p => p with { Host = null })] } : intent, host, where);
    }

    private static FirewallOptions OptionsOf(string? release)
    {
        if (release is null)
        {
            return new() { KnowsAddressGroups = true };
        }
        if (!NeutronReleases.TryParse(release, out var known) || known < NeutronRelease.Queens)
        {
            throw new CliException(new(
                $"no live rules as of Neutron {Printable.Escape(release)}", "--neutron", "queens … zed, 2024.1, 2026.1; older ones: plumb compile"));
        }
        return new() { Release = known };
    }

    private static void Write(CliConsole console, EnforcingResult done, bool json)
    {
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(done, CliJson.Default.EnforcingResult));
            return;
        }
        foreach (var (title, lines) in ((string, IReadOnlyList<string>)[])
            [("sets", done.Sets), ("iptables", done.IPv4), ("ip6tables", done.IPv6), ("conntrack", done.Conntrack)])
        {
            if (lines.Count > 0)
            {
                Write(console, title, lines, done.IsDryRun);
            }
        }
        if (done.IsUnchanged)
        {
            console.Out.WriteLine("all is as wanted already, nothing to change");
        }
        foreach (var note in done.Notes)
        {
            console.Note(Printable.Escape(note));
        }
    }

    private static void Write(CliConsole console, string title, IReadOnlyList<string> lines, bool whole)
    {
        if (!whole)
        {
            var (come, go) = (lines.Count(l => l[0] == '+'), lines.Count(l => l[0] == '-'));
            console.Out.WriteLine(title == "conntrack"
                ? $"conntrack: {lines.Count} deletion{(lines.Count == 1 ? "" : "s")} for what was withdrawn"
                : $"{title}: {come} added, {go} removed");
            return;
        }
        console.Out.WriteLine($"{title}:");
        foreach (var line in lines)
        {
            console.Out.WriteLine($"  {Printable.Escape(line)}");
        }
    }

    /// <summary>Options that both have.</summary>
    private sealed class Common
    {
        public Option<bool> DryRun { get; } = new("--dry-run", "-n") { Description = "Print the difference, change nothing" };

        public Option<bool> Json { get; } = new("--json") { Description = "Answer as JSON" };

        public Option<bool> TakeOver { get; } = new("--take-over")
        {
            Description = "Change rules that a Neutron agent made: it is stopped and will not come back",
        };

        public Option<string?> Variant { get; } = new("--iptables")
        {
            Description = "nft or legacy (default: what iptables points to)",
            HelpName = "VARIANT",
        };

        public void AddTo(Command command)
        {
            Variant.AcceptOnlyFromAmong("nft", "legacy");
            foreach (var option in (Option[])[DryRun, Json, TakeOver, Variant])
            {
                command.Options.Add(option);
            }
        }

        public EnforcingOptions Read(ParseResult result, NodeAccess access) => new()
        {
            DryRun = result.GetValue(DryRun),
            TakeOver = result.GetValue(TakeOver),
            Variant = result.GetValue(Variant),
            Guard = Launch,
        };

        private static GuardLaunch Launch(string journal)
        {
            var program = Environment.ProcessPath ?? "plumb";
            return Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? new(program, [Path.Combine(AppContext.BaseDirectory, "plumb.dll"), RecoverName, journal])
                : new(program, [RecoverName, journal]);
        }
    }
}
