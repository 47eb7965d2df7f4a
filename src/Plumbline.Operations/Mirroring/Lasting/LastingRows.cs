using System.Globalization;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;
using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// What has to be written so that the database holds a lasting mirror as it is wanted. Pure. Rows of others are never written: ours are
/// added to the bridge by <c>mutate</c>, changed by our own UUID, and foreign changes of ours are put right.
/// </summary>
public static class LastingRows
{
    /// <summary>Plans one transaction; empty where all is as it should be.</summary>
    /// <param name="mirror">What is wanted.</param>
    /// <param name="match">What is there; its bridge is.</param>
    /// <param name="interfaceType">Of a device of ours: empty where the kernel has it, <c>internal</c> where OVS is to make it.</param>
    /// <param name="address">The MAC of such an internal port.</param>
    /// <param name="now">The time.</param>
    /// <param name="leaseTime">How long the lease is.</param>
    public static IReadOnlyList<Operation> Plan(
        LastingMirror mirror, LastingMatch match, string interfaceType, MacAddress address, DateTimeOffset now, TimeSpan leaseTime)
    {
        var bridge = match.Bridge ?? throw new InvalidOperationException("there is no bridge to write to");
        var mark = mirror.MarkAt(now, leaseTime);
        var operations = new List<Operation>();
        var onBridge = new List<Mutation>();
        OvsdbValue output;
        if (match.Output is { } port)
        {
            output = port.Uuid!.Value; // a port of a live bridge has one
        }
        else
        {
            AddPort(operations, mirror, match, mark, interfaceType, address);
            output = new OvsdbValue.NamedUuid("port");
            onBridge.Add(new("ports", "insert", output));
        }
        if (match.Row is null)
        {
            operations.Add(new Operation.Insert("Mirror", MirrorRow(mirror, match, output, mark), "mirror"));
            onBridge.Add(new("mirrors", "insert", new OvsdbValue.NamedUuid("mirror")));
        }
        else
        {
            AddRepairs(operations, mirror, match, match.Row, output);
            AddLease(operations, match.Row, mark, now, leaseTime);
        }
        if (onBridge.Count > 0)
        {
            operations.Add(new Operation.Mutate("Bridge", Condition.Uuid(bridge.Uuid!.Value), onBridge));
        }
        if (operations.Count > 0)
        {
            operations.Add(new Operation.Comment($"plumb: lasting mirror {mirror.Name}"));
        }
        return operations;
    }

    private static void AddPort(
        List<Operation> operations, LastingMirror mirror, LastingMatch match, OwnershipMark mark, string interfaceType, MacAddress address)
    {
        var marked = OvsdbValue.StringMap(mark.ToExternalIds());
        var row = new Dictionary<string, OvsdbValue> { ["name"] = mirror.Output.PortName, ["external_ids"] = marked };
        switch (mirror.Output)
        {
            case MirrorOutput.OwnDevice when interfaceType == "internal":
                row["type"] = "internal";
                row["mac"] = address.ToString();
                row["mtu_request"] = mirror.Mtu;
                break;
            case MirrorOutput.Tunnel tunnel:
                row["type"] = tunnel.Type;
                row["options"] = OvsdbValue.StringMap(OptionsOf(tunnel));
                break;
        }
        operations.Add(new Operation.Insert("Interface", row, "interface"));
        var port = new Dictionary<string, OvsdbValue>
        {
            ["name"] = mirror.Output.PortName,
            ["interfaces"] = new OvsdbValue.NamedUuid("interface"),
            ["external_ids"] = marked,
        };
        if (mirror.Untagged)
        {
            // any tag makes OVS strip the copies'; the port is reserved from its first moment, so it joins no VLAN by this
            port["tag"] = match.Ports.Select(p => p.Tag).FirstOrDefault(t => t is not null) ?? 1;
        }
        operations.Add(new Operation.Insert("Port", port, "port"));
    }

    /// <summary>ovs-vswitchd.conf.db(5): the key is decimal, the index and the hardware id are hexadecimal.</summary>
    private static SortedDictionary<string, string> OptionsOf(MirrorOutput.Tunnel tunnel)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["remote_ip"] = tunnel.Remote.ToString(),
            ["df_default"] = "false", // a copy that is too big is better sent in fragments than lost
        };
        if (tunnel.Local is not null)
        {
            options["local_ip"] = tunnel.Local.ToString();
        }
        if (tunnel.Key is { } key)
        {
            options["key"] = key.ToString(CultureInfo.InvariantCulture);
        }
        if (tunnel.ErspanVersion is { } version)
        {
            options["erspan_ver"] = version.ToString(CultureInfo.InvariantCulture);
            if (version == 1)
            {
                options["erspan_idx"] = (tunnel.ErspanIndex ?? 0).ToString("x", CultureInfo.InvariantCulture);
            }
            else
            {
                options["erspan_dir"] = (tunnel.ErspanDirection ?? 0).ToString(CultureInfo.InvariantCulture);
                options["erspan_hwid"] = (tunnel.ErspanHardwareId ?? 0).ToString("x", CultureInfo.InvariantCulture);
            }
        }
        return options;
    }

    private static Dictionary<string, OvsdbValue> MirrorRow(LastingMirror mirror, LastingMatch match, OvsdbValue output, OwnershipMark mark)
    {
        var row = new Dictionary<string, OvsdbValue>
        {
            ["name"] = mirror.Name,
            ["select_src_port"] = OvsdbValue.UuidSet(From(mirror, match)),
            ["select_dst_port"] = OvsdbValue.UuidSet(To(mirror, match)),
            ["output_port"] = output,
            ["external_ids"] = OvsdbValue.StringMap(mark.ToExternalIds()),
        };
        if (mirror.Vlans.Count > 0)
        {
            row["select_vlan"] = Integers(mirror.Vlans);
        }
        if (mirror.SnapLength is { } length)
        {
            row["snaplen"] = length;
        }
        return row;
    }

    /// <summary>A port that came back is selected again; what somebody else changed is put right.</summary>
    private static void AddRepairs(List<Operation> operations, LastingMirror mirror, LastingMatch match, OvsMirror row, OvsdbValue output)
    {
        var changes = new Dictionary<string, OvsdbValue>();
        if (!row.SelectSourcePorts.ToHashSet().SetEquals(From(mirror, match)))
        {
            changes["select_src_port"] = OvsdbValue.UuidSet(From(mirror, match));
        }
        if (!row.SelectDestinationPorts.ToHashSet().SetEquals(To(mirror, match)))
        {
            changes["select_dst_port"] = OvsdbValue.UuidSet(To(mirror, match));
        }
        if (row.SelectAll)
        {
            changes["select_all"] = false;
        }
        if (!row.SelectVlans.ToHashSet().SetEquals(mirror.Vlans))
        {
            changes["select_vlan"] = Integers(mirror.Vlans);
        }
        if (output is not OvsdbValue.Uuid uuid || uuid.Value != row.OutputPort)
        {
            changes["output_port"] = output;
        }
        if (row.OutputVlan is not null)
        {
            changes["output_vlan"] = OvsdbValue.Empty;
        }
        if (row.SnapLength != mirror.SnapLength)
        {
            changes["snaplen"] = mirror.SnapLength is { } length ? length : OvsdbValue.Empty;
        }
        if (changes.Count > 0)
        {
            operations.Add(new Operation.Update("Mirror", Condition.Uuid(row.Uuid!.Value), changes));
        }
    }

    /// <summary>On the Mirror row only, whose external_ids ovs-vswitchd does not follow: a renewal costs it nothing.</summary>
    private static void AddLease(List<Operation> operations, OvsMirror row, OwnershipMark mark, DateTimeOffset now, TimeSpan leaseTime)
    {
        var old = OwnershipMark.Read(row.ExternalIds)?.Lease;
        if (old is { } lease && lease - now > leaseTime * 2 / 3 || mark.Lease is null || old == mark.Lease)
        {
            return;
        }
        var renewed = KeyValuePair.Create(OwnershipMark.LeaseKey, mark.ToExternalIds()[OwnershipMark.LeaseKey]);
        operations.Add(new Operation.Mutate("Mirror", Condition.Uuid(row.Uuid!.Value),
        [
            new("external_ids", "delete", new OvsdbValue.Set([new OvsdbValue.Text(OwnershipMark.LeaseKey)])),
            new("external_ids", "insert", OvsdbValue.StringMap([renewed])),
        ]));
    }

    private static IEnumerable<Guid> From(LastingMirror mirror, LastingMatch match) =>
        mirror.Direction == MirrorDirection.In ? [] : match.Ports.Select(p => p.Uuid!.Value); // the match keeps only ports that have one

    private static IEnumerable<Guid> To(LastingMirror mirror, LastingMatch match) =>
        mirror.Direction == MirrorDirection.Out ? [] : match.Ports.Select(p => p.Uuid!.Value);

    private static OvsdbValue.Set Integers(IReadOnlyList<int> values) => new([.. values.Select(v => new OvsdbValue.Integer(v))]);
}
