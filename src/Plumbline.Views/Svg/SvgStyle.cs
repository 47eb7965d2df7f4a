namespace Plumbline.Views.Svg;

/// <summary>The style sheet: light by default, dark where the reader prefers it. No variables: some renderers know none.</summary>
internal static class SvgStyle
{
    /// <summary>CSS text.</summary>
    public const string Sheet = """
        text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328; pointer-events: none }
        .page { fill: #ffffff }
        .faint { fill: #59636e }
        .on-line { fill: #59636e; stroke: #ffffff; stroke-width: 5; stroke-linejoin: round; paint-order: stroke }
        .bad-text { fill: #cf222e }
        .instance { fill: #e6f6e9; stroke: #1a7f37; stroke-width: 1.2 }
        .bridge { fill: #eef6ff; stroke: #0969da; stroke-width: 1.5 }
        .linux-bridge { fill: #f3f4f6; stroke: #818b98; stroke-width: 1.2 }
        .namespace { fill: #f8f3ff; stroke: #8250df; stroke-width: 1.2 }
        .remote { fill: #fff8e1; stroke: #9a6700; stroke-width: 1.2 }
        .device { fill: #ffffff; stroke: #818b98; stroke-width: 1.2 }
        .panel { fill: #ffffff; fill-opacity: 0.6; stroke: #afb8c1; stroke-width: 1 }
        .tile { fill: #e6f6e9; stroke: #1a7f37; stroke-width: 0.8 }
        g[id] { scroll-margin: 80px }
        g.hit > rect { stroke: #bf3989; stroke-width: 3; stroke-dasharray: none }
        g:target > rect { stroke: #bf3989; stroke-width: 5; stroke-dasharray: none }
        .card > rect { fill: #ffffff; stroke: #bf3989; stroke-width: 2 }
        .find { box-sizing: border-box; width: 296px; height: 30px; font: 12px system-ui, sans-serif; padding: 0 70px 0 8px }
        .find { color: #1f2328; background: #ffffff; border: 1px solid #818b98; border-radius: 6px }
        .found { fill: #59636e }
        .chip { fill: #ffffff; stroke: #59636e; stroke-width: 1 }
        .unknown { stroke-dasharray: 2 3 }
        .bad { stroke: #cf222e; stroke-width: 1.8; stroke-dasharray: 5 3 }
        .wire { stroke: #59636e; stroke-width: 1.4 }
        .wire.bad { stroke: #cf222e; stroke-dasharray: 3 4 }
        .tunnel { stroke: #9a6700; stroke-dasharray: 7 4 }
        .node { fill: none; stroke: #afb8c1; stroke-width: 1.5 }
        .bus { stroke-width: 2 }
        .pill-text { fill: #ffffff }
        .net0 { stroke: #0969da } .pill.net0, .dot.net0 { fill: #0969da }
        .net1 { stroke: #bc4c00 } .pill.net1, .dot.net1 { fill: #bc4c00 }
        .net2 { stroke: #1a7f37 } .pill.net2, .dot.net2 { fill: #1a7f37 }
        .net3 { stroke: #8250df } .pill.net3, .dot.net3 { fill: #8250df }
        .net4 { stroke: #bf3989 } .pill.net4, .dot.net4 { fill: #bf3989 }
        .net5 { stroke: #0e7490 } .pill.net5, .dot.net5 { fill: #0e7490 }
        .net6 { stroke: #7d5700 } .pill.net6, .dot.net6 { fill: #7d5700 }
        .net7 { stroke: #57606a } .pill.net7, .dot.net7 { fill: #57606a }
        .pill.dead, .badge { fill: #cf222e; stroke: #cf222e }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .page { fill: #0d1117 }
        .faint { fill: #9ea7b3 }
        .on-line { fill: #9ea7b3; stroke: #0d1117 }
        .bad-text { fill: #ff7b72 }
        .instance { fill: #0c2a17; stroke: #3fb950 }
        .bridge { fill: #0e2340; stroke: #4493f8 }
        .linux-bridge { fill: #1c2128; stroke: #7d8590 }
        .namespace { fill: #22173a; stroke: #ab7df8 }
        .remote { fill: #2b220a; stroke: #d29922 }
        .device { fill: #161b22; stroke: #7d8590 }
        .panel { fill: #0d1117; stroke: #3d444d }
        .tile { fill: #0c2a17; stroke: #3fb950 }
        .card > rect { fill: #161b22 }
        .find { color: #e6edf3; background: #161b22; border-color: #7d8590 }
        .found { fill: #9ea7b3 }
        .chip { fill: #161b22; stroke: #9198a1 }
        .bad { stroke: #ff7b72 }
        .wire { stroke: #9198a1 }
        .wire.bad { stroke: #ff7b72 }
        .tunnel { stroke: #d29922 }
        .node { stroke: #3d444d }
        .pill-text { fill: #0d1117 }
        .net0 { stroke: #6cb0ff } .pill.net0, .dot.net0 { fill: #6cb0ff }
        .net1 { stroke: #ffa657 } .pill.net1, .dot.net1 { fill: #ffa657 }
        .net2 { stroke: #56d364 } .pill.net2, .dot.net2 { fill: #56d364 }
        .net3 { stroke: #c297ff } .pill.net3, .dot.net3 { fill: #c297ff }
        .net4 { stroke: #ff8fc7 } .pill.net4, .dot.net4 { fill: #ff8fc7 }
        .net5 { stroke: #56d4dd } .pill.net5, .dot.net5 { fill: #56d4dd }
        .net6 { stroke: #e3b341 } .pill.net6, .dot.net6 { fill: #e3b341 }
        .net7 { stroke: #b1bac4 } .pill.net7, .dot.net7 { fill: #b1bac4 }
        .pill.dead, .badge { fill: #ff7b72; stroke: #ff7b72 }
        }

        """;
}
