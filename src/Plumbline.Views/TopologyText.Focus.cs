using System.Text;
using Plumbline.Diagnosis;
using Plumbline.Views.Text;

namespace Plumbline.Views;

public static partial class TopologyText
{
    private static void RenderFocus(StringBuilder output, TopologyIndex index, Target focus, RenderOptions options)
    {
        var isFirst = true;
        foreach (var chain in Chain.Of(index, focus))
        {
            if (!isFirst)
            {
                output.Append('\n');
            }
            isFirst = false;
            var tree = new ChainTree(index, chain, options);
            foreach (var line in tree.Heading())
            {
                line.WriteLine(output, options.Colour);
            }
            new TreeWriter(output, options).Write(tree.Build(), areApart: false);
        }
    }
}
