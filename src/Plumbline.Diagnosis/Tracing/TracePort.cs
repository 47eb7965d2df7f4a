using Plumbline.Node.Facts;
using Plumbline.OpenFlow.Fields;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A port of Open vSwitch with its bridge.</summary>
internal sealed record TracePort(OvsBridge Bridge, OvsPort Port, OvsInterface Row)
{
    public bool IsInternal => Row.Type == "internal" || Row.Name == Bridge.Name;

    /// <summary>OpenFlow number; null where it has none.</summary>
    public int? Number => Row.Name == Bridge.Name ? OfPort.Local : Row.OfPort is > 0 ? Row.OfPort : null;
}
