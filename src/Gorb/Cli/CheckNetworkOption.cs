using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Gorb.Model.Text;

namespace Gorb.Cli;

/// <summary>The options --allow-check and --deny-check: networks, or single addresses.</summary>
internal static class CheckNetworkOption
{
    /// <param name="name">The name of the option.</param>
    /// <param name="variable">The variable of the environment that is its default, with commas between several.</param>
    /// <param name="description">The help.</param>
    public static Option<IPNetwork[]> Create(string name, string variable, string description) => new(name)
    {
        Description = $"{description} The environment's {variable} is the default, with commas between several.",
        HelpName = "NETWORK",
        CustomParser = result => Parse(result, result.Tokens.Select(static token => token.Value), name),
        DefaultValueFactory = result => Parse(result, (Environment.GetEnvironmentVariable(variable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), variable),
    };

    private static IPNetwork[] Parse(ArgumentResult result, IEnumerable<string> texts, string source)
    {
        var parsed = new List<IPNetwork>();
        foreach (var text in texts)
        {
            if (Parse(text) is { } network)
            {
                parsed.Add(network);
            }
            else
            {
                result.AddError($"{source} '{text}' is not a network; write \"10.0.0.0/8\" or \"fd00::/64\", with no bits set behind the prefix, or one address.");
            }
        }

        return [.. parsed.Distinct()];
    }

    /// <summary>Parses a network; null for any other text.</summary>
    internal static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!AddressText.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address))
        {
            return null;
        }

        var bits = address.GetAddressBytes().Length * 8;
        var length = bits;
        return slash < 0 || (int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= bits && HasNoHostBits(address, length))
            ? new IPNetwork(address, length)
            : null;
    }

    private static bool HasNoHostBits(IPAddress address, int length) => address.GetAddressBytes().Index().All(one => (one.Item & (0xFF >> Math.Clamp(length - (one.Index * 8), 0, 8))) == 0);
}
