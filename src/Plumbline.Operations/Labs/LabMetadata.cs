using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

/// <summary>
/// Stands for the metadata proxy (haproxy) of a router and of the second network's DHCP server: a process in the namespace, which tells everybody
/// the same.
/// </summary>
public static class LabMetadata
{
    /// <summary>The hidden command that runs <see cref="RunAsync"/>.</summary>
    internal const string Command = "lab-metadata";

    /// <summary>Where a router's proxy listens.</summary>
    internal const int RouterPort = 9697;

    private const int ServerPort = 80;
    private const string Ready = "ready";

    internal static async Task StartAsync(LabDescription lab, LabGateway gateway, CancellationToken cancellationToken)
    {
        await StartAsync(gateway.Port, RouterPort, cancellationToken);
        await StartAsync(lab.DhcpServers[^1], ServerPort, cancellationToken);
    }

    /// <summary>What the hidden command does: answers on a port of the namespace that it is in, until it is ended.</summary>
    /// <param name="port">TCP port.</param>
    /// <param name="output">Told "ready" when it listens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(ushort port, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        ProcessControl.Detach();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen();
        output.WriteLine(Ready);
        output.Flush();
        const string Body = "this is the metadata of plumb's lab\n";
        var answer = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));
        while (true)
        {
            using var client = await listener.AcceptAsync(cancellationToken);
            try
            {
                await client.SendAsync(answer, cancellationToken);
                client.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                continue;   // it went away before it was told
            }
        }
    }

    private static async Task StartAsync(LabServer server, int port, CancellationToken cancellationToken)
    {
        using var inside = NetworkNamespace.Open(server.NamespaceFile);
        var start = new ProcessStartInfo(LabMachines.SelfProgram(), [Command, "--port", port.ToString(CultureInfo.InvariantCulture)])
        {
            // pipes, so that it holds neither our terminal nor the reader of our output
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = NamespacedProcess.Start(inside, start);
        var said = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (said != Ready)
        {
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            throw Problems.MachineFailed(server.Namespace, (said + " " + errors).Trim());
        }
    }
}
