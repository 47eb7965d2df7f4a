using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

internal sealed partial class OvsShowParser
{
    private sealed class ControllerDraft(string target)
    {
        public bool? IsConnected { get; set; }

        public OvsController Build() => new(target, IsConnected ?? false);
    }

    private sealed class InterfaceDraft(string name)
    {
        public string Type { get; set; } = "";

        public string? Error { get; set; }

        public IReadOnlyDictionary<string, string> Options { get; set; } = OvsFacts.Empty;

        public OvsInterface Build() => new() { Name = name, Type = Type, Error = Error, Options = Options };
    }

    private sealed class PortDraft(string name)
    {
        public int? Tag { get; set; }

        public IReadOnlyList<int> Trunks { get; set; } = [];

        public string? VlanMode { get; set; }

        public string? BondMode { get; set; }

        public List<OvsInterface> Interfaces { get; } = [];

        public OvsPort Build() => new()
        {
            Name = name,
            Tag = Tag,
            Trunks = Trunks,
            VlanMode = VlanMode,
            BondMode = BondMode,
            Interfaces = [.. Interfaces.OrderBy(i => i.Name, StringComparer.Ordinal)],
        };
    }

    private sealed class BridgeDraft(string name)
    {
        public string? FailMode { get; set; }

        public string? DatapathType { get; set; }

        public List<ControllerDraft> Controllers { get; } = [];

        public List<OvsPort> Ports { get; } = [];

        public bool IsCut { get; private set; }

        public void Cut() => IsCut = true;

        public OvsBridge Build() => new()
        {
            Name = name,
            FailMode = FailMode,
            DatapathType = DatapathType,
            Controllers = [.. Controllers.Select(controller => controller.Build())],
            Ports = [.. Ports.OrderBy(port => port.Name, StringComparer.Ordinal)],
        };
    }
}
