using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>Network namespaces.</summary>
internal static partial class Problems
{
    public static LinuxException CannotOpenNamespace(string path, int errno) =>
        Refused($"open the network namespace \"{path}\"", errno, null, errno switch
        {
            Libc.ENOENT or Libc.ENOTDIR => "see which there are: ip netns",
            _ => null,
        });

    public static LinuxException NoNamespace(string path, string why) =>
        new(new($"\"{path}\" is not a network namespace: {why}", null, $"remove it if it is a leftover: ip netns del {Path.GetFileName(path)}"),
            Libc.EINVAL);

    public static LinuxException CannotCreateNamespace(string path, int errno) =>
        Refused($"create the network namespace \"{path}\"", errno, null, errno switch
        {
            Libc.EEXIST => "choose another name, or remove it if nobody uses it",
            Libc.ENOENT => $"make its folder first: mkdir -p {Path.GetDirectoryName(path)}",
            _ => null,
        });

    public static LinuxException CannotDeleteNamespace(string path, int errno) =>
        Refused($"delete the network namespace \"{path}\"", errno);
}
