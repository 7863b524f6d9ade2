using System.CommandLine;
using Gorb.Certificates;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The options that limit what a client may see and change, of tokens and of client certificates.</summary>
internal sealed class ScopeArguments
{
    public Option<string[]> Services { get; } = new("--service")
    {
        Description = "Only for the services whose names match, as in 'web*'; may be given several times. Default: all services, and the host as a whole.",
        HelpName = "PATTERN",
    };

    public Option<string?> Source { get; } = new("--source") { Description = "Only for declaring this source, as in docker/web1, and for reading. Default: no such limit.", HelpName = "SOURCE" };

    public Option<string[]> Vips { get; } = new("--allow-vip")
    {
        Description = "Only for services at these addresses: an address block (10.9.0.0/24, fd00:9::/64) or an address; may be given several times. Default: all.",
        HelpName = "CIDR",
    };

    public Option<string?> Ports { get; } = new("--allow-port") { Description = "Only for services at these ports: \"80,443,8000-8999\". Default: all.", HelpName = "PORTS" };

    public void AddTo(Command command)
    {
        command.Options.Add(Services);
        command.Options.Add(Source);
        command.Options.Add(Vips);
        command.Options.Add(Ports);
    }

    public string[] ReadPorts(ParseResult result) => result.GetValue(Ports)?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>The limits, each with name and value, for a certificate.</summary>
    /// <exception cref="SettingException">A limit is none, or too long for a certificate.</exception>
    public IReadOnlyList<(string Name, string Value)> ReadLimits(ParseResult result)
    {
        string[] source = result.GetValue(Source) is { } one ? [one] : [];
        (string Name, string[] Values)[] given = [(ScopeLimits.Service, result.GetValue(Services) ?? []), (ScopeLimits.Source, source), (ScopeLimits.Vip, result.GetValue(Vips) ?? []), (ScopeLimits.Port, ReadPorts(result))];
        (string Name, string Value)[] limits = [.. given.SelectMany(static limit => limit.Values.Select(value => (limit.Name, value)))];
        var read = new ScopeLimits();
        foreach (var (name, value) in limits)
        {
            Check(read, name, value);
        }

        return limits;
    }

    private static void Check(ScopeLimits read, string name, string value)
    {
        try
        {
            read.Add(name, value);
        }
        catch (FormatException error)
        {
            throw new SettingException(error.Message);
        }

        if (CertificateRole.Unit(name, value).Length > CertificateRole.MaxUnitLength)
        {
            throw new SettingException($"the limit {name}={value} is too long for a certificate: with \"{CertificateRole.Prefix}\" before it, it may have {CertificateRole.MaxUnitLength} characters; use a token");
        }
    }
}
