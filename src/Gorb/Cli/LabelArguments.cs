using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Gorb.Model.Text;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>The options that limit what the labels of containers may ask for, of the daemon (<c>--docker</c>) and of the Docker link as a program of its own.</summary>
internal sealed class LabelArguments
{
    /// <param name="condition">What the descriptions begin with: the option without which these have no effect.</param>
    public LabelArguments(string condition = "")
    {
        Vips = new("--allow-vip")
        {
            Description = $"{condition}Addresses that label gorb.vip may give services, beside those of the device: an address block (10.9.1.0/24, fd00:9::/64) or an address; may be given several times.",
            HelpName = "CIDR",
            AllowMultipleArgumentsPerToken = true,
        };
        Ports = new("--allow-port")
        {
            Description = $"{condition}Ports at which containers may have services: \"80,443,8000-8999\". The word \"free\" stands for every port that nothing on this host listens on, as in \"free,80\"; what is listed is allowed whatever listens there.",
            HelpName = "PORTS",
            DefaultValueFactory = static _ => AllowedPorts.FreeWord,
        };
        Vips.Validators.Add(CheckVips);
        Ports.Validators.Add(CheckPorts);
    }

    public Option<string[]> Vips { get; }

    public Option<string> Ports { get; }

    public LabelRules Read(ParseResult result) => new()
    {
        Addresses = [.. (result.GetValue(Vips) ?? []).Select(AddressText.ParseNetwork).OfType<IPNetwork>()],
        Ports = AllowedPorts.Parse(result.GetValue(Ports)!)!,
    };

    /// <summary>The first of the options that a command line gives; null when it gives none.</summary>
    public Option? FindGiven(CommandResult result) => ((Option[])[Vips, Ports]).FirstOrDefault(option => result.GetResult(option) is { Implicit: false });

    private void CheckVips(OptionResult result)
    {
        foreach (var text in (result.GetValue(Vips) ?? []).Where(text => AddressText.ParseNetwork(text) is null))
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
