using System.Net;
using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Simulation;

internal sealed partial class PacketRun
{
    /// <summary>The <c>output</c> action, reserved ports too.</summary>
    private void OutputTo(int port)
    {
        switch (port)
        {
            case OfPort.InPort:
                Emit(_key.InPort);
                break;
            case OfPort.Table:
                Lookup(0, _key.InPort, withCt: false, "");
                break;
            case OfPort.Normal:
                Normal();
                break;
            case OfPort.Flood or OfPort.All:
                Flood(port == OfPort.All);
                break;
            case OfPort.Controller:
                ToController();
                break;
            case OfPort.None:
                break;
            default:
                if (port == _key.InPort)
                {
                    DropHere($"port {OfPort.Write(port)} is where it came in: output skips it");
                }
                else
                {
                    Emit(port);
                }
                break;
        }
    }

    private void Flood(bool all)
    {
        if (_bridge.Facts.Ports is not { } ports)
        {
            Unknown($"the ports of {_bridge.Name} were not told, so nobody knows where it is flooded to");
            return;
        }
        foreach (var port in ports)
        {
            if (port.Number != _key.InPort && (all || !port.NoFlood))
            {
                Emit(port.Number);
            }
        }
    }

    private void ToController() => _outputs.Add(new()
    {
        Kind = OutputKind.Controller,
        Bridge = _bridge.Name,
        Port = OfPort.Controller,
        Packet = _key.OnWire(),
        By = _flow,
        Step = _steps.Count,
        IsCertain = _isCertain,
    });

    /// <summary>Sends the packet as it is to a port of its own number.</summary>
    private void Emit(int number)
    {
        var port = _bridge.Port(number);
        if (port is null)
        {
            if (_bridge.Facts.Ports is not null)
            {
                DropHere($"{_bridge.Name} has no port {OfPort.Write(number)}");
                return;
            }
            Note($"out by port {OfPort.Write(number)}");
            Add(OutputKind.Port, number, null, null, null);
            return;
        }
        if (port.NoForward)
        {
            DropHere($"port {port.Name} is set to send nothing (NO_FWD)");
        }
        else if (port.ClosedBy is { } state)
        {
            DropHere($"port {port.Name} gets nothing: the spanning tree has it {state}");
        }
        else if (port.IsProtected && _bridge.Port(_key.InPort) is { IsProtected: true })
        {
            DropHere($"port {port.Name} and the port it came in by are both protected");
        }
        else if (port.IsPatch)
        {
            ThroughPatch(port);
        }
        else if (port.Tunnel is { } tunnel)
        {
            IntoTunnel(port, tunnel);
        }
        else
        {
            Note($"out by port {OfPort.Write(number)} ({port.Name})");
            Add(OutputKind.Port, number, port.Name, null, null);
        }
    }

    private void IntoTunnel(PortFacts port, TunnelFacts tunnel)
    {
        var remote = tunnel.Remote ?? RemoteOf(_key);
        if (remote is null)
        {
            DropHere($"tunnel {port.Name} takes its remote address from tun_dst, and the packet has none");
            return;
        }
        if (remote.Equals(_ownAddress))
        {
            DropHere($"tunnel {port.Name} leads to {remote}, where the packet came in");
            return;
        }
        var key = tunnel.OutKey ?? (ulong)_key[Slot.TunId];
        if (tunnel.EgressPacketMark is { } mark)
        {
            _key[Slot.PktMark] = mark;      // and Open vSwitch does not take it back after the output
        }
        Note($"into tunnel {port.Name} to {remote}, key 0x{key:x}");
        Add(OutputKind.Tunnel, port.Number, port.Name, remote, key);
    }

    private static readonly Field _tunDst = FieldTable.Get("tun_dst");
    private static readonly Field _tunIpv6Dst = FieldTable.Get("tun_ipv6_dst");

    private static IPAddress? RemoteOf(FlowKey packet)
    {
        var four = packet[Slot.TunDst];
        var six = packet[Slot.TunIpv6Dst];
        return four != 0 ? FieldText.ToAddress(_tunDst, four)
            : six != 0 ? FieldText.ToAddress(_tunIpv6Dst, six)
            : null;
    }

    private void Add(OutputKind kind, int port, string? name, IPAddress? remote, ulong? key) => _outputs.Add(new()
    {
        Kind = kind,
        Bridge = _bridge.Name,
        Port = port,
        Name = name,
        Packet = _key.OnWire(),
        TunnelRemote = remote,
        TunnelKey = key,
        By = _flow,
        Step = _steps.Count,
        IsCertain = _isCertain,
    });

    /// <summary>The other bridge gets a copy without metadata; nothing that it does comes back.</summary>
    private void ThroughPatch(PortFacts port)
    {
        if (simulator.PeerOf(port) is not { } peer)
        {
            DropHere($"patch port {port.Name} has no peer");
            return;
        }
        var (bridge, key, flow, table) = (_bridge, _key, _flow, _table);
        var (set, stack, tracked, certain) = (_actionSet, _stack, _tracked, _isCertain);
        _key = key.Copy();
        _key.InPort = peer.Port.Number;
        for (var slot = Slot.TunId; slot < Slot.PktMark; slot++)
        {
            _key[slot] = 0;
        }
        _key[Slot.ActsetOutput] = OfPort.Unset;
        _key[Slot.ConjId] = 0;
        ClearConntrack();
        (_actionSet, _stack, _bridge) = ([], new(), peer.Bridge);
        _nesting++;
        Enter($"through patch ports {port.Name} and {peer.Port.Name}");
        _nesting--;
        (_bridge, _key, _flow, _table) = (bridge, key, flow, table);
        (_actionSet, _stack, _tracked, _isCertain) = (set, stack, tracked, certain);
        (_exit, _failed) = (false, false);
    }
}
