using Plumbline.Bench.Firewall;

switch (args)
{
    case ["generate", var ports]:
        Console.Out.Write(NeutronTables.Save(int.Parse(ports)));
        return 0;
    case ["parse", var file, var runs]:
        ParseRun.Run(file, int.Parse(runs));
        return 0;
    case ["fuzz", var folder, var count, .. var rest]:
        return FuzzRun.Run(folder, long.Parse(count), rest is [var seed] ? int.Parse(seed) : 1) ? 0 : 1;
    default:
        Console.Error.WriteLine("firewall-bench generate PORTS | parse FILE RUNS | fuzz FOLDER COUNT [SEED]");
        return 2;
}
