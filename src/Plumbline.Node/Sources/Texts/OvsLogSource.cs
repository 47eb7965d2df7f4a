using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// conf.db, ovsdb-server's log (ovsdb(5)): records of a header line <c>OVSDB JSON LENGTH SHA1</c> and a JSON line. The first holds the schema,
/// each other one a transaction that is laid over what was before; also that of a cluster's member, whose records wrap the same.
/// </summary>
internal sealed partial class OvsLogSource : TextSource
{
    /// <summary>As reports name it.</summary>
    public const string Name = "conf.db";

    /// <inheritdoc/>
    public override string Command => Name;

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["OVSDB JSON ", "OVSDB CLUSTER "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        OvsLog? log = null;
        void Finish()
        {
            foreach (var (table, rows) in log?.Tables ?? [])
            {
                found += builder.OvsTables.Put(table, rows) ? 1 : 0;
            }
            if (log?.SchemaVersion is { } version)
            {
                builder.OvsTables.SchemaVersion ??= version;
            }
        }

        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (HeaderPattern().Match(text.Lines[i]) is not { Success: true } header)
            {
                continue;
            }
            var isCluster = header.Groups["kind"].Value == "CLUSTER";
            var json = i + 1 < text.Lines.Length ? text.Lines[i + 1] : "";
            try
            {
                if (!int.TryParse(header.Groups["length"].Value, CultureInfo.InvariantCulture, out var length)
                    || Encoding.UTF8.GetByteCount(json) + 1 < length)
                {
                    throw new JsonException("the record is shorter than its header says");
                }
                using var record = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
                if (!isCluster && OvsLog.IsSchema(record.RootElement))
                {
                    Finish();
                    log = new();
                }
                log ??= new();
                log.Apply(record.RootElement, isCluster);
            }
            catch (JsonException exception)
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = Facts.SourceOutcome.Partial,
                    Detail = string.Create(CultureInfo.InvariantCulture, $"the database's log is damaged at line {i + 1}: {exception.Message}"),
                    Consequence = "what was changed from there on is not known",
                });
                break;
            }
            i++;
        }
        Finish();
        return found;
    }

    [GeneratedRegex(@"^OVSDB (?<kind>JSON|CLUSTER) (?<length>\d{1,9}) (?<sha>[0-9a-f]{40})$")]
    private static partial Regex HeaderPattern();
}
