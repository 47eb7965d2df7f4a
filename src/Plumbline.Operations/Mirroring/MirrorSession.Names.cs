namespace Plumbline.Operations.Mirroring;

public sealed partial class MirrorSession
{
    /// <summary>How the first output port of a session is called where nobody named it; 15 characters at most.</summary>
    public static string OutputName(string session) => MonitorDevices.PortName(session, 0);
}
