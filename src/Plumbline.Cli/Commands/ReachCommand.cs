using System.CommandLine;
using System.Globalization;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb reach TARGET</c>: everything that can pass to and from a port.</summary>
internal static class ReachCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "A VM, port, IP, MAC or device. Left out: the only port that the rules are about",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string[]>("--from")
        {
            Description = "Who talks to it: an address or prefix, another VM or port of the node, or any; "
                + "a file (snapshot, folder, pasted text; - is standard input) is asked in place of the live node. May be given twice",
            HelpName = "CIDR|VM|any|FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        var protocol = new Option<string?>("--proto")
        {
            Description = "Only this protocol, with a destination port if wanted: tcp, udp/53, tcp/8000-8100, icmp, 47",
            HelpName = "PROTO[/PORT]",
        };
        var direction = new Option<string?>("--direction") { Description = "Only the way in (to the VM) or out (from it)", HelpName = "in|out" };
        direction.AcceptOnlyFromAmong("in", "out");
        var family = new Option<bool>("-4") { Description = "IPv4 only" };
        var six = new Option<bool>("-6") { Description = "IPv6 only" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "With each class the plumb verdict command that confirms its example" };
        var json = ViewOptions.CreateJson();
        var command = new Command("reach", "Everything that can reach a VM, and that it can reach, with the rule that lets it pass")
        {
            target, from, protocol, direction, family, six, verbose, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (file, source) = Split(result.GetValue(from) ?? []);
            var snapshot = await QuestionOptions.ReadAsync(
                result, file, SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses, console, cancellationToken);
            var firewall = NodeRules.Read(snapshot);
            if (firewall.Rulesets.Count == 0)
            {
                throw FirewallProblems.NoRules(snapshot);
            }
            var topology = Topology.Build(snapshot);
            var targets = PortsOf(topology, firewall, result.GetValue(target));
            var (number, ports) = ProtocolOf(result.GetValue(protocol));
            var answers = ReachQuestion.Ask(topology, firewall, targets, new()
            {
                From = FromOf(topology, firewall, source),
                Protocol = number,
                Ports = ports,
                IsIncoming = result.GetValue(direction) is { } way ? way == "in" : null,
                Family = result.GetValue(family) == result.GetValue(six) ? null : result.GetValue(six) ? IPFamily.IPv6 : IPFamily.IPv4,
            });
            ViewOptions.Write(console, result.GetValue(json) ? ReachJson.Render(answers, file) : ReachText.Render(answers, result.GetValue(verbose), file));
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>Of the values of --from the one that is a file is where facts come from.</summary>
    private static (string? File, string? Source) Split(string[] values)
    {
        string? file = null, source = null;
        foreach (var value in values)
        {
            var isFile = value == "-" || Path.Exists(value);
            if (isFile ? file is not null : source is not null)
            {
                throw new CliException(new Problem(
                    "--from is given twice for the same thing", $"--from {Printable.Escape(value)}",
                    "give one file at most, and one address, VM or any"));
            }
            (file, source) = isFile ? (value, source) : (file, value);
        }
        return (file, source);
    }

    private static ReachFrom FromOf(Topology topology, NodeRules firewall, string? text)
    {
        if (text is null or "any")
        {
            return new ReachFrom.Anyone();
        }
        if (text.Contains('/') && MaskedAddress.TryParse(text, out var prefix))
        {
            return new ReachFrom.Prefix(prefix);
        }
        // an address of a port of the node means that port, whose own rules count too; any other address is just an address
        var isAddress = MaskedAddress.TryParse(text, out var address);
        try
        {
            var port = PortsOf(topology, firewall, text)[0];
            return PortDevices.Of(topology, port) is { } devices ? new ReachFrom.Port(port, devices) : new ReachFrom.Prefix(address);
        }
        catch (Node.NodeException) when (isAddress)
        {
            return new ReachFrom.Prefix(address);
        }
    }

    private static IReadOnlyList<FirewallTarget> PortsOf(Topology topology, NodeRules firewall, string? text) =>
        ExplainSubjectResolver.Resolve(topology, firewall, text) switch
        {
            ExplainSubject.Ports ports => ports.Targets,
            _ => throw new CliException(new Problem(
                text is null ? "no rule is about a port" : $"\"{Printable.Escape(text)}\" is a chain, no port",
                text is null ? null : Printable.Escape(text), "name a VM, port, IP, MAC or device")),
        };

    private static (byte? Protocol, PortRange? Ports) ProtocolOf(string? text)
    {
        if (text is null)
        {
            return (null, null);
        }
        var slash = text.IndexOf('/');
        var name = slash < 0 ? text : text[..slash];
        var number = byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given
            : ProtocolNames.NumberOf(name) ?? throw Bad("no protocol is called so");
        if (slash < 0)
        {
            return (number, null);
        }
        var ends = text[(slash + 1)..].Split('-', ':');
        if (ends.Length > 2 || !ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || first > last)
        {
            throw Bad("that is no port or range of ports");
        }
        return (number, new PortRange(first, last));

        CliException Bad(string what) => new(new Problem(what, $"--proto {Printable.Escape(text)}", "give for example tcp, udp/53, tcp/8000-8100, icmp or 47"));
    }
}
