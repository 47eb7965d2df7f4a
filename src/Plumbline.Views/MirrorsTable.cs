using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumbline.Diagnosis.Mirrors;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Views.Json;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>Mirrors and what captures left behind (<c>plumb mirror list</c>): a line a mirror, beneath it whose it is and what is wrong.</summary>
public static class MirrorsTable
{
    /// <summary>The list as text.</summary>
    public static string Render(MirrorAssessment assessment, RenderOptions options)
    {
        var output = new StringBuilder();
        if (assessment.Mirrors.Count + assessment.Missing.Count > 0)
        {
            var table = new Columns([
                new("BRIDGE", 0), new("MIRROR", 0), new("STATE", 0), new("SELECTS", 0), new("OUTPUT", 0), new("OWNER", 2),
                new("PACKETS", 1), new("BYTES", 1)]);
            foreach (var mirror in assessment.Mirrors)
            {
                table.Add([
                    new(mirror.Bridge, Shade.Bridge), new(mirror.Name), State(mirror),
                    new(mirror.IsWaiting && mirror.Lasting is not null ? mirror.Lasting.Selects : mirror.Selects),
                    new(mirror.Lasting?.Output is MirrorOutput.Tunnel tunnel ? DescribeOutput(tunnel) : mirror.Output),
                    Owner(mirror.Owner, mirror.IsDead),
                    new(mirror.SentPackets?.ToString(CultureInfo.InvariantCulture) ?? ""),
                    new(mirror.SentBytes?.ToString(CultureInfo.InvariantCulture) ?? "")], Notes(mirror));
            }
            foreach (var (mirror, why) in assessment.Missing)
            {
                table.Add([
                    new(mirror.Bridge, Shade.Bridge), new(mirror.Name), new("waiting", Shade.Warning), new(mirror.Selects),
                    new(DescribeOutput(mirror.Output)), new("plumb"), new(""), new("")],
                    [new StyledText("note: ", Shade.Warning).Add(why)]);
            }
            table.Write(output, options);
        }
        else
        {
            new StyledText("no mirrors").WriteLine(output, options.Colour);
        }
        if (assessment.Leftovers.Count > 0)
        {
            output.Append('\n');
            new StyledText("LEFTOVERS", Shade.Heading).WriteLine(output, options.Colour);
            foreach (var leftover in assessment.Leftovers)
            {
                var line = new StyledText(leftover.Text);
                if (leftover.IsDead)
                {
                    line.Add("; plumb mirror gc removes it", Shade.Warning);
                }
                line.WriteLine(output, options.Colour);
            }
        }
        return output.ToString();
    }

    /// <summary>The list as JSON; docs/json.md is its schema.</summary>
    public static string RenderJson(MirrorAssessment assessment) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.mirrors");
        writer.WriteNumber("version", TopologyJson.Version);
        writer.WriteArray("mirrors", assessment.Mirrors, WriteMirror);
        writer.WriteArray("missing", assessment.Missing, WriteMissing);
        writer.WriteArray("leftovers", assessment.Leftovers, WriteLeftover);
        writer.WriteEndObject();
    });

    private static IReadOnlyList<StyledText> Notes(MirrorReport mirror)
    {
        var notes = new List<StyledText>();
        if (mirror.Owner == MirrorOwner.Ours || mirror.OwnerText.Contains(';', StringComparison.Ordinal))
        {
            notes.Add(new StyledText("by ", Shade.Faint).Add(mirror.OwnerText, Shade.Faint));
        }
        notes.AddRange(mirror.Faults.Select(fault => new StyledText("! ", Shade.Bad).Add(fault, Shade.Bad)));
        notes.AddRange(mirror.Warnings.Select(warning => new StyledText("note: ", Shade.Warning).Add(warning)));
        if (mirror.IsDead)
        {
            notes.Add(new("nobody looks after it any more; plumb mirror gc removes it", Shade.Warning));
        }
        return notes;
    }

    /// <summary>Where a lasting mirror's copies go, in words.</summary>
    public static string DescribeOutput(MirrorOutput output) => output switch
    {
        MirrorOutput.OwnDevice own => own.Kind is null ? own.Device : $"{own.Device} ({own.Kind})",
        MirrorOutput.Existing existing => existing.Port,
        MirrorOutput.Tunnel { ErspanVersion: { } version } tunnel => string.Create(CultureInfo.InvariantCulture,
            $"ERSPAN {(version == 1 ? "II" : "III")} to {tunnel.Remote}, session {tunnel.Key}"),
        MirrorOutput.Tunnel tunnel => tunnel.Key is { } key
            ? string.Create(CultureInfo.InvariantCulture, $"GRE to {tunnel.Remote}, key {key}") : $"GRE to {tunnel.Remote}",
        _ => throw new UnreachableException(),
    };

    /// <summary>One word.</summary>
    public static string WordOf(MirrorState state) => state switch
    {
        MirrorState.Working => "working",
        MirrorState.Waiting => "waiting",
        MirrorState.Broken => "broken",
        MirrorState.Lapsed => "lapsed",
        MirrorState.Foreign => "foreign",
        _ => throw new UnreachableException($"{state}"),
    };

    private static StyledText State(MirrorReport mirror) => mirror.State switch
    {
        MirrorState.Foreign when !mirror.Works => new("foreign, BROKEN", Shade.Bad),
        MirrorState.Broken => new("BROKEN", Shade.Bad),
        MirrorState.Waiting or MirrorState.Lapsed => new(WordOf(mirror.State), Shade.Warning),
        var state => new(WordOf(state)),
    };

    private static StyledText Owner(MirrorOwner owner, bool isDead) => owner switch
    {
        MirrorOwner.Unknown => new("not told", Shade.Faint),
        MirrorOwner.Ours => isDead ? new("plumb, dead", Shade.Warning) : new("plumb"),
        MirrorOwner.OvsTcpdump => new("ovs-tcpdump"),
        MirrorOwner.TapAsAService => new("TaaS"),
        _ => throw new UnreachableException($"{owner}"),
    };

    private static string WordOf(MirrorOwner owner) => owner switch
    {
        MirrorOwner.Unknown => "unknown",
        MirrorOwner.Ours => "plumb",
        MirrorOwner.OvsTcpdump => "ovs-tcpdump",
        MirrorOwner.TapAsAService => "tap-as-a-service",
        _ => throw new UnreachableException($"{owner}"),
    };

    private static void WriteMirror(Utf8JsonWriter writer, MirrorReport mirror)
    {
        writer.WriteStartObject();
        writer.WriteKnown("uuid", mirror.Uuid?.ToString());
        writer.WriteString("bridge", mirror.Bridge);
        writer.WriteString("name", mirror.Name);
        writer.WriteString("state", WordOf(mirror.State));
        writer.WriteBoolean("works", mirror.Works);
        writer.WriteBoolean("selectsAll", mirror.SelectsAll);
        writer.WriteArray("sources", mirror.Sources, static (writer, source) =>
        {
            writer.WriteStartObject();
            writer.WriteString("port", source.Port);
            writer.WriteBoolean("fromPort", source.FromPort);
            writer.WriteBoolean("toPort", source.ToPort);
            writer.WriteEndObject();
        });
        writer.WriteArray("vlans", mirror.Vlans, static (writer, vlan) => writer.WriteNumberValue(vlan));
        writer.WriteString("selects", mirror.Selects);
        writer.WriteKnown("outputPort", mirror.OutputPort);
        writer.WriteKnown("outputVlan", mirror.OutputVlan);
        writer.WriteString("output", mirror.Output);
        writer.WriteString("owner", WordOf(mirror.Owner));
        writer.WriteString("ownerText", mirror.OwnerText);
        WriteMark(writer, mirror.Mark);
        writer.WriteBoolean("isDead", mirror.IsDead);
        writer.WriteStrings("faults", mirror.Faults);
        writer.WriteStrings("warnings", mirror.Warnings);
        writer.WriteKnown("sentPackets", mirror.SentPackets);
        writer.WriteKnown("sentBytes", mirror.SentBytes);
        writer.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter writer, MissingMirror missing)
    {
        writer.WriteStartObject();
        writer.WriteString("bridge", missing.Mirror.Bridge);
        writer.WriteString("name", missing.Mirror.Name);
        writer.WriteString("state", WordOf(MirrorState.Waiting));
        writer.WriteString("selects", missing.Mirror.Selects);
        writer.WriteString("output", DescribeOutput(missing.Mirror.Output));
        writer.WriteString("why", missing.Why);
        writer.WriteEndObject();
    }

    private static void WriteLeftover(Utf8JsonWriter writer, MonitorLeftover leftover)
    {
        writer.WriteStartObject();
        writer.WriteString("name", leftover.Name);
        writer.WriteKnown("bridge", leftover.Bridge);
        writer.WriteKnown("portUuid", leftover.PortUuid?.ToString());
        writer.WriteKnown("namespace", leftover.Namespace);
        writer.WriteKnown("ifIndex", leftover.IfIndex);
        writer.WriteString("owner", WordOf(leftover.Owner));
        WriteMark(writer, leftover.Mark);
        writer.WriteBoolean("isDead", leftover.IsDead);
        writer.WriteString("text", leftover.Text);
        writer.WriteEndObject();
    }

    private static void WriteMark(Utf8JsonWriter writer, OwnershipMark? mark)
    {
        if (mark is null)
        {
            return;
        }
        writer.WriteStartObject("mark");
        writer.WriteString("session", mark.Session);
        writer.WriteKnown("mirror", mark.Mirror);
        writer.WriteKnown("ownerPid", mark.Owner?.Pid);
        writer.WriteKnown("guardPid", mark.Guard?.Pid);
        if (mark.Lease is { } lease)
        {
            writer.WriteString("lease", lease.ToUniversalTime());
        }
        writer.WriteKnown("reason", mark.Reason);
        writer.WriteEndObject();
    }
}
