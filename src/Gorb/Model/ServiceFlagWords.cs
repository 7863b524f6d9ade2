using System.Collections.Frozen;
using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>Names of scheduler flags. Each scheduler has its own name for a bit. sh and mh fall back unless no-fallback is set.</summary>
internal static class ServiceFlagWords
{
    /// <summary>Clients of a destination that has weight 0 or is full are rejected, not sent to another destination.</summary>
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

    /// <summary>Returns the words in <paramref name="text"/> that are not flag names.</summary>
    public static IReadOnlyList<string> Unknown(string text) => [.. Split(text).Where(word => !Words.ContainsKey(word))];

    /// <summary>Parses flag names into bits. Every name must be known.</summary>
    public static ServiceFlags Parse(string text) => Split(text).Aggregate(ServiceFlags.None, (flags, word) => flags | Words[word]);

    /// <summary>The names of the bits that a scheduler has, joined by "|": a service with them has the same bits. Empty when a service without any flags has.</summary>
    public static string Write(string scheduler, ServiceFlags flags)
    {
        var canFallBack = CanFallBack(scheduler);
        return string.Join('|', new[]
        {
            !flags.HasFlag(ServiceFlags.Scheduler1) ? canFallBack ? NoFallback : null : canFallBack ? null : "flag-1",
            !flags.HasFlag(ServiceFlags.Scheduler2) ? null : canFallBack ? $"{scheduler}-port" : "flag-2",
            flags.HasFlag(ServiceFlags.Scheduler3) ? "flag-3" : null,
        }.Where(static word => word is not null));
    }

    /// <summary>True for the schedulers that have a fallback flag: it sends clients of a destination with weight 0 to another one.</summary>
    public static bool CanFallBack(string scheduler) => scheduler is Schedulers.Sh or Schedulers.Mh;

    /// <summary>True if the scheduler of the service has a fallback and it is enabled.</summary>
    public static bool FallsBack(ServiceSpec spec) => CanFallBack(spec.Method) && !HasNoFallback(spec.Flags);

    /// <summary>True if a text contains both a fallback flag and no-fallback.</summary>
    public static bool IsContradiction(string text) => HasNoFallback(text) && Parse(text).HasFlag(ServiceFlags.Scheduler1);

    private static bool HasNoFallback(string text) => text.Contains(NoFallback, StringComparison.Ordinal) && Split(text).Contains(NoFallback);

    private static string[] Split(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
