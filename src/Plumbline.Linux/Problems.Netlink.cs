using Plumbline.Linux.Native;
using Plumbline.Primitives;

namespace Plumbline.Linux;

/// <summary>Route netlink.</summary>
internal static partial class Problems
{
    /// <summary>The kernel's error number in words, and its extended acknowledgement where it sent one.</summary>
    public static LinuxException Netlink(string what, int errno, string? words, string? where) =>
        new(
            new(
                $"cannot {what}: {Libc.TextOf(errno)}{(words is null ? "" : $" ({Printable.Escape(words).TrimEnd('.')})")}",
                where,
                errno switch
                {
                    Libc.EEXIST when what.StartsWith("create", StringComparison.Ordinal) =>
                        "choose another name, or delete that device if nobody uses it",
                    Libc.EOPNOTSUPP or Libc.ENOTSUPP when what.StartsWith("create", StringComparison.Ordinal) =>
                        words?.StartsWith("Unknown device type", StringComparison.Ordinal) is true
                            ? $"load the kernel module: modprobe {what.Split(' ')[1]}"
                            : "the running kernel was built without something that was asked for; see which kernel: uname -r",
                    _ => FixOf(errno),
                }),
            errno);

    public static LinuxException KeepsChanging(string what, int attempts, string? where) =>
        new(new($"cannot list {what}: they changed during each of {attempts} attempts", where, "try again when it is calmer"), Libc.EINTR);

    public static LinuxException NoAnswer(string what, int seconds, string? where) =>
        new(new($"cannot {what}: the kernel did not answer within {seconds} s", where), Libc.EAGAIN);

    public static LinuxException Malformed(string what, InvalidDataException e, string? where) =>
        new(new($"cannot {what}: the kernel's answer is malformed, {e.Message}", where, "report this with the kernel's version (uname -r)"), 0, e);

    public static LinuxException NoDeviceName(string name, int longest, string? where) =>
        new(
            new(
                $"\"{Printable.Escape(name)}\" cannot name a network device",
                where,
                $"take 1 to {longest} characters without slash, colon or white space"),
            Libc.EINVAL);

    public static LinuxException Vanished(string name, string? where) =>
        new(new($"link \"{name}\" was renamed or deleted while it was being made", where, "see who did: udevadm monitor"), Libc.ENODEV);
}
