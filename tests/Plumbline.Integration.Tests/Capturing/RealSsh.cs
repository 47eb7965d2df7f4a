using System.Diagnostics;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// A real sshd with keys of its own, in a namespace at the far end of a veth pair, and ssh as it is run at the near end. The line between them
/// can be cut so that neither side hears of it.
/// </summary>
internal sealed class RealSsh : IDisposable
{
    private const string FarAddress = "192.0.2.2";
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-ssh-").FullName;
    private readonly TestNamespace _near = TestNamespace.Create("near");
    private readonly TestNamespace _far = TestNamespace.Create("far");
    private Process? _server;

    private RealSsh()
    {
    }

    /// <summary>What <c>PLUMB_SSH</c> is to be; the host is <c>there</c>.</summary>
    public string Program => $"nsenter --net={_near.Path} ssh -F {_folder}/ssh_config";

    /// <summary>The home of whoever logs in.</summary>
    public string Home => _folder + "/home";

    /// <summary>First in the far side's PATH.</summary>
    public string Bin => _folder + "/bin";

    /// <summary>Starts sshd and waits until a login works.</summary>
    public static RealSsh Start()
    {
        Root.SkipUnlessRoot();
        Skip.IfNot(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed");
        Root.SkipUnlessInstalled("ssh");
        Root.SkipUnlessInstalled("nsenter");
        var ssh = new RealSsh();
        try
        {
            ssh.Connect();
            ssh.Configure();
            ssh.Listen();
            CaptureNode.Until(ssh.CanLogIn, "a login by ssh");
            return ssh;
        }
        catch
        {
            ssh.Dispose();
            throw;
        }
    }

    /// <summary>From now on each side's packets vanish on their way.</summary>
    public void Cut()
    {
        _near.Run("iptables", "-I", "INPUT", "-j", "DROP");
        _far.Run("iptables", "-I", "INPUT", "-j", "DROP");
    }

    /// <summary>The far side's sshd gives up all connections, and says so.</summary>
    public void Hang()
    {
        var children = File.ReadAllText($"/proc/{_server!.Id}/task/{_server.Id}/children");
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            PlumbProcess.Signal(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture), "KILL");
        }
    }

    public void Dispose()
    {
        if (_server is not null)
        {
            Hang();
            _server.Kill();
            _server.WaitForExit();
            _server.Dispose();
        }
        _near.Dispose();
        _far.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Connect()
    {
        _near.Run("ip", "link", "add", "name", "line0", "type", "veth", "peer", "name", "line1", "netns", _far.Path);
        _near.Run("ip", "addr", "add", "192.0.2.1/30", "dev", "line0");
        _far.Run("ip", "addr", "add", FarAddress + "/30", "dev", "line1");
        _near.Run("ip", "link", "set", "dev", "line0", "up");
        _far.Run("ip", "link", "set", "dev", "line1", "up");
    }

    private void Configure()
    {
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory("/run/sshd");
        foreach (var key in new[] { "host", "user" })
        {
            _near.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", $"{_folder}/{key}");
        }
        File.WriteAllText(_folder + "/sshd_config", $"""
            ListenAddress {FarAddress}
            HostKey {_folder}/host
            AuthorizedKeysFile {_folder}/user.pub
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication no
            SetEnv HOME={Home} PATH={Bin}:/usr/sbin:/usr/bin:/sbin:/bin

            """);
        File.WriteAllText(_folder + "/ssh_config", $"""
            Host there
              HostName {FarAddress}
              User root
              IdentityFile {_folder}/user
              IdentitiesOnly yes
              UserKnownHostsFile {_folder}/known_hosts
              StrictHostKeyChecking accept-new
              LogLevel ERROR

            """);
    }

    private void Listen() => _server = _far.Namespace.Run(() => Process.Start(new ProcessStartInfo(
        "/usr/sbin/sshd", ["-D", "-E", _folder + "/sshd.log", "-f", _folder + "/sshd_config"]))!);

    private bool CanLogIn()
    {
        Assert.False(_server!.HasExited, File.Exists(_folder + "/sshd.log") ? File.ReadAllText(_folder + "/sshd.log") : "sshd ended");
        using var ssh = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{Program} -o ConnectTimeout=3 there true 2>/dev/null"]))!;
        ssh.WaitForExit();
        return ssh.ExitCode == 0;
    }
}
