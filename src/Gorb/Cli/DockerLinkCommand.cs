using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Gorb.Model.Text;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary><c>gorb docker-link</c>: routes the containers of a Docker engine, here or elsewhere.</summary>
internal static class DockerLinkCommand
{
    public static Command Create(Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> run)
    {
        var gorbs = new Option<string[]>("--gorb", "-r")
        {
            Description = "A Gorb to tell; several get the same.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = static _ => [ListenAddress.DefaultUrl.Authority],
            AllowMultipleArgumentsPerToken = true,
        };
        gorbs.Validators.Add(result => Check(result, gorbs));
        var device = new Option<string>("--device", "-i")
        {
            Description = "Network device whose address stands for ports that are published on every address.",
            HelpName = "DEVICE",
            DefaultValueFactory = _ => "eth0",
        };
        var exposed = new Option<bool>("--exposed-by-default")
        {
            Description = "Route every container that publishes a port (not on loopback alone), unless its label says gorb.enable=false; with \"=false\", only those that say gorb.enable=true.",
            DefaultValueFactory = _ => true,
        };
        var network = new Option<string?>("--network")
        {
            Description = "Reach containers that are in this network at their own address, not at the published port: faster, where the host is a Gorb's (\"bridge\" is Docker's default network).",
            HelpName = "NETWORK",
        };
        var grace = Time("--grace", "How long a service stays that the link made and no container asks for any more.", new DockerLinkOptions().Grace);
        var resync = Time("--resync", "How often to compare everything, whatever the engine says happened; SIGHUP does it at once.", new DockerLinkOptions().Resync);
        var direct = new Option<bool>("--prepare-dr")
        {
            Description = "Give containers of direct routing (gorb.forward=dr) the virtual address themselves; needs root, and the host's processes.",
        };
        var vips = new Option<string[]>("--allow-vip")
        {
            Description = "Addresses that label gorb.vip may give services, beside those of the device: an address block (10.9.1.0/24, fd00:9::/64) or an address. More than once for several.",
            HelpName = "CIDR",
            AllowMultipleArgumentsPerToken = true,
        };
        vips.Validators.Add(result => CheckNetworks(result, vips));
        var ports = new Option<string>("--allow-port")
        {
            Description = "Ports at which containers may have services: \"80,443,8000-8999\". The word \"free\" stands for every port that nothing on this host listens on, as in \"free,80\"; what is listed is allowed whatever listens there.",
            HelpName = "PORTS",
            DefaultValueFactory = static _ => AllowedPorts.FreeWord,
        };
        ports.Validators.Add(result => CheckPorts(result, ports));
        var join = new Option<bool>("--join")
        {
            Description = "Let containers add themselves to services that were not made by a link, where a service has the name that they ask for.",
        };
        var log = new LogArguments();
        var command = new Command("docker-link", "Routes the containers of the Docker engine that DOCKER_HOST names (default: its socket), by telling a Gorb.")
        {
            gorbs, device, exposed, network, grace, resync, vips, ports, join, direct, log.Verbose, log.Format,
        };
        command.SetAction((result, stop) => run(
            new DockerLinkOptions
            {
                Gorbs = [.. result.GetValue(gorbs)!.Select(text => DaemonUrl.Parse(text)!)],
                Device = result.GetValue(device)!,
                ExposedByDefault = result.GetValue(exposed),
                Network = result.GetValue(network),
                Grace = Read(result, grace),
                Resync = Read(result, resync),
                PrepareDirectRouting = result.GetValue(direct),
                Rules = new LabelRules
                {
                    Addresses = [.. (result.GetValue(vips) ?? []).Select(LabelRules.ParseNetwork).OfType<IPNetwork>()],
                    Ports = AllowedPorts.Parse(result.GetValue(ports)!)!,
                    Join = result.GetValue(join),
                },
            },
            log.Read(result), stop));
        return command;
    }

    private static Option<string> Time(string name, string description, TimeSpan value)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "TIME", DefaultValueFactory = _ => Duration.Format(value) };
        option.Validators.Add(result =>
        {
            if (!Duration.TryParse(result.GetValue(option), out var time) || time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(1))
            {
                result.AddError($"{name} '{result.GetValue(option)}' is not a time from 1s to 24h; write \"30s\" or \"5m\".");
            }
        });
        return option;
    }

    private static TimeSpan Read(ParseResult result, Option<string> time) => Duration.TryParse(result.GetValue(time), out var read) ? read : default;

    private static void Check(OptionResult result, Option<string[]> option)
    {
        foreach (var text in (result.GetValue(option) ?? []).Where(text => DaemonUrl.Parse(text) is null))
        {
            result.AddError($"--gorb '{text}' is not a host and port; write \"127.0.0.1:4672\" or \"http://lb.example:4672\".");
        }
    }

    private static void CheckNetworks(OptionResult result, Option<string[]> option)
    {
        foreach (var text in (result.GetValue(option) ?? []).Where(text => LabelRules.ParseNetwork(text) is null))
        {
            result.AddError($"--allow-vip '{text}' is not an address block; write \"10.9.1.0/24\", \"fd00:9::/64\" or a single address.");
        }
    }

    private static void CheckPorts(OptionResult result, Option<string> option)
    {
        if (AllowedPorts.Parse(result.GetValue(option) ?? "") is null)
        {
            result.AddError($"--allow-port '{result.GetValue(option)}' is not a list of ports; write \"80,443,8000-8999\", or \"free,80\" for every port that nothing listens on and 80.");
        }
    }
}
