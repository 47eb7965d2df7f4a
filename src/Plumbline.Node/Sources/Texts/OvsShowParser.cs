namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Reads <c>ovs-vsctl show</c>. The keywords decide, not the indentation, which pasting loses:
/// <code>
/// UUID
///     Manager "ptcp:6640"                     is_connected: true
///     Bridge NAME | "NAME"
///         Controller "tcp:127.0.0.1:6633"     is_connected: true
///         fail_mode: secure   datapath_type: netdev
///         Port NAME   tag: 1   trunks: [1, 2]   vlan_mode: …
///             Interface NAME   type: patch   options: {peer=…, key="quoted value"}   error: "…"
///     ovs_version: "2.4.0"
/// </code>
/// Old versions quote every name that is not a plain word, new ones only what needs it. A line that is none of these ends the listing,
/// except for unknown <c>word: value</c> lines (columns that other versions show). "Bridge" and "Port" in prose are told apart by the line
/// that follows.
/// </summary>
internal sealed partial class OvsShowParser
{
    private readonly PastedText _text;
    private readonly List<OvsShowListing> _listings = [];
    private OvsShowListing? _listing;
    private BridgeDraft? _bridge;
    private PortDraft? _port;
    private InterfaceDraft? _interface;
    private ControllerDraft? _controller;
    private int _line;

    private OvsShowParser(PastedText text) => _text = text;

    /// <summary>Every listing in <paramref name="text"/>, in order; only those that show a bridge, or nothing but a switch without any.</summary>
    public static List<OvsShowListing> Parse(PastedText text)
    {
        var parser = new OvsShowParser(text);
        for (parser._line = 0; parser._line < text.Lines.Length; parser._line++)
        {
            var line = text.Lines[parser._line].Trim();
            parser.Read(parser._listing is null && !line.StartsWith("Bridge", StringComparison.Ordinal) ? line : WithoutNote(line));
        }
        parser.EndListing();
        return parser._listings;
    }

    private void Read(string line)
    {
        if (line.Length == 0)
        {
            return;
        }
        if (Guid.TryParseExact(line, "D", out var uuid) && StartsListing(WithoutNote(_text.NextFilled(_line))))
        {
            EndListing();
            _listing = new() { FirstLine = _line, Uuid = uuid };
        }
        else if (Name(line, "Bridge") is { } bridge && FollowsBridge(WithoutNote(_text.NextFilled(_line))))
        {
            EndBridge(cut: false);
            _listing ??= new() { FirstLine = _line };
            _bridge = new(bridge);
        }
        else if (_listing is null)
        {
            return;
        }
        else if (Name(line, "Port") is { } port && _bridge is not null && FollowsPort(WithoutNote(_text.NextFilled(_line))))
        {
            EndPort();
            _port = new(port);
        }
        else if (Name(line, "Interface") is { } name && _port is not null)
        {
            EndInterface();
            _interface = new(name);
        }
        else if (Name(line, "Controller") is { } controller && _bridge is not null)
        {
            EndPort();
            _controller = new(controller);
            _bridge.Controllers.Add(_controller);
        }
        else if (Name(line, "Manager") is { } manager)
        {
            EndBridge(cut: false);
            _listing.Managers.Add(manager);
        }
        else if (CutMark.Is(line))
        {
            _listing.IsCut = true;
            _bridge?.Cut();
        }
        else if (!ReadColumn(line))
        {
            EndListing();
        }
    }

    /// <summary><c>column: value</c>, of the innermost row that has such a column.</summary>
    private bool ReadColumn(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !IsColumnName(line.AsSpan(0, colon)))
        {
            return false;
        }
        var column = line[..colon];
        var value = Unwrapped(line[(colon + 1)..].Trim());
        switch (column)
        {
            case "ovs_version":
                EndBridge(cut: false, complete: true);
                _listing!.Version = Unquote(value);
                break;
            case "is_connected" when _controller is not null:
                _controller.IsConnected = value == "true";
                break;
            case "fail_mode" when _bridge is not null:
                _bridge.FailMode = Unquote(value);
                break;
            case "datapath_type" when _bridge is not null:
                _bridge.DatapathType = Unquote(value);
                break;
            case "tag" when _port is not null:
                _port.Tag = Integer(value);
                break;
            case "trunks" when _port is not null:
                _port.Trunks = [.. value.Trim('[', ']').Split(',').Select(Integer).OfType<int>()];
                break;
            case "vlan_mode" when _port is not null:
                _port.VlanMode = Unquote(value);
                break;
            case "bond_mode" when _port is not null:
                _port.BondMode = Unquote(value);
                break;
            case "type" when _interface is not null:
                _interface.Type = Unquote(value);
                break;
            case "error" when _interface is not null:
                _interface.Error = Unquote(value);
                break;
            case "options" when _interface is not null:
                _interface.Options = Map(value);
                break;
        }
        return true;
    }

    /// <summary>A map that a narrow terminal broke over several lines, on one.</summary>
    private string Unwrapped(string value)
    {
        const int MostLines = 8;
        if (!value.StartsWith('{'))
        {
            return value;
        }
        var last = Math.Min(_line + MostLines, _text.Lines.Length - 1);
        for (var i = _line; !value.EndsWith('}') && i < last; i++)
        {
            var next = _text.Lines[i + 1].Trim();
            if (next.Length == 0 || Name(next, "Port") is not null || Name(next, "Bridge") is not null)
            {
                break;
            }
            value += value.EndsWith(',') ? " " + next : next;
            _line = i + 1;
        }
        return value;
    }

    private void EndInterface()
    {
        if (_interface is not null)
        {
            _port!.Interfaces.Add(_interface.Build());
            _interface = null;
        }
    }

    private void EndPort()
    {
        EndInterface();
        _controller = null;
        if (_port is not null)
        {
            _bridge!.Ports.Add(_port.Build());
            _port = null;
        }
    }

    private void EndBridge(bool cut, bool complete = false)
    {
        EndPort();
        if (_bridge is not null)
        {
            _listing!.Bridges.Add(new(_bridge.Build(), (cut && !complete) || _bridge.IsCut, _bridge.IsCut));
            _bridge = null;
        }
    }

    private void EndListing()
    {
        if (_listing is null)
        {
            return;
        }
        EndBridge(cut: true);
        _listing.EndLine = _line;
        _listings.Add(_listing);
        _listing = null;
    }

    private static bool StartsListing(string next) =>
        Name(next, "Bridge") is not null || Name(next, "Manager") is not null
        || next.StartsWith("ovs_version:", StringComparison.Ordinal);

    private static bool FollowsBridge(string next) =>
        Name(next, "Port") is not null || Name(next, "Controller") is not null || Name(next, "Bridge") is not null
        || next.StartsWith("fail_mode:", StringComparison.Ordinal)
        || next.StartsWith("datapath_type:", StringComparison.Ordinal)
        || next.StartsWith("ovs_version:", StringComparison.Ordinal);

    private static bool FollowsPort(string next)
    {
        if (Name(next, "Interface") is not null)
        {
            return true;
        }
        var colon = next.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IsColumnName(next.AsSpan(0, colon));
    }
}
