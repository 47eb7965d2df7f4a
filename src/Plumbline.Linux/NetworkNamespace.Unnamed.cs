using Plumbline.Linux.Native;

namespace Plumbline.Linux;

public sealed partial class NetworkNamespace
{
    /// <summary>
    /// Makes a new namespace without a name; <c>lo</c> stays down. It lives as long as this handle or a socket in it, so at most as
    /// long as this process: the kernel then removes it with its devices, and with the other ends of its veth pairs.
    /// </summary>
    /// <exception cref="LinuxException">No permission, or user.max_net_namespaces is reached.</exception>
    public static NetworkNamespace CreateUnnamed()
    {
        NetworkNamespace? created = null;
        OnThread(() =>
        {
            if (Libc.unshare(Libc.CLONE_NEWNET) != 0)
            {
                throw Problems.Refused("make a network namespace", Libc.Errno, null);
            }
            created = OpenCurrent();
        });
        return created!; // the thread ended without an exception
    }
}
