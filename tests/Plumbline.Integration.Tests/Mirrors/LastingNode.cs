using System.Diagnostics;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Integration.Tests.Mirrors;

/// <summary>A compute node with real Open vSwitch, and the service that keeps its lasting mirrors.</summary>
internal sealed class LastingNode : IAsyncDisposable
{
    private readonly List<PlumbProcess> _services = [];

    private LastingNode(CaptureNode node) => Node = node;

    public CaptureNode Node { get; }

    public static async Task<LastingNode> StartAsync(bool withRouter = false, bool withService = true, string lease = "2m")
    {
        var node = new LastingNode(await CaptureNode.StartAsync(withRouter));
        if (withService)
        {
            node.StartService(lease);
        }
        return node;
    }

    /// <summary>Starts <c>plumb mirror serve</c> and waits until it keeps.</summary>
    public PlumbProcess StartService(string lease = "2m")
    {
        var service = PlumbProcess.Start(Node, "mirror", "serve", "--lease", lease);
        _services.Add(service);
        CaptureNode.Until(
            () => service.Error.Contains("keeping lasting mirrors", StringComparison.Ordinal) || service.Process.HasExited, "the service keeps");
        Assert.False(service.Process.HasExited, service.Error);
        return service;
    }

    public PlumbProcess Service => _services[^1];

    /// <summary>Runs <c>plumb mirror …</c>; the test fails where the exit status is another.</summary>
    public string Plumb(int status, params string[] arguments)
    {
        var (actual, output, error) = PlumbProcess.Run(Node, ["mirror", .. arguments]);
        Assert.True(status == actual, $"exit status {actual}:\n{output}\n{error}\n{(_services.Count > 0 ? Service.Error : "")}");
        return output + error;
    }

    /// <summary>The frames that tcpdump sees on <paramref name="device"/> while <paramref name="action"/> runs.</summary>
    public string Tcpdump(string device, string filter, Action action) => Tcpdump(Node.Namespace, device, filter, action);

    public static string Tcpdump(Testing.TestNamespace where, string device, string filter, Action action)
    {
        using var tcpdump = where.Namespace.Run(() => Process.Start(new ProcessStartInfo(
            "tcpdump", ["-nne", "-l", "--immediate-mode", "-i", device, filter])
        { RedirectStandardOutput = true, RedirectStandardError = true })!);
        try
        {
            var first = tcpdump.StandardError.ReadLine();
            while (first?.Contains("listening", StringComparison.Ordinal) == false)
            {
                first = tcpdump.StandardError.ReadLine();
            }
            action();
            PlumbProcess.Signal(tcpdump.Id, "INT");
            var text = tcpdump.StandardOutput.ReadToEnd();
            tcpdump.WaitForExit();
            return text;
        }
        finally
        {
            if (!tcpdump.HasExited)
            {
                tcpdump.Kill();
            }
        }
    }

    public OvsFacts Facts() => LiveNode.ReadOvsAsync(Node.Access, CancellationToken.None).GetAwaiter().GetResult().Facts!;

    /// <summary>The row of a lasting mirror; null where there is none.</summary>
    public OvsMirror? Row(string name) => Facts().Bridges.SelectMany(b => b.Mirrors)
        .FirstOrDefault(m => OwnershipMark.Read(m.ExternalIds)?.Mirror == name);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            if (!service.Process.HasExited)
            {
                service.Signal("TERM");
                service.Process.WaitForExit(TimeSpan.FromSeconds(20));
            }
            service.Dispose();
        }
        await Node.DisposeAsync();
    }
}
