using Gorb.Ipvs.Files;

namespace Gorb.Doctor.Facts;

/// <summary>Why the state file cannot be written.</summary>
/// <param name="File">The file.</param>
/// <param name="Reason">What is in the way.</param>
/// <param name="Command">The command that mends it; null when a person must decide.</param>
internal sealed record StateTrouble(string File, string Reason, string? Command);

/// <summary>Examines the state file without touching it.</summary>
internal static class StateReader
{
    /// <param name="file">The state file.</param>
    /// <param name="mounts">The list of mounts: /proc/self/mounts.</param>
    public static StateTrouble? Read(string file, string mounts)
    {
        var path = Path.GetFullPath(file);
        var existing = path;
        while (!Path.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!; // ends at the root folder
        }

        if (FileStatus.IsWritable(existing))
        {
            return null;
        }

        return ReadOnlyMount(existing, mounts) is { } mount
            ? new StateTrouble(path, $"{mount} is mounted read-only", $"mount -o remount,rw '{mount}'")
            : new StateTrouble(path, $"{existing} is not writable for this user", $"chown \"$(id -u)\" '{existing}' && chmod u+w '{existing}'");
    }

    private static string? ReadOnlyMount(string path, string mounts) => File.ReadLines(mounts)
        .Select(static line => line.Split(' '))
        .Where(words => words.Length > 3 && (path + "/").StartsWith(words[1].TrimEnd('/') + "/", StringComparison.Ordinal))
        .Select(static words => (Point: words[1], IsReadOnly: words[3].Split(',').Contains("ro")))
        .Aggregate((Point: "", IsReadOnly: false), static (best, mount) => mount.Point.Length >= best.Point.Length ? mount : best) is { IsReadOnly: true, Point: var point }
        ? point
        : null;
}
