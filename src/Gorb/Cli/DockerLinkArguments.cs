using System.CommandLine;
using System.CommandLine.Parsing;
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

    public LabelArguments Labels { get; } = new();

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
    public IEnumerable<Option> All => [Gorbs, TokenFile, .. Tls.All, Device, ExposedByDefault, Network, Grace, Resync, Labels.Vips, Labels.Ports, Join, PrepareDirectRouting, Log.Verbose, Log.Format];

    /// <exception cref="SettingException">The file of the token, or one for https, cannot be used.</exception>
    public DockerLinkOptions Read(ParseResult result)
    {
        Uri[] gorbs = [.. result.GetValue(Gorbs)!.Select(static text => DaemonUrl.Parse(text)!)];
        var token = ServerToken.Read(result.GetValue(TokenFile));
        return new()
        {
            Gorbs = gorbs,
            Tls = Tls.Read(result).Read(gorbs),
            Token = _ => token,
            Device = result.GetValue(Device)!,
            ExposedByDefault = result.GetValue(ExposedByDefault),
            Network = result.GetValue(Network),
            Grace = Read(result, Grace),
            Resync = Read(result, Resync),
            PrepareDirectRouting = result.GetValue(PrepareDirectRouting),
            Rules = Labels.Read(result) with { Join = result.GetValue(Join) },
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
}
