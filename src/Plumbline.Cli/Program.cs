using Plumbline.Cli;

return await CliApplication.RunAsync(args, new CliConsole(), CancellationToken.None);
