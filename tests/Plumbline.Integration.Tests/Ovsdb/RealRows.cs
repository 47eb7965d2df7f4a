using Plumbline.Ovsdb;

namespace Plumbline.Integration.Tests.Ovsdb;

/// <summary>Operations that fill an empty database.</summary>
internal static class RealRows
{
    /// <summary>
    /// A bridge with its own port and the given ones: the root row (where <paramref name="root"/>) or a mutate of it, then an Interface
    /// and a Port for each name, then the Bridge.
    /// </summary>
    public static IReadOnlyList<Operation> Bridge(string bridge, bool root, params string[] ports)
    {
        var operations = new List<Operation>();
        var references = new List<OvsdbValue.Atom>();
        foreach (var name in (string[])[bridge, .. ports])
        {
            var id = references.Count;
            operations.Add(new Operation.Insert("Interface", new Dictionary<string, OvsdbValue> { ["name"] = name }, $"i{id}"));
            operations.Add(new Operation.Insert("Port", new Dictionary<string, OvsdbValue>
            {
                ["name"] = name,
                ["interfaces"] = new OvsdbValue.NamedUuid($"i{id}"),
            }, $"p{id}"));
            references.Add(new OvsdbValue.NamedUuid($"p{id}"));
        }
        operations.Add(new Operation.Insert("Bridge", new Dictionary<string, OvsdbValue>
        {
            ["name"] = bridge,
            ["ports"] = new OvsdbValue.Set(references),
        }, "b"));
        if (root)
        {
            operations.Add(new Operation.Insert("Open_vSwitch", new Dictionary<string, OvsdbValue>
            {
                ["bridges"] = new OvsdbValue.NamedUuid("b"),
            }));
        }
        else
        {
            operations.Add(new Operation.Mutate("Open_vSwitch", [], [new("bridges", "insert", new OvsdbValue.NamedUuid("b"))]));
        }
        return operations;
    }

    /// <inheritdoc cref="Bridge(string, bool, string[])"/>
    public static IReadOnlyList<Operation> Bridge(string bridge, params string[] ports) => Bridge(bridge, true, ports);
}
