using System.Collections.Frozen;
using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>Scheduler flags in words. Different schedulers give the same bit different names.</summary>
internal static class ServiceFlagWords
{
    private static readonly FrozenDictionary<string, ServiceFlags> Words = new Dictionary<string, ServiceFlags>
    {
        ["sh-fallback"] = ServiceFlags.Scheduler1,
        ["sh-port"] = ServiceFlags.Scheduler2,
        ["mh-fallback"] = ServiceFlags.Scheduler1,
        ["mh-port"] = ServiceFlags.Scheduler2,
        ["flag-1"] = ServiceFlags.Scheduler1,
        ["flag-2"] = ServiceFlags.Scheduler2,
        ["flag-3"] = ServiceFlags.Scheduler3,
    }.ToFrozenDictionary();

    public static string Known { get; } = string.Join(", ", Words.Keys.Order(StringComparer.Ordinal));

    /// <summary>The words of <paramref name="text"/> that are no flags.</summary>
    public static IReadOnlyList<string> Unknown(string text) => [.. Split(text).Where(word => !Words.ContainsKey(word))];

    /// <summary>The bits of a text whose words are all known.</summary>
    public static ServiceFlags Parse(string text) => Split(text).Aggregate(ServiceFlags.None, (flags, word) => flags | Words[word]);

    private static string[] Split(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
