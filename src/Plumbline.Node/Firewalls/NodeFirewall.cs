using Plumbline.Node.Facts;

namespace Plumbline.Node.Firewalls;

/// <summary>The firewall texts of a snapshot as rules, namespace by namespace; the questions about rules start here.</summary>
public sealed class NodeFirewall
{
    private NodeFirewall(IReadOnlyList<NamespaceFirewall> namespaces) => Namespaces = namespaces;

    /// <summary>Those that the snapshot knows; the node's own, with an empty name, is first and always there.</summary>
    public IReadOnlyList<NamespaceFirewall> Namespaces { get; }

    /// <summary>The node's own.</summary>
    public NamespaceFirewall Own => Namespaces[0];

    /// <summary>The namespace of that name; null where the snapshot does not know it.</summary>
    public NamespaceFirewall? Find(string name) => Namespaces.FirstOrDefault(n => n.Name == name);

    /// <summary>Sorts the texts; parses none yet.</summary>
    public static NodeFirewall Read(NodeSnapshot snapshot)
    {
        var texts = snapshot.Firewall.Where(text => !text.IsCut).ToLookup(text => text.Namespace);
        var facts = new Dictionary<string, NamespaceFacts>(StringComparer.Ordinal);
        foreach (var space in snapshot.Namespaces)
        {
            facts.TryAdd(space.Name, space);
        }
        var none = new Dictionary<string, string>();
        var names = new[] { "" }.Concat(facts.Keys).Concat(texts.Select(group => group.Key)).Distinct();
        return new([.. names.Select(name => new NamespaceFirewall(
            name, [.. texts[name]], facts.TryGetValue(name, out var known) ? known.Sysctls : none))]);
    }
}
