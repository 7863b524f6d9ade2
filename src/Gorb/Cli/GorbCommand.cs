using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Gorb.Model.Text;
using Gorb.Sources.Docker;
using Gorb.Targets.Host;

namespace Gorb.Cli;

/// <summary>The command line. GORB's one-letter options are kept, so that this daemon takes its place as it is.</summary>
internal static class GorbCommand
{
    public static RootCommand Create(Func<DaemonOptions, CancellationToken, Task<int>> run, Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> link)
    {
        var listen = new Option<IPEndPoint>("--listen", "-l")
        {
            Description = $"Address and port of the REST API: \":4672\" listens on every address. The environment's {ListenAddress.Variable} is the default.",
            HelpName = "ADDRESS:PORT",
            CustomParser = static result => ParseListen(result, result.Tokens[0].Value, "--listen"),
            DefaultValueFactory = static result => ParseListen(result, ListenAddress.Default, ListenAddress.Variable)!,
        };
        var hostNames = new Option<string[]>("--host-name")
        {
            Description = "A name of this host by which browsers, and clients on loopback, may use the API, beside localhost and the host's addresses; may be given several times.",
            HelpName = "NAME",
            DefaultValueFactory = static _ => [],
        };
        var connections = new Option<int?>("--max-connections")
        {
            Description = "How many connections the API may have at a time. The default follows from the limit of open files (ulimit -n); 4096 at most.",
            HelpName = "NUMBER",
        };
        connections.Validators.Add(static result => CheckConnections(result));
        var device = new Option<string>("--device", "-i")
        {
            Description = "Network device whose first address a service gets when its body names no host.",
            HelpName = "DEVICE",
            DefaultValueFactory = _ => "eth0",
        };
        var flush = new Option<bool>("--flush", "-f") { Description = "Empty the kernel's IPVS table at start, whoever filled it." };
        var state = new Option<string>("--state")
        {
            Description = "File in which services and backends outlive the daemon; \"none\" keeps nothing.",
            HelpName = "PATH",
            DefaultValueFactory = _ => new DaemonOptions().State,
        };
        var config = new Option<string>("--config")
        {
            Description = "File (YAML or JSON, as PUT /config takes it) that is the wanted table; read again when it changes and at SIGHUP.",
            HelpName = "PATH",
        };
        var resync = new Option<string>("--resync")
        {
            Description = "How often to compare the kernel's table with the wanted one and to repair what others changed; \"none\" for never. SIGHUP does it at once.",
            HelpName = "TIME",
            DefaultValueFactory = _ => Duration.Format(new DaemonOptions().Resync),
        };
        resync.Validators.Add(result => CheckResync(result, resync));
        var sysctl = new Option<string>("--sysctl")
        {
            Description = "net.ipv4.vs.expire_nodest_conn and expire_quiescent_template in this network namespace, which move the clients of a backend that is gone: "
                + "\"apply\" sets them to 1, \"check\" only says when they are not, \"off\" leaves them.",
            HelpName = "apply|check|off",
            DefaultValueFactory = static _ => "apply",
        };
        sysctl.AcceptOnlyFromAmong("apply", "check", "off");
        var exec = new Option<bool>("--allow-exec")
        {
            Description = "Allow health checks of type exec, which run programs of this machine as this user for whoever can write to the API.",
        };
        var docker = new Option<bool>("--docker")
        {
            Description = "Route the containers of the Docker engine, too, as \"gorb docker-link\" does with its defaults.",
        };
        var log = new LogArguments();

        var root = new RootCommand("Gorb: a REST API for the load balancer in the Linux kernel (IPVS). Without a verb it runs the daemon.")
        {
            listen, hostNames, connections, device, state, config, flush, resync, sysctl, exec, docker, log.Verbose, log.Format,
        };
        root.SetAction((result, cancellationToken) => run(
            new DaemonOptions
            {
                Listen = result.GetValue(listen)!,
                HostNames = result.GetValue(hostNames)!,
                MaxConnections = result.GetValue(connections),
                Device = result.GetValue(device)!,
                State = result.GetValue(state)!,
                Config = result.GetValue(config),
                Flush = result.GetValue(flush),
                Resync = Duration.TryParse(result.GetValue(resync), out var period) ? period : TimeSpan.Zero,
                Sysctls = Enum.Parse<SysctlMode>(result.GetValue(sysctl)!, ignoreCase: true),
                AllowExec = result.GetValue(exec),
                Docker = result.GetValue(docker),
                Log = log.Read(result),
            },
            cancellationToken));
        root.Subcommands.Add(HealthcheckCommand.Create());
        root.Subcommands.Add(DockerLinkCommand.Create(link));
        foreach (var command in ConfigCommands.Create())
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static void CheckResync(OptionResult result, Option<string> option)
    {
        var text = result.GetValue(option);
        if (text != "none" && (!Duration.TryParse(text, out var period) || period < TimeSpan.FromSeconds(1) || period > TimeSpan.FromDays(1)))
        {
            result.AddError($"--resync '{text}' is not a time from 1s to 24h; write \"30s\" or \"5m\", or \"none\" for never.");
        }
    }

    private static void CheckConnections(OptionResult result)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 1_000_000))
        {
            result.AddError($"--max-connections '{token.Value}' is not a number from 1 to 1000000.");
        }
    }

    private static IPEndPoint? ParseListen(ArgumentResult result, string text, string source)
    {
        var parsed = ListenAddress.Parse(text);
        if (parsed is null)
        {
            result.AddError($"{source} '{text}' is not an address and port; write \":4672\", \"127.0.0.1:4672\" or \"[::1]:4672\".");
        }

        return parsed;
    }
}
