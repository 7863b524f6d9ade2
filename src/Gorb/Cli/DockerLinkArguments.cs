using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>The command-line options of the Docker link: names, help and defaults.</summary>
internal sealed class DockerLinkArguments
{
    private static readonly DockerLinkOptions Default = new();

    public DockerLinkArguments()
    {
        Gorbs.Validators.Add(CheckGorbs);
        Grace.Validators.Add(result => CheckTime(result, Grace));
        Resync.Validators.Add(result => CheckTime(result, Resync));
        Addresses.Validators.Add(CheckAddresses);
        Ports.Validators.Add(CheckPorts);
    }

    public Option<string[]> Gorbs { get; } = new("--gorb", "-r")
    {
        Description = $"A Gorb to tell, as \"lb.example:4672\" or \"{ListenAddress.ExampleSocket}\"; may be given several times: all get the same. The environment's {DaemonUrl.Variable} is the default.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = static _ => [DaemonUrl.Default],
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string?> TokenFile { get; } = ServerArgument.NewTokenFile();

    public ClientTlsArguments Tls { get; } = new();

    public Option<string> Device { get; } = new("--device", "-i")
    {
        Description = "Network device whose address stands for ports that are published on every address.",
        HelpName = "DEVICE",
        DefaultValueFactory = static _ => Default.Device,
    };

    public Option<bool> ExposedByDefault { get; } = new("--exposed-by-default")
    {
        Description = "Route every container that publishes a port (not on loopback alone), unless its label says gorb.enable=false; with \"=false\", only those that say gorb.enable=true.",
        DefaultValueFactory = static _ => Default.ExposedByDefault,
    };

    public Option<string?> Network { get; } = new("--network")
    {
        Description = "Reach containers that are in this network at their own address, not at the published port: faster, where the host is a Gorb's (\"bridge\" is Docker's default network).",
        HelpName = "NETWORK",
    };

    public Option<string> Grace { get; } = Time("--grace", "How long a service stays that the link made and no container asks for any more.", Default.Grace);

    public Option<string> Resync { get; } = Time("--resync", "How often to compare everything, whatever the engine says happened; SIGHUP does it at once.", Default.Resync);

    public Option<string[]> Addresses { get; } = new("--allow-vip")
    {
        Description = "Addresses that label gorb.vip may give services, beside those of the device: an address block (10.9.1.0/24, fd00:9::/64) or an address; may be given several times.",
        HelpName = "CIDR",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string> Ports { get; } = new("--allow-port")
    {
        Description = "Ports at which containers may have services: \"80,443,8000-8999\". The word \"free\" stands for every port that nothing on this host listens on, as in \"free,80\"; what is listed is allowed whatever listens there.",
        HelpName = "PORTS",
        DefaultValueFactory = static _ => AllowedPorts.FreeWord,
    };

    public Option<bool> Join { get; } = new("--join")
    {
        Description = "Let containers add themselves to services that were not made by a link, where a service has the name that they ask for.",
    };

    public Option<bool> PrepareDirectRouting { get; } = new("--prepare-dr")
    {
        Description = "Give containers of direct routing (gorb.forward=dr) the virtual address themselves; needs root, and the host's processes.",
    };

    public LogArguments Log { get; } = new();

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [Gorbs, TokenFile, .. Tls.All, Device, ExposedByDefault, Network, Grace, Resync, Addresses, Ports, Join, PrepareDirectRouting, Log.Verbose, Log.Format];

    /// <exception cref="SettingException">The file of the token, or one for https, cannot be used.</exception>
    public DockerLinkOptions Read(ParseResult result)
    {
        Uri[] gorbs = [.. result.GetValue(Gorbs)!.Select(static text => DaemonUrl.Parse(text)!)];
        return new()
        {
            Gorbs = gorbs,
            Tls = Tls.Read(result).Read(gorbs),
            Token = ServerToken.Read(result.GetValue(TokenFile)),
            Device = result.GetValue(Device)!,
            ExposedByDefault = result.GetValue(ExposedByDefault),
            Network = result.GetValue(Network),
            Grace = Read(result, Grace),
            Resync = Read(result, Resync),
            PrepareDirectRouting = result.GetValue(PrepareDirectRouting),
            Rules = new LabelRules
            {
                Addresses = [.. (result.GetValue(Addresses) ?? []).Select(LabelRules.ParseNetwork).OfType<IPNetwork>()],
                Ports = AllowedPorts.Parse(result.GetValue(Ports)!)!,
                Join = result.GetValue(Join),
            },
        };
    }

    private static Option<string> Time(string name, string description, TimeSpan value) =>
        new(name) { Description = description, HelpName = "TIME", DefaultValueFactory = _ => Duration.Format(value) };

    private static TimeSpan Read(ParseResult result, Option<string> time) => Duration.TryParse(result.GetValue(time), out var read) ? read : default;

    private static void CheckTime(OptionResult result, Option<string> option)
    {
        if (!Duration.TryParse(result.GetValue(option), out var time) || time < TimeSpan.FromSeconds(1) || time > TimeSpan.FromDays(1))
        {
            result.AddError($"{option.Name} '{result.GetValue(option)}' is not a time from 1s to 24h; write \"30s\" or \"5m\".");
        }
    }

    private void CheckGorbs(OptionResult result)
    {
        foreach (var text in (result.GetValue(Gorbs) ?? []).Where(text => DaemonUrl.Parse(text) is null))
        {
            result.AddError($"--gorb '{DaemonUrl.Hide(text)}' is not a host and port; write \"127.0.0.1:4672\", \"https://lb.example:4673\" or \"{ListenAddress.ExampleSocket}\".");
        }
    }

    private void CheckAddresses(OptionResult result)
    {
        foreach (var text in (result.GetValue(Addresses) ?? []).Where(text => LabelRules.ParseNetwork(text) is null))
        {
            result.AddError($"--allow-vip '{text}' is not an address block; write \"10.9.1.0/24\", \"fd00:9::/64\" or a single address.");
        }
    }

    private void CheckPorts(OptionResult result)
    {
        if (AllowedPorts.Parse(result.GetValue(Ports) ?? "") is null)
        {
            result.AddError($"--allow-port '{result.GetValue(Ports)}' is not a list of ports; write \"80,443,8000-8999\", or \"free,80\" for every port that nothing listens on and 80.");
        }
    }
}
