namespace Plumbline.Ovsdb;

/// <summary>A committed transaction on Open_vSwitch that ovs-vswitchd was asked to acknowledge.</summary>
/// <param name="Results">One for each operation.</param>
/// <param name="NextCfg">Open_vSwitch.next_cfg; applied once cur_cfg is not below it.</param>
public sealed record OvsdbCommit(IReadOnlyList<OperationResult> Results, long NextCfg);
