using System.Globalization;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>
    /// A router that drops what is too large tells the sender so, who then sends less. Where that does not come through, the sender sends the
    /// same again and again.
    /// </summary>
    private void Complain(TraceSpace router, TraceFrame about, TraceEnds ends)
    {
        var to = about.From;
        var device = RouteChoice.Find(router, to).Device;
        var own = device is null ? null : router.AddressesOf(device).Select(a => a.Address)
            .FirstOrDefault(a => TraceFabric.SameFamily(a, to) && !a.IsIPv6LinkLocal);
        if (own is null)
        {
            _session.Note($"{router.Name} cannot tell the sender that the packet is too large: it has no way to {to}");
            return;
        }
        var error = about.TooBig(own);
        var (legs, assumed, notes) = (_session.Legs.Count, _session.Assumptions.Count, _session.Notes.Count);
        var told = Exchange(new TraceStack.Space(router), error, null, TracePhase.Return, ends);
        _session.Legs.RemoveRange(legs, _session.Legs.Count - legs);
        _session.Assumptions.RemoveRange(assumed, _session.Assumptions.Count - assumed);
        _session.Notes.RemoveRange(notes, _session.Notes.Count - notes);
        var isHome = told.Arrived is { } arrived && (arrived.Kind == WalkEndKind.Left || IsSame(arrived.Stack, ends.Origin));
        _session.Note(isHome && told.Unknowns.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"the sender is told: {error}")
            : told.Drop is { } drop && told.Unknowns.Count == 0
                ? $"the sender is NOT told that it is too large: {error} is dropped at {drop.Node} {drop.Place}: {drop.What}"
                : $"whether the sender is told that it is too large is not known: {string.Join("; ", told.Unknowns)}");
    }
}
