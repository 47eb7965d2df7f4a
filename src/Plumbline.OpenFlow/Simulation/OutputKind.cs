namespace Plumbline.OpenFlow.Simulation;

/// <summary>Where a packet left to.</summary>
public enum OutputKind
{
    /// <summary>A port with a device, LOCAL too.</summary>
    Port,

    /// <summary>A tunnel.</summary>
    Tunnel,

    /// <summary>The controller.</summary>
    Controller,
}
