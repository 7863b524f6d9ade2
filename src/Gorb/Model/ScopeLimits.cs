using System.Net;
using Gorb.Model.Merging;
using Gorb.Model.Text;

namespace Gorb.Model;

/// <summary>Reads a scope from single limits, each a name and a value: the form in which client certificates and the tokens of an issuer have it.</summary>
internal sealed class ScopeLimits
{
    /// <summary>The names of the limits.</summary>
    public const string Service = "service", Source = "source", Vip = "vip", Port = "port";

    /// <summary>The most limits of a client: each of its requests is held against all of them.</summary>
    private const int Max = 256;

    private const int MaxPattern = 255;

    private readonly List<string> _patterns = [];
    private readonly List<IPNetwork> _vips = [];
    private readonly List<PortRange> _ports = [];
    private string? _source;

    public static IReadOnlyList<string> Names { get; } = [Service, Source, Vip, Port];

    /// <summary>The scope of all limits that were added.</summary>
    public ServiceScope Scope => new([.. _patterns]) { Source = _source, Vips = [.. _vips], Ports = [.. _ports] };

    /// <summary>Adds a limit. The names and addresses of several limits add up.</summary>
    /// <exception cref="FormatException">It is no limit; the message says what is wrong.</exception>
    public void Add(string name, string value)
    {
        if (AddOrExplain(name, value) is { } fault)
        {
            throw new FormatException($"the limit {PlainText.Shorten(PlainText.Escape($"{name}={value}"), 80)} {fault}");
        }

        if (_patterns.Count + _vips.Count + _ports.Count > Max)
        {
            throw new FormatException($"there are more than {Max} limits");
        }
    }

    /// <summary>Adds a limit, or returns what is wrong with it.</summary>
    private string? AddOrExplain(string name, string value)
    {
        switch (name)
        {
            case Service when IsPattern(value):
                _patterns.Add(value);
                return null;
            case Service:
                return $"is no pattern of names: 1 to {MaxPattern} characters without slashes, percent signs, white space and control characters, as in web*";
            case Source when _source is not null:
                return "is the second source; a client can be limited to one";
            case Source:
                _source = value;
                return SourceName.Fault(value);
            case Vip when AddressText.ParseNetwork(value) is { } network:
                _vips.Add(network);
                return null;
            case Vip:
                return "is no address and no network, as in 10.9.0.0/24";
            case Port when PortRange.TryParse(value, out var range):
                _ports.Add(range);
                return null;
            case Port:
                return "is no port and no range of ports, as in 8000-8999";
            default:
                return $"is unknown: {string.Join(", ", Names)}";
        }
    }

    private static bool IsPattern(string text) =>
        text.Length is > 0 and <= MaxPattern && !text.Any(static character => char.IsControl(character) || char.IsWhiteSpace(character) || character is '/' or '\\' or '%');
}
