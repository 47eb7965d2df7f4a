using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    private readonly Dictionary<string, (Domain Domain, DomainInterface Interface)> _domainTargets =
        snapshot.Domains.OrderBy(d => d.IsRunning == true ? 0 : 1)
            .SelectMany(d => d.Interfaces.Where(i => i.Target is not null).Select(i => (Domain: d, Interface: i)))
            .GroupBy(p => p.Interface.Target!).ToDictionary(g => g.Key, g => g.First());

    private readonly Dictionary<string, (Domain Domain, DomainInterface Interface)> _domainPorts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<MacAddress, List<(Domain Domain, DomainInterface Interface)>> _domainMacs = [];
    private readonly Dictionary<Guid, Domain> _domains = [];
    private readonly Dictionary<Domain, ElementDraft> _instances = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ElementDraft> _instancesById = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _vmNames = new(StringComparer.Ordinal);
    private readonly HashSet<DomainInterface> _plugged = new(ReferenceEqualityComparer.Instance);

    /// <summary>Domains as elements, running ones first; a domain that stands in both of libvirt's folders counts once.</summary>
    private void AddInstances()
    {
        var distinct = new List<Domain>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var domain in snapshot.Domains.OrderBy(d => d.IsRunning == true ? 0 : 1))
        {
            if (seen.Add(domain.Uuid?.ToString() ?? $"name {domain.Name}"))
            {
                distinct.Add(domain);
            }
        }
        var names = distinct.CountBy(NameOf).ToDictionary();
        foreach (var domain in distinct)
        {
            var name = NameOf(domain);
            // two instances of one name are told apart by what libvirt calls them
            _vmNames.Add(name);
            var draft = Add(names[name] == 1 ? $"instance:{name}" : $"instance:{name}/{domain.Name}", name, null);
            draft.Kind = ElementKind.Instance;
            draft.State = domain.IsRunning switch
            {
                true => ElementState.Up,
                false => ElementState.Down,
                null => ElementState.Unknown,
            };
            _instances.Add(domain, draft);
            if (domain.Uuid is { } uuid)
            {
                _domains.TryAdd(uuid, domain);
                _instancesById.TryAdd(uuid.ToString(), draft);
            }
            foreach (var nic in domain.Interfaces)
            {
                if (nic.InterfaceId is not null)
                {
                    _domainPorts.TryAdd(nic.InterfaceId, (domain, nic));
                }
                if (nic.Address is { } address)
                {
                    _domainMacs.TryAdd(address, []);
                    _domainMacs[address].Add((domain, nic));
                }
            }
            var passedThrough = domain.Interfaces.Where(i => i.Type == "hostdev").ToList();
            if (passedThrough.Count > 0)
            {
                draft.Note = $"{passedThrough.Count} interface(s) of the hardware itself: "
                    + string.Join(", ", passedThrough.Select(i => i.Address?.ToString() ?? "no MAC told"));
            }
        }
    }

    private static string NameOf(Domain domain) => domain.DisplayName ?? domain.Name;

    /// <summary>Whose VIF it is, by the surest that is told: the tap's name, the port's id, the MAC (of one instance only), the VM's id.</summary>
    private void FindInstance(VifDraft vif, string? tap)
    {
        vif.InstanceId = vif.Row?.ExternalId("vm-uuid") ?? vif.Row?.ExternalId("vm-id") ?? vif.Row?.ExternalId("xs-vm-uuid");
        (Domain Domain, DomainInterface Interface)? match =
            tap is not null && _domainTargets.TryGetValue(tap, out var byTarget) ? byTarget
            : vif.PortId is not null && _domainPorts.TryGetValue(vif.PortId, out var byPort) ? byPort
            : vif.Address is { } mac && _domainMacs.TryGetValue(mac, out var byMac) ? ByMac(byMac)
            : null;
        if (match is { } found)
        {
            vif.Domain = found.Domain;
            vif.DomainInterface = found.Interface;
            _plugged.Add(found.Interface);
        }
        else if (Guid.TryParse(vif.InstanceId, out var uuid))
        {
            vif.Domain = _domains.GetValueOrDefault(uuid);
        }
        if (vif.Domain is { } domain)
        {
            vif.Instance = _instances.GetValueOrDefault(domain) ?? (domain.Uuid is { } id
                ? _instancesById.GetValueOrDefault(id.ToString()) : null);
            vif.InstanceId ??= domain.Uuid?.ToString();
            vif.InstanceName = NameOf(domain);
        }
        else if ((vif.InstanceId ?? vif.Row?.ExternalId(Vif.InstanceNameKey)) is { } id)
        {
            // no hypervisor told: the instance exists, and the port's row is all that we know of it
            vif.InstanceName = vif.Row?.ExternalId(Vif.InstanceNameKey) ?? snapshot.Names?.GetValueOrDefault(id);
            if (!_instancesById.TryGetValue(id, out var draft))
            {
                var name = vif.InstanceName ?? id;
                // two VMs of one name are told apart by their ids
                draft = Add(_vmNames.Add(name) ? $"instance:{name}" : $"instance:{name}/{id}", name, null);
                draft.Kind = ElementKind.Instance;
                _instancesById.Add(id, draft);
            }
            vif.Instance = draft;
        }

        (Domain, DomainInterface)? ByMac(List<(Domain Domain, DomainInterface Interface)> candidates)
        {
            var mine = candidates.Where(c => !_plugged.Contains(c.Interface) && (vif.InstanceId is null || c.Domain.Uuid is null
                || c.Domain.Uuid.ToString() == vif.InstanceId)).Take(2).ToList();
            return mine is [var only] ? only : null;
        }
    }
}
