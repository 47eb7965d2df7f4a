namespace Plumbline.Operations.Labs;

/// <summary>Writes flows as an agent would, by ovs-ofctl.</summary>
internal static class LabFlows
{
    /// <summary>Makes the flows of a bridge exactly these.</summary>
    public static Task ApplyAsync(LabNode node, string bridge, IReadOnlyList<string> flows, CancellationToken cancellationToken) =>
        LabCommand.RunAsync(
            null, "ovs-ofctl", ["-O", "OpenFlow14", "--bundle", "replace-flows", $"unix:{node.Access.OvsRunDirectory}/{bridge}.mgmt", "-"],
            string.Join('\n', flows) + "\n", null, cancellationToken);
}
