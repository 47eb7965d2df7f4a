using Plumbline.Ovsdb;

namespace Plumbline.Integration.Tests.Ovsdb;

/// <summary>Random transactions that the schema allows, over every kind of column that Open_vSwitch has.</summary>
internal sealed class RandomRows(Random random)
{
    private int _names;

    /// <summary>One to three random changes to what <paramref name="tables"/> hold.</summary>
    public IReadOnlyList<Operation> Next(ReplicaTables tables)
    {
        var operations = new List<Operation>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            Add(operations, tables, i);
        }
        return operations;
    }

    private void Add(List<Operation> operations, ReplicaTables tables, int suffix)
    {
        switch (random.Next(11))
        {
            case 0 or 1:
                AddPort(operations, tables, suffix);
                break;
            case 2 when tables["Port"].Count > 4:
                var victim = Pick(tables, "Port");
                operations.Add(new Operation.Mutate("Bridge", [], [new("ports", "delete", victim)]));
                break;
            case 3:
                Update(operations, tables, "Port", new()
                {
                    ["tag"] = Optional(random.Next(4096)),
                    ["trunks"] = Integers(random.Next(6), 20),
                    ["vlan_mode"] = random.Next(2) == 0 ? OvsdbValue.Empty : "access",
                });
                break;
            case 4:
                Update(operations, tables, Table("Port", "Interface", "Bridge", "Queue"), new() { ["external_ids"] = Map() });
                break;
            case 5:
                var table = Table("Port", "Interface", "Bridge", "Open_vSwitch");
                if (tables[table].Count > 0)
                {
                    operations.Add(new Operation.Mutate(table, Condition.Uuid(Pick(tables, table)),
                        [new("external_ids", random.Next(2) == 0 ? "insert" : "delete", Map())]));
                }
                break;
            case 6:
                AddMirror(operations, tables, suffix);
                break;
            case 7 when tables["Mirror"].Count > 0:
                if (random.Next(3) == 0)
                {
                    operations.Add(new Operation.Mutate("Bridge", [], [new("mirrors", "delete", Pick(tables, "Mirror"))]));
                }
                else
                {
                    Update(operations, tables, "Mirror", new()
                    {
                        ["select_all"] = random.Next(2) == 0,
                        ["select_vlan"] = Integers(random.Next(4), 4096),
                        ["select_src_port"] = Ports(tables),
                        ["select_dst_port"] = Ports(tables),
                    });
                }
                break;
            case 8:
                Update(operations, tables, "Bridge", new()
                {
                    ["fail_mode"] = random.Next(2) == 0 ? OvsdbValue.Empty : "secure",
                    ["stp_enable"] = random.Next(2) == 0,
                    ["flood_vlans"] = Integers(random.Next(3), 5),
                    ["protocols"] = random.Next(3) switch
                    {
                        0 => OvsdbValue.Empty,
                        1 => "OpenFlow13",
                        _ => new OvsdbValue.Set([new OvsdbValue.Text("OpenFlow10"), new OvsdbValue.Text("OpenFlow15")]),
                    },
                });
                break;
            case 9:
                operations.Add(new Operation.Mutate("Open_vSwitch", [], [new("next_cfg", "+=", 1)]));
                break;
            default:
                ChangeQueues(operations, tables, suffix);
                break;
        }
    }

    private void AddPort(List<Operation> operations, ReplicaTables tables, int suffix)
    {
        var name = $"p{_names++}";
        operations.Add(new Operation.Insert("Interface", new Dictionary<string, OvsdbValue>
        {
            ["name"] = name,
            ["type"] = random.Next(2) == 0 ? "" : "internal",
            ["options"] = Map(),
            ["mtu_request"] = Optional(1500),
        }, $"i{suffix}"));
        operations.Add(new Operation.Insert("Port", new Dictionary<string, OvsdbValue>
        {
            ["name"] = name,
            ["interfaces"] = new OvsdbValue.NamedUuid($"i{suffix}"),
            ["trunks"] = Integers(random.Next(3), 9),
            ["other_config"] = Map(),
        }, $"p{suffix}"));
        operations.Add(new Operation.Mutate(
            "Bridge", Condition.Uuid(Pick(tables, "Bridge")), [new("ports", "insert", new OvsdbValue.NamedUuid($"p{suffix}"))]));
    }

    private void AddMirror(List<Operation> operations, ReplicaTables tables, int suffix)
    {
        operations.Add(new Operation.Insert("Mirror", new Dictionary<string, OvsdbValue>
        {
            ["name"] = $"m\"{_names++}\\ü",
            ["select_src_port"] = Ports(tables),
            ["output_port"] = Pick(tables, "Port"),
        }, $"m{suffix}"));
        operations.Add(new Operation.Mutate(
            "Bridge", Condition.Uuid(Pick(tables, "Bridge")), [new("mirrors", "insert", new OvsdbValue.NamedUuid($"m{suffix}"))]));
    }

    private void ChangeQueues(List<Operation> operations, ReplicaTables tables, int suffix)
    {
        operations.Add(new Operation.Insert(
            "Queue", new Dictionary<string, OvsdbValue> { ["dscp"] = Optional(random.Next(64)), ["external_ids"] = Map() }, $"q{suffix}"));
        var queue = KeyValuePair.Create<OvsdbValue.Atom, OvsdbValue.Atom>(
            new OvsdbValue.Integer(random.Next(4)), new OvsdbValue.NamedUuid($"q{suffix}"));
        if (tables["QoS"].Count < 2)
        {
            operations.Add(new Operation.Insert("QoS", new Dictionary<string, OvsdbValue>
            {
                ["type"] = "linux-htb",
                ["queues"] = new OvsdbValue.Map([queue]),
            }));
            return;
        }
        var row = Condition.Uuid(Pick(tables, "QoS"));
        operations.Add(new Operation.Mutate("QoS", row, [new("queues", "delete", new OvsdbValue.Set([queue.Key]))]));
        operations.Add(new Operation.Mutate("QoS", row, [new("queues", "insert", new OvsdbValue.Map([queue]))]));
    }

    private void Update(List<Operation> operations, ReplicaTables tables, string table, Dictionary<string, OvsdbValue> row)
    {
        if (tables[table].Count > 0)
        {
            operations.Add(new Operation.Update(table, Condition.Uuid(Pick(tables, table)), row));
        }
    }

    private string Table(params string[] names) => names[random.Next(names.Length)];

    private Guid Pick(ReplicaTables tables, string table) => tables[table].Keys.Order().ElementAt(random.Next(tables[table].Count));

    private OvsdbValue Ports(ReplicaTables tables) =>
        OvsdbValue.UuidSet(tables["Port"].Keys.Order().Where(_ => random.Next(3) == 0));

    private OvsdbValue Optional(long value) => random.Next(2) == 0 ? OvsdbValue.Empty : value;

    private OvsdbValue.Set Integers(int count, int below) =>
        new([.. Enumerable.Range(0, count).Select(_ => random.Next(below)).Distinct().Select(i => new OvsdbValue.Integer(i))]);

    private OvsdbValue Map() => OvsdbValue.StringMap(
        Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(6)).Distinct()
            .Select(i => KeyValuePair.Create($"key{i}", $"value{random.Next(3)}")));
}
