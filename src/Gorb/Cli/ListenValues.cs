using System.CommandLine.Parsing;
using System.Net;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary>The values of options that name addresses to listen on.</summary>
internal static class ListenValues
{
    /// <summary>Reads the addresses of --metrics-listen. What is none is reported.</summary>
    public static EndPoint[]? ParseMetrics(ArgumentResult result, IEnumerable<string> texts, string source)
    {
        var secure = texts.ToLookup(static text => text.StartsWith(TlsEndPoint.Prefix, StringComparison.Ordinal));
        foreach (var text in secure[true])
        {
            result.AddError($"{source} '{text}' cannot have https: read metrics with a token at an https listener of -l, or leave out {TlsEndPoint.Prefix}.");
        }

        return Parse(result, secure[false], source);
    }

    /// <summary>Reads addresses to listen on. What is none is reported.</summary>
    /// <param name="result">Takes the errors.</param>
    /// <param name="texts">The addresses.</param>
    /// <param name="source">The option or variable that has them.</param>
    public static EndPoint[]? Parse(ArgumentResult result, IEnumerable<string> texts, string source)
    {
        var parsed = new List<EndPoint>();
        foreach (var text in texts)
        {
            if (ListenAddress.Parse(text) is { } endpoint)
            {
                parsed.Add(endpoint);
            }
            else
            {
                result.AddError($"{source} '{text}' is not an address and port; write \":4672\", \"127.0.0.1:4672\" or \"[::1]:4672\", \"https://:4673\", or the full path of a socket as in \"{ListenAddress.ExampleSocket}\".");
            }
        }

        return [.. parsed.Distinct()];
    }
}
