using System.CommandLine;
using Gorb.Cli.Completion;
using Gorb.Cli.Contexts;
using Gorb.Cli.Operate;
using Gorb.Cli.Show;
using Gorb.Cli.Top;
using Gorb.Cli.Write;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>The command line: the daemon and its verbs.</summary>
internal static class GorbCommand
{
    /// <summary>Parses a command line. The verbs are created only when it is not one of the daemon without mistakes: a start does not wait for them.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="run">Runs the daemon.</param>
    /// <param name="link">Runs the Docker link.</param>
    public static ParseResult Parse(
        string[] args, Func<DaemonOptions, CancellationToken, Task<int>> run, Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> link)
    {
        args = ServerFirst.Reorder(args);
        if (IsDaemon(args))
        {
            var root = CreateDaemon(run);
            if (root.Parse(args) is { Errors.Count: 0 } parsed && parsed.Action == root.Action)
            {
                return parsed;
            }
        }

        return Create(run, link).Parse(args);
    }

    /// <summary>Runs a parsed command line.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop = default)
    {
        var status = await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null }, stop);
        return parsed.Errors.Count == 0 ? status : ExitStatus.Usage;
    }

    /// <summary>False for a command line that begins with a verb: unlike options, verbs do not start with a dash.</summary>
    public static bool IsDaemon(string[] args) => args is [] or [['-', ..], ..];

    /// <summary>Creates the whole command line.</summary>
    public static RootCommand Create(Func<DaemonOptions, CancellationToken, Task<int>> run, Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> link)
    {
        var root = CreateDaemon(run);
        AddVerbs(root, link);
        return root;
    }

    private static RootCommand CreateDaemon(Func<DaemonOptions, CancellationToken, Task<int>> run)
    {
        var arguments = new DaemonArguments();
        var root = new RootCommand("Gorb: a REST API for the load balancer in the Linux kernel (IPVS). Without a verb it runs the daemon. " + ExitStatus.Help);
        foreach (var option in arguments.All)
        {
            root.Options.Add(option);
        }

        root.Validators.Add(arguments.Check);
        root.SetAction((result, cancellationToken) => run(arguments.Read(result), cancellationToken));
        return root;
    }

    private static void AddVerbs(RootCommand root, Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> link)
    {
        root.Subcommands.Add(GetCommand.Create(TimeProvider.System));
        root.Subcommands.Add(DescribeCommand.Create());
        root.Subcommands.Add(EventsCommand.Create(TimeProvider.System));
        root.Subcommands.Add(TopCommand.Create(TimeProvider.System));
        root.Subcommands.Add(ContextCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(CompleteCommand.Create(() => root));
        root.Subcommands.Add(SetCommand.Create());
        root.Subcommands.Add(RemoveCommand.Create());
        root.Subcommands.Add(EditCommand.Create());
        root.Subcommands.Add(DrainCommand.Create(TimeProvider.System));
        root.Subcommands.Add(OperateCommands.CreateResume());
        root.Subcommands.Add(OperateCommands.CreateForce());
        root.Subcommands.Add(OperateCommands.CreateWeight());
        root.Subcommands.Add(WaitCommand.Create(TimeProvider.System));
        root.Subcommands.Add(HealthcheckCommand.Create());
        root.Subcommands.Add(DockerLinkCommand.Create(link));
        root.Subcommands.Add(RecipeCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(WhyCommand.Create());
        root.Subcommands.Add(ConnectionsCommand.Create());
        root.Subcommands.Add(ClusterCommand.Create());
        root.Subcommands.Add(DirectorCommand.Create());
        root.Subcommands.Add(SysctlCommand.Create());
        root.Subcommands.Add(TokenCommand.Create());
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(CertCommand.Create());
        foreach (var command in ConfigCommands.Create())
        {
            root.Subcommands.Add(command);
        }
    }
}
