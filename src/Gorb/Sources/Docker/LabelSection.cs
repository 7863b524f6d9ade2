using System.Globalization;

namespace Gorb.Sources.Docker;

/// <summary>
/// The labels of a container for one service: "gorb.port", "gorb.pulse.type". A container with several services has a named section for each, such as
/// "gorb.admin.port". Labels without a section name apply to all sections.
/// </summary>
/// <param name="name">The name of the section, or null.</param>
/// <param name="values">Values by key; a key is a label without prefix and section name.</param>
internal sealed class LabelSection(string? name, IReadOnlyDictionary<string, string> values)
{
    public const string Prefix = "gorb.";
    private const string Pulse = "pulse";
    private static readonly string[] Keys = ["drain", "enable", "forward", "masquerade", "method", "network", "port", Pulse, "service", "vip", "weight"];

    public string? Name { get; } = name;

    /// <summary>The members of the health check, by their names in labels without "gorb.pulse.".</summary>
    public IEnumerable<KeyValuePair<string, string>> PulseMembers => values
        .Where(entry => entry.Key.StartsWith($"{Pulse}.", StringComparison.Ordinal))
        .Select(entry => KeyValuePair.Create(entry.Key[(Pulse.Length + 1)..], entry.Value));

    /// <summary>Splits the labels of a container into sections: one without a name, or one for each name.</summary>
    /// <param name="labels">All labels of the container.</param>
    /// <param name="complaints">Receives the errors; each starts with its label.</param>
    public static IReadOnlyList<LabelSection> Read(IReadOnlyDictionary<string, string> labels, List<string> complaints)
    {
        var common = new Dictionary<string, string>(StringComparer.Ordinal);
        var named = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (label, value) in labels.Where(label => label.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            var key = label[Prefix.Length..];
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            if (IsKnown(key))
            {
                common[key] = value;
            }
            else if (dot > 0 && IsKnown(key[(dot + 1)..]))
            {
                var section = named.TryGetValue(key[..dot], out var found) ? found : named[key[..dot]] = new(StringComparer.Ordinal);
                section[key[(dot + 1)..]] = value;
            }
            else
            {
                complaints.Add($"label {label}: is not known; known are {string.Join(", ", Keys.Select(known => known == Pulse ? $"{Prefix}{known}.*" : $"{Prefix}{known}"))}");
            }
        }

        return named.Count == 0
            ? [new LabelSection(null, common)]
            : [.. named.Select(section => new LabelSection(section.Key, common.Concat(section.Value).GroupBy(entry => entry.Key, StringComparer.Ordinal)
                .ToDictionary(entries => entries.Key, entries => entries.Last().Value, StringComparer.Ordinal)))];
    }

    /// <summary>The value of a label; null when it is absent or empty, which both mean the default.</summary>
    public string? Text(string key) => values.TryGetValue(key, out var text) && text.Length > 0 ? text : null;

    public bool? Flag(string key, List<string> complaints)
    {
        switch (Text(key)?.ToLowerInvariant())
        {
            case null:
                return null;
            case "true" or "1" or "yes":
                return true;
            case "false" or "0" or "no":
                return false;
            default:
                complaints.Add(Complain(key, "must be true or false"));
                return null;
        }
    }

    public int? Number(string key, int most, List<string> complaints)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
        {
            return number;
        }

        complaints.Add(Complain(key, $"must be a whole number from 0 to {most}"));
        return null;
    }

    /// <summary>The text of an error in a label of this section.</summary>
    public string Complain(string key, string text) => $"label {Label(key)}={Text(key)}: {text}";

    /// <summary>The full label of a key.</summary>
    public string Label(string key) => Name is null ? $"{Prefix}{key}" : $"{Prefix}{Name}.{key}";

    private static bool IsKnown(string key) =>
        key.StartsWith($"{Pulse}.", StringComparison.Ordinal) ? key.Length > Pulse.Length + 1 : key != Pulse && Keys.Contains(key);
}
