using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ethtool -k DEVICE</c>: <c>Features for DEVICE:</c>, then <c>NAME: on|off [fixed]</c>, parts of a feature indented below it.</summary>
internal sealed partial class EthtoolSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ethtool -k DEVICE";

    /// <inheritdoc/>
    public override string Source => "offloads";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["Features for ", "Offload parameters for "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (HeaderPattern().Match(text.Lines[i]) is not { Success: true } header)
            {
                continue;
            }
            var place = text.NamespaceAt(i);
            var offloads = new DeviceOffloads(header.Groups["device"].Value);
            while (i + 1 < text.Lines.Length && FeaturePattern().Match(text.Lines[i + 1]) is { Success: true } feature)
            {
                i++;
                var isOn = feature.Groups["state"].Value == "on";
                offloads = feature.Groups["name"].Value switch
                {
                    "tx-checksumming" => offloads with { TransmitChecksum = isOn },
                    "tcp-segmentation-offload" => offloads with { Segmentation = isOn },
                    "large-receive-offload" => offloads with { LargeReceive = isOn },
                    "generic-receive-offload" => offloads with { GenericReceive = isOn },
                    "hw-tc-offload" => offloads with { TrafficControl = isOn },
                    _ => offloads,
                };
            }
            builder.Namespace(place).Add(offloads);
            found++;
        }
        return found;
    }

    [GeneratedRegex(@"^(?:Features|Offload parameters) for (?<device>[^\s:]{1,15}):\s*$")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^\s*(?<name>[a-z][a-z0-9_-]+): (?<state>on|off)(?: \[.*\])?\s*$")]
    private static partial Regex FeaturePattern();
}
