using System.Globalization;
using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Processes;

/// <summary>The memory of the program's own code, which the kernel maps from the program's file.</summary>
public static partial class CodePages
{
    private const string Maps = "/proc/self/maps";
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// Takes the program's code out of the resident memory of this process. The kernel still has it in its cache of files, and maps what runs again, sixteen pages at a time. A start runs
    /// much code once; without this call, all of it counts as memory of the process for good.
    /// </summary>
    /// <returns>False where that is not possible, such as without /proc; nothing has changed then.</returns>
    public static bool Release() => File.Exists(Maps) && Find().TrueForAll(static part => Advise(part.Start, part.Length, DontNeed) == 0);

    /// <summary>The code in the program's file. Other parts of the file are left alone: what has been written to them would be lost.</summary>
    private static List<(nint Start, nint Length)> Find()
    {
        var found = new List<(nint, nint)>();
        foreach (var line in File.ReadLines(Maps))
        {
            var fields = line.Split(' ', 6, StringSplitOptions.TrimEntries); // proc_pid_maps(5): range, rights, offset, device, inode, path
            if (fields is [var range, "r-xp", _, _, _, var path] && path.TrimStart() == Environment.ProcessPath)
            {
                var ends = range.Split('-');
                var start = nint.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                found.Add((start, nint.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start));
            }
        }

        return found;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint start, nint length, int advice);
}
