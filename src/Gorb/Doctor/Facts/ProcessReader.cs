using System.Globalization;

namespace Gorb.Doctor.Facts;

/// <summary>Reads what this process may do, from /proc.</summary>
internal static class ProcessReader
{
    private const string Capabilities = "CapEff:";
    private const string Files = "Max open files";

    /// <summary>A setting of the host's own network namespace only (net/core/sysctl_net_core.c).</summary>
    private const string HostSetting = "sys/net/core/netdev_max_backlog";

    /// <param name="proc">The folder of the process file system: /proc.</param>
    public static ProcessFacts Read(string proc) => new()
    {
        Program = Environment.ProcessPath ?? "gorb",
        Capabilities = ulong.Parse(Value(Path.Combine(proc, "self/status"), Capabilities), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        Files = long.TryParse(Value(Path.Combine(proc, "self/limits"), Files).Split(' ', 2)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : long.MaxValue,
        IsInHostNamespace = File.Exists(Path.Combine(proc, HostSetting)),
        HasReadOnlySettings = HasReadOnlySettings(Path.Combine(proc, "self/mounts")),
    };

    private static string Value(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();

    /// <summary>True when the last mount that covers /proc/sys is read-only.</summary>
    private static bool HasReadOnlySettings(string mounts) => File.ReadLines(mounts)
        .Select(static line => line.Split(' '))
        .Where(static words => words is [_, "/proc" or "/proc/sys" or "/proc/sys/net", _, _, ..])
        .Select(static words => words[3].Split(',').Contains("ro"))
        .LastOrDefault();
}
