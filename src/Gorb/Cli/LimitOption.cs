using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The option <c>--limit</c>, which may be given for each limit.</summary>
internal static class LimitOption
{
    private static readonly Limits Default = new();

    public static Option<Limits> Create() => new("--limit")
    {
        Description = "A limit on what the clients of the API may make together, such as \"backends=1000000\"; may be given several times. The limits are "
            + $"{Limits.ServicesName} ({Default.Services}), {Limits.BackendsName} ({Default.Backends}), {Limits.ChecksName} ({Default.Checks}), {Limits.SourcesName} ({Default.Sources}), "
            + $"{Limits.SubscribersName} of /events ({Default.Subscribers}), and {Limits.AddressConnectionsName}, of one other host (a quarter of --max-connections).",
        HelpName = "NAME=NUMBER",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Parse,
        DefaultValueFactory = static _ => Default,
    };

    private static Limits Parse(ArgumentResult result)
    {
        var limits = Default;
        foreach (var text in result.Tokens.Select(static token => token.Value))
        {
            if (text.Split('=') is [var name, var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && limits.With(name, number) is { } changed)
            {
                limits = changed;
            }
            else
            {
                result.AddError($"--limit '{text}' is not a name and a number from 1; write \"{Limits.BackendsName}=1000000\". The names are {string.Join(", ", Limits.Names)}.");
            }
        }

        return limits;
    }
}
