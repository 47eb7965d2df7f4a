using Plumbline.Linux.Netlink;

namespace Plumbline.Operations.Plugging;

/// <summary>
/// One step of plugging or unplugging. A closed set; <see cref="PlugExecutor"/> carries a step out. Each knows the step that takes it
/// back, so a plan that fails half-way is undone from the last step taken to the first, and nothing is touched that was there before.
/// </summary>
internal abstract record PlugStep
{
    private PlugStep()
    {
    }

    /// <summary>The step that takes this one back; null where nothing needs to be.</summary>
    public virtual PlugStep? Undo => null;

    /// <summary>
    /// A failure may leave it half done, so it is undone then too. All others are one request to the kernel, taken wholly or not at
    /// all; undoing what failed because somebody else was faster would take away what is theirs.
    /// </summary>
    public virtual bool MayFailInPart => false;

    /// <summary>In a few words, for the operator.</summary>
    public abstract override string ToString();

    /// <summary>Makes the qbr with all settings in the one request, so that it never learns, snoops or speaks STP.</summary>
    public sealed record CreateHybridBridge(string Name) : PlugStep
    {
        public override PlugStep Undo => new DeleteLink(Name);

        public override string ToString() =>
            $"create bridge {Name} (no STP, forward delay 0, nothing learned, no multicast snooping)";
    }

    /// <summary>Mends the settings of a qbr that exists.</summary>
    public sealed record SetBridge(string Name, LinkData.Bridge Settings, LinkData.Bridge Old) : PlugStep
    {
        public override PlugStep Undo => new SetBridge(Name, Old, Settings);

        public override string ToString() => $"set bridge {Name}: {Describe()}";

        private string Describe() => string.Join(", ", new[]
        {
            Settings.SpanningTree is { } stp ? $"STP {(stp ? "on" : "off")}" : null,
            Settings.ForwardDelaySeconds is { } delay ? $"forward delay {delay} s" : null,
            Settings.AgeingTimeSeconds is { } ageing ? $"ageing {ageing} s" : null,
            Settings.MulticastSnooping is { } snooping ? $"multicast snooping {(snooping ? "on" : "off")}" : null,
        }.OfType<string>());
    }

    /// <summary>Writes a sysctl. One of IPv6 may not exist, and is then not needed.</summary>
    public sealed record SetSysctl(string Key, string Value, string? Old) : PlugStep
    {
        public override PlugStep? Undo => Old is null ? null : new SetSysctl(Key, Old, Value);

        public override string ToString() => $"set {Key.Replace('/', '.')} = {Value}";
    }

    /// <summary>Sets a link up or down.</summary>
    public sealed record SetState(string Name, bool Up, bool? WasUp = null) : PlugStep
    {
        public override PlugStep? Undo => WasUp is { } was && was != Up ? new SetState(Name, was) : null;

        public override string ToString() => $"set {Name} {(Up ? "up" : "down")}";
    }

    /// <summary>Makes the pair.</summary>
    public sealed record CreateVeth(string BridgeEnd, string OvsEnd, int Mtu) : PlugStep
    {
        public override PlugStep Undo => new DeleteLink(OvsEnd);

        public override string ToString() => $"create veth pair {BridgeEnd} - {OvsEnd}, MTU {Mtu}";
    }

    /// <summary>Sets the MTU in bytes; null as <paramref name="Old"/>: the link is new.</summary>
    public sealed record SetMtu(string Name, int Mtu, int? Old = null) : PlugStep
    {
        public override PlugStep? Undo => Old is { } old ? new SetMtu(Name, old) : null;

        public override string ToString() => Old is null ? $"set MTU of {Name} to {Mtu}" : $"set MTU of {Name} from {Old} to {Mtu}";
    }

    /// <summary>Puts a link into a bridge; null takes it out.</summary>
    public sealed record SetMaster(string Name, string? Master, string? Old = null) : PlugStep
    {
        public override PlugStep Undo => new SetMaster(Name, Old, Master);

        public override string ToString() => Master is null ? $"take {Name} out of its bridge" : $"put {Name} into {Master}";
    }

    /// <summary>Renames a link that is in the way; it is deleted when all else has worked, and gets its name back otherwise.</summary>
    public sealed record SetAside(string Name, string Aside, bool WasUp) : PlugStep
    {
        public override PlugStep Undo => new PutBack(Aside, Name, WasUp);

        public override bool MayFailInPart => true;

        public override string ToString() => $"set the old {Name}, which does not lead to this port's qvo, aside as {Aside}";
    }

    /// <summary>Undoes <see cref="SetAside"/>.</summary>
    public sealed record PutBack(string Aside, string Name, bool WasUp) : PlugStep
    {
        public override string ToString() => $"name {Aside} {Name} again";
    }

    /// <summary>Deletes a link; of a veth pair both ends go.</summary>
    public sealed record DeleteLink(string Name) : PlugStep
    {
        public override string ToString() => $"delete {Name}";
    }

    /// <summary>Adds Interface and Port rows to the bridge in one transaction, and waits until ovs-vswitchd has applied it.</summary>
    public sealed record AddPortRow(
        string Bridge,
        string Name,
        int? Tag,
        IReadOnlyDictionary<string, string> OtherConfig,
        IReadOnlyDictionary<string, string> ExternalIds,
        bool TagMustBeFree) : PlugStep
    {
        public override PlugStep Undo => new RemovePortRow(Bridge, Name, null);

        public override bool MayFailInPart => true;

        public override string ToString() =>
            $"add port {Name} to {Bridge}{(Tag is null ? "" : $", tag {Tag}")} ({string.Join(", ", ExternalIds.Select(p => $"{p.Key}={p.Value}"))})";
    }

    /// <summary>Changes rows that exist, key by key.</summary>
    public sealed record ChangePortRow(PlugPort Port, PortRowChange Change, bool TagMustBeFree) : PlugStep
    {
        public override PlugStep Undo => new ChangePortRow(Port, Change.Inverse(Port), TagMustBeFree: false);

        public override bool MayFailInPart => true;

        public override string ToString() => $"change port {Port.Name} on {Port.Bridge}: " + string.Join(", ",
        [
            .. Change.WritesTag ? [$"tag {Change.Tag?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}"] : Array.Empty<string>(),
            .. Change.ClearsTrunk ? ["no trunk"] : Array.Empty<string>(),
            .. Change.OtherConfig.Concat(Change.ExternalIds).Select(p => p.Value is null ? $"no {p.Key}" : $"{p.Key}={p.Value}"),
        ]);
    }

    /// <summary>Removes a Port row from its bridge; <paramref name="Uuid"/> null: the one that this run added.</summary>
    public sealed record RemovePortRow(string Bridge, string Name, Guid? Uuid) : PlugStep
    {
        public override string ToString() => $"remove port {Name} from {Bridge}";
    }

    /// <summary>
    /// Makes ovs-vswitchd let go of a device that is gone, before a new one of that name is made: the userspace datapath would go on
    /// reading the dead one. The Port row stays (mirrors refer to it), its Interface gets a type that no ovs-vswitchd knows. Whoever
    /// is killed in between leaves that type as the sign that <see cref="OpenInterface"/> is due.
    /// </summary>
    public sealed record CloseInterface(string Name, Guid InterfaceUuid) : PlugStep
    {
        public override PlugStep Undo => new OpenInterface(Name, InterfaceUuid);

        public override bool MayFailInPart => true;

        public override string ToString() => $"let ovs-vswitchd close {Name}, whose device is gone";
    }

    /// <summary>Lets ovs-vswitchd open the device (again).</summary>
    public sealed record OpenInterface(string Name, Guid InterfaceUuid) : PlugStep
    {
        /// <summary>Interface.type while closed.</summary>
        public const string ClosedType = "plumb-closed";

        public override string ToString() => $"let ovs-vswitchd open the new {Name}";
    }
}
