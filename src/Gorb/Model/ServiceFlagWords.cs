using System.Collections.Frozen;
using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>Scheduler flags in words. Different schedulers give the same bit different names. sh and mh fall back unless the user says no-fallback.</summary>
internal static class ServiceFlagWords
{
    /// <summary>Clients of a destination of weight 0, or of one that is full, are refused and not sent elsewhere.</summary>
    public const string NoFallback = "no-fallback";

    private static readonly FrozenDictionary<string, ServiceFlags> Words = new Dictionary<string, ServiceFlags>
    {
        ["sh-fallback"] = ServiceFlags.Scheduler1,
        ["sh-port"] = ServiceFlags.Scheduler2,
        ["mh-fallback"] = ServiceFlags.Scheduler1,
        ["mh-port"] = ServiceFlags.Scheduler2,
        [NoFallback] = ServiceFlags.None,
        ["flag-1"] = ServiceFlags.Scheduler1,
        ["flag-2"] = ServiceFlags.Scheduler2,
        ["flag-3"] = ServiceFlags.Scheduler3,
    }.ToFrozenDictionary();

    public static string Known { get; } = string.Join(", ", Words.Keys.Order(StringComparer.Ordinal));

    /// <summary>The words of <paramref name="text"/> that are no flags.</summary>
    public static IReadOnlyList<string> Unknown(string text) => [.. Split(text).Where(word => !Words.ContainsKey(word))];

    /// <summary>The bits of a text whose words are all known.</summary>
    public static ServiceFlags Parse(string text) => Split(text).Aggregate(ServiceFlags.None, (flags, word) => flags | Words[word]);

    /// <summary>True for the schedulers that can send clients of a destination of weight 0 to another one, when a flag says so.</summary>
    public static bool CanFallBack(string scheduler) => scheduler is Schedulers.Sh or Schedulers.Mh;

    /// <summary>True when the service's scheduler does.</summary>
    public static bool FallsBack(ServiceSpec spec) => CanFallBack(spec.Method) && !HasNoFallback(spec.Flags);

    /// <summary>True when a text asks for a fallback and refuses it.</summary>
    public static bool IsContradiction(string text) => HasNoFallback(text) && Parse(text).HasFlag(ServiceFlags.Scheduler1);

    private static bool HasNoFallback(string text) => text.Contains(NoFallback, StringComparison.Ordinal) && Split(text).Contains(NoFallback);

    private static string[] Split(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
