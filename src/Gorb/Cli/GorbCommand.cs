using System.CommandLine;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>The command line: the daemon and its verbs.</summary>
internal static class GorbCommand
{
    public static RootCommand Create(Func<DaemonOptions, CancellationToken, Task<int>> run, Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> link)
    {
        var arguments = new DaemonArguments();
        var root = new RootCommand("Gorb: a REST API for the load balancer in the Linux kernel (IPVS). Without a verb it runs the daemon.");
        foreach (var option in arguments.All)
        {
            root.Options.Add(option);
        }

        root.Validators.Add(arguments.Check);
        root.SetAction((result, cancellationToken) => run(arguments.Read(result), cancellationToken));
        root.Subcommands.Add(HealthcheckCommand.Create());
        root.Subcommands.Add(DockerLinkCommand.Create(link));
        root.Subcommands.Add(RecipeCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(WhyCommand.Create());
        root.Subcommands.Add(SysctlCommand.Create());
        root.Subcommands.Add(TokenCommand.Create());
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(CertCommand.Create());
        foreach (var command in ConfigCommands.Create())
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
